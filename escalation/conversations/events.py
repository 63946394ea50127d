"""What can have happened to a conversation. Payloads carry ids, never words.

A stored shape never changes: a new one gets a new `version` and a pure upcast in `upcasts.py`.
"""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, TypeAdapter

from escalation.conversations.lanes import Lane
from escalation.conversations.predictions import Guess, Near, Part, Votes
from escalation.protocol.messages import Author, Body, Frozen
from escalation.protocol.states import Action, Grounds, Outcome, Reason


class Event(Frozen):
    """Base of the conversation's events."""

    version: ClassVar[int] = 1

    def payload(self) -> dict[str, Any]:
        """Return what is stored: every field but the tag and the words."""
        return self.model_dump(mode="json", exclude={"type", "body"})


class Started(Event):
    """A customer opened a conversation, by a first message or by asking for a person."""

    type: Literal["Started"] = "Started"
    customer: str
    site: str
    locale: str


class MessageAdded(Event):
    """A message or note was added. `body` exists in memory only; the words live in `messages`."""

    version: ClassVar[int] = 5

    type: Literal["MessageAdded"] = "MessageAdded"
    message_id: str
    author: Author
    author_id: str
    kind: str
    internal: bool = False
    intent: str | None = None
    """The intent a bot's answer belongs to."""
    choices: tuple[str, ...] = ()
    """The intents offered, for a message of kind `choices`."""
    client_message_id: str | None = None
    smalltalk: bool = False
    """True for an answer of the bot to what is no request, such as a greeting."""
    opens_turn: bool = False
    """True if the bot owes this customer message a decision."""
    attachments: tuple[str, ...] = ()
    """Ids of the files sent with it."""
    quotes: str | None = None
    """The public message of this conversation that an agent's reply answers."""
    blind: bool = False
    """Of kind `choices`: staff see that the bot asked, and not what it offered, as with the decision before it."""
    body: Body | None = None


class Mentioned(Event):
    """A note calls colleagues by name; each of them is told on their own stream."""

    type: Literal["Mentioned"] = "Mentioned"
    message_id: str
    agents: tuple[str, ...]


class MessageEdited(Event):
    """An agent replaced the text of their own message. `body` exists in memory only, as in `MessageAdded`."""

    type: Literal["MessageEdited"] = "MessageEdited"
    message_id: str
    internal: bool
    body: Body | None = None


class MessageDeleted(Event):
    """An agent took their own message back; its words and files are gone."""

    type: Literal["MessageDeleted"] = "MessageDeleted"
    message_id: str
    internal: bool


class HandedOff(Event):
    """Bot to human: the conversation waits."""

    version: ClassVar[int] = 3
    type: Literal["HandedOff"] = "HandedOff"
    reason: Reason
    queue: str
    epoch: int
    deadline: datetime | None
    asks_contact: bool = False
    """Whether the customer was told that nobody comes now, and asked for an address."""
    in_words: bool = False
    """Whether the customer's newest message asked for a person: that is no request a label would fit."""


class PromiseChanged(Event):
    """A waiting customer is told anew who comes."""

    type: Literal["PromiseChanged"] = "PromiseChanged"
    asks_contact: bool
    """As in `HandedOff`."""


class HandoffCancelled(Event):
    """The customer no longer wants a person; the bot is back."""

    type: Literal["HandoffCancelled"] = "HandoffCancelled"
    epoch: int


class ContactLeft(Event):
    """The customer left a way to be reached; it is stored apart, under this conversation."""

    type: Literal["ContactLeft"] = "ContactLeft"


class Offered(Event):
    """The conversation was proposed to one agent; control has not changed."""

    version: ClassVar[int] = 2
    type: Literal["Offered"] = "Offered"
    agent: str
    until: datetime | None
    """When the proposal runs out; null in events of version 1, which nothing sent."""


class OfferEnded(Event):
    """The proposal was declined or ran out."""

    type: Literal["OfferEnded"] = "OfferEnded"
    agent: str
    how: Literal["declined", "timed_out", "cancelled"]


class Assigned(Event):
    """An agent owns the conversation from here on."""

    version: ClassVar[int] = 2
    type: Literal["Assigned"] = "Assigned"
    agent: str
    how: Literal["claim", "offer", "assign", "takeover", "reopen", "withdrawal", "follow_up"]
    epoch: int
    previous: str
    """Controller before: bot, nobody or the agent who lost it."""
    reply_by: datetime | None = None
    """By when the agent has to write, else it goes back to the queue; null: no such deadline."""
    weight: int = 1
    """How many units of the agent's capacity it takes for as long as they have it."""


class BargedIn(Event):
    """A supervisor writes to the customer beside the owner, until they leave or control changes."""

    type: Literal["BargedIn"] = "BargedIn"
    agent: str


class Left(Event):
    """Who wrote beside the owner does so no longer."""

    type: Literal["Left"] = "Left"
    agent: str


class Requeued(Event):
    """The owner let go, was lost, or passed it on: the conversation waits with its original queue time."""

    type: Literal["Requeued"] = "Requeued"
    cause: Literal["transfer", "agent_lost", "release", "requeue", "no_reply"]
    queue: str
    epoch: int
    deadline: datetime | None


class HandedBack(Event):
    """Human to bot."""

    type: Literal["HandedBack"] = "HandedBack"
    epoch: int


class Held(Event):
    """The customer was asked to wait."""

    type: Literal["Held"] = "Held"


class Unheld(Event):
    """The wait is over."""

    type: Literal["Unheld"] = "Unheld"


class Snoozed(Event):
    """Hidden from the owner's list until a time or a reply."""

    type: Literal["Snoozed"] = "Snoozed"
    until: datetime


class Woken(Event):
    """Back in the owner's list."""

    type: Literal["Woken"] = "Woken"


class FollowUpPlanned(Event):
    """An agent means to write to the customer again at that time; an earlier plan is replaced."""

    type: Literal["FollowUpPlanned"] = "FollowUpPlanned"
    agent: str
    at: datetime


class FollowUpCancelled(Event):
    """The plan was given up, or the customer wrote first."""

    type: Literal["FollowUpCancelled"] = "FollowUpCancelled"
    by: Literal["staff", "customer"]


class FollowUpDue(Event):
    """It is time to write again. What was closed waits for a person from here on, unless `Assigned` follows."""

    type: Literal["FollowUpDue"] = "FollowUpDue"
    agent: str
    """Who planned it."""
    queue: str
    epoch: int
    reopened: bool
    """Whether it was closed and is open now; the epoch is raised by that alone."""


class FollowedUp(Event):
    """The first public message since a follow-up reopened the conversation comes next; its customer sees it is open."""

    type: Literal["FollowedUp"] = "FollowedUp"


class LabelledPart(Frozen):
    """One of several requests of the labelled messages: its characters `start` up to `end`, and its own label."""

    start: int
    end: int
    label: str | None
    """An intent's name; null means out of scope."""


class Resolved(Event):
    """What the agent stored at the end. Learning and the customer's notice wait for `ResolutionSettled`."""

    version: ClassVar[int] = 2
    type: Literal["Resolved"] = "Resolved"
    resolution_id: str
    agent: str
    label: str | None
    """An intent's name; null means out of scope. Of several requests it is the first one's."""
    outcome: Literal["solved", "follow_up", "abandoned"]
    learn: bool
    message_ids: tuple[str, ...]
    answer_message_id: str | None
    epoch: int
    parts: tuple[LabelledPart, ...] = ()
    """Requests labelled apart; empty where all of the messages are one. Positions count in their text as one."""


class ResolutionSettled(Event):
    """Nobody withdrew in time: the customer is told and the resolution may be learnt from."""

    type: Literal["ResolutionSettled"] = "ResolutionSettled"
    resolution_id: str


class ResolutionWithdrawn(Event):
    """The resolution was taken back; `late` once it had settled and may already have been learnt from."""

    type: Literal["ResolutionWithdrawn"] = "ResolutionWithdrawn"
    resolution_id: str
    by: str
    late: bool


class Closed(Event):
    """Over, until the customer writes again."""

    type: Literal["Closed"] = "Closed"
    outcome: Outcome
    epoch: int


class Reopened(Event):
    """The customer wrote after the end; the bot has it, or `Assigned` follows."""

    type: Literal["Reopened"] = "Reopened"
    epoch: int


class MarkedUnhelpful(Event):
    """The customer said an answer did not help."""

    type: Literal["MarkedUnhelpful"] = "MarkedUnhelpful"
    message_id: str


class Rated(Event):
    """Satisfaction, once per episode, 1 (bad) to 5 (good)."""

    type: Literal["Rated"] = "Rated"
    score: int
    episode: int


class DecisionMade(Event):
    """What the bot decided for one turn, and on what grounds.

    `language`: ISO 639-1 code of what the turn seems to be written in; None where too little tells, where no model was
    asked, and in decisions stored before it was kept. Its row in `decisions` holds the rest.

    `parts`: the requests found in the turn, where there are several. An answer then is one of each part, in their
    order; `label` is the first one's, `confidence` that all of theirs are right, `novelty` the highest. The guesses and
    neighbours beside them are of the turn as a whole.

    `blind`: staff see that it was decided, and not what the model made of it.

    `lane`: where it went, by the `votes` of anchor and live head; None where no model was asked. `model`, `threshold`,
    `confidence` and what belongs to them are the live head's, `parts` those of whoever decided.
    """

    version: ClassVar[int] = 4
    type: Literal["DecisionMade"] = "DecisionMade"
    decision_id: str
    message_ids: tuple[str, ...]
    action: Action
    reason: Reason | None
    grounds: Grounds
    label: str | None
    model: str | None
    threshold: float | None
    confidence: float | None
    novelty: float | None
    guesses: tuple[Guess, ...] = ()
    neighbours: tuple[Near, ...] = ()
    epoch: int
    language: str | None = None
    parts: tuple[Part, ...] = ()
    blind: bool = False
    lane: Lane | None = None
    votes: Votes | None = None

    @property
    def answers(self) -> int:
        """How many messages of the bot follow from it: one, or an answer for each part."""
        return len(self.parts) if self.action == "answer" and self.parts else 1


class GuessesShown(Event):
    """What the bot made of a turn was hidden until the agent stored a label; now it is shown, as it was decided."""

    type: Literal["GuessesShown"] = "GuessesShown"
    decision: DecisionMade
    decided_seq: int
    """The place of the decision in this stream."""
    decided_at: datetime


class ChoicesShown(Event):
    """What the bot offered in a question was hidden until the agent stored a label; now it is shown."""

    type: Literal["ChoicesShown"] = "ChoicesShown"
    message_id: str


class Tagged(Event):
    """The tags of the conversation as they are from here on. A tag names a kind of conversation, never a person."""

    type: Literal["Tagged"] = "Tagged"
    tags: tuple[str, ...]


class CustomerNamed(Event):
    """Staff, or the site, say anew what the customer is called; the name itself is kept with the customer alone."""

    type: Literal["CustomerNamed"] = "CustomerNamed"
    by: Literal["staff", "site"]


class CustomerMerged(Event):
    """The customer turned out to be somebody already known."""

    type: Literal["CustomerMerged"] = "CustomerMerged"
    customer: str


class Erased(Event):
    """Every word of the conversation is gone; its seqs stay."""

    type: Literal["Erased"] = "Erased"


ConversationEvent = Annotated[
    Started
    | MessageAdded
    | Mentioned
    | MessageEdited
    | MessageDeleted
    | HandedOff
    | PromiseChanged
    | HandoffCancelled
    | ContactLeft
    | Offered
    | OfferEnded
    | Assigned
    | BargedIn
    | Left
    | Requeued
    | HandedBack
    | Held
    | Unheld
    | Snoozed
    | Woken
    | FollowUpPlanned
    | FollowUpCancelled
    | FollowUpDue
    | FollowedUp
    | Resolved
    | ResolutionSettled
    | ResolutionWithdrawn
    | Closed
    | Reopened
    | MarkedUnhelpful
    | Rated
    | DecisionMade
    | GuessesShown
    | ChoicesShown
    | Tagged
    | CustomerNamed
    | CustomerMerged
    | Erased,
    Field(discriminator="type"),
]

_adapter: TypeAdapter[ConversationEvent] = TypeAdapter(ConversationEvent)


def parse_event(type_: str, payload: dict[str, Any]) -> ConversationEvent:
    """Return the event a stored (already upcast) payload stands for."""
    return _adapter.validate_python({"type": type_, **payload})
