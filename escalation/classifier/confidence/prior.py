"""What other catalogues teach of a new one: how signals tell right from wrong, before it has examples enough to say so.

Five examples an intent give a few hundred out-of-fold rows, judged by heads that saw four. The packaged weights were
fitted on hundreds of small catalogues, drawn from public data sets, with messages that no catalogue was made for
(`python -m tests.benchmarks transfer --write`; "What do other catalogues teach?" in docs/benchmarks.md). A catalogue
only moves them: all log odds by a shift and a slope (empirical Bayes, Robbins 1956).
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from escalation.classifier.confidence.signals import SIGNALS
from escalation.kernel.arrays import Floats, Mask

# How far catalogues lie apart, as standard deviations of shift and slope. Chosen with OUTSIDE, TRUSTED and
# FEWEST_ANSWERS by one rule over five sets and four sizes; measure them together when one changes.
SHIFT, SLOPE = 0.2, 0.1
OUTSIDE = 0.6  # of the out-of-scope share: background and known out-of-scope messages; the rest are held-out intents
TRUSTED = 0.5
FEWEST_ANSWERS = 10
STEPS = 30
LARGEST_STEP = 3.0
COLUMNS = ("centre", "scale", "correct", "among")


@dataclass(frozen=True)
class Prior:
    """Logistic models over SIGNALS, float32: `centre`, `scale` (f); weights (f + 1) with the intercept last.

    `correct`: that the first label is right; `among`: that it is one of the first few.
    """

    centre: Floats
    scale: Floats
    correct: Floats
    among: Floats

    @classmethod
    def of_json(cls, stored: dict[str, Any]) -> "Prior":
        """Read what `as_json` gave. Raises: ValueError for other signals."""
        if stored["signals"] != list(SIGNALS):
            raise ValueError("The packaged prior is for other signals; make it again.")
        return cls(*(np.asarray(stored[name], np.float32) for name in COLUMNS))

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        rounded = {name: [round(float(value), 5) for value in getattr(self, name)] for name in COLUMNS}
        return {"signals": list(SIGNALS), **rounded}


def prior_for(source_sha256: str, recipe: str) -> Prior | None:
    """Return what was learnt with the encoder of these weights and this export; None for every other one."""
    stored = _packaged()
    return Prior.of_json(stored) if stored["encoder"] == [source_sha256, recipe] else None


@cache
def _packaged() -> dict[str, Any]:
    text = files("escalation.classifier.confidence").joinpath("prior.json").read_text(encoding="utf-8")
    stored: dict[str, Any] = json.loads(text)
    return stored


def moved_by(weights: Floats, rows: Floats, right: Mask, amounts: Floats) -> Floats:
    """Return the weights (f + 1), moved by standardised rows (n, f + 1) that count `amounts` (n).

    Of log odds z the likeliest shift + slope z, with Gaussian priors around 0 and 1, by Newton's method.
    """
    data = np.column_stack([rows.astype(np.float64) @ weights.astype(np.float64), np.ones(len(rows))])
    expected, precision = np.asarray([1.0, 0.0]), np.diag([SLOPE**-2, SHIFT**-2])
    point, counted = expected.copy(), amounts.astype(np.float64)
    for _ in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-(data @ point).clip(-30, 30)))
        gradient = data.T @ (counted * (chance - right)) + precision @ (point - expected)
        curve = (data * (counted * chance * (1 - chance))[:, None]).T @ data + precision
        step = np.linalg.solve(curve, gradient)
        point -= step * min(1.0, LARGEST_STEP / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-6:
            break
    moved = point[0] * weights
    moved[-1] += point[1]
    result: Floats = moved.astype(np.float32)
    return result
