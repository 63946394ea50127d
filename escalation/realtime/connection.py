"""The shell around a session: a transport, the hub, and the ports that do what the session asks for."""

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from escalation.kernel.errors import EscalationError, Unavailable
from escalation.protocol.close_codes import CloseCode, come_back
from escalation.protocol.frames.base import Audience
from escalation.realtime.allowance import Allowance
from escalation.realtime.audience import Absence
from escalation.realtime.effects import (
    Authenticate,
    Beat,
    Close,
    Effect,
    Execute,
    NoteRefusal,
    Send,
    ShowTyping,
    StartFollow,
    StopFollow,
)
from escalation.realtime.encoding import encode
from escalation.realtime.hub import Peer
from escalation.realtime.outbox import Outbox
from escalation.realtime.ports import Admission, Disconnected, Transport
from escalation.realtime.session import Session
from escalation.realtime.writer import Writer

if TYPE_CHECKING:
    from escalation.realtime.connections import Connections

SEND_SECONDS = 30.0
FINISH_SECONDS = 1.0
"""Time for the last answers to leave before the close frame."""
CLOSE_SECONDS = 2.0

logger = logging.getLogger(__name__)


class Internal(EscalationError):
    """Something went wrong on our side; the log of the service says what."""

    code = "internal"


class Connection:
    """One connection from accept to close."""

    def __init__(
        self, connections: "Connections", transport: Transport, audience: Audience, allowance: Allowance, id_: str
    ) -> None:
        self.id = id_
        self._all = connections
        self._transport = transport
        self._audience: Audience = audience
        self._allowance = allowance
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
                await self._leave()

    async def _leave(self) -> None:
        if self.admission is not None:
            with suppress(Unavailable):  # the lease of who cannot be told of ends by itself
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
            await self._afford(raw)
            await self._carry_out(self._session.receive(raw, time.monotonic()))
            self._busy = False
            self._session.resumed(time.monotonic())

    async def _afford(self, raw: str | bytes) -> None:
        """Charge a frame before looking into it. Without tokens nothing more is read, so the network holds them up.

        The others have their turn after each frame, also where a thousand of them came at once.
        """
        wait = self._allowance.frame(raw, time.monotonic())
        if self._allowance.exceeded:
            self.close(CloseCode.LIMIT, come_back("too many frames"))
        await asyncio.sleep(wait)

    async def _carry_out(self, effects: list[Effect]) -> None:
        """Do everything in order, and what follows from it."""
        for effect in effects:
            self._allowance.effect(effect, time.monotonic())
            match effect:
                case Authenticate():
                    await self._carry_out(await self._authenticate(effect))
                case StartFollow():
                    await self._carry_out(await self._follow(effect))
                case NoteRefusal(stream=stream):
                    await self._note(stream, "forbidden")
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
        self._all.unknown.remove(self)
        try:
            admission = await self._all.doors.admit(self._audience, effect.hello, self.id)
        except EscalationError as error:
            return self._session.turned_away(error)
        self._allowance.person = admission.person.id
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
                await self._note(effect.stream, absence)
                return self._session.dropped(effect.stream, absence)
        if not self._closing.done():
            hub.follow(self._outbox, effect.stream, effect.position)
        return []

    async def _note(self, stream: str, absence: Absence) -> None:
        assert self.admission is not None
        with suppress(Unavailable):  # whoever asks is refused all the same
            await self._all.doors.note_refusal(self.admission, stream, absence)

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


def _look(task: "asyncio.Task[None]") -> None:
    """Take note of how a task ended, so that asyncio does not complain that nobody did."""
    if not task.cancelled():
        task.exception()
