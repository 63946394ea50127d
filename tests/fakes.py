"""Stand-ins for what the outside world decides: the time, ids, when a process dies."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from escalation.database import Database, Transaction

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning."""


class FakeClock:
    """Stands still until a test moves it."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta | float) -> datetime:
        """Move forward by a timedelta or by seconds; returns the new time."""
        self._now += by if isinstance(by, timedelta) else timedelta(seconds=by)
        return self._now


class CountingIds:
    """`id-0001`, `id-0002`, ... (or another prefix): readable, ordered, the same in every run."""

    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._count = itertools.count(1)

    def __call__(self) -> str:
        return f"{self._prefix}-{next(self._count):04d}"


class CrashingDatabase:
    """Does the work of each write and dies before its commit; `write` raises ConnectionAbortedError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, fn: Callable[[Transaction], Any]) -> None:
        def work_and_die(tx: Transaction) -> None:
            fn(tx)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            await self._database.write(work_and_die)
        raise ConnectionAbortedError
