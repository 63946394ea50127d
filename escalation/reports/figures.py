"""Computing a report: from sums of days and from cases, grouped by the database."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_

from escalation.database import Transaction, table_of
from escalation.people.scope import EVERYTHING, Scope
from escalation.protocol.rest.reports import Figures, ReportGroup
from escalation.reports import daily, stretches, teams
from escalation.reports.days import Days
from escalation.reports.stretches import Presence
from escalation.reports.sums import Sums, of_cases, put_together
from escalation.reports.tables import CaseRow

_cases = table_of(CaseRow)


@dataclass(frozen=True)
class Filter:
    """Which cases count; what is None does not matter. An empty text asks for those without one."""

    site: str | None = None
    queue: str | None = None
    agent: str | None = None
    intent: str | None = None
    team: str | None = None
    scope: Scope = EVERYTHING
    """What the reader sees of conversations."""

    @property
    def is_of_people_only(self) -> bool:
        """Whether nothing is left out but by agent and team: presence has no site, queue or intent."""
        return self.site is None and self.queue is None and self.intent is None and not self.scope.limited

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a row must be."""
        wanted = {"site": self.site, "queue": self.queue, "agent": self.agent, "intent": self.intent}
        columns = [_cases.c[name] == value if value else _cases.c[name].is_(None)
                   for name, value in wanted.items() if value is not None]  # fmt: skip
        scope = {"site": self.scope.sites, "queue": self.scope.queues}
        columns += [teams.is_in(_cases.c.team, self.team)] if self.team is not None else []
        return columns + [_cases.c[name].in_(sorted(names)) for name, names in scope.items() if names]


def compute(tx: Transaction, days: Days, by: ReportGroup, wanted: Filter) -> tuple[Figures, dict[str, Figures]]:
    """Return the figures of all cases together, and by group."""
    groups: dict[str, Sums] = {}
    put_together(groups, ((_name(key, days, by), sums) for key, sums in _found(tx, days, by, wanted)))
    total = Sums()
    for sums in groups.values():
        total.add(sums)
    there = _presence(tx, days, by, wanted)
    if by == "team":
        groups = teams.divided(groups)
    elif by == "reason":
        groups.pop("", None)
    elif by == "day":
        groups = {day.isoformat(): groups.get(day.isoformat()) or Sums() for day in days.all}
    named = {name: sums.figures(_occupancy(there.get(name))) for name, sums in groups.items()}
    return total.figures(_occupancy(there.get(None))), named


def _found(tx: Transaction, days: Days, by: ReportGroup, wanted: Filter) -> list[tuple[Any, Sums]]:
    """The sums of days where nothing is left out and they are there, and the cases of the rest."""
    conditions = wanted.conditions()
    added = [] if conditions else daily.added_up(tx, days)
    key = days.number(_cases.c.began) if by == "day" else func.coalesce(_cases.c[by], "")
    found = daily.of_days(tx, days, by, added)
    spans = daily.spans_without(days, added)
    if spans:
        inside = or_(*(and_(_cases.c.began >= begins, _cases.c.began < ends) for begins, ends in spans))
        found += of_cases(tx, key, [inside, *conditions]).items()
    return found


def _name(key: Any, days: Days, by: ReportGroup) -> str:
    return days.name(int(key)) if by == "day" else str(key)


def _presence(tx: Transaction, days: Days, by: ReportGroup, wanted: Filter) -> dict[str | None, Presence]:
    """Return presence by group, and of all under None; nothing where it is not about people alone."""
    if not wanted.is_of_people_only or wanted.agent == "":
        return {}

    return stretches.presence(tx, days, by, wanted.agent, wanted.team)


def _occupancy(presence: Presence | None) -> float | None:
    return presence.busy / presence.there if presence is not None and presence.there else None
