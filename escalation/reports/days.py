"""Days of a time zone as stretches of seconds, exact where clocks are changed. Pure but for the database of zones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ColumnElement, case, literal

from escalation.kernel.errors import Invalid

MOST_DAYS = 1_100
"""Three years."""
DAY = 86_400
ORDINAL_OF_1970 = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Days:
    """The days from `since` to `until`, both included, of one zone."""

    since: date
    until: date
    zone: str
    midnights: Sequence[int]
    """When each day begins, in seconds since 1970, and when the last one ends."""

    @property
    def begins(self) -> int:
        """The first moment."""
        return self.midnights[0]

    @property
    def ends(self) -> int:
        """The first moment after them."""
        return self.midnights[-1]

    @property
    def all(self) -> list[date]:
        """Every day, in order."""
        return [self.since + timedelta(days=number) for number in range(len(self.midnights) - 1)]

    def name(self, number: int) -> str:
        """Return a day as `2026-03-01`, by its number in the range."""
        return (self.since + timedelta(days=number)).isoformat()

    def number(self, moment: ColumnElement[int]) -> ColumnElement[int]:
        """Return the SQL for the day on which a moment falls, counted from `since`.

        Each day of a year with one offset is a division; where clocks change there is a branch more.
        """
        first = self.since.toordinal() - ORDINAL_OF_1970
        return (moment + self._offset(moment)) // literal(DAY) - first

    def _offset(self, moment: ColumnElement[int]) -> ColumnElement[int]:
        zone = ZoneInfo(self.zone)
        changes = _changes(zone, self.midnights)
        last = literal(_offset_at(zone, self.ends - 1))
        return case(*((moment < at, before) for at, before in changes), else_=last) if changes else last


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone. Raises: Invalid for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(f"There is no time zone {name!r}. Name one such as Europe/Madrid, or UTC.") from error


def days_of(since: date, until: date, zone: str) -> Days:
    """Return the days. Raises: Invalid for a zone nobody knows, or a range that is reversed or too long."""
    found = zone_of(zone)
    count = (until - since).days + 1
    if not 0 < count <= MOST_DAYS:
        raise Invalid(f"Choose 1 to {MOST_DAYS} days, the first one first: {since} to {until} are {count}.")
    midnights = [_midnight(since + timedelta(days=number), found) for number in range(count + 1)]
    return Days(since, until, zone, midnights)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def _offset_at(zone: ZoneInfo, moment: int) -> int:
    offset = datetime.fromtimestamp(moment, UTC).astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _changes(zone: ZoneInfo, midnights: Sequence[int]) -> list[tuple[int, int]]:
    """Return when clocks are changed within the days, with the offset before each."""
    found = []
    for begins, ends in pairwise(midnights):
        before = _offset_at(zone, begins)
        if before == _offset_at(zone, ends - 1):
            continue
        low, high = begins, ends - 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset_at(zone, middle) == before else (low, middle)
        found.append((high, before))
    return found
