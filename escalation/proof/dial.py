"""What each accepted error would mean today: coverage, audits, days, and what would be left to people. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite

from escalation.proof.audits import coin_probability
from escalation.proof.certificate import Terms, Window
from escalation.proof.forecast import window_audits_missing

FEWEST = 100
"""Requests below which traffic says nothing of coverage, and the model's estimate stands in."""
ASSUMED_MISS = 0.05
"""The share of wrong answers that auditors are taken to miss: what probes are to show, whatever they show by now."""
SAME = 1e-9
CAUTIOUS_CHANCE = 0.05
"""The chance of an audit while nothing is known of the traffic; where more is audited, fewer audits are enough."""
NEVER = 1.0


@dataclass(frozen=True, slots=True)
class Expected:
    """What a model expects out of fold at one accepted error: its threshold, coverage, and share of wrong answers."""

    alpha: float
    threshold: float
    coverage: float
    wrong: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """The requests of late: how many, in how many hours, and the confidence of each that may be answered at all.

    A request that is handed off however sure the model is (a sensitive intent, no approved answer) has confidence 0.
    """

    confidence: tuple[float, ...] = ()
    hours: float = 0.0

    @property
    def tells(self) -> bool:
        """Whether there are enough requests to read coverage from."""
        return len(self.confidence) >= FEWEST

    @property
    def an_hour(self) -> float | None:
        """Requests an hour, None before the first."""
        return len(self.confidence) / self.hours if self.hours else None

    def coverage(self, threshold: float) -> float:
        """Return the share of requests at or above a threshold."""
        return sum(sure >= threshold for sure in self.confidence) / len(self.confidence)


@dataclass(frozen=True, slots=True)
class Position:
    """What one accepted error would mean; None: not known, or not to be expected. `wrong` is out of fold."""

    alpha: float
    threshold: float
    coverage: float
    wrong: float | None
    audits_needed: int | None
    days_needed: float | None
    handoffs_an_hour: float | None


def positions(
    expected: Sequence[Expected], traffic: Traffic, audits_a_day: float, delta: float, now: datetime
) -> list[Position]:
    """Return what each accepted error would mean. What is not answered counts as left to people."""
    return [_position(each, traffic, audits_a_day, Terms(each.alpha, delta, ASSUMED_MISS), now) for each in expected]


def with_accepted(expected: Sequence[Expected], alpha: float) -> list[Expected]:
    """Return the positions with that of the error that is accepted now: its threshold is that of the next stricter."""
    if not expected or any(abs(each.alpha - alpha) < SAME for each in expected):
        return list(expected)
    stricter = [each for each in expected if each.alpha < alpha]
    own = replace(stricter[-1], alpha=alpha) if stricter else Expected(alpha, NEVER, 0.0, 0.0)
    return sorted([*expected, own], key=lambda each: each.alpha)


def _position(each: Expected, traffic: Traffic, audits_a_day: float, terms: Terms, now: datetime) -> Position:
    never = each.threshold >= NEVER
    coverage = 0.0 if never else traffic.coverage(each.threshold) if traffic.tells else each.coverage
    an_hour = traffic.an_hour
    answers_a_day = coverage * an_hour * 24 if an_hour else 0.0
    chance = coin_probability(answers_a_day, audits_a_day) if an_hour else CAUTIOUS_CHANCE
    audits, days = (None, None) if never else _until_certified(terms, chance, answers_a_day, now)
    left = None if an_hour is None else (1 - coverage) * an_hour
    return Position(each.alpha, each.threshold, coverage, None if never else each.wrong, audits, days, left)


def _until_certified(
    terms: Terms, chance: float, answers_a_day: float, now: datetime
) -> tuple[int | None, float | None]:
    """Return audits and days to a first certificate with a chance of one half, of a window that begins now."""
    drawn_a_day = answers_a_day * chance
    missing = window_audits_missing(Window(now, chance), terms, drawn_a_day=drawn_a_day or None)
    days = missing.days_half
    return missing.half, days if days is not None and isfinite(days) else None
