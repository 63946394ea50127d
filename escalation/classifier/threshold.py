"""The confidence from which on the bot may answer, chosen so that few of the answers are wrong. Pure.

Meant for a provisional start: strict (an upper bound of the error, not its estimate), and no certificate.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
NEVER = 1.0  # confidence stays below 1, so this threshold answers nothing
Z = 1.2816  # one-sided 90 %
FEWEST_ANSWERS = 25


@dataclass(frozen=True, slots=True)
class Choice:
    """A threshold, its weighted out-of-fold coverage and risk, and the bound on the risk."""

    threshold: float
    coverage: float
    risk: float
    bound: float


def choose_threshold(confidence: Floats, right: Mask, weights: Floats, alpha: float) -> Choice:
    """Return the lowest threshold whose bounded share of wrong answers is at most `alpha`; NEVER if there is none.

    `weights` (n) give out-of-scope rows their assumed share of the traffic.
    """
    order = np.argsort(-confidence, kind="stable")
    ordered = confidence[order]
    weight = weights[order].astype(np.float64)
    answered = np.cumsum(weight)
    wrong = np.cumsum(weight * ~right[order])
    effective = answered**2 / np.cumsum(weight**2)
    risk = wrong / answered
    bound = wilson_upper(risk, effective)
    last_of_ties = np.append(ordered[:-1] > ordered[1:], True)
    allowed = (bound <= alpha) & last_of_ties & (np.arange(1, len(ordered) + 1) >= FEWEST_ANSWERS)
    if not allowed.any():
        return Choice(NEVER, 0.0, 0.0, 1.0)
    at = int(np.flatnonzero(allowed)[-1])
    return Choice(float(ordered[at]), float(answered[at] / answered[-1]), float(risk[at]), float(bound[at]))


def wilson_upper(share: npt.NDArray[np.float64], count: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return Wilson's one-sided upper bound of a share seen in `count` independent trials (Wilson 1927)."""
    square = Z * Z
    middle = share + square / (2 * count)
    reach = Z * np.sqrt(share * (1 - share) / count + square / (4 * count**2))
    upper: npt.NDArray[np.float64] = (middle + reach) / (1 + square / count)
    return upper
