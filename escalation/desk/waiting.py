"""How long somebody at a place of a queue will wait: an interval from the queue's latest departures. Pure.

Departures, that is conversations taken by an agent, are a Poisson process of unknown rate while anybody waits; then the
time to the k-th next one is gamma distributed given the rate, and the rate is gamma distributed given what was seen
(Gelman et al., Bayesian Data Analysis, 2.6). Mixed over the rate, time divided by what was watched follows a beta
prime distribution. Rates change over a day: what was seen counts half as much after `HALF_LIFE`.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scipy.special import betaincinv

HALF_LIFE = timedelta(minutes=40)
WINDOW = timedelta(hours=3)
"""What is older counts for next to nothing."""
TOLD_FROM = 4.0
"""Departures, weighted by their age, below which nothing is said."""
LOWER, UPPER = 0.06, 0.92
"""Quantiles told. Of waits simulated with changing rates more than 80 % end between them (`docs/benchmarks.md`)."""
LONGEST_MINUTES = 120
"""A range that ends later than this tells nobody anything."""
_PRIOR_DEPARTURES, _PRIOR_MINUTES = 0.5, 1.5
"""Weak: half a departure seen in a minute and a half of waiting."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait in a queue: from when until when, and whether an agent took the conversation then."""

    since: datetime
    until: datetime | None
    """None: it goes on."""
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """What the latest departures of a queue tell of its rate, weighted by their age."""

    departures: float
    minutes: float
    """For so long anybody waited."""


@dataclass(frozen=True, slots=True)
class WaitRange:
    """Whole minutes; `low` may be 0, `high` is 1 or more."""

    low: int
    high: int


def pace_of(waits: Iterable[Wait], now: datetime) -> Pace:
    """Return how fast a queue moved while somebody waited in it."""
    seen = [each for each in waits if each.until is None or each.until > now - WINDOW]
    left = [each.until for each in seen if each.taken and each.until is not None and each.until <= now]
    return Pace(
        departures=sum(_weight(now - until) for until in left),
        minutes=sum(_watched(since, until, now) for since, until in _together(seen, now)),
    )


def _weight(age: timedelta) -> float:
    return float(0.5 ** (age / HALF_LIFE))


def _watched(since: datetime, until: datetime, now: datetime) -> float:
    """Return the minutes between, weighted: the integral of the weight."""
    scale = HALF_LIFE / timedelta(minutes=1) / math.log(2)
    return scale * (_weight(now - until) - _weight(now - since))


def _together(waits: Sequence[Wait], now: datetime) -> list[tuple[datetime, datetime]]:
    """Return when anybody waited: overlapping waits as one."""
    spans = sorted((max(each.since, now - WINDOW), min(each.until or now, now)) for each in waits)
    merged: list[tuple[datetime, datetime]] = []
    for since, until in spans:
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        elif since < until:
            merged.append((since, until))
    return merged


def wait_range(position: int, pace: Pace) -> WaitRange | None:
    """Return the range for somebody at a place (the first is 1); None where too little is known to name one."""
    if pace.departures < TOLD_FROM:
        return None
    low, high = (_quantile(share, position, pace) for share in (LOWER, UPPER))
    if high > LONGEST_MINUTES:
        return None
    return WaitRange(_rounded(low, math.floor), max(1, _rounded(high, math.ceil)))


def _quantile(share: float, position: int, pace: Pace) -> float:
    """Return minutes: watched minutes times a quantile of the beta prime distribution of `position` and departures."""
    odds = float(betaincinv(position, _PRIOR_DEPARTURES + pace.departures, share))
    return (_PRIOR_MINUTES + pace.minutes) * odds / (1 - odds)


def _rounded(minutes: float, whole: Callable[[float], int]) -> int:
    """Outwards, to whole minutes; from ten minutes on to five."""
    step = 1 if minutes < 10 else 5
    return step * whole(minutes / step)
