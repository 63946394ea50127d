"""What can be asked of a conversation. Ids and texts come in with the command, so that deciding stays pure."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from escalation.conversations.events import ChoicesShown, DecisionMade, GuessesShown, LabelledPart
from escalation.protocol.messages import Author, Body, Frozen, Option, SentFile
from escalation.protocol.states import Reason


class Actor(Frozen):
    """Who asks. `supervisor` widens what an agent may do to other agents' conversations."""

    kind: Author
    id: str
    name: str = ""
    supervisor: bool = False


class Command(Frozen):
    """Base of all commands."""

    actor: Actor


class AssignmentTerms(Frozen):
    """What an agent takes on with a conversation, as its queue has it when they get it."""

    reply_within: timedelta | None = None
    """Who has not written by then loses it to the queue again; None: no such deadline."""
    weight: int = 1
    """Units of the agent's capacity."""


class Fenced(Command):
    """A command decided under an epoch; refused once that epoch is over."""

    epoch: int


# --- customers ---------------------------------------------------------------------------------------------------


class Say(Command):
    """Add a customer's message. `reopen_to` names the agent who gets a closed conversation back, if any."""

    message_id: str
    client_message_id: str
    text: str
    files: tuple[SentFile, ...] = ()
    site: str = ""
    locale: str = "en"
    reopen_to: Actor | None = None
    terms: AssignmentTerms = AssignmentTerms()


class Begin(Command):
    """Open (or reopen) a conversation without a message: the button "talk to a person" came first."""

    site: str
    locale: str


class Choose(Command):
    """Pick one of the offered intents, or none (null)."""

    message_id: str
    client_message_id: str
    choices_message_id: str
    intent: str | None
    title: str | None


class MarkUnhelpful(Command):
    """Say that an answer did not help."""

    message_id: str


class Rate(Command):
    """Give 1 to 5, once per episode."""

    score: int = Field(ge=1, le=5)


class CancelHandoff(Command):
    """Stop waiting for a person."""


class LeaveContact(Command):
    """Leave a way to be reached (stored apart)."""


# --- the bot -----------------------------------------------------------------------------------------------------


class Answer(Fenced):
    """Send an intent's approved answer for the turn that ends at `up_to_seq`."""

    message_id: str
    text: str
    intent: str
    smalltalk: bool = False
    up_to_seq: int
    decision: DecisionMade


class PartAnswer(Frozen):
    """The approved answer to one of several requests."""

    message_id: str
    text: str
    intent: str


class AnswerParts(Fenced):
    """Send the approved answers to the several requests of the turn that ends at `up_to_seq`, a message each."""

    answers: tuple[PartAnswer, ...] = Field(min_length=2)
    up_to_seq: int
    decision: DecisionMade


class Clarify(Fenced):
    """Ask which of up to three intents was meant."""

    message_id: str
    options: tuple[Option, ...]
    up_to_seq: int
    decision: DecisionMade


class AskWhat(Fenced):
    """Ask what it is about, as the turn that ends at `up_to_seq` holds no request yet."""

    message_id: str
    up_to_seq: int
    decision: DecisionMade


class HandOff(Fenced):
    """Pass to people; `notice` is the truth about who can come."""

    reason: Reason
    notice: Literal["handed_off", "nobody_online", "too_busy", "closed_now"] = "handed_off"
    opens_at: datetime | None = None
    """When somebody is there again, where it is closed now."""
    queue: str = "general"
    deadline: datetime | None = None
    up_to_seq: int | None = None
    decision: DecisionMade | None = None
    in_words: bool = False
    """Whether the customer's newest message is what asks for a person."""


class TellWaiting(Fenced):
    """Tell a customer who waits what can be promised now, since it has changed or was not told yet."""

    notice: Literal["somebody_online", "too_busy", "nobody_online", "closed_now"]
    opens_at: datetime | None = None
    """As in `HandOff`."""


# --- agents ------------------------------------------------------------------------------------------------------


class Taking(Fenced):
    """Base of what gives a conversation to an agent. Its terms are filled in under the conversation's lock."""

    terms: AssignmentTerms = AssignmentTerms()

    @property
    def taker(self) -> Actor:
        """Who gets it."""
        return self.actor


class Claim(Taking):
    """Take a waiting conversation."""


class Offer(Fenced):
    """Propose the conversation to one agent, for as long as `until`."""

    agent: str
    until: datetime | None = None
    note: "AddNote | None" = None
    """What they should know first."""


class AcceptOffer(Taking):
    """Take what was proposed."""


class EndOffer(Fenced):
    """Decline a proposal, or let it run out."""

    agent: str
    how: Literal["declined", "timed_out", "cancelled"]


class Assign(Taking):
    """A supervisor, or the router, gives a waiting conversation to an agent."""

    agent: Actor

    @property
    def taker(self) -> Actor:
        """The agent named."""
        return self.agent


class TakeOver(Taking):
    """Seize control without being asked."""


class BargeIn(Fenced):
    """A supervisor writes to the customer beside the owner, who keeps the conversation."""


class Leave(Fenced):
    """Who wrote beside the owner does so no longer. `agent`: whoever that is."""

    agent: str


class Reply(Taking):
    """A public message; in `bot` and `waiting` it is a takeover."""

    message_id: str
    client_message_id: str
    text: str
    files: tuple[SentFile, ...] = ()
    quotes: str | None = None
    """A message that is known to be there and public."""


class AddNote(Command):
    """An internal note. `mentions` are the colleagues whom it calls."""

    message_id: str
    client_message_id: str
    text: str
    mentions: tuple[str, ...] = ()


class SentMessage(Frozen):
    """A message that is there, as far as it matters to whoever wants to change it."""

    id: str
    author: Author
    author_id: str
    internal: bool
    at: datetime
    body: Body


class ChangeMessage(Command):
    """Base of what an agent does to their own message, within a minute. Of a public one it is fenced."""

    message: SentMessage
    epoch: int


class EditMessage(ChangeMessage):
    """Replace the text of an own message; its files stay."""

    text: str


class DeleteMessage(ChangeMessage):
    """Take an own message back: that there was one stays, its words and files do not."""


class Tag(Command):
    """Set the tags, whoever has control."""

    tags: tuple[str, ...]


class Hold(Fenced):
    """Ask the customer to wait."""


class Unhold(Fenced):
    """Go on."""


class Snooze(Fenced):
    """Hide until a time or a reply."""

    until: datetime


class Wake(Fenced):
    """End a snooze."""


class PlanFollowUp(Fenced):
    """Plan to write to the customer again; a newer plan replaces it. `note`: what to think of then."""

    at: datetime
    note: AddNote | None = None


class CancelFollowUp(Fenced):
    """Give the plan to write again up: who made it, the owner, a supervisor."""


class Transfer(Fenced):
    """Pass to a queue, keeping the original queue time."""

    queue: str
    deadline: datetime | None = None


class Release(Fenced):
    """Let go: by the owner, by a supervisor, or because the owner was lost."""

    cause: Literal["agent_lost", "release", "requeue", "no_reply"] = "release"
    deadline: datetime | None = None


class HandBack(Fenced):
    """Give control to the bot."""


class Resolve(Fenced):
    """End, with what it was about."""

    resolution_id: str
    label: str | None
    parts: tuple[LabelledPart, ...] = ()
    answer_message_id: str | None
    outcome: Literal["solved", "follow_up", "abandoned"]
    learn: bool
    last_seen_seq: int
    shown: tuple[GuessesShown | ChoicesShown, ...] = ()
    """What was hidden until this label was stored."""
    follow_up: datetime | None = None
    """When its agent means to write to the customer again."""


class WithdrawResolution(Fenced):
    """Take the newest resolution back: its agent for ten seconds, a supervisor later too."""


# --- timers and upkeep -------------------------------------------------------------------------------------------


class FollowUpNow(Fenced):
    """A planned follow-up is due. In `closed` it reopens, to `agent` or else to the queue, and tells nobody else."""

    planned_seq: int
    reopens: bool = True
    """False where the customer has another open conversation."""
    newer: str | None = None
    """That one."""
    agent: Actor | None = None
    terms: AssignmentTerms = AssignmentTerms()


class Settle(Fenced):
    """The time in which it could be undone is over."""

    resolution_id: str


class CloseAfterSilence(Fenced):
    """Nothing was said for long: the conversation ends as it stands."""


class Abandon(Fenced):
    """The customer left while waiting."""


class Expire(Fenced):
    """Nobody came before the deadline."""


class NameCustomer(Command):
    """The customer is called something else from now on."""


class MergeCustomer(Command):
    """The customer is somebody already known."""

    customer: str


class Erase(Command):
    """Forget every word, and end what is open."""
