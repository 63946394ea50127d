"""How often messages are wrong by how sure a model is: curves like those measured, and messages drawn from them."""

from dataclasses import dataclass

import numpy as np

from tests.core.certificate_worlds import Bits, Numbers


@dataclass(frozen=True)
class Curve:
    """How often a message is wrong (`wrong`) by its rank among all messages (`rank` 0..1, surest first)."""

    rank: tuple[float, ...]
    wrong: tuple[float, ...]

    def rate(self, rank: Numbers) -> Numbers:
        return np.interp(rank, self.rank, self.wrong)

    def risk(self, coverage: float) -> float:
        """Return the share of wrong answers if the surest `coverage` are answered."""
        return float(self.rate(np.linspace(0, coverage, 4_001)).mean())

    def oracle(self, alpha: float) -> float:
        """Return the greatest coverage with a risk of at most alpha."""
        return max(c for c in np.linspace(0.005, 1, 400) if self.risk(float(c)) <= alpha)

    def confidence_at(self, coverage: float) -> float:
        """Return the (calibrated) confidence of the message at rank `coverage`."""
        return float(self._confidence(np.asarray(coverage), 1.0))

    def messages(self, random: np.random.Generator, count: int, overconfident: float = 1.0) -> tuple[Numbers, Bits]:
        """Return confidences, calibrated but for `overconfident`, and which first labels are right."""
        rank = random.random(count)
        return self._confidence(rank, overconfident), random.random(count) >= self.rate(rank)

    def _confidence(self, rank: Numbers, overconfident: float) -> Numbers:
        # the tiny slope makes confidence a strict order where the curve is flat
        sure: Numbers = 1 - (self.rate(rank) / overconfident).clip(1e-4, 1) - rank * 1e-6
        return sure


# Answered at 1 / 2 / 5 % true risk: .58 / .69 / .78, .61 / .71 / .79 and .72 / .77 / .82.
TOP_PROBABILITY = Curve(
    (0, 0.3, 0.45, 0.55, 0.62, 0.70, 0.78, 0.85, 1), (0, 0.004, 0.012, 0.04, 0.07, 0.14, 0.45, 0.8, 0.99)
)
HELD_OUT = Curve((0, 0.3, 0.45, 0.55, 0.62, 0.71, 0.794, 0.85, 1), (0, 0.004, 0.01, 0.03, 0.055, 0.12, 0.45, 0.8, 0.99))
FINE_TUNED = Curve((0, 0.3, 0.5, 0.65, 0.73, 0.77, 0.82, 0.88, 1), (0, 0.004, 0.008, 0.025, 0.07, 0.3, 0.75, 0.9, 0.99))
FEW_EXAMPLES = Curve(
    (0, 0.15, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.8, 1), (0, 0.003, 0.012, 0.02, 0.03, 0.07, 0.12, 0.2, 0.5, 0.97)
)
