"""What guards agents from fatigue, at work: difficulties are counted, breaks end, and who asks is told of their own.

Nobody is told of anybody else: supervisors read sums of teams of three people or more.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import case, func, select

from escalation.database import Database, Transaction, table_of
from escalation.desk import breaks, difficulty_rows
from escalation.desk.difficulty import HARD, LOOKS_BACK
from escalation.desk.events import STREAM
from escalation.desk.presence import BREAK
from escalation.desk.rest import BreakRules, next_break, worked
from escalation.desk.routing.teams import members
from escalation.desk.tables import DifficultyRow
from escalation.events import Follower
from escalation.protocol.rest.workload import OwnWorkload, TeamWorkload, TeamWorkloads
from escalation.repeating import repeat

NAME: Final = "difficulties"
FEWEST: Final = 3
"""Teams with fewer people who had conversations are not told of: their sums would be somebody's own."""
EVERY_SECONDS: Final = 5.0

_rows = table_of(DifficultyRow)
_COUNTS = (func.count().label("conversations"), func.sum(case((_rows.c.points >= HARD, 1), else_=0)).label("hard"))


class Workload:
    """One a process; several at once do no harm."""

    def __init__(self, database: Database, rules: BreakRules) -> None:
        self._database = database
        self._rules = rules
        self._follower = Follower(database, NAME, [STREAM], difficulty_rows.count)

    async def run(self) -> None:
        """Work until cancelled."""
        await repeat(self.step, EVERY_SECONDS, "workload_failed")

    async def step(self) -> None:
        """Count what happened, end and begin the breaks that are due, and forget what nobody looks at."""
        await self._follower.catch_up()
        if await self._database.read(lambda tx: breaks.due(tx, self._rules) or difficulty_rows.old(tx)):
            await self._database.write(self._work)

    def _work(self, tx: Transaction) -> None:
        breaks.settle(tx, self._rules)
        difficulty_rows.forget(tx)

    async def mine(self, agent: str) -> OwnWorkload:
        """Return an agent's own figures of the last hours."""
        return await self._database.read(lambda tx: self._mine(tx, agent))

    def _mine(self, tx: Transaction, agent: str) -> OwnWorkload:
        row, rules = breaks.row_of(tx, agent), self._rules
        online = worked(row.working_since, tx.now) if row is not None and row.shown == "online" else timedelta(0)
        counts = tx.execute(select(*_COUNTS).where(_rows.c.agent == agent, _rows.c.at > tx.now - LOOKS_BACK)).one()
        return OwnWorkload(
            online_seconds=int(online.total_seconds()),
            remind=online >= rules.remind_after,
            conversations=counts.conversations,
            hard=counts.hard or 0,
            points=round(difficulty_rows.lately(tx).get(agent, 0.0), 1),
            break_until=_running(row),
            next_break=next_break(row.break_until if row is not None else None, rules, tx.now),
            break_seconds=int(rules.lasts.total_seconds()),
        )

    async def of_teams(self) -> TeamWorkloads:
        """Return sums of each team over the days that difficulties are kept."""
        return await self._database.read(_of_teams)


def _running(row: Any) -> datetime | None:
    return row.break_until if row is not None and row.away_because == BREAK else None


def _of_teams(tx: Transaction) -> TeamWorkloads:
    rows = tx.execute(select(_rows.c.agent, *_COUNTS).group_by(_rows.c.agent))
    had = {row.agent: (row.conversations, row.hard) for row in rows}
    found = [_team(name, people, had) for name, people in sorted(members(tx).items())]
    return TeamWorkloads(days=difficulty_rows.KEPT_FOR.days, fewest=FEWEST, teams=[one for one in found if one])


def _team(name: str, people: Iterable[str], had: Mapping[str, tuple[int, int]]) -> TeamWorkload | None:
    """Sums of one team; None where too few of it had conversations."""
    theirs = [had[one] for one in people if one in had]
    if len(theirs) < FEWEST:
        return None
    return TeamWorkload(
        name=name,
        people=len(theirs),
        conversations=sum(many for many, _ in theirs),
        hard=sum(hard for _, hard in theirs),
        evenness=evenness([hard / many for many, hard in theirs]),
    )


def evenness(shares: Iterable[float]) -> float | None:
    """Return Jain's index of what each got, `(sum x)^2 / (n sum x^2)`: 1 is the same for all; None: nobody got any.

    Jain, Chiu and Hawe 1984. Pure.
    """
    values = list(shares)
    squares = sum(one * one for one in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else None
