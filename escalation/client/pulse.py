"""Waiting until something about a client has changed."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from escalation.client.errors import ClientError, TookTooLong

T = TypeVar("T")


class Pulse:
    """Beats at every change; whoever waits looks again. After a failure every wait raises it."""

    def __init__(self) -> None:
        self._waiters: list[asyncio.Future[None]] = []
        self.failure: ClientError | None = None

    def beat(self) -> None:
        """Wake everybody who waits."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def fail(self, failure: ClientError) -> None:
        """Make this and every later wait raise `failure`."""
        self.failure = failure
        self.beat()

    async def until(self, look: Callable[[], T | None], seconds: float, what: str) -> T:
        """Return the first result of `look` that is not None, looking again after each beat.

        Raises:
            TookTooLong: `seconds` passed first; the message names `what`.
            ClientError: the client failed for good.
        """
        try:
            async with asyncio.timeout(seconds):
                while (found := look()) is None:
                    if self.failure is not None:
                        raise self.failure
                    waiter = asyncio.get_running_loop().create_future()
                    self._waiters.append(waiter)
                    await waiter
                return found
        except TimeoutError:
            raise TookTooLong(f"Waited {seconds:g} s for {what}.") from None
