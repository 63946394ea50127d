"""Processor time of running processes of the service: it hardly depends on what else the machine does."""

import asyncio
import time
from collections.abc import Sequence

import psutil

from tests.live_service import LiveService


class Meter:
    """Processor time of all processes of the service, and the clock, since it was made."""

    def __init__(self, services: Sequence[LiveService]) -> None:
        self._processes = [psutil.Process(each.pid) for each in services]
        self._began, self._before = time.monotonic(), self._spent()

    def _spent(self) -> float:
        return sum(sum(each.cpu_times()[:2]) for each in self._processes)

    @property
    def seconds(self) -> float:
        """Processor seconds."""
        return self._spent() - self._before

    @property
    def cores(self) -> float:
        """How many cores were busy on average."""
        return self.seconds / (time.monotonic() - self._began)


async def idle(services: Sequence[LiveService], seconds: float) -> float:
    """Return how many cores are busy while everybody is connected and nobody asks for anything."""
    meter = Meter(services)
    await asyncio.sleep(seconds)
    return meter.cores
