"""The confidence from which on the bot may answer, chosen so that few of the answers are wrong. Pure.

Meant for a provisional start: strict (an upper bound of the error, not its estimate), and no certificate.
"""

from dataclasses import dataclass

import numpy as np

from escalation.kernel.arrays import Doubles, Floats, Mask

NEVER = 1.0  # confidence stays below 1, so this threshold answers nothing
Z = 1.2816  # one-sided 90 %
# How many wrong answers seen confidence is trusted as much as. Without it (Wilson's bound) 750 rows prove 2 % in four
# draws of five and 150 never do; at 2 more is answered where out-of-scope messages are near (finance), and wrongly.
TRUSTED = 1.0
FEWEST_ANSWERS = 25
ALPHAS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1)
"""Accepted shares of wrong answers that each model knows its threshold for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A threshold, its weighted out-of-fold coverage and risk, and the bound on the risk."""

    threshold: float
    coverage: float
    risk: float
    bound: float


def choose_threshold(
    confidence: Floats, right: Mask, weights: Floats, alpha: float, *, trusted: float = TRUSTED,
    fewest: int = FEWEST_ANSWERS,
) -> Choice:  # fmt: skip
    """Return the lowest threshold whose bounded share of wrong answers is at most `alpha`; NEVER if there is none.

    `weights` (n) give out-of-scope rows their assumed share of the traffic. `trusted`: as in `bounded_share`; `fewest`:
    rows above a threshold that can be judged at all.
    """
    order = np.argsort(-confidence, kind="stable")
    ordered = confidence[order]
    weight = weights[order].astype(np.float64)
    answered = np.cumsum(weight)
    wrong = np.cumsum(weight * ~right[order])
    effective = answered**2 / np.cumsum(weight**2)
    risk = wrong / answered
    expected = np.cumsum(weight * (1.0 - ordered.astype(np.float64))) / answered
    bound = bounded_share(risk, expected, effective, trusted)
    last_of_ties = np.append(ordered[:-1] > ordered[1:], True)
    allowed = (bound <= alpha) & last_of_ties & (np.arange(1, len(ordered) + 1) >= fewest)
    if not allowed.any():
        return Choice(NEVER, 0.0, 0.0, 1.0)
    at = int(np.flatnonzero(allowed)[-1])
    return Choice(float(ordered[at]), float(answered[at] / answered[-1]), float(risk[at]), float(bound[at]))


def choose_thresholds(
    confidence: Floats, right: Mask, weights: Floats, alpha: float, *, trusted: float = TRUSTED,
    fewest: int = FEWEST_ANSWERS,
) -> "Choices":  # fmt: skip
    """Return the choice of `alpha` and of each of ALPHAS, ascending; the rest as in `choose_threshold`."""
    return tuple(
        (each, choose_threshold(confidence, right, weights, each, trusted=trusted, fewest=fewest))
        for each in sorted({alpha, *ALPHAS})
    )


def never(alpha: float) -> "Choices":
    """Return choices that answer nothing."""
    return tuple((each, Choice(NEVER, 0.0, 0.0, 1.0)) for each in sorted({alpha, *ALPHAS}))


Choices = tuple[tuple[float, Choice], ...]
"""Accepted shares of wrong answers, ascending, each with the threshold chosen for it."""


def bounded_share(seen: Doubles, expected: Doubles, count: Doubles, trusted: float = TRUSTED) -> Doubles:
    """Return a one-sided upper bound (90 %) of a share of which `seen` came up in `count` independent trials.

    The truth is taken to be what confidence expects times an unknown factor, Gamma distributed around 1 beforehand.
    Fifty answers without an error prove little by themselves, and more where confidence expects none: it is trusted as
    much as `trusted` wrong answers seen. Never below `seen`. The Gamma quantile is Wilson and Hilferty's (1931).
    """
    shape = trusted + seen * count
    quantile = shape * (1 - 1 / (9 * shape) + Z / (3 * np.sqrt(shape))) ** 3
    bound: Doubles = np.maximum(expected * quantile / (trusted + expected * count), seen)
    return bound
