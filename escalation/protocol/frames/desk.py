"""Frames of the desk: list rows, agents and presence. Staff only."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from escalation.protocol.frames.base import ClientId, Frame, Id, Stream
from escalation.protocol.messages import Author
from escalation.protocol.states import Availability, Outcome, Reason, Role, Status


class SetPresence(Frame, sent_by=["staff"]):
    """An agent says whether they take conversations."""

    type: Literal["set_presence"] = "set_presence"
    command_id: ClientId
    availability: Literal["online", "away"]


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


class OfferView(Frame):
    """The newest proposal of a conversation to one agent: open while `ended` is null."""

    agent_id: Id
    until: datetime | None
    """When it runs out."""
    ended: Literal["declined", "timed_out", "cancelled"] | None


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
    site: str
    locale: str
    """Of the page the customer came from."""
    language: str | None
    """ISO 639-1 code of what the customer seems to write in; null where too little told it."""
    queue: str
    reason: Reason | None
    waiting_since: datetime | None
    deadline: datetime | None
    held: bool
    snoozed_until: datetime | None
    outcome: Outcome | None
    last_text: str
    """First 140 characters of the last public message."""
    last_author: Author | None
    last_at: datetime | None
    last_customer_seq: int
    """Unread is this against the agent's own read mark."""
    offer: OfferView | None
    """Null once control has changed since."""


class AgentView(Frame):
    """One member of staff."""

    id: Id
    name: str
    role: Role
    availability: Availability
    load: int
    capacity: int
    away_because: Literal["missed_offers"] | None
    """Why they were set to away: offers ran out, one after the other. Null where they chose it themselves."""


class RowsChanged(Frame, sent_to=["staff"]):
    """Rows and agents gathered over about 100 ms; each replaces the one before."""

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


class ContactChanged(Frame, sent_to=["staff"]):
    """An address was left, taken, done, put back or erased; read the contacts again over REST."""

    type: Literal["contact_changed"] = "contact_changed"
    stream: Stream
    seq: int
    conversation: Id
