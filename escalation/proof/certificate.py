"""The window certificate: of the answers given since a date at most alpha were wrong, with confidence 1 - delta. Pure.

The randomness is our own coin's, so drift, clusters, repeats, changed thresholds and swapped models do not matter; it
speaks of answers given, not of tomorrow. The forecast for one frozen model is in `forecast.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp

import numpy as np
import numpy.typing as npt

from escalation.kernel.arrays import Doubles
from escalation.proof.evidence import log_e_value_of_window, wrong_share_bound

LONGEST = timedelta(days=90)
"""A window is at most this long; a second one starts half-way."""
AUDIT_WITHIN = timedelta(days=7)
"""An audit not done by then counts as wrong."""
TEST_SHARE = 0.8
"""Share of delta for the test; the rest is for the auditor-miss bound (.04 and .01 of .05)."""
WINDOWS = 2
HIGHEST_LOG = 700.0
"""e-values are shown up to e^700; a float ends a little above."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is claimed: at most `alpha` wrong with confidence 1 - `delta`.

    `miss`: upper bound, at delta (1 - TEST_SHARE), of the chance that an audit confirms a wrong answer
    (`audits.miss_bound`); None where labels are taken as the truth: then all of delta goes to the test.
    """

    alpha: float = 0.02
    delta: float = 0.05
    miss: float | None = None

    def __post_init__(self) -> None:
        """Raises: ValueError for shares outside their range."""
        if not (0 < self.alpha < 0.5 and 0 < self.delta < 1 and 0 <= (self.miss or 0.0) <= 1):
            raise ValueError(f"alpha {self.alpha}, delta {self.delta}, miss {self.miss}: out of range.")

    @property
    def test_delta(self) -> float:
        """What is left of delta for testing."""
        return self.delta if self.miss is None else self.delta * TEST_SHARE

    @property
    def provable(self) -> bool:
        """Whether anything can be certified: not before auditors are known to notice wrong answers."""
        return self.miss is None or self.miss < 1


@dataclass(frozen=True, slots=True)
class Window:
    """Counts of the automatic answers since `started_at`, each drawn for audit with the constant chance `p`.

    An answer is drawn if its message's `draw` (0..1, `proof.coins.draw`) is below `p`, so windows of different
    chance share the coin. `right` and `wrong` are audited, `pending` drawn and not yet audited (they count as wrong
    until they are).
    """

    started_at: datetime
    p: float
    answers: int = 0
    right: int = 0
    wrong: int = 0
    pending: int = 0

    @property
    def drawn(self) -> int:
        """How many answers were drawn for audit."""
        return self.right + self.wrong + self.pending

    def draws(self, answered_at: datetime, draw: float) -> bool:
        """Whether an answer given then is one of the window's and drawn for audit."""
        return answered_at >= self.started_at and draw < self.p

    def answered(self, drawn: bool) -> "Window":
        """Return the window after one more automatic answer, `drawn` for audit or not."""
        return replace(self, answers=self.answers + 1, pending=self.pending + drawn)

    def audited(self, right: bool) -> "Window":
        """Return the window after one pending audit was done or ran out of time (then it is not right)."""
        wrong = self.wrong + (not right)
        return replace(self, right=self.right + right, wrong=wrong, pending=self.pending - 1)


@dataclass(frozen=True, slots=True)
class WindowCertificate:
    """What is proven of `window`; its e-value has to reach `needed`."""

    window: Window
    terms: Terms
    e_value: float
    needed: float

    @property
    def bound(self) -> float:
        """Upper bound, 0..1, of the realised share of wrong answers; 2 ms of work, so only where it is asked for.

        It holds for every share and moment at once, so it may lie a little above an alpha that is certified.
        """
        now, miss = self.window, self.terms.miss or 0.0
        found = wrong_share_bound(now.answers, now.wrong + now.pending, p=now.p, delta=1 / self.needed, miss=miss)
        return float(found)

    @property
    def certified(self) -> bool:
        """Whether the claim is proven for the answers in the window."""
        return self.terms.provable and self.e_value >= self.needed


@dataclass(frozen=True, slots=True)
class DrawnAnswer:
    """One automatic answer drawn for audit: its place (1..) among the window's answers, and what its audit said.

    `right` None: not audited yet; counts as wrong wherever it is included.
    """

    place: int
    right: bool | None


def certify_window(window: Window, terms: Terms, *, windows: int = WINDOWS) -> WindowCertificate:
    """Return the certificate of a window, one of `windows` that share delta; may be asked after every audit."""
    evidence = _log_e(window.answers, window.right, window.wrong + window.pending, window.p, terms)
    return WindowCertificate(window, terms, exp(min(float(evidence), HIGHEST_LOG)), windows / terms.test_delta)


def latest_certified(
    window: Window, drawn: Sequence[DrawnAnswer], terms: Terms, *, windows: int = WINDOWS
) -> WindowCertificate:
    """Return the certificate of the longest certified beginning of the window, else that of all of it.

    `drawn` in order of answers, as many as `window` counts. A beginning ends just before a drawn answer, or now.
    Audits still pending at the end so delay a certificate instead of refuting it; the proof holds for all beginnings
    at once. Raises: ValueError when `drawn` and the window's counts differ.
    """
    if len(drawn) != window.drawn:
        raise ValueError(f"{len(drawn)} drawn answers do not match the window's {window.drawn}.")
    right = np.cumsum([0, *(each.right is True for each in drawn)])
    wrong = np.arange(len(drawn) + 1) - right
    answers = np.asarray([*(each.place - 1 for each in drawn), window.answers])
    evidence = _log_e(answers, right, wrong, window.p, terms)
    enough = np.flatnonzero(evidence >= np.log(windows / terms.test_delta))
    if not len(enough):
        return certify_window(window, terms, windows=windows)
    last = int(enough[-1])
    pending = sum(each.right is None for each in drawn[:last])
    audited = int(wrong[last]) - pending
    beginning = Window(window.started_at, window.p, int(answers[last]), int(right[last]), audited, pending)
    return certify_window(beginning, terms, windows=windows)


@dataclass(frozen=True, slots=True)
class Windows:
    """The one or two running windows, older first; each may use half of delta."""

    running: tuple[Window, ...] = ()

    def rolled(self, now: datetime, p: float) -> "Windows":
        """Return the windows as of `now`: those of LONGEST dropped, a new one (with `p`) started where one is due."""
        running = tuple(each for each in self.running if now - each.started_at < LONGEST)
        if running and now - running[-1].started_at < LONGEST / WINDOWS:
            return Windows(running)
        return Windows((*running, Window(now, p)))

    def answered(self, draw: float) -> "Windows":
        """Count one more automatic answer in every window."""
        return Windows(tuple(each.answered(draw < each.p) for each in self.running))

    def draws(self, answered_at: datetime, draw: float) -> bool:
        """Whether any window holds an answer given then and drew it for audit."""
        return any(each.draws(answered_at, draw) for each in self.running)

    def audited(self, answered_at: datetime, draw: float, right: bool) -> "Windows":
        """Count the audit of an answer given at `answered_at` in every window that holds it and drew it."""
        counted = (each.audited(right) if each.draws(answered_at, draw) else each for each in self.running)
        return Windows(tuple(counted))

    def certificate(self, terms: Terms) -> WindowCertificate | None:
        """Return the certificate of the oldest certified window, else of the oldest; None before the first window."""
        found = [certify_window(each, terms) for each in self.running]
        return next((each for each in found if each.certified), found[0] if found else None)


def _log_e(answers: npt.ArrayLike, right: npt.ArrayLike, wrong: npt.ArrayLike, p: float, terms: Terms) -> Doubles:
    if not terms.provable:
        return np.full(np.broadcast(answers, right, wrong).shape, -np.inf)
    return log_e_value_of_window(answers, right, wrong, alpha=terms.alpha, p=p, miss=terms.miss or 0.0)
