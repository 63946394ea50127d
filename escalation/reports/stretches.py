"""How long agents were there, and how long of that they held conversations: what occupancy is computed from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, case, func, literal, or_, select

from escalation.database import Prepared, Transaction, table_of
from escalation.events import Envelope
from escalation.reports import teams
from escalation.reports.days import Days
from escalation.reports.tables import StretchRow

_Number = ColumnElement[int]

_stretches = table_of(StretchRow)
_open = (_stretches.c.agent == bindparam("who"), _stretches.c.ended.is_(None))
_LAST = Prepared(select(_stretches.c.began, _stretches.c.busy).where(*_open))
_END = Prepared(_stretches.update().where(*_open))


class Presence(NamedTuple):
    """Seconds that an agent or all agents were there, and how many of them with conversations."""

    there: int
    busy: int


def record(tx: Transaction, event: Envelope) -> None:
    """End the agent's stretch and begin another, where what they do has changed."""
    agent, at, now_busy = event.payload["id"], int(event.at.timestamp()), _busy(event.payload)
    last = tx.execute(_LAST, {"who": agent}).first()
    if (None if last is None else last.busy) == now_busy:
        return
    if last is not None:
        tx.execute(_END, {"who": agent, "ended": max(at, last.began)})
    if now_busy is not None:
        row = {"agent": agent, "began": at, "ended": None, "busy": now_busy, "team": teams.of_agent(tx, agent)}
        tx.upsert(StretchRow, row)


def _busy(payload: dict[str, Any]) -> int | None:
    """1 while they hold conversations, 0 while they are online without any, None while they do not work."""
    if payload["availability"] == "offline":
        return None
    return 1 if payload["load"] else (0 if payload["availability"] == "online" else None)


def presence(
    tx: Transaction, days: Days, by: str, agent: str | None = None, team: str | None = None
) -> dict[str | None, Presence]:
    """Return presence in the days, of all under None, and by day, agent or team where that is asked for.

    Who is in several teams counts in each of them, and once in what is told of all.
    """
    began, ended, inside = _bounds(tx, days, agent, team)
    if by == "day":
        found = _by_day(tx, days, began, ended, inside)
    else:
        keys = {"agent": _stretches.c.agent, "team": func.coalesce(_stretches.c.team, "")}
        found = _added(tx, keys.get(by, literal("")), ended - began, inside)
    total = _sum(found.values())
    if by == "team":
        names = {name for group in found for name in teams.each_of(group)}
        found = {name: _sum(each for group, each in found.items() if name in teams.each_of(group)) for name in names}
    return {None: total, **(found if by in {"day", "agent", "team"} else {})}


def _sum(several: Iterable[Presence]) -> Presence:
    all_of_them = [*several]
    return Presence(sum(each.there for each in all_of_them), sum(each.busy for each in all_of_them))


def _bounds(
    tx: Transaction, days: Days, agent: str | None, team: str | None
) -> tuple[_Number, _Number, list[ColumnElement[bool]]]:
    """Return when stretches begin and end within the days, and which they are."""
    until = min(days.ends, int(tx.now.timestamp()))
    began, ended = _stretches.c.began, func.coalesce(_stretches.c.ended, until)
    inside = [began < until, or_(_stretches.c.ended.is_(None), _stretches.c.ended > days.begins)]
    inside += [_stretches.c.agent == agent] if agent else []
    inside += [teams.is_in(_stretches.c.team, team)] if team is not None else []
    first = case((began < days.begins, literal(days.begins)), else_=began)
    return first, case((ended > until, literal(until)), else_=ended), inside


def _added(
    tx: Transaction, key: ColumnElement[Any], lasted: _Number, inside: Sequence[ColumnElement[bool]]
) -> dict[Any, Presence]:
    there, busy = func.sum(lasted).label("there"), func.sum(lasted * _stretches.c.busy).label("busy")
    rows = tx.execute(select(key.label("grouped"), there, busy).where(*inside).group_by("grouped"))
    return {row.grouped: Presence(int(row.there), int(row.busy)) for row in rows}


def _by_day(
    tx: Transaction, days: Days, began: _Number, ended: _Number, inside: Sequence[ColumnElement[bool]]
) -> dict[Any, Presence]:
    """One look at the stretches: of those that go from one day to another, what they begin and end at adds up too."""
    first, last = days.number(began).label("first_day"), days.number(ended - 1).label("last_day")
    sums = (func.count().label("many"), func.sum(began).label("begins"), func.sum(ended).label("ends"))
    query = select(first, last, _stretches.c.busy, *sums).where(*inside)
    lasted: Counter[tuple[int, int]] = Counter()
    for row in tx.execute(query.group_by("first_day", "last_day", _stretches.c.busy)):
        for day in range(int(row.first_day), int(row.last_day) + 1):
            begins = row.begins if day == row.first_day else row.many * days.midnights[day]
            ends = row.ends if day == row.last_day else row.many * days.midnights[day + 1]
            lasted[day, row.busy] += int(ends - begins)
    found = sorted({day for day, _ in lasted})
    return {days.name(day): Presence(lasted[day, 0] + lasted[day, 1], lasted[day, 1]) for day in found}
