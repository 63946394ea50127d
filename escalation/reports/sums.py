"""What cases add up to, by group: from the cases themselves, in two passes that the database groups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select

from escalation.database import Transaction, table_of
from escalation.desk.routing.work import TARGETS
from escalation.protocol.rest.reports import Figures
from escalation.reports.measures import COUNTS, FLAGS, MEDIANS, NUMBERS, TIMES
from escalation.reports.tables import CaseRow

WEEK: Final = int(timedelta(days=7).total_seconds())
"""A request this soon after the end of a case says that it was not resolved for good."""

_cases = table_of(CaseRow)


@dataclass
class Sums:
    """Sums of one group; several of the same group can be put together."""

    numbers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NUMBERS, 0))
    times: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in MEDIANS})
    """Every one of the times of which a median is told."""

    def add(self, other: "Sums") -> None:
        """Put another one's cases to these."""
        for name in NUMBERS:
            self.numbers[name] += other.numbers[name]
        for name in MEDIANS:
            self.times[name].extend(other.times[name])

    def figures(self, occupancy: float | None) -> Figures:
        """Return what is told of them."""
        return Figures(
            **{name: self.numbers[name] for name in COUNTS},
            sla_breached=sum(self.numbers[f"{one}_targets"] - self.numbers[f"{one}_met"] for one in TARGETS),
            waited=self.numbers["waited_ms_count"],
            handled=self.numbers["handled_ms_count"],
            wait_mean=self._mean("waited_ms"),
            wait_median=self._median("waited_ms"),
            bot_response_mean=self._mean("bot_response_ms"),
            human_response_mean=self._mean("human_response_ms"),
            human_response_median=self._median("human_response_ms"),
            handle_mean=self._mean("handled_ms"),
            handle_median=self._median("handled_ms"),
            occupancy=occupancy,
        )

    def _mean(self, name: str) -> float | None:
        count = self.numbers[f"{name}_count"]
        return self.numbers[name] / count / 1000 if count else None

    def _median(self, name: str) -> float | None:
        return median(self.times[name]) / 1000 if self.times[name] else None


def put_together(groups: dict[Any, Sums], found: Iterable[tuple[Any, Sums]]) -> None:
    """Add what was found to its groups."""
    for key, sums in found:
        groups.setdefault(key, Sums()).add(sums)


def of_cases(tx: Transaction, key: ColumnElement[Any], inside: Sequence[ColumnElement[bool]]) -> dict[Any, Sums]:
    """Return by group what the cases that match add up to."""
    query = select(key.label("grouped"), *_columns(tx)).where(*inside).group_by("grouped")
    found = {row.grouped: Sums(numbers=numbers_of(row)) for row in tx.execute(query)}
    people = or_(_cases.c.handed_off == 1, _cases.c.agent.is_not(None))
    times = select(key.label("grouped"), *(_cases.c[name] for name in MEDIANS)).where(*inside, people)
    for group, *values in tx.execute(times):
        of_group = found[group].times
        for name, value in zip(MEDIANS, values, strict=True):
            if value is not None:
                of_group[name].append(value)
    return found


def numbers_of(row: Any) -> dict[str, int]:
    """Return the numbers of a row that has them as columns."""
    return {name: int(getattr(row, name) or 0) for name in NUMBERS}


def _columns(tx: Transaction) -> list[ColumnElement[Any]]:
    over = and_(_cases.c.ended.is_not(None), _cases.c.made_request == 1)
    due = and_(over, _cases.c.ended <= int(tx.now.timestamp()) - WEEK)
    stayed = or_(_cases.c.returned.is_(None), _cases.c.returned > _cases.c.ended + WEEK)
    durable = and_(due, _cases.c.automated + _cases.c.solved > 0, stayed)
    sums = [func.sum(_cases.c[name]).label(name) for name in (*FLAGS, *TIMES)]
    numbers = [func.count(_cases.c[name]).label(f"{name}_count") for name in TIMES]
    flags = {"requests": over, "due": due, "durable": durable}
    sums += [func.sum(case((flag, literal(1)), else_=literal(0))).label(name) for name, flag in flags.items()]
    return [func.count().label("conversations"), *sums, *numbers]
