"""Frames of the desk: list rows, agents and presence. Staff only."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from escalation.protocol.frames.base import ClientId, Frame, Id, Stream
from escalation.protocol.frames.conversation import FollowUpView
from escalation.protocol.messages import Author
from escalation.protocol.states import Availability, Outcome, Reason, Role, Status


class SetPresence(Frame, sent_by=["staff"]):
    """An agent says whether they take conversations."""

    type: Literal["set_presence"] = "set_presence"
    command_id: ClientId
    availability: Literal["online", "away", "finishing"]
    """`finishing`: nothing new any more; away once the last of what they have has ended."""


class TakeBreak(Frame, sent_by=["staff"]):
    """The agent asks for a moment without new conversations; it ends by itself."""

    type: Literal["take_break"] = "take_break"
    command_id: ClientId
    over: bool = False
    """Ends the present one early instead."""


class ReleaseAll(Frame, sent_by=["staff"]):
    """The agent puts everything they have back into its queues, as at the end of their day."""

    type: Literal["release_all"] = "release_all"
    command_id: ClientId


class MarkRead(Frame, sent_by=["staff"]):
    """The agent has seen this conversation up to `seq`."""

    type: Literal["mark_read"] = "mark_read"
    command_id: ClientId
    conversation: Id
    seq: int = Field(ge=0, le=2**31 - 1)
    whispers: int = Field(default=0, ge=0, le=2**31 - 1)
    """The number of the newest whisper in it that they have seen; 0 says nothing of whispers."""


class OfferView(Frame):
    """The newest proposal of a conversation to one agent: open while `ended` is null."""

    agent_id: Id
    until: datetime | None
    """When it runs out."""
    ended: Literal["declined", "timed_out", "cancelled"] | None


class SlaView(Frame):
    """How long people may take by what the queue sets: the clock of a conversation that is due first."""

    target: Literal["first_response", "next_response", "resolution"]
    warn_at: datetime
    """From then on it is urgent: four fifths of the time are over."""
    due_at: datetime


class RowView(Frame):
    """One conversation in the console's list. The row with the higher `seq` wins."""

    conversation: Id
    seq: int
    """Head of the conversation's own stream when the row was made."""
    epoch: int
    status: Status
    agent_id: Id | None
    agent_name: str | None
    customer: Id
    customer_name: str | None
    """As staff, the site's signed identity or an address they left say, at most 60 characters; null: nobody said."""
    site: str
    locale: str
    """Of the page the customer came from."""
    language: str | None
    """ISO 639-1 code of what the customer seems to write in; null where too little told it."""
    queue: str
    reason: Reason | None
    intent: str | None
    """Title of the first guess at what is asked now; null for what the bot answered, without a guess, and wherever
    guesses are hidden."""
    waiting_since: datetime | None
    deadline: datetime | None
    reply_by: datetime | None
    """By when its agent has to write, else it goes back to the queue; null once they have, and where nothing is set."""
    remind_at: datetime | None
    """Half of that time: from then on the agent is reminded."""
    held: bool
    snoozed_until: datetime | None
    follow_up: FollowUpView | None
    """When somebody means to write again."""
    outcome: Outcome | None
    last_text: str
    """First 140 characters of the last public message."""
    last_author: Author | None
    last_at: datetime | None
    last_customer_seq: int
    """Unread is this against the agent's own read mark."""
    offer: OfferView | None
    """Null once control has changed since."""
    sla: SlaView | None
    """Null where nothing is set, everything is done, or the customer has to write."""


class AgentView(Frame):
    """One member of staff."""

    id: Id
    name: str
    role: Role
    availability: Availability
    load: int
    capacity: int
    away_because: Literal["missed_offers", "no_reply", "finishing", "break"] | None
    """Why they were set to away: offers ran out, one after the other, or they wrote to none of several customers.
    `finishing`: they take nothing new, and finish what they have. `break`: they are on a break. Null where they simply
    chose to be away."""


class RowsChanged(Frame, sent_to=["staff"]):
    """Rows and agents gathered over about 200 ms, those about oneself at once; each replaces the one before."""

    type: Literal["desk"] = "desk"
    stream: Stream
    seq: int
    rows: tuple[RowView, ...] = ()
    agents: tuple[AgentView, ...] = ()
    gone: tuple[Id, ...] = ()
    """Conversations to take off the list: their new queue is none that you see."""


class DeskPart(Frame, sent_to=["staff"]):
    """A page of the desk's snapshot: open conversations, those closed in the last hour, all staff."""

    type: Literal["desk_part"] = "desk_part"
    stream: Stream
    rows: tuple[RowView, ...]
    agents: tuple[AgentView, ...] = ()
    read_marks: dict[str, int] = Field(default={})
    """The agent's own read marks for these rows."""
    mentions: dict[str, int] = Field(default={})
    """By conversation, the place of the newest note that mentions the agent; unread while it is beyond the mark."""
    whispers: dict[str, int] = Field(default={})
    """By conversation, the number of the newest whisper to the agent, where they have not seen it."""


class DeskEnd(Frame, sent_to=["staff"]):
    """The snapshot is complete; events after `head` follow."""

    type: Literal["desk_end"] = "desk_end"
    stream: Stream
    head: int


class ConversationRead(Frame, sent_to=["staff"]):
    """You have read a conversation up to `up_to`, on this device or another one; on your stream `staff:<your id>`."""

    type: Literal["conversation_read"] = "conversation_read"
    stream: Stream
    seq: int
    conversation: Id
    up_to: int


class Whispered(Frame, sent_to=["staff"]):
    """Somebody whispers to you in a conversation, or you need not look any more; REST has the words. On your stream
    `staff:<your id>`.
    """

    type: Literal["whispered"] = "whispered"
    stream: Stream
    seq: int
    conversation: Id
    unseen: int = 0
    """The number of the whisper, of those in the conversation; 0 once you have seen it, on this device or another one,
    and once the conversation has left its agent."""


class MentionAdded(Frame, sent_to=["staff"]):
    """A note mentions you: it is at `up_to` of the conversation's own stream. On your stream `staff:<your id>`."""

    type: Literal["mentioned"] = "mentioned"
    stream: Stream
    seq: int
    conversation: Id
    up_to: int


class ContactChanged(Frame, sent_to=["staff"]):
    """An address was left, taken, done, put back or erased; read the contacts again over REST."""

    type: Literal["contact_changed"] = "contact_changed"
    stream: Stream
    seq: int
    conversation: Id
