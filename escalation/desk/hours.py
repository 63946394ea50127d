"""Opening hours: intervals of wall-clock time in a time zone, holidays, and business time. Pure.

A shift is open from the first instant the clock shows a time of it to the last. So one that begins in the hour that
the clock skips begins with the jump, and one that ends in an hour that comes twice ends with the second.

None in place of hours stands for: always open. Every time is an aware `datetime`; those that come back are in UTC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from escalation.kernel.errors import Invalid

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
SHIFTS_AT_MOST = 6
"""Of one day."""
HOLIDAYS_AT_MOST = 200


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """From one time of the day to another, by the clock on the wall, in whole minutes.

    It ends on the next day where `closes` is not after `opens`: 22:00 to 6:00, or 0:00 to 0:00, which is a whole day.
    A shift belongs to the day it begins on.
    """

    opens: time
    closes: time

    def span(self, day: date) -> tuple[datetime, datetime]:
        """Return its begin and end on this day, by the clock on the wall."""
        ends_on = day if self.closes > self.opens else day + DAY
        return datetime.combine(day, self.opens), datetime.combine(ends_on, self.closes)


Shifts = tuple[Shift, ...]
Spell = tuple[datetime, datetime]
"""Open from the first time on, until before the second."""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When somebody is there: the shifts of seven weekdays, Monday first, and of dates that differ from them.

    Shifts may overlap: open is open. Raises: Invalid for a zone that nobody knows, a week that is never open,
    seconds, or too many of them.
    """

    zone: str
    """Name of a time zone, such as `Europe/Berlin`."""
    week: tuple[Shifts, ...]
    holidays: Mapping[date, Shifts] = field(default_factory=dict)
    """What holds on a date instead of its weekday; no shifts: closed."""

    def __post_init__(self) -> None:
        zone_of(self.zone)
        if len(self.week) != 7 or not any(self.week):
            raise Invalid("Opening hours need the shifts of seven weekdays, and at least one of them open.")
        if len(self.holidays) > HOLIDAYS_AT_MOST:
            raise Invalid(f"Name at most {HOLIDAYS_AT_MOST} holidays.")
        for shifts in (*self.week, *self.holidays.values()):
            _check(shifts)

    def shifts_on(self, day: date) -> Shifts:
        """Return the shifts that begin on a day."""
        return self.holidays.get(day, self.week[day.weekday()])


def as_document(hours: OpeningHours) -> dict[str, Any]:
    """Return hours as JSON has them: times of the day as `09:00`, dates as `2026-12-25`."""
    days = sorted(hours.holidays)
    return {
        "zone": hours.zone,
        "week": [_written(shifts) for shifts in hours.week],
        "holidays": [{"day": day.isoformat(), "shifts": _written(hours.holidays[day])} for day in days],
    }


def from_document(document: Mapping[str, Any]) -> OpeningHours:
    """Return the hours that `as_document` wrote. Raises: Invalid."""
    holidays = document["holidays"]
    return OpeningHours(
        document["zone"],
        tuple(_read(shifts) for shifts in document["week"]),
        {date.fromisoformat(each["day"]): _read(each["shifts"]) for each in holidays},
    )


def _written(shifts: Shifts) -> list[dict[str, str]]:
    return [{"opens": f"{each.opens:%H:%M}", "closes": f"{each.closes:%H:%M}"} for each in shifts]


def _read(shifts: list[dict[str, str]]) -> Shifts:
    return tuple(Shift(time.fromisoformat(each["opens"]), time.fromisoformat(each["closes"])) for each in shifts)


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone. Raises: Invalid for a name that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise Invalid(f"There is no time zone {name!r}. Write one such as Europe/Berlin.") from None


def is_open(hours: OpeningHours | None, at: datetime) -> bool:
    """Return whether somebody is there at a time."""
    return next_open(hours, at) <= at


def next_open(hours: OpeningHours | None, at: datetime) -> datetime:
    """Return the first time from `at` on at which it is open: `at` itself where it is."""
    if hours is None:
        return at.astimezone(UTC)
    return next(_spells(hours, at))[0]


def open_time_between(hours: OpeningHours | None, start: datetime, end: datetime) -> timedelta:
    """Return how long it is open from `start` until `end`; zero where `end` comes first."""
    if hours is None:
        return max(end.astimezone(UTC) - start.astimezone(UTC), timedelta(0))
    total, finish = timedelta(0), end.astimezone(UTC)
    for opens, closes in _spells(hours, start):
        if opens >= finish:
            break
        total += min(closes, finish) - opens
    return total


def after_open_time(hours: OpeningHours | None, start: datetime, lasts: timedelta) -> datetime:
    """Return the first time by which it has been open for so long since `start`; `start` where nothing is asked for.

    It is the inverse of `open_time_between`: a deadline of two hours, set one hour before closing, falls due an hour
    after the next opening. One that falls due with the end of a shift does not wait for the next.
    """
    begin = start.astimezone(UTC)
    if lasts <= timedelta(0):
        return begin
    if hours is None:
        return begin + lasts
    left = lasts
    for opens, closes in _spells(hours, begin):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise AssertionError("a week with a shift opens again and again")


def _spells(hours: OpeningHours, since: datetime) -> Iterator[Spell]:
    """Yield when it is open from `since` on, in order, without overlaps, in UTC, for ever."""
    zone, until = zone_of(hours.zone), since.astimezone(UTC)
    day = until.astimezone(zone).date() - 2 * DAY  # a shift that began the day before, where the clock fell back
    while True:
        for shift in sorted(hours.shifts_on(day)):
            opens, closes = _instants(shift, day, zone)
            if opens < closes and closes > until:
                yield max(opens, until), closes
                until = closes
        day += DAY


def _instants(shift: Shift, day: date, zone: ZoneInfo) -> Spell:
    """Return the first instant the clock shows a time of this shift, and the end of the last; alike where none does."""
    opens, closes = shift.span(day)
    last = closes - MINUTE
    jump = _jump(last, zone)
    end = jump if jump is not None else _instant(last, zone, fold=1) + MINUTE
    begin = _jump(opens, zone) or _instant(opens, zone, fold=0)
    return begin, max(begin, end)


def _instant(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _jump(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when the clock skips this time; None where it shows it."""
    early, late = _instant(wall, zone, fold=1), _instant(wall, zone, fold=0)
    if early >= late:
        return None
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def _check(shifts: Shifts) -> None:
    if len(shifts) > SHIFTS_AT_MOST:
        raise Invalid(f"A day has at most {SHIFTS_AT_MOST} shifts.")
    if any(each.second or each.microsecond for shift in shifts for each in (shift.opens, shift.closes)):
        raise Invalid("Shifts begin and end with whole minutes.")
