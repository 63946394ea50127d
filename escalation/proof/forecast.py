"""The version certificate: from which confidence on a frozen model is wrong at most alpha of the time; and how many
audits are missing until a certificate comes. Pure.

A forecast: it holds for messages like those it was tested on, which arrived after the model was frozen. Thresholds are
tested in a fixed order, each at the whole of delta, until one fails: the first threshold that is truly worse than alpha
passes with probability at most delta, whatever comes after it (fixed-sequence testing; Maurer, Hothorn and Lehmacher
1995).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp, log

import numpy as np
import numpy.typing as npt

from escalation.kernel.arrays import Doubles, Mask
from escalation.proof.binomial import binomial_at_most, binomial_most
from escalation.proof.certificate import HIGHEST_LOG, WINDOWS, Terms, Window, certify_window
from escalation.proof.evidence import Counts, log_e_value, log_e_value_of_window

FEWEST_DRAWN = 300
"""Expected drawn answers at the strictest threshold of a grid."""
STEP = 0.02
"""Share of the messages between two thresholds. Closer ones gain little and each is one more chance to stop."""
PLANNED_SHARE = 0.8
"""Share of delta for the planned analysis, where there is one; the rest is for any other time."""
PRIOR_AUDITS = 100
"""Audits at alpha / 2 that a risk estimate starts from."""
MOST_AUDITS = 1_000_000
POWERS = (0.5, 0.8)
LogE = Callable[[Counts, Counts], Doubles]
"""The log e-value after so many right and so many wrong audits."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Thresholds, strictest first, chosen without the labels they will be tested on.

    `planned`: the number of drawn messages after which one analysis is planned, 0 for any time.
    """

    thresholds: tuple[float, ...]
    planned: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One tested threshold: drawn messages at or above it, how many of them wrong, and its greatest e-value so far."""

    threshold: float
    answered: int
    wrong: int
    e_value: float
    certified: bool


@dataclass(frozen=True, slots=True)
class VersionCertificate:
    """`threshold` None: nothing certified. `coverage`: share of the drawn messages it would answer (0 if none).

    `e_value`: of the certified threshold, else of the first; `needed`: what it has to reach. `used`: drawn messages
    looked at. `steps`: the thresholds tested, in order.
    """

    threshold: float | None
    coverage: float
    e_value: float
    needed: float
    used: int
    steps: tuple[Step, ...]

    @property
    def certified(self) -> bool:
        """Whether any threshold is certified."""
        return self.threshold is not None


@dataclass(frozen=True, slots=True)
class Missing:
    """Drawn messages still to be audited until a certificate comes with a chance of 50 % (`half`) and 80 % (`likely`).

    None: at the estimated risk it will not come. The days are at today's traffic, None where that is unknown.
    """

    half: int | None
    likely: int | None
    days_half: float | None = None
    days_likely: float | None = None


def choose_grid(
    confidence: npt.ArrayLike, messages: int, terms: Terms | None = None, *, one_analysis: bool = False
) -> Grid:
    """Return thresholds for a test on `messages` drawn messages, from confidences of *other* messages, without labels.

    The strictest has at least FEWEST_DRAWN expected drawn answers, and among those the greatest e-value to be expected
    if confidence is calibrated: a stricter first threshold fails by one wrong answer, a looser one by its risk. Bad
    calibration costs power, not validity. From there quantiles, STEP apart, down to everything. Empty if even
    answering everything would not give FEWEST_DRAWN.
    """
    sure, terms = np.sort(np.asarray(confidence, np.float64))[::-1], terms or Terms()
    if not len(sure) or messages < FEWEST_DRAWN or not terms.provable:
        return Grid(())
    least = FEWEST_DRAWN / messages
    shares = least + STEP * np.arange(ceil((1 - least) / STEP) + 1)
    places = np.minimum(np.ceil(shares * len(sure)).astype(int), len(sure)) - 1
    answered = messages * (places + 1) / len(sure)
    wrong = answered * (np.cumsum(1 - sure) / np.arange(1, len(sure) + 1))[places]
    expected = log_e_value(answered - wrong, wrong, _tested(terms))
    kept = np.unique(sure[places[int(np.argmax(expected)) :]])[::-1]
    return Grid(tuple(map(float, kept)), messages if one_analysis else 0)


def certify_version(
    confidence: npt.ArrayLike, right: npt.ArrayLike, grid: Grid, terms: Terms, *, nth: int | None = None
) -> VersionCertificate:
    """Test the grid in order, each threshold by an e-process over the drawn messages in order of arrival.

    `confidence` (n) and `right` (n: the first label is right; False for out of scope, cannot tell, not audited) of
    the drawn messages that arrived after the freeze; one that would be clarified has confidence 0. May be asked after
    every message. `nth`: this is the nth of certificates *none* of which is to be wrong (`delta_of_nth`); None: it
    stands for itself.
    """
    sure, good = np.asarray(confidence, np.float64), np.asarray(right, bool)
    delta = terms.test_delta if nth is None else delta_of_nth(terms.test_delta, nth)
    steps: list[Step] = []
    for threshold in grid.thresholds if terms.provable else ():
        steps.append(_step(threshold, sure, good, grid.planned, _tested(terms), delta))
        if not steps[-1].certified:
            break
    passed = [step for step in steps if step.certified]
    shown = (passed[-1:] or steps[:1] or [Step(1.0, 0, 0, 1.0, False)])[0]
    return VersionCertificate(
        threshold=shown.threshold if passed else None,
        coverage=shown.answered / len(sure) if passed else 0.0,
        e_value=shown.e_value,
        needed=1 / delta,
        used=len(sure),
        steps=tuple(steps),
    )


def audits_missing(
    confidence: npt.ArrayLike, right: npt.ArrayLike, grid: Grid, terms: Terms, *, drawn_a_day: float | None = None
) -> Missing:
    """Return how many drawn messages are missing until the first threshold is certified, if risk and coverage stay.

    Nothing is missing once it is. What was seen so far counts, whatever a planned analysis came to.
    """
    if not grid.thresholds or not terms.provable:
        return Missing(None, None)
    if certify_version(confidence, right, grid, terms).certified:
        return Missing(0, 0, 0.0, 0.0)
    answered = np.asarray(confidence, np.float64) >= grid.thresholds[0]
    good = np.asarray(right, bool)[answered]
    wrong, alpha = int((~good).sum()), _tested(terms)
    needed = -log(terms.test_delta * (1 - PLANNED_SHARE if grid.planned else 1))
    coverage = max(float(answered.mean()), 1 / len(answered)) if len(answered) else 1.0
    more = _more(len(good) - wrong, wrong, alpha, needed, lambda right, wrong: log_e_value(right, wrong, alpha))
    return _in_days([None if each is None else ceil(each / coverage) for each in more], drawn_a_day)


def window_audits_missing(
    window: Window, terms: Terms, *, windows: int = WINDOWS, drawn_a_day: float | None = None
) -> Missing:
    """Return how many more drawn answers have to be audited until the window is certified, if answers go on coming
    out wrong as often as so far. Pending audits count as wrong, as they do in the certificate.

    Nothing is missing once it is. A window ends after `certificate.LONGEST`, whatever is missing then.
    """
    if not terms.provable:
        return Missing(None, None)
    found = certify_window(window, terms, windows=windows)
    if found.certified:
        return Missing(0, 0, 0.0, 0.0)

    def log_e(right: Counts, wrong: Counts) -> Doubles:
        drawn = np.asarray(right, np.float64) + np.asarray(wrong, np.float64)
        answers = window.answers + (drawn - window.drawn) / window.p
        return log_e_value_of_window(answers, right, wrong, alpha=terms.alpha, p=window.p, miss=terms.miss or 0.0)

    wrong = window.wrong + window.pending
    return _in_days(_more(window.right, wrong, _tested(terms), log(found.needed), log_e), drawn_a_day)


def delta_of_nth(delta: float, nth: int) -> float:
    """Return delta of the nth certificate such that *none of all* is wrong with 1 - delta: 6 delta / (pi nth)^2."""
    return float(6 * delta / (np.pi * nth) ** 2)


def _tested(terms: Terms) -> float:
    """Return the rate of *noticed* wrong answers that is tested: auditors may miss some."""
    return terms.alpha * (1 - (terms.miss or 0.0))


def _step(threshold: float, sure: Doubles, good: Mask, planned: int, alpha: float, delta: float) -> Step:
    """Test one threshold. With a planned analysis, delta is split between it and all other times (union bound)."""
    answered = sure >= threshold
    seen = good[answered]
    value = exp(min(_greatest(seen, alpha), HIGHEST_LOG)) * (1 - PLANNED_SHARE if planned else 1)
    if planned and len(sure) >= planned:
        value = max(value, PLANNED_SHARE * _planned(good[:planned][answered[:planned]], alpha, delta * PLANNED_SHARE))
    return Step(threshold, len(seen), int((~seen).sum()), value, value >= 1 / delta)


def _greatest(seen: Mask, alpha: float) -> float:
    """Return the greatest log e-value on the way through audits in order: it peaks before a wrong one or at the end."""
    before = np.append(np.flatnonzero(~seen), len(seen))
    wrong = np.arange(len(before))
    return float(log_e_value(before - wrong, wrong, alpha).max())


def _planned(seen: Mask, alpha: float, level: float) -> float:
    """Return the e-value of one analysis of all of `seen`: that of the exact binomial test at `level`, all or nothing.

    Given how many there are, the wrong ones are binomial, and 1 / P(X <= k) where X <= k is an e-value; k is the
    largest with P(X <= k) <= level. With 1,200 audits, alpha 2 % and delta 5 % it passes up to 15 wrong answers, an
    e-process for every moment up to 11.
    """
    most, chance = binomial_most(len(seen), alpha, level)
    return 1 / chance if int((~seen).sum()) <= most else 0.0


def _more(right: int, wrong: int, alpha: float, needed: float, log_e: LogE) -> list[int | None]:
    """Return how many more audited answers make the log e-value reach `needed` with each chance of POWERS, None if
    hopeless. For a single analysis at the end of them; others in between only help.
    """
    risk = (wrong + PRIOR_AUDITS * alpha / 2) / (right + wrong + PRIOR_AUDITS)

    def chance(more: int) -> float:
        found = np.arange(min(more, ceil(alpha * (more + right + wrong))) + 1)
        enough = np.flatnonzero(log_e(right + more - found, wrong + found) >= needed)
        return binomial_at_most(int(enough[-1]), more, risk) if len(enough) else 0.0

    return [_first(chance, power) if risk < alpha else None for power in POWERS]


def _first(chance: Callable[[int], float], power: float) -> int | None:
    """Return the least number (by doubling and halving) whose chance reaches `power`, None beyond MOST_AUDITS."""
    low, high = 0, 1
    while chance(high) < power:
        low, high = high, high * 2
        if high > MOST_AUDITS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if chance(middle) >= power else (middle, high)
    return high


def _in_days(missing: list[int | None], a_day: float | None) -> Missing:
    half, likely = missing
    days = [None if each is None or not a_day else each / a_day for each in missing]
    return Missing(half, likely, *days)
