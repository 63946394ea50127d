"""The learner: holds the service's one lease, and while it does collects examples, refits and trains."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from escalation.database import Database
from escalation.kernel.ids import Ids
from escalation.learning import lease
from escalation.learning.errors import LeaseLost
from escalation.logs import get_logger

Work = Callable[[], Coroutine[Any, Any, None]]
"""A background loop of the learner; it raises LeaseLost once another process is the learner."""
_log = get_logger(__name__)


class Learner:
    """Waits for the lease, then does its work under a token of its own until it is cancelled or fenced off."""

    def __init__(self, database: Database, ids: Ids, work: Callable[[str], Sequence[Work]]) -> None:
        """`work` makes the loops of the learner that holds a token."""
        self._database = database
        self._ids = ids
        self._work = work

    async def run(self) -> None:
        """Learn until cancelled."""
        while True:
            await self._turn(self._ids())
            await asyncio.sleep(lease.RENEW_EVERY.total_seconds())

    async def _turn(self, token: str) -> None:
        if not await self._database.write(lambda tx: lease.acquire(tx, token)):
            return
        try:
            await self._do_work(token)
        except* LeaseLost:
            _log.warning("lease_lost")
        finally:
            await self._database.write(lambda tx: lease.release(tx, token))

    async def _do_work(self, token: str) -> None:
        async with asyncio.TaskGroup() as group:
            for loop in (lambda: self._renew(token), *self._work(token)):
                group.create_task(loop())

    async def _renew(self, token: str) -> None:
        while True:
            await asyncio.sleep(lease.RENEW_EVERY.total_seconds())
            await self._database.write(lambda tx: lease.renew(tx, token))
