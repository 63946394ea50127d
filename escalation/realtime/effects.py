"""What a session wants done. It decides; the connection does it."""

from dataclasses import dataclass

from escalation.protocol.close_codes import CloseCode
from escalation.protocol.frames.base import Frame
from escalation.protocol.frames.connection import Hello


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Find out who this is; then call `admitted` or `turned_away`."""

    hello: Hello


@dataclass(frozen=True, slots=True)
class Send:
    """Send this frame before anything decided later."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Beat:
    """Send a heartbeat with the positions reached; then call `beaten`."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection, after what was sent before; the session is over."""

    code: CloseCode
    reason: str


@dataclass(frozen=True, slots=True)
class StartFollow:
    """Deliver the stream: after `position`, or with a snapshot first. `ask`: only if `Doors.check` has no objection."""

    stream: str
    position: int | None
    ask: bool


@dataclass(frozen=True, slots=True)
class NoteRefusal:
    """Tell the security log that they asked for a stream they may not follow."""

    stream: str


@dataclass(frozen=True, slots=True)
class StopFollow:
    """Deliver the stream no longer."""

    stream: str


@dataclass(frozen=True, slots=True)
class Execute:
    """Carry out the request, in order; then call `executed` or `failed`."""

    frame: Frame
    ref: str


@dataclass(frozen=True, slots=True)
class ShowTyping:
    """Hint to the others; None is every conversation this connection follows."""

    conversation: str | None


Effect = Authenticate | Send | Beat | Close | StartFollow | NoteRefusal | StopFollow | Execute | ShowTyping

__all__ = [
    "Authenticate",
    "Beat",
    "Close",
    "Effect",
    "Execute",
    "NoteRefusal",
    "Send",
    "ShowTyping",
    "StartFollow",
    "StopFollow",
]
