"""Refusals in the security log: the first of a minute is written at once, those that follow are counted in one row.

So a flood of wrong passwords does not fill the disk. Addresses are counted by themselves up to a number; what comes
from more of them in the same minute is counted together, in rows without an address.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from escalation.database import Database, Transaction
from escalation.kernel.clock import Clock
from escalation.protocol.states import SecurityKind
from escalation.security.actors import Actor
from escalation.security.log import SecurityLog

COUNTED_FOR: Final = timedelta(minutes=1)
MOST_APART: Final = 60
"""So many addresses of strangers are counted by themselves at a time; members always are."""
MOST_SUBJECTS: Final = 1_000
LOOK_EVERY: Final = 5.0
"""Seconds between two looks for counts whose minute is over."""

Find = Callable[[Transaction], str]
"""Returns the id of the account concerned, empty where there is none."""
Key = tuple[SecurityKind, Actor]


@dataclass
class _Counted:
    """What followed a first refusal."""

    since: datetime
    subject: str = ""
    more: int = 0
    names: set[str] = field(default_factory=set)
    """What the refused named, to be counted; never written."""

    def add(self, name: str) -> None:
        self.more += 1
        if len(self.names) < MOST_SUBJECTS:
            self.names.add(name)


class Refusals:
    """Counts refusals in this process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._now = clock.now
        self._counted: dict[Key, _Counted] = {}

    async def note(self, kind: SecurityKind, actor: Actor, name: str = "", find: Find = lambda _: "") -> None:
        """Note a refusal. `name` is what they named (an e-mail, a permission); `find` is asked for the first only."""
        ended = self._take_ended()
        key = self._key(kind, actor)
        counted = self._counted.get(key)
        if counted is not None:
            counted.add(name)
            await self._write(ended)
            return
        first = self._counted[key] = _Counted(self._now(), names={name})

        def work(tx: Transaction) -> str:
            _tell(tx, ended)
            subject = find(tx)
            SecurityLog.add(tx, kind, key[1], subject)
            return subject

        try:
            first.subject = await self._database.write(work)
        except BaseException:
            self._counted.pop(key, None)
            raise

    async def flush(self) -> None:
        """Write every count, whether or not its minute is over."""
        ended, self._counted = list(self._counted.items()), {}
        await self._write(ended)

    async def run(self) -> None:
        """Keep writing counts whose minute is over, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self._write(self._take_ended())

    def _key(self, kind: SecurityKind, actor: Actor) -> Key:
        apart = actor.id or (kind, actor) in self._counted or len(self._counted) < MOST_APART
        return kind, actor if apart else Actor("")

    def _take_ended(self) -> list[tuple[Key, _Counted]]:
        now = self._now()
        ended = [each for each in self._counted.items() if not timedelta() <= now - each[1].since < COUNTED_FOR]
        for key, _ in ended:
            del self._counted[key]
        return ended

    async def _write(self, ended: list[tuple[Key, _Counted]]) -> None:
        if any(counted.more for _, counted in ended):
            await self._database.write(lambda tx: _tell(tx, ended))


def _tell(tx: Transaction, ended: Iterable[tuple[Key, _Counted]]) -> None:
    for (kind, actor), counted in ended:
        if counted.more:
            several = len(counted.names) > 1
            facts = {"repeated": counted.more} | ({"different": len(counted.names)} if several else {})
            SecurityLog.add(tx, kind, actor, "" if several else counted.subject, facts)
