"""Head, neighbours, calibration and threshold together: vectors in, predictions out. Pure numpy, no text."""

from dataclasses import dataclass

import numpy as np

from escalation.classifier.calibration import Calibration, cautious_calibration, fit_calibration
from escalation.classifier.head import Floats, Head
from escalation.classifier.neighbourhood import Neighbourhood
from escalation.classifier.out_of_fold import OutOfFold, TrainingSet, joined, out_of_fold
from escalation.classifier.prediction import TOP_LABELS, TOP_NEIGHBOURS, Language, Neighbour, Prediction
from escalation.classifier.signals import Signals, signals
from escalation.classifier.threshold import NEVER, Choice, choose_threshold

# Assumed share of out-of-scope messages in the traffic, until audits tell.
OUT_OF_SCOPE_SHARE = 0.15


@dataclass(frozen=True)
class Scorer:
    """What one model knows, minus its encoder.

    `calibrated_on` is the number of examples the calibration was fitted on; `choice` is how the threshold came about.
    `base` are rows to calibrate on that cannot be made again (judged by a fine-tuning run on what it held out);
    `seen` the ids of the examples the encoder was fine-tuned on, which are never judged.
    """

    training: TrainingSet
    head: Head
    calibration: Calibration
    choice: Choice
    alpha: float
    calibrated_on: int
    around: Neighbourhood
    base: OutOfFold
    seen: frozenset[str] = frozenset()

    @property
    def labels(self) -> tuple[str, ...]:
        """The intents, in the order of the head's columns."""
        return self.training.labels

    def predict(self, vectors: Floats, languages: list[Language] | None = None) -> list[Prediction]:
        """Return one prediction for each row of float32 (n, d)."""
        if not len(vectors):
            return []
        seen = signals(self.head, self.around, vectors)
        confidence = self.calibration.confidence(seen.matrix)
        novelty = self.calibration.novelty(seen.matrix)
        best = np.argsort(-seen.probabilities, axis=1, kind="stable")[:, :TOP_LABELS]
        return [
            Prediction(
                labels=tuple(self.labels[code] for code in best[row]),
                scores=tuple(float(score) for score in seen.probabilities[row, best[row]]),
                confidence=float(confidence[row]),
                novelty=float(novelty[row]),
                neighbours=self._neighbours(seen, row),
                language=languages[row] if languages else Language(),
            )
            for row in range(len(vectors))
        ]

    def _neighbours(self, seen: Signals, row: int) -> tuple[Neighbour, ...]:
        found = zip(seen.near.order[row], seen.near.similarity[row], strict=True)
        shown = [
            Neighbour(self.around.ids[at], self.labels[self.around.codes[at]], round(float(similarity), 4))
            for at, similarity in found
            if self.around.ids[at]
        ]
        return tuple(shown[:TOP_NEIGHBOURS])


def fit_scorer(
    training: TrainingSet, *, alpha: float, seed: int, start: Head | None = None, base: OutOfFold | None = None,
    seen: frozenset[str] = frozenset(),
) -> Scorer:  # fmt: skip
    """Fit head, calibration and threshold (`start` only speeds up the head); `base` and `seen` as in `Scorer`."""
    rows = base or joined([])
    head = training.fit(start=start)
    calibration, choice = calibrate(training, rows, alpha=alpha, seed=seed)
    return Scorer(training, head, calibration, choice, alpha, len(training.codes), training.around, rows, seen)


def calibrate(training: TrainingSet, base: OutOfFold, *, alpha: float, seed: int) -> tuple[Calibration, Choice]:
    """Return calibration and threshold from out-of-fold rows; with too few rows, cautious ones that answer nothing."""
    rows = joined([base, out_of_fold(training, seed)])
    if not rows.usable:
        return cautious_calibration(), Choice(NEVER, 0.0, 0.0, 1.0)
    weights = rows.weights(OUT_OF_SCOPE_SHARE)
    calibration = fit_calibration(rows.matrix, rows.right, rows.novel, weights)
    confidence = calibration.confidence(rows.matrix)
    return calibration, choose_threshold(confidence, rows.right, weights, alpha)
