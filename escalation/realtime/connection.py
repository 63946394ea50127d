"""The shell around a session: a transport, the hub, and the ports that do what the session asks for."""

import asyncio
import logging
import time
from datetime import datetime
from typing import Any

from escalation.kernel.clock import Clock
from escalation.kernel.errors import EscalationError
from escalation.kernel.ids import Ids
from escalation.protocol.close_codes import CloseCode
from escalation.protocol.frames.base import Audience
from escalation.realtime.catch_up import CatchUp
from escalation.realtime.effects import (
    Authenticate,
    Beat,
    Close,
    Effect,
    Execute,
    Send,
    ShowTyping,
    StartFollow,
    StopFollow,
)
from escalation.realtime.encoding import encode
from escalation.realtime.hub import Hub, Peer
from escalation.realtime.outbox import Outbox
from escalation.realtime.ports import Admission, Commands, Disconnected, Doors, Reading, Transport
from escalation.realtime.session import Session
from escalation.realtime.writer import Writer

SEND_SECONDS = 30.0
FINISH_SECONDS = 1.0
"""Time for the last answers to leave before the close frame."""
CLOSE_SECONDS = 2.0
TICK_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Internal(EscalationError):
    """Something went wrong on our side; the log of the service says what."""

    code = "internal"


class Connection:
    """One connection from accept to close."""

    def __init__(self, connections: "Connections", transport: Transport, audience: Audience, id_: str) -> None:
        self.id = id_
        self._all = connections
        self._transport = transport
        self._audience: Audience = audience
        self._outbox = Outbox(audience)
        self._writer = Writer(self._outbox, transport, connections.catch_up, self._beaten)
        self._session = Session(audience, connections.reading.log_epoch, time.monotonic())
        self._closing: asyncio.Future[tuple[CloseCode, str]] = asyncio.get_running_loop().create_future()
        self._busy = False

    @property
    def admission(self) -> Admission | None:
        """Who is connected, once that is known."""
        return self._session.admission

    async def run(self) -> None:
        """Serve until either side ends it."""
        reader = asyncio.create_task(self._read())
        writer = asyncio.create_task(self._writer.run())
        for task in (reader, writer):
            task.add_done_callback(_look)  # one that fails while we hang up has nothing new to tell
        try:
            ends: set[asyncio.Future[Any]] = {reader, writer, self._closing}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            self._note_failure(reader, writer)
        finally:
            self._all.hub.leave(self._outbox)
            try:
                await self._wind_up(reader, writer)
            finally:
                if self.admission is not None:
                    await self._all.doors.left(self.admission)

    async def _wind_up(self, reader: "asyncio.Task[None]", writer: "asyncio.Task[None]") -> None:
        """End both tasks, however often we are cancelled meanwhile; if it is us who close, say so."""
        reader.cancel()
        if self._closing.done():
            self._writer.finish()
        else:
            writer.cancel()
        try:
            await asyncio.wait({reader, writer}, timeout=FINISH_SECONDS)
        finally:
            writer.cancel()
        if self._closing.done():
            await self._hang_up(*self._closing.result())

    def _note_failure(self, *tasks: "asyncio.Task[None]") -> None:
        """A task that failed through our fault ends the connection in a way that brings the client back."""
        for task in tasks:
            error = task.exception() if task.done() and not task.cancelled() else None
            if error is not None and not isinstance(error, Disconnected):
                logger.error("connection %s failed", self.id, exc_info=error)
                self.close(CloseCode.STATE_LOST, "internal error")

    async def _hang_up(self, code: CloseCode, reason: str) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._transport.close(code, reason)
        except (TimeoutError, Disconnected):
            pass  # the other end is gone already

    def close(self, code: CloseCode, reason: str = "") -> None:
        """Close soon; the first code given counts."""
        if not self._closing.done():
            self._closing.set_result((code, reason[:100]))

    # --- what comes in -------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        while not self._closing.done():
            await self._writer.room()
            raw = await self._transport.receive()
            self._busy = True
            await self._carry_out(self._session.receive(raw, time.monotonic()))
            self._busy = False
            self._session.resumed(time.monotonic())

    async def _carry_out(self, effects: list[Effect]) -> None:
        """Do everything in order, and what follows from it."""
        for effect in effects:
            match effect:
                case Authenticate():
                    await self._carry_out(await self._authenticate(effect))
                case StartFollow():
                    await self._carry_out(await self._follow(effect))
                case Execute():
                    await self._carry_out(await self._execute(effect))
                case _:
                    self._do(effect)

    def _do(self, effect: Effect) -> None:
        match effect:
            case Send(frame=frame):
                self._outbox.answer(encode(frame))
            case Close(code=code, reason=reason):
                self.close(code, reason)
            case Beat():
                self._outbox.beat()
            case StopFollow(stream=stream):
                self._all.hub.unfollow(self._outbox, stream)
            case ShowTyping(conversation=conversation):
                self._all.hub.show_typing(self._outbox, conversation)

    async def _authenticate(self, effect: Authenticate) -> list[Effect]:
        hub, known = self._all.hub, self._all.hub.revocations
        try:
            admission = await self._all.doors.admit(self._audience, effect.hello, self.id)
        except EscalationError as error:
            return self._session.turned_away(error)
        hub.join(Peer(admission, self._outbox, self.close, self._dropped))
        effects = self._session.admitted(admission, self._all.now(), time.monotonic())
        if hub.revocations == known:
            return effects
        # Somebody's session ended while this one was let in, perhaps the same: they come again, or are turned away.
        self.close(CloseCode.STATE_LOST, "rights changed meanwhile")
        return []

    async def _follow(self, effect: StartFollow) -> list[Effect]:
        """Check the right until it was not revoked while being checked."""
        hub, admission = self._all.hub, self.admission
        assert admission is not None
        checked = hub.revocations - 1
        while effect.ask and checked != hub.revocations:
            checked = hub.revocations
            absence = await self._all.doors.check(admission, effect.stream)
            if absence is not None:
                return self._session.dropped(effect.stream, absence)
        if not self._closing.done():
            hub.follow(self._outbox, effect.stream, effect.position)
        return []

    async def _execute(self, effect: Execute) -> list[Effect]:
        assert self.admission is not None
        try:
            done = await self._all.commands.execute(self.admission, effect.frame)
        except EscalationError as error:
            return self._session.failed(effect, error)
        except Exception:
            logger.exception("request %s of connection %s failed", effect.ref, self.id)
            return self._session.failed(effect, Internal("The request failed on our side; send it again."))
        return self._session.executed(effect, done)

    # --- what others tell ----------------------------------------------------------------------------------------

    def _dropped(self, stream: str, reason: str) -> None:
        for effect in self._session.dropped(stream, reason):
            self._do(effect)

    def _beaten(self) -> None:
        self._session.beaten(time.monotonic())

    def tick(self, now: float) -> None:
        """Do what is due by the clock; `now` as `time.monotonic()`."""
        since = self._writer.sending_since
        if since is not None and now - since > SEND_SECONDS:
            self.close(CloseCode.TOO_SLOW, "one send took too long")
        elif not self._busy:
            for effect in self._session.tick(now):
                self._do(effect)


class Connections:
    """All connections of this process. The web hands every accepted WebSocket to `serve`."""

    def __init__(self, hub: Hub, reading: Reading, doors: Doors, commands: Commands, clock: Clock, ids: Ids) -> None:
        self.hub = hub
        self.reading = reading
        self.doors = doors
        self.commands = commands
        self.catch_up = CatchUp(hub, reading)
        self._clock = clock
        self._ids = ids
        self._open: set[Connection] = set()
        self._one_left = asyncio.Event()
        self._draining = False

    def now(self) -> datetime:
        """Return the time to show."""
        return self._clock.now()

    async def serve(self, transport: Transport, audience: Audience) -> None:
        """Serve one connection until it is over."""
        if self._draining:
            await transport.close(CloseCode.DRAINING, "draining")
            return
        connection = Connection(self, transport, audience, self._ids())
        self._open.add(connection)
        try:
            await connection.run()
        finally:
            self._open.discard(connection)
            self._one_left.set()

    async def run(self) -> None:
        """Look at every clock once a second, until cancelled."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.tick(time.monotonic())

    def tick(self, now: float) -> None:
        """Do what is due on all connections."""
        for connection in list(self._open):
            connection.tick(now)

    def present(self) -> list[Admission]:
        """Return who is connected as staff, once for each connection: whose presence to renew."""
        admissions = (connection.admission for connection in self._open)
        return [admission for admission in admissions if admission and admission.audience == "staff"]

    @property
    def waiting_for_hello(self) -> int:
        """How many sockets have not said who they are."""
        return sum(connection.admission is None for connection in self._open)

    async def drain(self, seconds: float = 5.0) -> None:
        """Take no new connections, close all with "reconnect", and wait until they are gone."""
        self._draining = True
        for connection in list(self._open):
            connection.close(CloseCode.DRAINING, "draining")
        try:
            async with asyncio.timeout(seconds):
                while self._open:
                    self._one_left.clear()
                    await self._one_left.wait()
        except TimeoutError:
            logger.warning("%s connections did not close in time", len(self._open))

    def __len__(self) -> int:
        return len(self._open)


def _look(task: "asyncio.Task[None]") -> None:
    """Take note of how a task ended, so that asyncio does not complain that nobody did."""
    if not task.cancelled():
        task.exception()
