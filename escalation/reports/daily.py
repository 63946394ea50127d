"""Sums of whole days, so that a page over a year reads some thousand rows and not every case.

Whatever changes a case marks its day; days that are over and marked are added up anew by any process. A page takes
the sums of days that are not marked, and the cases themselves for all others, so that it is exact at every moment.
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, cast, func, literal, or_, select

from escalation.database import Transaction, table_of
from escalation.reports.days import DAY, Days
from escalation.reports.measures import MEDIANS, NUMBERS
from escalation.reports.sums import WEEK, Sums, numbers_of, of_cases
from escalation.reports.tables import SUMS, CaseRow, DayRow

PARTS: Final = {"hour": 3_600, "quarter": 900}
"""Stretches of the day, in seconds: most zones begin their days with an hour of UTC, some with half or a quarter."""
KINDS: Final = ("queue", "agent", "team", "intent", "reason", "site")
FROM_DAYS: Final = 40
"""Shorter ranges are read from the cases."""
DAYS_AT_ONCE: Final = 5
MOST_SPANS: Final = 100

_cases = table_of(CaseRow)
_days = table_of(DayRow)


def mark(tx: Transaction, moments: Iterable[int]) -> None:
    """Say that cases which began at these moments have changed."""
    for day in sorted({moment // DAY for moment in moments}):
        tx.upsert(DayRow, {"day": day, "changed": 1, "due_at": None}, update=["changed"])


def marked(tx: Transaction) -> list[int]:
    """Return some days that are over and whose sums are not those of their cases."""
    now = int(tx.now.timestamp())
    wrong = or_(_days.c.changed == 1, _days.c.due_at <= now)
    query = select(_days.c.day).where(wrong, _days.c.day < now // DAY).order_by(_days.c.day.desc())
    return list(tx.execute(query.limit(DAYS_AT_ONCE)).scalars())


def add_up_all(tx: Transaction, days: Iterable[int]) -> None:
    """Make the sums of several days anew."""
    for day in days:
        add_up(tx, day)


def add_up(tx: Transaction, day: int) -> None:
    """Make the sums of a day anew."""
    tx.lock(DayRow, day)
    inside = [_cases.c.began >= day * DAY, _cases.c.began < (day + 1) * DAY]
    tx.execute(SUMS.delete().where(SUMS.c.day == day, SUMS.c.kind.in_((*KINDS, *PARTS))))
    keys = {kind: (_cases.c.began - day * DAY) // literal(seconds) for kind, seconds in PARTS.items()}
    for kind, key in (keys | {kind: func.coalesce(_cases.c[kind], "") for kind in KINDS}).items():
        rows = [_row(kind, day, key, sums) for key, sums in of_cases(tx, key, inside).items()]
        if rows:
            tx.execute(SUMS.insert(), rows)
    tx.execute(_days.update().where(_days.c.day == day).values(changed=0, due_at=_due_at(tx, inside)))


def _row(kind: str, day: int, key: Any, sums: Sums) -> dict[str, Any]:
    began = day * DAY + (int(key) * PARTS[kind] if kind in PARTS else 0)
    times = {f"{name}_all": array("q", sorted(sums.times[name])).tobytes() for name in MEDIANS}
    return {"kind": kind, "day": day, "key": str(key), "began": began, **sums.numbers, **times}


def _due_at(tx: Transaction, inside: Sequence[ColumnElement[bool]]) -> int | None:
    not_due = _cases.c.ended > int(tx.now.timestamp()) - WEEK
    first = tx.execute(select(func.min(_cases.c.ended)).where(*inside, not_due, _cases.c.made_request == 1)).scalar()
    return None if first is None else int(first) + WEEK


def added_up(tx: Transaction, days: Days) -> list[int]:
    """Return the days of UTC within a range whose sums can be read, in order; none for a short range."""
    if days.ends - days.begins < FROM_DAYS * DAY or _part_of(days) is None:
        return []
    now = int(tx.now.timestamp())
    inside = (_days.c.day >= -(-days.begins // DAY), _days.c.day < days.ends // DAY)
    right = (_days.c.changed == 0, or_(_days.c.due_at.is_(None), _days.c.due_at > now))
    found = list(tx.execute(select(_days.c.day).where(*inside, *right).order_by(_days.c.day)).scalars())
    return found if len(spans_without(days, found)) <= MOST_SPANS else []


def _part_of(days: Days) -> str | None:
    """Return the longest stretch of which every day of the range is made; None: its days begin within a quarter."""
    return next((kind for kind, length in PARTS.items() if not any(at % length for at in days.midnights)), None)


def spans_without(days: Days, left_out: Sequence[int]) -> list[tuple[int, int]]:
    """Return what is left of a range without some of its days of UTC, as stretches of seconds."""
    found, at = [], days.begins
    for day in left_out:
        if at < day * DAY:
            found.append((at, day * DAY))
        at = (day + 1) * DAY
    return found + ([(at, days.ends)] if at < days.ends else [])


def of_days(tx: Transaction, days: Days, by: str, added: Sequence[int]) -> list[tuple[Any, Sums]]:
    """Return by group what these days add up to; of days of a zone by their number in the range."""
    if not added:
        return []
    without = sorted(set(range(added[0], added[-1] + 1)) - set(added))
    kind = _part_of(days) if by == "day" else by
    inside = [SUMS.c.kind == kind, SUMS.c.day.between(added[0], added[-1])]
    inside += [SUMS.c.day.not_in(without)] if without else []
    key = cast(days.number(SUMS.c.began), Integer) if by == "day" else SUMS.c.key
    totals = [func.sum(SUMS.c[name]).label(name) for name in NUMBERS]
    query = select(key.label("grouped"), *totals).where(*inside).group_by("grouped")
    found = {row.grouped: Sums(numbers=numbers_of(row)) for row in tx.execute(query)}
    for group, *values in tx.execute(
        select(key.label("grouped"), *(SUMS.c[f"{n}_all"] for n in MEDIANS)).where(*inside)
    ):
        for name, value in zip(MEDIANS, values, strict=True):
            if value:
                found[group].times[name].extend(array("q", value))
    return list(found.items())
