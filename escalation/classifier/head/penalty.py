"""How much a head is held back from following single examples: chosen out of fold, from the examples alone.

With right labels the weakest penalty is best. Wrong ones are learnt by heart unless a stronger one keeps the head from
it: with 20 % of them wrong (30 intents of CLINC150, 100 messages each) .02 is .863 right and .3 is .962.
"""

import math
from collections.abc import Sequence

import numpy as np

from escalation.classifier.confidence.folds import example_folds
from escalation.classifier.head.fit import PENALTY, Head
from escalation.classifier.head.training_set import TrainingSet, fit_fold
from escalation.kernel.arrays import Mask

STRONGER = (0.05, 0.15, 0.3)
ENOUGH_ROWS = 2500  # more are not judged: a fifth of 15,000 is one fold instead of five
# Standard errors of the paired difference: with three tries, about one choice in fifty is chance.
CLEARLY = 2.5


def choose_penalty(training: TrainingSet, seed: int) -> float:
    """Return PENALTY, or the best of STRONGER if it is clearly more often right on examples it was not fitted on.

    It climbs only while a stronger one gets better. An encoder that was tuned on these labels has learnt the wrong ones
    itself, so there nothing can be chosen.
    """
    if training.rows.seen.any():
        return PENALTY
    folds = _few_folds(training, seed)
    heads, first = _judged(training, folds, PENALTY, [])
    before, best = first, PENALTY
    for penalty in STRONGER:
        heads, right = _judged(training, folds, penalty, heads)
        if right.sum() <= before.sum():
            break
        if _gain(first, right) >= CLEARLY:
            best = penalty
        before = right
    return best


def _few_folds(training: TrainingSet, seed: int) -> list[Mask]:
    """Return the rows of as many folds as hold ENOUGH_ROWS, or of all."""
    folds = example_folds(training.rows, np.random.default_rng(seed))
    numbers, sizes = np.unique(folds, return_counts=True)
    needed = int(np.searchsorted(np.cumsum(sizes), ENOUGH_ROWS)) + 1
    return [folds == number for number in numbers[:needed]]


def _judged(
    training: TrainingSet, folds: Sequence[Mask], penalty: float, starts: Sequence[Head]
) -> tuple[list[Head], Mask]:
    """Return a head fitted without each fold, from `starts` if there are any, and which rows they get right."""
    classes = len(training.labels)
    heads, right = [], []
    for number, judged in enumerate(folds):
        around = training.points(~judged, np.arange(classes))
        start = starts[number] if starts else None
        head = fit_fold(around, classes, penalty=penalty, start=start)
        heads.append(head)
        rows = training.rows[judged]
        right.append(head.first(rows.vectors) == rows.codes)
    return heads, np.concatenate(right)


def _gain(one: Mask, other: Mask) -> float:
    """Return by how many standard errors the second is more often right on the same rows (McNemar 1947)."""
    differing = int((one != other).sum())
    return float(int(other.sum()) - int(one.sum())) / math.sqrt(max(differing, 1))
