"""How tests wait: for a condition, or until nothing is left that could run. No test sleeps a fixed time."""

import asyncio
from collections.abc import Callable
from typing import Any


async def until(condition: Callable[[], object], seconds: float = 20.0, *, every: float = 0.01) -> None:
    """Wait until the condition holds, in real time. Raises: TimeoutError."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(every)


async def settled() -> None:
    """Wait until everything in this event loop waits for something: another thread, a socket, a timer, the test.

    Like `anyio.wait_all_tasks_blocked`, without its pause of a tenth of a second each time.
    """
    loop: Any = asyncio.get_running_loop()
    await asyncio.sleep(0)
    while loop._ready:  # noqa: ASYNC110
        await asyncio.sleep(0)


async def interleave(moves: int) -> None:
    """Let the others make so many moves, then go on: for tests that try out every moment. No test waits with it."""
    for _ in range(moves):
        await asyncio.sleep(0)
