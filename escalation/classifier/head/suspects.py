"""Labels to look at again: what a head fitted without an example finds much less likely than another label.

Nothing is changed or deleted here; people decide. Out-of-fold judgement as in confident learning (Northcutt, Jiang and
Chuang 2021), by the ratio of two labels' probabilities.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from escalation.classifier.confidence.folds import FOLDS, deal_folds
from escalation.classifier.head.fit import Head, softmax
from escalation.classifier.head.training_set import TrainingSet, fit_fold
from escalation.classifier.labelled_vectors import same_vectors
from escalation.kernel.arrays import Floats, Mask

# Strong enough that a head does not learn the wrong labels it is fitted on: with 20 % of CLINC150's labels flipped, of
# as many rows as were flipped .992 are (.967 with the penalty that serves).
# Per example an intent, so that a small set is not smoothed until nothing stands out: .5 at 100 an intent.
PENALTY = 0.005
LEAST_RATIO = 3.0


@dataclass(frozen=True, slots=True)
class Suspect:
    """An example whose label is worth a second look.

    `proposed` is the likeliest other label and `probability` its out-of-fold probability, 0..1; `ratio` how many times
    likelier it is than the stored `label`. `reason`: "unlikely", or "conflict" where the same text carries several
    labels; then the text's likeliest one is proposed, whatever the ratio.
    """

    example_id: str
    label: str
    proposed: str
    probability: float
    ratio: float
    reason: Literal["unlikely", "conflict"] = "unlikely"

    def as_json(self) -> dict[str, object]:
        """Return plain JSON values."""
        return asdict(self)


def suspects(training: TrainingSet, *, seed: int = 0, least_ratio: float = LEAST_RATIO) -> tuple[Suspect, ...]:
    """Return the examples whose label is `least_ratio` times less likely than another, the most suspicious first.

    Known out-of-scope messages are not judged. On vectors of an encoder that was fine-tuned on these very labels it
    finds less: that encoder has learnt the wrong ones too. Equal seeds give equal lists.
    """
    if not len(training.rows):
        return ()
    probabilities = _out_of_fold(training, seed)
    proposed = probabilities.argmax(axis=1)
    rows = np.arange(len(proposed))
    ratio = probabilities[rows, proposed] / probabilities[rows, training.rows.codes]
    conflicts = _conflicts(training, probabilities)
    found = [_suspect(training, probabilities, row, code, "conflict") for row, code in conflicts.items()]
    unlikely = [int(row) for row in np.flatnonzero(ratio >= least_ratio) if row not in conflicts]
    found += [_suspect(training, probabilities, row, int(proposed[row]), "unlikely") for row in unlikely]
    return tuple(sorted(found, key=lambda each: (-each.ratio, each.example_id)))


def _suspect(
    training: TrainingSet, probabilities: Floats, row: int, code: int, reason: Literal["unlikely", "conflict"]
) -> Suspect:
    proposed, stored = float(probabilities[row, code]), float(probabilities[row, training.rows.codes[row]])
    label = training.labels[training.rows.codes[row]]
    return Suspect(
        training.rows.ids[row], label, training.labels[code], round(proposed, 4), round(proposed / stored, 2), reason
    )


def _out_of_fold(training: TrainingSet, seed: int) -> Floats:
    """Return probabilities (n, c), each row by a head fitted without its fold."""
    rows = training.rows
    folds = deal_folds(rows.codes, rows.groups, FOLDS, np.random.default_rng(seed))
    probabilities = np.zeros((len(folds), len(training.labels)), np.float32)
    for fold in np.unique(folds):
        judged = folds == fold
        probabilities[judged] = softmax(_fit(training, ~judged).logits(rows.vectors[judged]))
    return probabilities.clip(1e-9)


def _fit(training: TrainingSet, kept: Mask) -> Head:
    classes = len(training.labels)
    points = training.points(kept, np.arange(classes))
    return fit_fold(points, classes, penalty=PENALTY * len(training.rows) / classes)


def _conflicts(training: TrainingSet, probabilities: Floats) -> dict[int, int]:
    """Return, for each example whose text also carries a likelier label, that label's code by its row."""
    rows: dict[int, list[int]] = {}
    for row, text in enumerate(same_vectors(training.rows.vectors)):
        rows.setdefault(int(text), []).append(row)
    return {row: code for same in rows.values() for row, code in _contradicted(training, probabilities, same)}


def _contradicted(training: TrainingSet, probabilities: Floats, rows: Sequence[int]) -> list[tuple[int, int]]:
    codes = {int(training.rows.codes[row]) for row in rows}
    likeliest = max(sorted(codes), key=lambda code: probabilities[rows[0], code])
    return [(row, likeliest) for row in rows if training.rows.codes[row] != likeliest]
