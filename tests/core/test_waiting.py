"""The minutes a waiting customer is told: from what a queue did lately, or nothing where that says too little."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from escalation.desk.waiting import HALF_LIFE, TOLD_FROM, WINDOW, Pace, Wait, pace_of, wait_range
from tests.benchmarks.waiting import WORLDS, holds

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def test_nothing_is_said_where_too_little_is_known() -> None:
    assert wait_range(1, Pace(0, 0)) is None
    assert wait_range(1, Pace(TOLD_FROM - 0.1, 30)) is None
    assert wait_range(40, Pace(TOLD_FROM, 90)) is None, "hours tell nobody anything"


def test_further_back_is_later_and_a_faster_queue_sooner() -> None:
    first, tenth = wait_range(1, Pace(12, 30)), wait_range(10, Pace(12, 30))
    slow = wait_range(10, Pace(12, 60))
    assert first is not None and tenth is not None and slow is not None
    assert first.low == 0 and first.high < tenth.high < slow.high
    assert first.low < tenth.low <= slow.low


def test_more_departures_at_the_same_rate_make_the_range_narrower() -> None:
    little, much = wait_range(10, Pace(5, 10)), wait_range(10, Pace(50, 100))
    assert little is not None and much is not None
    assert much.high - much.low < little.high - little.low


def test_only_time_in_which_somebody_waited_counts_and_overlapping_waits_once() -> None:
    quiet = pace_of([Wait(ago(30), ago(28), taken=True)], NOW)
    apart = pace_of([Wait(ago(30), ago(28), taken=True), Wait(ago(20), ago(18))], NOW)
    inside = pace_of([Wait(ago(30), ago(28), taken=True), Wait(ago(29), ago(28.5), taken=True)], NOW)
    assert quiet.departures < 1 and quiet.minutes < 2
    assert apart.minutes > quiet.minutes and apart.departures == quiet.departures, "who gave up was not taken"
    assert inside.minutes == pytest.approx(quiet.minutes) and inside.departures > quiet.departures


def test_what_happened_counts_half_as_much_after_the_half_life_and_not_at_all_after_the_window() -> None:
    now, then = NOW - timedelta(seconds=1), NOW - HALF_LIFE
    assert pace_of([Wait(ago(300), now, taken=True)], NOW).departures == pytest.approx(1, abs=0.01)
    assert pace_of([Wait(ago(300), then, taken=True)], NOW).departures == pytest.approx(0.5)
    assert pace_of([Wait(ago(300), NOW - WINDOW, taken=True)], NOW) == Pace(0, 0)


def test_who_waits_now_counts_as_time_without_departures() -> None:
    assert pace_of([Wait(ago(10), None)], NOW).minutes == pytest.approx(10, rel=0.1)


def test_the_range_holds_for_four_of_five_waits() -> None:
    """A steady queue in which departures are a Poisson process: the model is right there, and rounding widens."""
    draw, held = random.Random(3), 0
    for _ in range(300):
        left = [ago(each) for each in sorted(draw.uniform(0, 90) for _ in range(45))]
        found = wait_range(6, pace_of([Wait(ago(90), at, taken=True) for at in left] + [Wait(ago(90), None)], NOW))
        assert found is not None
        held += found.low <= sum(draw.expovariate(0.5) for _ in range(6)) <= found.high
    assert held >= 0.8 * 300


def test_it_holds_too_where_agents_come_and_go() -> None:
    """One day of the benchmark's busiest shop but one; the benchmark has forty of each kind."""
    assert holds(WORLDS[1], 2)["held"] >= 0.8
