"""One function waiting for its transaction, and how its result gets back to who waits for it."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from escalation.database.transaction import Transaction

log = logging.getLogger(__name__)

Committed = Callable[[frozenset[str]], None]


@dataclass(slots=True, eq=False)
class Job:
    """A function, who waits for it (a future of `loop`, or of a thread when `loop` is None), and what came out."""

    fn: Callable[[Any], Any]
    future: "asyncio.Future[Any] | Future[Any]"
    loop: asyncio.AbstractEventLoop | None
    alone: bool = False
    """Gets the bare connection with no transaction open (migrations)."""
    result: Any = None
    error: BaseException | None = None
    rung: frozenset[str] = frozenset()

    def run(self, tx: Transaction) -> None:
        """Run the function and its hooks. Whatever they raise is raised."""
        self.result = self.fn(tx)
        tx.finish()
        self.rung = frozenset(tx.rung)

    def fail(self, error: BaseException) -> None:
        """Forget the result: nothing of this job was kept."""
        # No future takes a StopIteration: it would end the generator that awaits it.
        self.error = RuntimeError("the function raised StopIteration") if isinstance(error, StopIteration) else error
        self.result, self.rung = None, frozenset()

    def deliver(self) -> None:
        """Hand the outcome over, in the thread of whoever waits; a waiter that gave up is left alone."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


def deliver_all(jobs: Iterable[Job]) -> None:
    """Deliver jobs of one loop, inside that loop."""
    for job in jobs:
        job.deliver()


def settle(jobs: Iterable[Job]) -> None:
    """Deliver finished jobs: one wake-up for each event loop, however many jobs it waits for."""
    waiting: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        if job.loop is None:
            job.deliver()
        else:
            waiting.setdefault(job.loop, []).append(job)
    for loop, group in waiting.items():
        try:
            loop.call_soon_threadsafe(deliver_all, group)
        except RuntimeError:  # the loop was closed: nobody waits any more, and what was committed stays
            log.debug("a loop was closed before it heard of %d commits", len(group))
