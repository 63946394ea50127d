"""The other end of a connection: transports under the test's control, and clients that check every frame they get."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from escalation.kernel.errors import EscalationError, Forbidden
from escalation.people.scope import EVERYTHING, Scope
from escalation.protocol.frames import PROTOCOL_VERSION
from escalation.protocol.frames.base import Audience, Frame
from escalation.protocol.frames.connection import Hello, Person
from escalation.realtime.audience import Absence
from escalation.realtime.ports import Admission, Disconnected, Done
from tests.waiting import interleave

Frames = list[dict[str, Any]]


class FakeTransport:
    """A socket in memory. While `stalled`, a send waits, as on a connection that takes nothing more."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.closed: int | None = None
        self.reason = ""
        self._open = asyncio.Event()
        self._open.set()
        self._inbound: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._gone = False
        self.stall_when: Callable[[], bool] = lambda: False
        """Asked after each text: whether the socket takes nothing more from here."""

    async def send(self, text: str) -> None:
        await interleave(1)
        await self._open.wait()
        if self._gone or self.closed is not None:
            raise Disconnected
        self.texts.append(text)
        if self.stall_when():
            self.stall_when = lambda: False
            self.stall()

    async def receive(self) -> str | bytes:
        raw = await self._inbound.get()
        if raw is None:
            raise Disconnected
        return raw

    async def close(self, code: int, reason: str = "") -> None:
        if self._gone:
            raise Disconnected
        self.closed, self.reason = code, reason

    def put(self, frame: dict[str, Any] | str | bytes) -> None:
        """Say something to the server."""
        self._inbound.put_nowait(json.dumps(frame) if isinstance(frame, dict) else frame)

    def disconnect(self) -> None:
        """Vanish."""
        self._gone = True
        self._open.set()
        self._inbound.put_nowait(None)

    @property
    def unread(self) -> int:
        """How many messages the server has yet to take."""
        return self._inbound.qsize()

    def stall(self) -> None:
        """Take nothing more for now."""
        self._open.clear()

    def flow(self) -> None:
        """Take everything again."""
        self._open.set()

    @property
    def stalled(self) -> bool:
        """Whether it takes nothing."""
        return not self._open.is_set()

    @property
    def frames(self) -> Frames:
        """Everything received so far."""
        return [json.loads(text) for text in self.texts]

    def of(self, *types: str) -> Frames:
        """Received frames of these types."""
        return [frame for frame in self.frames if frame["type"] in types]


class FakeDoors:
    """Lets in who says `role:id` or `role:id:session` in their token or ticket; knows what is forbidden."""

    def __init__(self) -> None:
        self.refused: dict[str, Absence] = {}
        self.scopes: dict[str, Scope] = {}
        """What members are limited to, by id."""
        self.conversation: str | None = None
        self.failure: Exception | None = None
        self.noted: list[tuple[str, str, Absence]] = []
        """What the security log was told of: who, which stream, why not."""
        self.left_by: list[Admission] = []
        self.checks = 0
        self.on_check: Any = None
        self.on_admit: Any = None

    async def admit(self, audience: Audience, hello: Hello, connection: str) -> Admission:
        if self.on_admit is not None:
            self.on_admit()
        if self.failure is not None:
            raise self.failure
        role, id, *session = (hello.token or hello.ticket or "nobody:").split(":")
        if (role == "customer") != (audience == "customer"):
            raise Forbidden("wrong door")
        person = Person.model_validate({"id": id, "name": id.title(), "role": role})
        scope = self.scopes.get(id, EVERYTHING)
        of_session = session[0] if session else None
        return Admission(person, connection, self.conversation, "shop", scope=scope, session=of_session)

    async def check(self, admission: Admission, stream: str) -> Absence | None:
        self.checks += 1
        if self.on_check is not None:
            await self.on_check()
        return self.refused.get(stream)

    async def note_refusal(self, admission: Admission, stream: str, absence: Absence) -> None:
        self.noted.append((admission.person.id, stream, absence))

    async def left(self, admission: Admission) -> None:
        self.left_by.append(admission)


class FakeCommands:
    """Accepts everything, in order, unless told to raise; `gate` holds the next request up."""

    def __init__(self) -> None:
        self.executed: list[tuple[str, Frame]] = []
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None

    async def execute(self, admission: Admission, frame: Frame) -> Done:
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.executed.append((admission.person.id, frame))
        return Done(len(self.executed), "c1")


class Refusal(EscalationError):
    """A refusal with a code of its own."""

    code = "stale_epoch"


def hello(who: str, positions: dict[str, int] | None = None, log_epoch: str | None = "epoch-1") -> dict[str, Any]:
    """A hello by `role:id`."""
    key = "token" if who.startswith("customer") else "ticket"
    frame = {"type": "hello", "version": PROTOCOL_VERSION, key: who, "positions": positions or {}}
    return frame | {"log_epoch": log_epoch}
