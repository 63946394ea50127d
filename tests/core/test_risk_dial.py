"""What each accepted error would mean: pure."""

from datetime import UTC, datetime

import pytest

from escalation.proof.dial import FEWEST, Expected, Position, Traffic, positions, with_accepted

NOW = datetime(2026, 3, 3, tzinfo=UTC)
STRICT, LAX, NEVER = Expected(0.01, 0.9, 0.3, 0.004), Expected(0.05, 0.5, 0.6, 0.02), Expected(0.005, 1.0, 0.0, 0.0)
SURE, HALF, LOW = 0.95, 0.6, 0.0
NONE = Traffic()


def found(*expected: Expected, traffic: Traffic = NONE, audits_a_day: float = 40.0) -> list[Position]:
    return positions(expected, traffic, audits_a_day, 0.05, NOW)


def needed(position: Position) -> tuple[int, float]:
    """Audits and days to a certificate, where there is to be one."""
    assert position.audits_needed is not None and position.days_needed is not None
    return position.audits_needed, position.days_needed


def traffic(sure: int, half: int, low: int, hours: float = 10.0) -> Traffic:
    return Traffic((SURE,) * sure + (HALF,) * half + (LOW,) * low, hours)


def test_without_traffic_coverage_is_out_of_fold_and_no_time_is_known() -> None:
    strict, lax = found(STRICT, LAX)
    assert (strict.coverage, lax.coverage, strict.wrong) == (0.3, 0.6, 0.004)
    assert strict.audits_needed is not None and strict.days_needed is None and strict.handoffs_an_hour is None


def test_with_traffic_coverage_is_what_would_have_been_answered() -> None:
    strict, lax = found(STRICT, LAX, traffic=traffic(50, 30, 20))
    assert (strict.coverage, lax.coverage) == (0.5, 0.8)
    assert (strict.handoffs_an_hour, lax.handoffs_an_hour) == (pytest.approx(5.0), pytest.approx(2.0))


def test_a_few_requests_tell_how_many_come_and_not_what_is_answered() -> None:
    [lax] = found(LAX, traffic=traffic(FEWEST - 1, 0, 0, hours=FEWEST - 1))
    assert lax.coverage == 0.6 and lax.handoffs_an_hour == pytest.approx(0.4)


def test_a_smaller_accepted_error_takes_more_audits_and_longer() -> None:
    strict, lax = found(STRICT, LAX, traffic=traffic(500, 300, 200))
    assert needed(strict)[0] > 3 * needed(lax)[0] and needed(strict)[1] > 3 * needed(lax)[1]
    [more] = found(LAX, traffic=traffic(500, 300, 200), audits_a_day=80)
    assert needed(more)[1] == pytest.approx(needed(lax)[1] / 2, rel=0.2)


def test_where_no_confidence_is_enough_nothing_is_answered_nor_proven() -> None:
    [never] = found(NEVER, traffic=traffic(100, 0, 0))
    assert (never.coverage, never.wrong, never.audits_needed, never.days_needed) == (0.0, None, None, None)
    assert never.handoffs_an_hour == pytest.approx(10.0)


def test_the_accepted_error_has_a_position_of_its_own() -> None:
    assert with_accepted([STRICT, LAX], 0.05) == [STRICT, LAX] and with_accepted([], 0.05) == []
    strict, own, lax = with_accepted([STRICT, LAX], 0.02)
    assert (strict, lax) == (STRICT, LAX) and (own.alpha, own.threshold) == (0.02, 0.9)
    assert with_accepted([STRICT, LAX], 0.005)[0].threshold == 1.0
