"""What realtime needs from the rest of the product; `app.py` wires it, tests bring fakes.

Each port says what it guarantees, not how it is done.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from escalation.conversations.model import Conversation
from escalation.conversations.moments import Words
from escalation.desk.reading import DeskSnapshot
from escalation.events.envelope import Envelope
from escalation.people.scope import EVERYTHING, Scope
from escalation.protocol.frames.base import Audience, Frame
from escalation.protocol.frames.connection import Hello, Person
from escalation.realtime.audience import Absence


class Disconnected(Exception):
    """The other end of the transport is gone; nothing can be sent or received any more."""


class Transport(Protocol):
    """One accepted WebSocket. `send` and `receive` raise Disconnected once the other end is gone."""

    async def send(self, text: str) -> None:
        """Hand one text message to the socket; returns when it has room for more, however long that takes."""
        ...

    async def receive(self) -> str | bytes:
        """Return the next message."""
        ...

    async def close(self, code: int, reason: str = "") -> None:
        """Close with a code; harmless when already closed."""
        ...


@dataclass(frozen=True, slots=True)
class Pages:
    """A piece of several streams and the words their views need, all from one read."""

    events: Mapping[str, Sequence[Envelope]]
    """Every requested stream that has events after the position, in order, without gaps."""
    words: Words = field(default_factory=Words)


@dataclass(frozen=True, slots=True)
class ThreadSnapshot:
    """A conversation as of one read: its state after `conversation.seq` events, and the newest of these."""

    conversation: Conversation
    events: Sequence[Envelope]
    """The last ones up to `conversation.seq`, in order, without gaps; those before them are read as `pages`."""
    words: Words = field(default_factory=Words)
    """What `needs(events)` asks for, and the names of the controller, of who joined and of the resolution's agent."""


class Reading(Protocol):
    """Reads the log and what views show. Each call is one snapshot of the database."""

    log_epoch: str

    async def pages(self, after: Mapping[str, int], limit: int, listening: Mapping[str, Collection[Audience]]) -> Pages:
        """Return, for each stream, at most `limit` events after the given seq, and their words."""
        ...

    async def heads(self, streams: Iterable[str]) -> Mapping[str, int]:
        """Return the last seq of each stream; 0 or absent for one without events."""
        ...

    async def thread(self, conversation: str) -> ThreadSnapshot | None:
        """Return a thread with its newest events; None if there is no such conversation."""
        ...

    async def desk(self, agent: str, scope: Scope) -> DeskSnapshot:
        """Return the desk as this agent, whose scope this is, sees it, with their read marks."""
        ...

    async def sees(self, scope: Scope, conversation: str) -> bool:
        """Return whether there is such a conversation now that the scope sees."""
        ...


@dataclass(frozen=True, slots=True)
class Admission:
    """Who came in, by what. `connection` is the id `welcome` tells."""

    person: Person
    connection: str
    conversation: str | None = None
    """A customer's newest conversation."""
    site: str = ""
    locale: str = "en"
    token: str | None = None
    """A customer's new token, where the one they showed is to be replaced."""
    scope: Scope = EVERYTHING
    """Staff: what they see of conversations."""
    session: str | None = None
    """Staff: the signed-in session behind the ticket; ending it closes the connection."""

    @property
    def audience(self) -> Audience:
        """What this person may see."""
        return "customer" if self.person.role == "customer" else "staff"


@dataclass(frozen=True, slots=True)
class Done:
    """What a stored request led to."""

    seq: int | None = None
    conversation: str | None = None


class Doors(Protocol):
    """Lets people in and decides what they may follow."""

    async def admit(self, audience: Audience, hello: Hello, connection: str) -> Admission:
        """Return who presents this token or ticket. Raises: EscalationError; code `erased` closes with 4504."""
        ...

    async def check(self, admission: Admission, stream: str) -> Absence | None:
        """Return why they may not follow `conversation:<id>`, or None if they may."""
        ...

    async def note_refusal(self, admission: Admission, stream: str, absence: Absence) -> None:
        """Tell the security log that they asked for a stream and were refused it."""
        ...

    async def left(self, admission: Admission) -> None:
        """The connection is over, whoever ended it; called once for each admission."""
        ...


class Commands(Protocol):
    """Carries out what a frame asks for."""

    async def execute(self, admission: Admission, frame: Frame) -> Done:
        """Store the request, once for each id its sender gave it. Raises: EscalationError; then nothing changed."""
        ...
