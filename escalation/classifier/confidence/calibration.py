"""From signals to probabilities: the first label is right (confidence), one of the first few is, the message is new.

All are L2-regularised logistic regressions on standardised signals: on CLINC150 richer families gain nothing.
"""

from dataclasses import dataclass

import numpy as np

from escalation.classifier.confidence.folds import OutOfFold
from escalation.classifier.confidence.prior import Prior, moved_by
from escalation.classifier.confidence.signals import SIGNALS
from escalation.classifier.head.minimise import Objective, Vector, minimise
from escalation.kernel.arrays import Floats, Mask

PENALTY = 10.0
CLIP = 4.0  # standard deviations; beyond them a linear model only extrapolates
HIGHEST = 0.9999  # never certain: a threshold of 1 answers nothing


@dataclass(frozen=True)
class Calibration:
    """Logistic models over SIGNALS, float32: `centre`, `scale` (f); weights (f + 1) with the intercept last.

    `among`: that the right label is one of the first CHOICES; None where nothing is known of it.
    """

    centre: Floats
    scale: Floats
    correct: Floats
    novel: Floats
    among: Floats | None = None

    def confidence(self, matrix: Floats) -> Floats:
        """Return the probability that each row's first label is right and in scope, float32 (n)."""
        return self.judged(matrix)[0]

    def novelty(self, matrix: Floats) -> Floats:
        """Return the probability that each row belongs to no known intent, float32 (n)."""
        return self.judged(matrix)[1]

    def choices(self, matrix: Floats) -> Floats | None:
        """Return the probability that each row's right label is among the first CHOICES, float32 (n)."""
        return self.judged(matrix)[2]

    def judged(self, matrix: Floats) -> tuple[Floats, Floats, Floats | None]:
        """Return confidence, novelty and the probability of the choices, which is at least confidence; (n) each."""
        rows = standardise(matrix, self.centre, self.scale)
        confidence, novelty = _probability(rows @ self.correct), _probability(rows @ self.novel)
        if self.among is None:
            return confidence, novelty, None
        return confidence, novelty, np.maximum(_probability(rows @ self.among), confidence)


def _probability(log_odds: Floats) -> Floats:
    probability: Floats = np.minimum(1.0 / (1.0 + np.exp(-log_odds)), HIGHEST).astype(np.float32)
    return probability


def standardise(matrix: Floats, centre: Floats, scale: Floats) -> Floats:
    """Return clipped z-scores with a column of ones appended, float32 (n, f + 1)."""
    rows = np.ones((len(matrix), matrix.shape[1] + 1), np.float32)
    rows[:, :-1] = np.minimum(np.maximum((matrix - centre) / scale, -CLIP), CLIP)
    return rows


def fit_calibration(rows: OutOfFold, weights: Floats, prior: Prior | None = None) -> Calibration:
    """Fit on out-of-fold rows (n), of which each counts `weights` (n).

    A wrong label counts as a wrong answer: nothing here can tell it from an error of the model, and an error that is
    excused would be answered with. With a `prior` confidence is what other catalogues taught, moved by these rows.
    """
    if prior is None:
        centre, scale = centre_and_scale(rows.matrix, weights)
        data = standardise(rows.matrix, centre, scale)
        correct, among = (_monotone(data, target, weights, 1.0) for target in (rows.right, rows.among))
    else:
        centre, scale = prior.centre, prior.scale
        data = standardise(rows.matrix, centre, scale)
        correct = moved_by(prior.correct, data, rows.right, weights)
        among = moved_by(prior.among, data, rows.among, weights)
    return Calibration(centre, scale, correct, _monotone(data, rows.novel, weights, -1.0), among)


def centre_and_scale(matrix: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return weighted mean and standard deviation of each signal, float32 (f) each."""
    centre = np.average(matrix, axis=0, weights=weights).astype(np.float32)
    spread = np.sqrt(np.average((matrix - centre) ** 2, axis=0, weights=weights))
    return centre, np.maximum(spread, 1e-3).astype(np.float32)


def cautious_calibration() -> Calibration:
    """Return a calibration for data too small to fit one: ordered by margin and nearness, never above one half."""
    width = len(SIGNALS)
    correct = np.zeros(width + 1, np.float32)
    correct[SIGNALS.index("log_margin")] = 0.3
    correct[SIGNALS.index("own_similarity")] = 1.0
    correct[-1] = -5.2
    novel = np.zeros(width + 1, np.float32)
    novel[SIGNALS.index("nearest_similarity")] = -6.0
    novel[-1] = 3.0
    return Calibration(np.zeros(width, np.float32), np.ones(width, np.float32), correct, novel)


def _monotone(rows: Floats, target: Mask, weights: Floats, sign: float) -> Floats:
    """Return logistic weights (f + 1) that all have `sign` or are 0; the intercept (last) is free.

    Every signal grows with certainty by construction. Left free, correlated signals take opposite signs that fit the
    held-out intents and not real novelty: AUROC at 5 messages an intent .89 free, .96 so (CLINC150 val).
    """
    kept = np.ones(rows.shape[1], bool)
    while True:
        fitted = np.zeros(rows.shape[1], np.float32)
        fitted[kept] = fit_logistic(rows[:, kept], target, weights)
        against = kept & (fitted * sign < 0)
        against[-1] = False
        if not against.any():
            return fitted
        worst = np.flatnonzero(against)[np.argmax(np.abs(fitted[against]))]
        kept[worst] = False


def fit_logistic(rows: Floats, target: Mask, weights: Floats) -> Floats:
    """Return weights (f + 1) of a logistic regression with an L2 penalty on all but the intercept."""
    objective = _objective(rows, target, weights)
    point, _ = minimise(objective, np.zeros(rows.shape[1]), iterations=200, tolerance=1e-2)
    return point.astype(np.float32)


def _objective(rows: Floats, target: Mask, weights: Floats) -> Objective:
    """Return the penalised negative log-likelihood; the intercept (last) is not penalised."""
    data, amounts = rows.astype(np.float64), weights.astype(np.float64)
    ridge = np.full(rows.shape[1], PENALTY)
    ridge[-1] = 1e-3

    def objective(point: Vector) -> tuple[float, Vector]:
        chance = 1.0 / (1.0 + np.exp(-(data @ point).clip(-30, 30)))
        shown = chance.clip(1e-12, 1 - 1e-12)
        loss = -float(amounts @ np.log(np.where(target, shown, 1.0 - shown)))
        pull = chance - target
        return loss + 0.5 * float(ridge @ (point * point)), data.T @ (amounts * pull) + ridge * point

    return objective
