"""Frames of the connection itself: greeting, following streams, snapshots, answers to requests, heartbeat."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from escalation.protocol.frames.base import AUDIENCES, Frame, Id, Stream


class Hello(Frame, sent_by=AUDIENCES):
    """The first frame. Customers send their token, staff a one-use ticket from `POST /api/v1/tickets`."""

    type: Literal["hello"] = "hello"
    version: int
    token: str | None = Field(default=None, max_length=1_000)
    ticket: str | None = Field(default=None, max_length=1_000)
    positions: dict[Stream, int] = Field(default={}, max_length=64)
    """Last seq seen of each stream to follow at once."""
    log_epoch: str | None = None
    """The log these positions belong to; if it is another one, they are void and snapshots follow."""


class Follow(Frame, sent_by=AUDIENCES):
    """Ask for a stream from after `position`; without one a snapshot comes first."""

    type: Literal["follow"] = "follow"
    stream: Stream
    position: int | None = Field(default=None, ge=0)


class Unfollow(Frame, sent_by=AUDIENCES):
    """Stop following a stream."""

    type: Literal["unfollow"] = "unfollow"
    stream: Stream


class Heartbeat(Frame, sent_by=AUDIENCES):
    """The answer to the server's heartbeat."""

    type: Literal["heartbeat"] = "heartbeat"


class Person(Frame):
    """Who the connection speaks for."""

    id: Id
    name: str
    role: Literal["customer", "agent", "auditor", "supervisor", "trainer", "admin"]


class Welcome(Frame, sent_to=AUDIENCES):
    """The connection is open."""

    type: Literal["welcome"] = "welcome"
    me: Person
    connection: Id
    log_epoch: str
    server_time: datetime
    heartbeat_seconds: float
    conversation: Id | None = None
    """A customer's newest conversation, if there is one."""
    token: str | None = None
    """A customer's new token: keep it in place of the one that was shown. Null: that one stays."""


class Following(Frame, sent_to=AUDIENCES):
    """The stream is followed; events after `position` come next (after a snapshot: after its head)."""

    type: Literal["following"] = "following"
    stream: Stream
    position: int


class Dropped(Frame, sent_to=AUDIENCES):
    """The stream is followed no longer, and why."""

    type: Literal["dropped"] = "dropped"
    stream: Stream
    reason: Literal["forbidden", "not_found", "rights_changed", "erased"]


class Accepted(Frame, sent_to=AUDIENCES):
    """A request was stored. `ref` is its client_message_id or command_id; `seq` the last event it caused."""

    type: Literal["accepted"] = "accepted"
    ref: str
    seq: int | None = None
    conversation: Id | None = None


class Refused(Frame, sent_to=AUDIENCES):
    """A request was not carried out; nothing changed.

    `database_unreachable` means: send the same request, with the same id, again in a moment. It may have been stored.
    """

    type: Literal["error"] = "error"
    code: str
    message: str
    ref: str | None = None


class ServerHeartbeat(Frame, sent_to=AUDIENCES):
    """Sent every `heartbeat_seconds`; positions include events hidden from this audience."""

    type: Literal["heartbeat"] = "heartbeat"
    positions: dict[str, int] = Field(default={})
