"""The shape of every event. A stored shape never changes: a new one gets a new version and an upcast."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened, in the past tense, not yet in a stream.

    `payload` is JSON and carries ids, never a customer's words. `actor` is who did it (`customer:<id>`, `agent:<id>`,
    `bot`, `system`), `cause` the command id or the event that led to it.
    """

    type: str
    version: int
    payload: dict[str, Any]
    actor: str
    cause: str | None = None
    customer: str | None = None
    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event as read from its stream, already in the current version of its type. `seq` counts from 1 in `stream`."""

    stream: str
    seq: int
    at: datetime
    type: str
    version: int
    payload: dict[str, Any]
    actor: str
    cause: str | None = None
    customer: str | None = None
    conversation: str | None = None


@dataclass(slots=True, eq=False)
class Pending:
    """An appended event on its way to the commit; `seq` is there once the transaction's function has returned."""

    stream: str
    event: NewEvent
    expect_seq: int | None = None
    seq: int | None = field(default=None)

    @property
    def place(self) -> int:
        """The sequence number it got. Raises: RuntimeError before the end of the transaction's function."""
        if self.seq is None:
            raise RuntimeError(f"an event of {self.stream} has no sequence number before the transaction ends")
        return self.seq
