"""Waiting for a ring of certain streams, or for the poll interval: a lost ring costs one interval, never an event."""

import asyncio
from collections.abc import Iterable

from escalation.events.bus import Bus


class Doorbell:
    """What one background loop waits at: rings of its own streams wake it, others do not."""

    def __init__(self, bus: Bus, streams: Iterable[str]) -> None:
        """Hear `streams` from now on, in the running event loop."""
        self._listener = bus.listen()
        self._streams = frozenset(streams)

    async def wait(self, seconds: float) -> bool:
        """Return True at the next ring of these streams, False after `seconds` or when closed."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while rung := await self._listener.wait(max(0.0, until - loop.time())):
            if self._streams & rung:
                return True
        return False

    def close(self) -> None:
        """Hear nothing more; a `wait` in progress returns."""
        self._listener.close()
