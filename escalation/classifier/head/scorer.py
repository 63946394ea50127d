"""Head, neighbours, calibration and threshold together: vectors in, predictions out. Pure numpy, no text."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import numpy as np

from escalation.classifier.confidence import threshold
from escalation.classifier.confidence.background_messages import judge_background, with_background
from escalation.classifier.confidence.calibration import Calibration, cautious_calibration, fit_calibration
from escalation.classifier.confidence.folds import OutOfFold, joined, out_of_fold
from escalation.classifier.confidence.prior import FEWEST_ANSWERS, OUTSIDE, TRUSTED, Prior
from escalation.classifier.confidence.signals import Signals, signals
from escalation.classifier.confidence.threshold import Choice, Choices, choose_thresholds, never
from escalation.classifier.confidence.traffic import Traffic, with_traffic
from escalation.classifier.head.fit import Head
from escalation.classifier.head.neighbours import Nearness, Neighbourhood
from escalation.classifier.head.penalty import choose_penalty
from escalation.classifier.head.training_set import TrainingSet
from escalation.classifier.prediction import TOP_LABELS, TOP_NEIGHBOURS, Language, Neighbour, Prediction
from escalation.kernel.arrays import Floats

# Assumed share of out-of-scope messages in the traffic, until audits tell.
OUT_OF_SCOPE_SHARE = 0.15


@dataclass(frozen=True)
class Scorer:
    """What one model knows, minus its encoder.

    `calibrated_on` is the number of examples the calibration was fitted on; `choice` is how the threshold came about.
    `calibrated_labels` and `calibrated_outside` are the intents and the number of known out-of-scope messages it was
    fitted for where those are not the training set's any more (None: they are).
    `base` are rows to calibrate on that cannot be made again (judged by a fine-tuning run on what it held out);
    `seen` the ids of the examples the encoder was fine-tuned on, which are never judged.
    `choices`: the thresholds for other accepted errors, and for `alpha`; empty in a folder made before they were kept.
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
    calibrated_labels: tuple[str, ...] | None = None
    calibrated_outside: int | None = None
    choices: Choices = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The intents, in the order of the head's columns."""
        return self.training.labels

    @cached_property
    def uncalibrated(self) -> frozenset[str]:
        """Intents younger than the calibration: nothing is known of their errors, so they get no confidence."""
        return frozenset() if self.calibrated_labels is None else frozenset(self.labels) - {*self.calibrated_labels}

    def predict(
        self, vectors: Floats, languages: list[Language] | None = None, *, evidence: bool = True
    ) -> list[Prediction]:
        """Return one prediction for each row of float32 (n, d); without `evidence` no examples are named in it."""
        if not len(vectors):
            return []
        seen = signals(self.head, self.around, vectors)
        confidence, novelty, among = self.calibration.judged(seen.matrix)
        if self.uncalibrated:
            confidence[np.isin(seen.first, [self.labels.index(label) for label in self.uncalibrated])] = 0.0
        best = seen.likely[:, :TOP_LABELS]
        scores = seen.probabilities[np.arange(len(best))[:, None], best].tolist()
        return [
            Prediction(
                labels=tuple(self.labels[code] for code in codes),
                scores=tuple(scores[row]),
                confidence=float(confidence[row]),
                novelty=float(novelty[row]),
                neighbours=self._neighbours(seen, row) if evidence else (),
                language=languages[row] if languages else Language(),
                support=self._beside(seen.near, row, 0) if evidence else None,
                counter=self._beside(seen.near, row, 1) if evidence else None,
                among=None if among is None else float(among[row]),
            )
            for row, codes in enumerate(best.tolist())
        ]

    def _neighbours(self, seen: Signals, row: int) -> tuple[Neighbour, ...]:
        found = zip(seen.near.order[row].tolist(), seen.near.similarity[row].tolist(), strict=True)
        shown = (self._example(at, similarity) for at, similarity in found)
        return tuple(islice((each for each in shown if each is not None), TOP_NEIGHBOURS))

    def _beside(self, near: Nearness, row: int, rank: int) -> Neighbour | None:
        return self._example(int(near.beside[row, rank]), float(near.beside_similarity[row, rank]))

    def _example(self, at: int, similarity: float) -> Neighbour | None:
        """Return the point at a position, None for no position and for an intent's name: that is no example."""
        if at < 0 or not self.around.ids[at]:
            return None
        return Neighbour(self.around.ids[at], self.labels[self.around.codes[at]], round(similarity, 4))


def fit_scorer(
    training: TrainingSet, *, background: Floats, alpha: float, seed: int, start: Head | None = None,
    base: OutOfFold | None = None, seen: frozenset[str] = frozenset(), prior: Prior | None = None,
) -> Scorer:  # fmt: skip
    """Fit head, calibration and threshold (`start` only speeds up the head); `base` and `seen` as in `Scorer`.

    The penalty of all heads is chosen first, from the examples; refits keep it.
    `background` float32 (m, d): embedded messages that belong to hardly any catalogue. `prior`: as in `calibrate`.
    """
    rows = base or joined([])
    training = replace(training, penalty=choose_penalty(training, seed))
    head = training.fit(start=start)
    around = training.around
    calibration, choices = calibrate(
        training, around, head, rows, background=background, alpha=alpha, seed=seed, prior=prior
    )
    judged = len(training.rows)
    return Scorer(training, head, calibration, dict(choices)[alpha], alpha, judged, around, rows, seen, choices=choices)


def calibrate(
    training: TrainingSet, around: Neighbourhood, head: Head, base: OutOfFold, *, background: Floats, alpha: float,
    seed: int, prior: Prior | None = None, traffic: Traffic | None = None,
) -> tuple[Calibration, Choices]:  # fmt: skip
    """Return calibration and thresholds from out-of-fold rows; with too few rows, cautious ones that answer nothing.

    `head` is fitted on `training`, whose points are `around`. `prior` is what other catalogues taught of this encoder;
    the threshold is then chosen with background messages among the traffic, and without one with held-out intents only.
    `traffic`: what is labelled of it joins the rows where that is enough.
    """
    rows = joined([base, out_of_fold(training, head, seed)])
    if not rows.usable:
        return cautious_calibration(), never(alpha)
    unrelated = judge_background(around, head, background)
    if traffic is not None and traffic.tells:
        rows, told, counts = with_traffic(rows, traffic, training, head)
        return _on_traffic(joined([rows, unrelated]), told, counts, alpha, prior)
    seen = joined([rows, unrelated])
    if prior is not None:
        amounts = seen.traffic(OUT_OF_SCOPE_SHARE, OUTSIDE)
        calibration = fit_calibration(seen, amounts, prior)
        confidence = calibration.confidence(seen.matrix)
        return calibration, choose_thresholds(
            confidence, seen.right, amounts, alpha, trusted=TRUSTED, fewest=FEWEST_ANSWERS
        )
    weights = rows.weights(OUT_OF_SCOPE_SHARE)
    calibration = fit_calibration(seen, with_background(weights, len(unrelated.right)))
    return calibration, choose_thresholds(calibration.confidence(rows.matrix), rows.right, weights, alpha)


def _on_traffic(
    assumed: OutOfFold, told: OutOfFold, counts: Floats, alpha: float, prior: Prior | None
) -> tuple[Calibration, Choices]:
    """Return calibration and thresholds from rows of the catalogue, and of the traffic, which count `counts` (m)."""
    weights = np.concatenate([assumed.traffic(OUT_OF_SCOPE_SHARE, OUTSIDE), counts])
    counted = weights > 0
    rows, amounts = joined([assumed, told])[counted], weights[counted]
    calibration = fit_calibration(rows, amounts, prior)
    trusted, fewest = (TRUSTED, FEWEST_ANSWERS) if prior is not None else (threshold.TRUSTED, threshold.FEWEST_ANSWERS)
    confidence = calibration.confidence(rows.matrix)
    return calibration, choose_thresholds(confidence, rows.right, amounts, alpha, trusted=trusted, fewest=fewest)
