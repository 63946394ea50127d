"""How tests wait: for a condition, or until nothing is left that could run. No test sleeps a fixed time."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy import text

from escalation.database import Database

Found = TypeVar("Found")

PATIENCE = 100.0
"""Seconds after which something hangs: far more than anything takes, also beside other work."""

_LOCKED_OUT = text(
    "SELECT count(*) FROM pg_locks wanted JOIN pg_locks held USING (pid) JOIN pg_class ON pg_class.oid = held.relation "
    "WHERE NOT wanted.granted AND relnamespace = CAST(CAST(current_schema() AS text) AS regnamespace)"
)


async def until(
    condition: Callable[[], Found | Awaitable[Found]], seconds: float = PATIENCE, *, every: float = 0.01
) -> Found:
    """Wait until the condition, which may have to be awaited, holds; returns what it found. Raises: TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            told: Any = await found if inspect.isawaitable(found) else found
            if told:
                return told
            await asyncio.sleep(every)


def until_now(condition: Callable[[], Found], seconds: float = PATIENCE, *, every: float = 0.05) -> Found:
    """`until` for what another thread or process does, where no event loop runs. Raises: TimeoutError."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing came within {seconds:g} s")
        time.sleep(every)
    return found


def within_a_second(seconds: Callable[[], float]) -> bool:
    """Whether the quickest of three takes less than a second: other work on the machine only ever adds."""
    return any(seconds() < 1.0 for _ in range(3))


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


async def locked_out(database: Database) -> None:
    """Wait until a transaction in this schema waits for what another one has locked. PostgreSQL only."""
    await until(lambda: database.read(lambda tx: tx.execute(_LOCKED_OUT).scalar_one()))
