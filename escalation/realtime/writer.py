"""The one task that sends to a socket. Answers first, then live events and streams behind in turn, hints last."""

import asyncio
import time
from collections.abc import Callable

from escalation.protocol.frames.connection import ServerHeartbeat
from escalation.realtime.catch_up import CatchUp
from escalation.realtime.encoding import encode
from escalation.realtime.outbox import Mode, Outbox, Subscription
from escalation.realtime.ports import Transport

EVENTS_PER_TURN = 64
"""Live events sent before a stream that is behind gets a page."""


class Writer:
    """Empties one outbox into one transport."""

    def __init__(self, outbox: Outbox, transport: Transport, catch_up: CatchUp, beaten: Callable[[], None]) -> None:
        self._outbox = outbox
        self.sending_since: float | None = None
        """`time.monotonic()` when the send in progress began; None while none is."""
        self._transport = transport
        self._catch_up = catch_up
        self._beaten = beaten
        self._woken = asyncio.Event()
        self._room = asyncio.Event()
        self._finishing = False
        outbox.wake = self._woken.set

    def finish(self) -> None:
        """Send the answers that are left, then end."""
        self._finishing = True
        self._woken.set()

    async def room(self) -> None:
        """Wait until there is room for more answers."""
        while not self._outbox.has_room:
            self._room.clear()
            await self._room.wait()

    async def run(self) -> None:
        """Send until finished. Raises: Disconnected, or what reading the log raised."""
        while True:
            self._woken.clear()
            while await self._turn(self._outbox):
                pass
            if self._finishing:
                return
            await self._woken.wait()

    async def _turn(self, outbox: Outbox) -> bool:
        """Send a little of everything; returns whether there was anything."""
        busy = await self._answers(outbox)
        if self._finishing:
            return busy
        for _ in range(EVENTS_PER_TURN):
            if (queued := outbox.take_event()) is None:
                break
            await self._send(queued.text)
            outbox.sent(queued)
            await self._answers(outbox)
            busy = True
        if (subscription := outbox.take_behind()) is not None:
            await self._catch_up.advance(subscription, self._send_page)
            return True
        if not busy and (hint := outbox.take_hint()) is not None:
            await self._send(hint)
            return True
        return busy

    async def _answers(self, outbox: Outbox) -> bool:
        busy = False
        while (answer := outbox.take_answer()) is not None:
            await self._send(answer)
            self._room.set()
            busy = True
        if outbox.beat_due and not self._finishing:
            outbox.beat_due = False
            await self._send(encode(ServerHeartbeat(positions=outbox.positions())))
            self._beaten()
            busy = True
        return busy

    async def _send_page(self, subscription: Subscription, text: str) -> None:
        """Answers need not wait for the end of a page; one of them may say that the stream was dropped."""
        await self._answers(self._outbox)
        if subscription.mode is Mode.BEHIND:
            await self._send(text)

    async def _send(self, text: str) -> None:
        self.sending_since = time.monotonic()
        await self._transport.send(text)
        self.sending_since = None
