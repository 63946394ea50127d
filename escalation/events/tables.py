"""Tables of the log: heads, events, the log's epoch, results of commands, positions of followers, parked events."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from escalation.database.types import JSONDocument, UTCDateTime


class StreamHead(SQLModel, table=True):
    """The last sequence number of a stream; its row lock is what makes the stream gapless."""

    __tablename__ = "stream_heads"

    stream: str = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)


class Event(SQLModel, table=True):
    """One event of one stream, kept in reading order."""

    __tablename__ = "events"
    __table_args__ = {"sqlite_with_rowid": False}

    stream: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    type: str
    version: int
    at: datetime = Field(sa_type=UTCDateTime)
    actor: str
    cause: str | None = None
    customer: str | None = None
    conversation: str | None = None
    payload: dict[str, Any] = Field(sa_type=JSONDocument)


class LogMeta(SQLModel, table=True):
    """Facts about the log as a whole, by name: `log_epoch`, `secret_fingerprint`."""

    __tablename__ = "log_meta"

    name: str = Field(primary_key=True)
    value: str


class CommandResult(SQLModel, table=True):
    """What a command answered, so that its retry gets the same answer."""

    __tablename__ = "command_results"

    actor: str = Field(primary_key=True)
    command_id: str = Field(primary_key=True)
    digest: str
    result: Any = Field(default=None, sa_type=JSONDocument, nullable=True)
    at: datetime = Field(sa_type=UTCDateTime, index=True)


class Cursor(SQLModel, table=True):
    """How far a durable follower has read its stream."""

    __tablename__ = "cursors"

    name: str = Field(primary_key=True)
    stream: str
    seq: int = Field(sa_type=BigInteger)


class ParkedEvent(SQLModel, table=True):
    """An event that a follower could not handle; it moved on. `error` has a line from each follower that failed."""

    __tablename__ = "parked"

    stream: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)
    error: str
