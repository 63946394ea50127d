"""Opening hours against a clock that is looked at minute by minute, where it skips hours and where it repeats them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.desk.hours import (
    OpeningHours,
    Shift,
    after_open_time,
    is_open,
    next_open,
    open_time_between,
)
from escalation.kernel.errors import Invalid

MINUTE = timedelta(minutes=1)
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),  # midnight does not exist
    ("Africa/Cairo", date(2026, 10, 29)),  # midnight falls back into the day before
    ("America/St_Johns", date(2008, 11, 2)),  # at one minute past midnight
    ("Pacific/Apia", date(2011, 12, 30)),  # a day that does not exist
    ("Asia/Kolkata", date(2026, 6, 1)),
]
DAYS_AROUND = 3


def at(text: str, zone: str = "UTC", fold: int = 0) -> datetime:
    """A time by the clock on the wall, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def shift(opens: str, closes: str) -> Shift:
    return Shift(time.fromisoformat(opens), time.fromisoformat(closes))


def hours(
    *shifts: Shift, zone: str = "Europe/Berlin", holidays: Mapping[date, tuple[Shift, ...]] | None = None
) -> OpeningHours:
    """Alike every day."""
    return OpeningHours(zone, (shifts,) * 7, holidays or {})


def weekdays(*shifts: Shift, zone: str = "Europe/Berlin") -> OpeningHours:
    """Monday to Friday."""
    return OpeningHours(zone, (*((shifts,) * 5), (), ()))


OFFICE = shift("09:00", "17:00")


# The reference: a shift is open from the first minute whose wall clock lies in it to the last.


class Reference:
    """Every minute of some days, and whether it is open."""

    def __init__(self, wanted: OpeningHours, around: date) -> None:
        zone = ZoneInfo(wanted.zone)
        self.start = datetime.combine(around, time(0), UTC) - (DAYS_AROUND + 2) * timedelta(days=1)
        self.minutes = [self.start + each * MINUTE for each in range((2 * DAYS_AROUND + 4) * 24 * 60)]
        walls = [minute.astimezone(zone).replace(tzinfo=None) for minute in self.minutes]
        self.open = [False] * len(self.minutes)
        for days in range(-DAYS_AROUND - 4, DAYS_AROUND + 4):
            day = around + timedelta(days=days)
            for each in wanted.shifts_on(day):
                opens, closes = each.span(day)
                shown = [place for place, wall in enumerate(walls) if opens <= wall < closes]
                if shown:
                    self.open[shown[0] : shown[-1] + 1] = [True] * (shown[-1] + 1 - shown[0])

    def inside(self) -> range:
        """The minutes whose shifts all lie in what was looked at."""
        return range(3 * 24 * 60, len(self.minutes) - 3 * 24 * 60)


@st.composite
def shifts(draw: st.DrawFn) -> Shift:
    quarter = st.integers(0, 24 * 12 - 1).map(lambda each: time(each // 12, each % 12 * 5))
    near = st.sampled_from([time(0), time(1, 30), time(2), time(2, 15), time(2, 30), time(3), time(23, 30)])
    return Shift(draw(near | quarter), draw(near | quarter))


@st.composite
def cases(draw: st.DrawFn) -> tuple[OpeningHours, date]:
    zone, around = draw(st.sampled_from(CHANGES))
    of_a_day = st.lists(shifts(), max_size=3).map(tuple)
    week = draw(st.lists(of_a_day, min_size=7, max_size=7).filter(any))
    near = st.integers(-2, 2).map(lambda days: around + timedelta(days=days))
    return OpeningHours(zone, tuple(week), draw(st.dictionaries(near, of_a_day, max_size=2))), around


@settings(max_examples=60)
@given(cases(), st.data())
def test_every_minute_is_open_as_the_clock_on_the_wall_says(
    case: tuple[OpeningHours, date], data: st.DataObject
) -> None:
    wanted, around = case
    reference = Reference(wanted, around)
    inside = reference.inside()
    probes = [*inside[::97], *(place for place in inside if reference.open[place] != reference.open[place - 1])]
    for place in probes:
        assert is_open(wanted, reference.minutes[place]) is reference.open[place], reference.minutes[place]
    first = data.draw(st.integers(inside.start, inside.stop - 1))
    last = data.draw(st.integers(first, inside.stop - 1))
    counted = sum(reference.open[first:last]) * MINUTE
    assert open_time_between(wanted, reference.minutes[first], reference.minutes[last]) == counted
    opened = next((place for place in range(first, inside.stop) if reference.open[place]), None)
    if opened is not None:
        assert next_open(wanted, reference.minutes[first]) == reference.minutes[opened]


@settings(max_examples=100)
@given(cases(), st.integers(-3_000, 3_000), st.integers(0, 4_000))
def test_a_deadline_is_the_first_time_by_which_it_was_open_so_long(
    case: tuple[OpeningHours, date], offset: int, lasts: int
) -> None:
    wanted, around = case
    start = datetime.combine(around, time(0), UTC) + offset * MINUTE
    due = after_open_time(wanted, start, lasts * MINUTE)
    assert open_time_between(wanted, start, due) == lasts * MINUTE
    if lasts:
        assert open_time_between(wanted, start, due - timedelta(seconds=1)) < lasts * MINUTE
    else:
        assert due == start


def test_without_hours_it_is_always_open() -> None:
    now = at("2026-01-01T03:00")
    assert is_open(None, now)
    assert next_open(None, now) == now
    assert open_time_between(None, now, now + timedelta(hours=5)) == timedelta(hours=5)
    assert after_open_time(None, now, timedelta(hours=5)) == now + timedelta(hours=5)


@pytest.mark.parametrize("wanted", [None, hours(OFFICE)])
def test_time_that_runs_backwards_counts_as_none(wanted: OpeningHours | None) -> None:
    now = at("2026-01-07T12:00")
    assert open_time_between(wanted, now, now - timedelta(hours=30)) == timedelta(0)
    assert after_open_time(wanted, now, timedelta(hours=-1)) == now


def test_on_friday_evening_the_next_opening_is_on_monday() -> None:
    office = weekdays(OFFICE)
    friday = at("2026-01-09T18:00", "Europe/Berlin")
    monday = at("2026-01-12T09:00", "Europe/Berlin")
    assert next_open(office, friday) == monday
    assert after_open_time(office, at("2026-01-09T16:00", "Europe/Berlin"), timedelta(hours=2)) == monday + timedelta(
        hours=1
    )


def test_a_shift_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    new_year = date(2026, 1, 1)
    nights = hours(shift("22:00", "06:00"), holidays={new_year: ()})
    assert is_open(nights, at("2026-01-01T05:59", "Europe/Berlin"))
    assert not is_open(nights, at("2026-01-01T06:00", "Europe/Berlin"))
    assert not is_open(nights, at("2026-01-01T23:00", "Europe/Berlin"))
    assert not is_open(nights, at("2026-01-02T05:00", "Europe/Berlin"))
    assert is_open(nights, at("2026-01-02T22:00", "Europe/Berlin"))


def test_a_holiday_on_the_day_the_clock_jumps_has_hours_of_its_own() -> None:
    jump = date(2026, 3, 29)
    wanted = hours(OFFICE, holidays={jump: (shift("01:00", "04:00"),)})
    day = at("2026-03-29T00:00", "Europe/Berlin")
    assert open_time_between(wanted, day, day + timedelta(hours=23)) == timedelta(hours=2)
    assert not is_open(wanted, at("2026-03-29T10:00", "Europe/Berlin"))


def test_a_shift_that_begins_in_the_skipped_hour_begins_with_the_jump() -> None:
    wanted = hours(shift("02:30", "05:00"))
    assert next_open(wanted, at("2026-03-29T01:00", "Europe/Berlin")) == at("2026-03-29T03:00", "Europe/Berlin")


def test_a_shift_wholly_in_the_skipped_hour_does_not_take_place() -> None:
    wanted = hours(shift("02:15", "02:45"))
    assert next_open(wanted, at("2026-03-29T01:00", "Europe/Berlin")) == at("2026-03-30T02:15", "Europe/Berlin")


def test_a_shift_that_ends_in_the_repeated_hour_ends_with_the_second() -> None:
    wanted = hours(shift("01:00", "02:30"))
    start = at("2026-10-25T00:00", "Europe/Berlin")
    assert open_time_between(wanted, start, start + timedelta(hours=12)) == timedelta(hours=2, minutes=30)


def test_open_round_the_clock_closes_for_a_holiday_only() -> None:
    always = hours(shift("00:00", "00:00"), holidays={date(2026, 12, 25): ()})
    start = at("2026-12-24T00:00", "Europe/Berlin")
    assert open_time_between(always, start, start + timedelta(days=3)) == timedelta(days=2)
    assert next_open(always, at("2026-12-25T10:00", "Europe/Berlin")) == at("2026-12-26T00:00", "Europe/Berlin")


def test_a_row_of_holidays_is_passed_over() -> None:
    closed = {date(2026, 1, 1) + timedelta(days=each): () for each in range(200)}
    assert next_open(hours(OFFICE, holidays=closed), at("2026-01-01T00:00")) == at("2026-07-20T09:00", "Europe/Berlin")


@pytest.mark.parametrize(
    ("zone", "week", "said"),
    [
        ("Europe/Atlantis", ((OFFICE,),) * 7, "no time zone 'Europe/Atlantis'"),
        ("../etc/passwd", ((OFFICE,),) * 7, "no time zone"),
        ("", ((OFFICE,),) * 7, "no time zone"),
        ("UTC", ((),) * 7, "at least one"),
        ("UTC", ((OFFICE,),) * 6, "seven weekdays"),
        ("UTC", ((Shift(time(9, 0, 30), time(17)),),) * 7, "whole minutes"),
        ("UTC", ((OFFICE,) * 7,) * 7, "at most 6 shifts"),
    ],
)
def test_what_makes_no_sense_is_refused(zone: str, week: tuple[tuple[Shift, ...], ...], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        OpeningHours(zone, week)


def test_too_many_holidays_are_refused() -> None:
    many = {date(2026, 1, 1) + timedelta(days=each): () for each in range(201)}
    with pytest.raises(Invalid, match="at most 200"):
        hours(OFFICE, holidays=many)
