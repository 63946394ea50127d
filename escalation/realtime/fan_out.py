"""The one reader of the log for this process's connections: a ring or the poll wakes it, the hub gets what is new.

It remembers nothing; what must handle every event once across restarts and replicas is an `events.follow.Follower`.
"""

import asyncio
import logging
from collections.abc import Iterable
from itertools import islice

from escalation.events.bus import Bus
from escalation.realtime.hub import Hub
from escalation.realtime.ports import Reading

POLL_SECONDS = 1.0
RETRY_SECONDS = 0.5
GATHER_SECONDS = 0.02
"""Between two reads at least: what is committed meanwhile shares the next one, and a lone event is not late."""
PAGE_EVENTS = 200
STREAMS_PER_READ = 100
"""Bounds what one read brings into memory."""

logger = logging.getLogger(__name__)


class FanOut:
    """Reads each followed stream once, however many connections follow it, from the hub's own position.

    The rings of a whole round share one read, so the busier it gets, the fewer reads an event costs.
    """

    def __init__(self, hub: Hub, reading: Reading, bus: Bus, poll_seconds: float = POLL_SECONDS) -> None:
        self._hub = hub
        self._reading = reading
        self._bus = bus
        self._poll_seconds = poll_seconds
        self._unfinished: set[str] = set()
        """Streams with more events than the last read took, or whose read failed."""

    async def run(self) -> None:
        """Follow until cancelled. A read that fails is tried again; nothing is skipped meanwhile."""
        clock = asyncio.get_running_loop().time
        listener = self._bus.listen()
        next_poll = clock()
        try:
            while True:
                wait = 0.0 if self._unfinished else max(0.0, next_poll - clock())
                rung = await listener.wait(wait)
                began = clock()
                poll = began >= next_poll
                if poll:
                    next_poll = clock() + self._poll_seconds
                await self._round(rung, poll)
                if not self._unfinished:
                    await asyncio.sleep(max(0.0, began + GATHER_SECONDS - clock()))
        finally:
            listener.close()

    async def _round(self, rung: frozenset[str], poll: bool) -> None:
        try:
            await self.step(rung, poll=poll)
        except Exception:
            logger.exception("the log could not be read; it tries again")
            await asyncio.sleep(RETRY_SECONDS)

    async def step(self, rung: Iterable[str], *, poll: bool) -> bool:
        """Read what was rung, what is unfinished and, at a poll, every followed stream whose head has moved.

        Returns whether there is more to read at once.
        """
        names = set(rung)
        self._hub.ring(names)
        self._unfinished |= names
        if poll:
            self._unfinished |= await self._moved()
        positions = self._hub.positions(self._unfinished)
        self._unfinished &= positions.keys()
        left = iter(positions.items())
        while piece := dict(islice(left, STREAMS_PER_READ)):
            await self._read(piece)
        return bool(self._unfinished)

    async def _moved(self) -> set[str]:
        positions = self._hub.positions()
        if not positions:
            return set()
        heads = await self._reading.heads(positions)
        return {stream for stream, read in positions.items() if heads.get(stream, 0) > read}

    async def _read(self, positions: dict[str, int]) -> None:
        listening = {stream: self._hub.audiences(stream) for stream in positions}
        pages = await self._reading.pages(positions, PAGE_EVENTS, listening)
        for stream in positions:
            if not self._hub.audiences(stream) <= listening[stream]:
                continue  # somebody came meanwhile for whom words are missing: it is unfinished, and read again
            events = list(pages.events.get(stream, ()))
            self._hub.deliver(stream, events, pages.words)
            if len(events) < PAGE_EVENTS:
                self._unfinished.discard(stream)
            await asyncio.sleep(0)
