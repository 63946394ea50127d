"""Waiting for a ring of certain streams, or for the poll interval: a lost ring costs one interval, never an event."""

import asyncio
from collections.abc import Set

from escalation.events import Bus


class Doorbell:
    """One loop's ear on some streams; rings of others do not wake it."""

    def __init__(self, bus: Bus, streams: Set[str]) -> None:
        self._ear = bus.listen()
        self._streams = streams

    async def wait(self, seconds: float) -> bool:
        """Return at the next ring of these streams (True), or after `seconds` (False)."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            if self._streams & await self._ear.wait(left):
                return True
        return False

    def close(self) -> None:
        """Hear nothing more."""
        self._ear.close()
