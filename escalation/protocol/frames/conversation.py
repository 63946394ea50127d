"""Frames of one conversation: what customers and agents send, and what its followers see."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, ValidationInfo

from escalation.protocol.frames.base import (
    AUDIENCES,
    MAX_TEXT,
    ClientId,
    Frame,
    Id,
    Line,
    Stream,
    Text,
    readable,
)
from escalation.protocol.messages import MOST_FILES, Author, Body
from escalation.protocol.states import Action, Grounds, Outcome, Reason, Status

MOST_PARTS = 4
"""Requests that a resolution may label apart."""


def _something(text: str, info: ValidationInfo) -> str:
    """Return the text. Raises: ValueError for a message without text and files."""
    if not text and not info.data.get("attachments"):
        raise ValueError("the text is blank")
    return readable(text) if text else text


SAYS_SOMETHING = ConfigDict(
    json_schema_extra={
        "anyOf": [
            {"properties": {"text": {"minLength": 1}}},
            {"properties": {"attachments": {"minItems": 1}}, "required": ["attachments"]},
        ]
    }
)

MAX_COMMENT = 1_000
"""Characters of what a customer says beside a rating."""

Comment = Annotated[str, Field(max_length=MAX_COMMENT), AfterValidator(lambda text: readable(text) if text else text)]
"""May be empty: nothing was said."""

TextBesideFiles = Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_something)]
"""May be empty where the field `attachments` before it is not."""


# --- from customers ---------------------------------------------------------------------------------------------


class Say(Frame, sent_by=["customer"]):
    """A customer's message. The first one opens a conversation."""

    model_config = SAYS_SOMETHING

    type: Literal["say"] = "say"
    client_message_id: ClientId
    attachments: tuple[Id, ...] = Field(default=(), max_length=MOST_FILES)
    """Ids of files that the sender has uploaded and not sent yet."""
    text: TextBesideFiles


class Choose(Frame, sent_by=["customer"]):
    """The customer picked one of the offered intents, or none of them (null)."""

    type: Literal["choose"] = "choose"
    client_message_id: ClientId
    choices_message_id: Id
    intent: Line | None = Field(max_length=100)


class AskForHuman(Frame, sent_by=["customer"]):
    """The button "talk to a person". Opens a conversation if there is none."""

    type: Literal["ask_for_human"] = "ask_for_human"
    command_id: ClientId


class CancelHandoff(Frame, sent_by=["customer"]):
    """The customer no longer wants to wait."""

    type: Literal["cancel_handoff"] = "cancel_handoff"
    command_id: ClientId


class Unhelpful(Frame, sent_by=["customer"]):
    """The answer in this message did not help."""

    type: Literal["unhelpful"] = "unhelpful"
    command_id: ClientId
    message_id: Id


class Rate(Frame, sent_by=["customer"]):
    """Satisfaction with the episode, 1 to 5, and what the customer says of it. Counts once an episode."""

    type: Literal["rate"] = "rate"
    command_id: ClientId
    score: int = Field(ge=1, le=5)
    comment: Comment = ""


class LeaveContact(Frame, sent_by=["customer"]):
    """An address, when nobody can come now or nobody came; another one replaces it."""

    type: Literal["leave_contact"] = "leave_contact"
    command_id: ClientId
    email: Line = Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
    name: Line = Field(default="", max_length=100)


# --- from staff -------------------------------------------------------------------------------------------------


class StaffCommand(Frame, sent_by=["staff"]):
    """What every command of an agent names: itself, the conversation, and the epoch on the agent's screen."""

    command_id: ClientId
    conversation: Id
    epoch: int = Field(ge=0)


class Claim(StaffCommand):
    """Take a waiting conversation."""

    type: Literal["claim"] = "claim"


class TakeOver(StaffCommand):
    """Seize a conversation from the bot or the queue; supervisors also from its owner."""

    type: Literal["take_over"] = "take_over"


class BargeIn(StaffCommand):
    """A supervisor writes to the customer beside the agent who has it, and keeps it. The customer reads who joins."""

    type: Literal["barge_in"] = "barge_in"


class Leave(StaffCommand):
    """Write beside the agent no longer. It ends by itself when control changes."""

    type: Literal["leave"] = "leave"


class Assign(StaffCommand):
    """A supervisor gives a waiting conversation to an agent."""

    type: Literal["assign"] = "assign"
    agent: Id


class Offer(StaffCommand):
    """Propose the conversation to one agent, who has a minute to accept, with a note five.

    Until then its owner keeps it.
    """

    type: Literal["offer"] = "offer"
    agent: Id
    note: Text | None = None
    """What the agent should know first; it becomes a note of the conversation."""


class AcceptOffer(StaffCommand):
    """Take what was proposed to oneself."""

    type: Literal["accept_offer"] = "accept_offer"


class DeclineOffer(StaffCommand):
    """Do not take what was proposed to oneself."""

    type: Literal["decline_offer"] = "decline_offer"


class CancelOffer(StaffCommand):
    """Take a proposal back: the conversation's owner, or a supervisor."""

    type: Literal["cancel_offer"] = "cancel_offer"


Tag = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
"""Small letters, digits, `-` and `_`: a kind of conversation, never a person."""
MOST_TAGS = 20


class SetTags(StaffCommand):
    """Set the tags of a conversation, whoever has it."""

    type: Literal["set_tags"] = "set_tags"
    tags: tuple[Tag, ...] = Field(max_length=MOST_TAGS)


class Hold(StaffCommand):
    """Ask the customer to wait."""

    type: Literal["hold"] = "hold"


class Unhold(StaffCommand):
    """Go on."""

    type: Literal["unhold"] = "unhold"


class Snooze(StaffCommand):
    """Hide until a time or the customer's reply."""

    type: Literal["snooze"] = "snooze"
    until: AwareDatetime


class Wake(StaffCommand):
    """End a snooze."""

    type: Literal["wake"] = "wake"


class PlanFollowUp(StaffCommand):
    """Plan to write to the customer again. One plan a conversation: a newer one replaces it."""

    type: Literal["plan_follow_up"] = "plan_follow_up"
    at: AwareDatetime
    note: Text | None = None
    """An internal note that says what to think of then; null: none."""


class CancelFollowUp(StaffCommand):
    """Give that plan up."""

    type: Literal["cancel_follow_up"] = "cancel_follow_up"


class Transfer(StaffCommand):
    """Pass to a queue, keeping the original queue time."""

    type: Literal["transfer"] = "transfer"
    queue: Line = Field(default="general", min_length=1, max_length=64)


class Release(StaffCommand):
    """Put back into the queue it came from."""

    type: Literal["release"] = "release"


class HandBack(StaffCommand):
    """Give the conversation back to the bot."""

    type: Literal["hand_back"] = "hand_back"


class PartLabel(Frame):
    """One of several requests in the labelled messages, with a label of its own."""

    start: int = Field(ge=0)
    """Where it begins in the messages' text, in code points. Their texts are joined by line feeds."""
    end: int = Field(ge=1)
    """The code point behind it."""
    label: Line | None = Field(max_length=100)
    """An intent of the catalogue; null means out of scope."""
    new_intent: bool = False
    """True creates `label` as a new intent if the catalogue has none of that name."""


class Resolve(StaffCommand):
    """End the conversation and say what it was about."""

    type: Literal["resolve"] = "resolve"
    label: Line | None = Field(max_length=100)
    """An intent of the catalogue; null means out of scope. With `parts` it is the label of the first."""
    new_intent: bool = False
    """True creates `label` as a new intent if the catalogue has none of that name."""
    answer_message_id: Id | None = None
    """The agent's reply to learn: it is proposed as the answer of this intent. Null: none."""
    answer_text: Text | None = None
    """That reply as the agent edited it for learning; null: as it was sent."""
    outcome: Literal["solved", "follow_up", "abandoned"] = "solved"
    learn: bool = True
    last_seen_seq: int = Field(ge=0)
    parts: tuple[PartLabel, ...] = Field(default=(), max_length=MOST_PARTS)
    """Requests labelled apart, in order; each becomes an example of its own, and what is between them none. Empty: all
    of the messages are one request. Two or more name no reply to learn."""
    decide_ms: int | None = Field(default=None, ge=0, le=86_400_000)
    """Milliseconds the agent took to choose the label, as their console measured; null: not measured."""
    follow_up: AwareDatetime | None = None
    """Plan to write to the customer again then, as `plan_follow_up` does; null: none. Refused, it plans nothing."""


class WithdrawResolution(StaffCommand):
    """Take the newest resolution back."""

    type: Literal["withdraw_resolution"] = "withdraw_resolution"


class Reply(Frame, sent_by=["staff"]):
    """A public message by an agent; in `bot` or `waiting` it is a takeover."""

    model_config = SAYS_SOMETHING

    type: Literal["reply"] = "reply"
    client_message_id: ClientId
    conversation: Id
    epoch: int = Field(ge=0)
    attachments: tuple[Id, ...] = Field(default=(), max_length=MOST_FILES)
    """Ids of files that the agent has uploaded and not sent yet."""
    text: TextBesideFiles
    quotes: Id | None = None
    """A public message of the conversation, neither erased nor deleted, that both sides see above this one."""


class Note(Frame, sent_by=["staff"]):
    """An internal note; no customer ever sees it."""

    type: Literal["note"] = "note"
    client_message_id: ClientId
    conversation: Id
    text: Text
    mentions: tuple[Id, ...] = Field(default=(), max_length=10)
    """Colleagues whom it calls, by id. One who may not see the conversation is refused."""


class Typing(Frame, sent_by=AUDIENCES):
    """Somebody is writing; never stored, first to be dropped. `conversation` is required from staff."""

    type: Literal["typing"] = "typing"
    conversation: Id | None = None


class Read(Frame, sent_by=["customer"]):
    """The customer's page has drawn the conversation up to `seq`, in an open panel of a visible page."""

    type: Literal["read"] = "read"
    command_id: ClientId
    conversation: Id
    seq: int = Field(ge=0, le=2**31 - 1)


# --- to everybody who follows `conversation:<id>` ----------------------------------------------------------------


class MessageView(Frame):
    """A message as its audience may see it."""

    id: Id
    seq: int
    at: datetime
    author: Author
    author_name: str | None = None
    """Shown name of an agent; null for others."""
    internal: bool = False
    client_message_id: str | None = None
    body: Body
    edited: bool = False
    """Whether its author has edited or deleted it since; see `message_changed`."""
    quotes: Id | None = None
    """The message of this conversation that a reply quotes: show what that one says now."""


class MessageAdded(Frame, sent_to=AUDIENCES):
    """A new message, note or notice."""

    type: Literal["message"] = "message"
    stream: Stream
    seq: int
    message: MessageView


class JoinedView(Frame):
    """A supervisor who writes to the customer beside the agent who has the conversation."""

    agent_id: Id
    name: str


class FollowUpView(Frame):
    """A plan to write to the customer again."""

    agent_id: Id
    """Who planned it."""
    at: datetime


class ControlView(Frame):
    """Who has the conversation now. Fields the audience may not see are null."""

    status: Status
    controller: Literal["bot", "nobody", "agent"]
    epoch: int
    agent_id: Id | None = None
    agent_name: str | None = None
    reason: Reason | None = None
    queue: str | None = None
    waiting_since: datetime | None = None
    deadline: datetime | None = None
    held: bool = False
    snoozed_until: datetime | None = None
    follow_up: FollowUpView | None = None
    """Staff only."""
    outcome: Outcome | None = None
    question_after: int = 0
    """Decisions up to this seq are about questions asked before the last reopening or hand-back; staff only."""
    can_withdraw_until: datetime | None = None
    resolved: bool = False
    """Whether it is closed and has a resolution, which a supervisor may withdraw."""
    can_rate: bool = False
    contact: Literal["asked", "left"] | None = None
    """Whether `leave_contact` is taken now, and whether an address was left already; customers only."""
    tags: tuple[str, ...] = ()
    """Staff only."""
    joined: tuple[JoinedView, ...] = ()
    """Who writes beside the agent; staff only."""


class ControlChanged(Frame, sent_to=AUDIENCES):
    """Control or a flag changed; the view replaces the previous one whole."""

    type: Literal["control"] = "control"
    stream: Stream
    seq: int
    control: ControlView


class GuessView(Frame):
    """One intent the classifier considered."""

    label: str
    title: str
    score: float


class NearView(Frame):
    """A known example near the customer's words."""

    label: str
    title: str
    text: str
    similarity: float


class PartView(Frame):
    """One of several requests found in a turn, and what the classifier made of it as a message of its own."""

    start: int
    """Where it begins in the turn's text, in code points."""
    end: int
    """The code point behind it."""
    text: str
    confidence: float
    novelty: float
    guesses: tuple[GuessView, ...]
    neighbours: tuple[NearView, ...] = ()


class DecisionView(Frame):
    """What the bot decided and why; staff only. `seq` is its place among the messages."""

    id: Id
    seq: int
    at: datetime
    message_ids: tuple[str, ...]
    action: Action
    reason: Reason | None
    grounds: Grounds
    label: str | None
    model: str | None
    threshold: float | None
    confidence: float | None
    novelty: float | None
    guesses: tuple[GuessView, ...] = ()
    neighbours: tuple[NearView, ...] = ()
    language: str | None = None
    """ISO 639-1 code of what the customer seems to write in; null where too little tells."""
    parts: tuple[PartView, ...] = ()
    """The requests found in the turn, where there are several. `label` is the first one's, `confidence` that all of
    theirs are right, `novelty` the highest; `guesses` and `neighbours` are of the turn as a whole."""
    blind: bool = False
    """Whether what the model made of the turn is left out: people label without knowing it, and so judge it."""


class DecisionMade(Frame, sent_to=["staff"]):
    """A decision of the bot; staff only."""

    type: Literal["decision"] = "decision"
    stream: Stream
    seq: int
    decision: DecisionView


class MessagesErased(Frame, sent_to=AUDIENCES):
    """All words of this conversation are gone, with its tags and what was planned; clients forget them."""

    type: Literal["erased"] = "erased"
    stream: Stream
    seq: int


class ConversationOpened(Frame, sent_to=["customer"]):
    """On `customer:<id>`: this conversation is the open one now."""

    type: Literal["conversation_opened"] = "conversation_opened"
    stream: Stream
    seq: int
    conversation: Id


class TypingShown(Frame, sent_to=AUDIENCES):
    """The other side is writing; fades after five seconds."""

    type: Literal["typing"] = "typing"
    conversation: Id
    who: Literal["customer", "agent"]
    name: str | None = None


class ReadShown(Frame, sent_to=AUDIENCES):
    """How far the other side has read; told after `following` and at most once a second, and it only grows.

    To staff: what the customer's open page has drawn. To customers: the last of their messages that the agent read who
    had the conversation then; of nobody else, and not who it was.
    """

    type: Literal["read"] = "read"
    conversation: Id
    up_to: int


class Viewer(Frame):
    """A colleague who has the conversation open."""

    id: Id
    name: str


class ViewersShown(Frame, sent_to=["staff"]):
    """Which other members of staff have this conversation open now, in this process.

    Never stored; told when it changes.
    """

    type: Literal["viewers"] = "viewers"
    conversation: Id
    viewers: tuple[Viewer, ...]


class QueuePlace(Frame, sent_to=["customer"]):
    """Where a waiting customer is in the queue, and how long it may take; never stored, told anew when it changes.

    The range holds for about four waits of five. Without `position` nothing can be said (any more), such as when
    nobody is there. It is over when the conversation waits no longer.
    """

    type: Literal["queue_place"] = "queue_place"
    conversation: Id
    position: int | None = Field(default=None, ge=1)
    """1 is next."""
    low_minutes: int | None = Field(default=None, ge=0)
    """Null, as `high_minutes`: too little is known of this queue to say."""
    high_minutes: int | None = Field(default=None, ge=1)


class ThreadPart(Frame, sent_to=AUDIENCES):
    """A page of a conversation's snapshot: the newest page comes first, and in each the oldest message."""

    type: Literal["thread_part"] = "thread_part"
    stream: Stream
    messages: tuple[MessageView, ...]
    decisions: tuple[DecisionView, ...] = ()


class ThreadEnd(Frame, sent_to=AUDIENCES):
    """The snapshot is complete; events after `head` follow. What the client had of this stream before is replaced."""

    type: Literal["thread_end"] = "thread_end"
    stream: Stream
    head: int
    control: ControlView
    customer: Id
    site: str
    locale: str
