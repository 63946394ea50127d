"""Honest rows to calibrate on: every example judged by a head that never saw it, or never saw its whole intent.

In-scope rows come from folds of examples; pseudo-novel rows from groups of intents left out entirely (a model fitted on
in-scope errors alone never meets novelty: AUROC .947 on CLINC150 against .973 with held-out intents).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import chain, compress

import numpy as np

from escalation.classifier.confidence.paraphrases import linked
from escalation.classifier.confidence.signals import SIGNALS, signals
from escalation.classifier.head.fit import Head
from escalation.classifier.head.neighbours import Neighbourhood
from escalation.classifier.head.training_set import TrainingSet, fit_fold
from escalation.classifier.labelled_vectors import LabelledVectors
from escalation.classifier.prediction import CHOICES
from escalation.kernel.arrays import Floats, Ints, Mask

FOLDS = 5


class Origin(IntEnum):
    """Where a row comes from: an intent the head knows, one held out from it, or a known out-of-scope message."""

    INSIDE = 0
    HELD_OUT = 1
    OUTSIDE = 2


@dataclass(frozen=True)
class OutOfFold:
    """Rows to calibrate on: signals (n, f), whether the first label was right, the row's `Origin` (n), and whether the
    right label was among the first CHOICES. `ids` (n): the examples that were judged, "" where that is not known.
    """

    matrix: Floats
    right: Mask
    origin: Ints
    among: Mask
    ids: tuple[str, ...] = ()

    def __getitem__(self, which: Mask) -> "OutOfFold":
        """Return the rows of a mask (n)."""
        ids = tuple(compress(self._padded, which.tolist()))
        return OutOfFold(self.matrix[which], self.right[which], self.origin[which], self.among[which], ids)

    @property
    def _padded(self) -> tuple[str, ...]:
        return self.ids or ("",) * len(self.right)

    @property
    def novel(self) -> Mask:
        """Whether each row belongs to no intent its head knew."""
        fresh: Mask = self.origin != Origin.INSIDE
        return fresh

    @property
    def usable(self) -> bool:
        """Whether there is anything to learn from: right and wrong rows, and both kinds of origin."""
        return bool(self.right.sum() >= 10 and (~self.right).sum() >= 5 and self.novel.any())

    def weights(self, share: float, outside: float = 0.5) -> Floats:
        """Return weights (n), summing to n: out-of-scope rows weigh `share` of the whole, whatever their number.

        Known out-of-scope messages count for up to `outside` of it (fully so from 50 on), held-out intents for the
        rest.
        """
        counts = np.bincount(self.origin, minlength=3)
        real = outside * min(1.0, counts[Origin.OUTSIDE] / 50) if counts[Origin.HELD_OUT] else 1.0
        shares = np.asarray([1 - share, share * (1 - real), share * real])
        each = shares * len(self.origin) / np.maximum(counts, 1)
        weights: Floats = each[self.origin].astype(np.float32)
        return weights

    def traffic(self, share: float, outside: float) -> Floats:
        """Return `weights` in another unit: a row of a known intent counts as one message."""
        counted = (self.origin == Origin.INSIDE).sum() / (1 - share) / max(len(self.origin), 1)
        amounts: Floats = (self.weights(share, outside) * counted).astype(np.float32)
        return amounts


def out_of_fold(training: TrainingSet, head: Head, seed: int) -> OutOfFold:
    """Judge what the encoder has not seen: every example with its fold held out, every wholly unseen intent with the
    intent held out, known outsiders with `head`, fitted on everything. May have no rows.
    """
    random = np.random.default_rng(seed)
    rows, everyone = training.rows, np.arange(len(training.labels))
    folds = example_folds(rows, random)
    parts = [judge(training, folds == fold, everyone) for fold in np.unique(folds[folds >= 0])]
    fresh = np.setdiff1d(everyone, rows.codes[rows.seen])
    if len(everyone) >= 4 and len(fresh):
        turn = np.full(len(everyone), -1)
        turn[fresh] = random.permutation(len(fresh)) % min(FOLDS, len(everyone) // 2)
        for group in np.unique(turn[fresh]):
            parts.append(judge(training, turn[rows.codes] == group, everyone[turn != group]))
    if len(training.outside):
        outside = training.outside
        parts.append(replace(judge_outside(training.around, head, outside.vectors), ids=outside.ids))
    return joined(parts)


def joined(parts: Sequence[OutOfFold]) -> OutOfFold:
    """Return all rows of several; without parts, none."""
    return OutOfFold(
        np.concatenate([np.zeros((0, len(SIGNALS)), np.float32), *(part.matrix for part in parts)]),
        np.concatenate([np.zeros(0, bool), *(part.right for part in parts)]),
        np.concatenate([np.zeros(0, np.int64), *(part.origin for part in parts)]),
        np.concatenate([np.zeros(0, bool), *(part.among for part in parts)]),
        tuple(chain.from_iterable(part._padded for part in parts)),
    )


def example_folds(rows: LabelledVectors, random: np.random.Generator) -> Ints:
    """Return a fold for each example, int64 (n), -1 for what the encoder has seen: that is not judged.

    One group shares a fold, and so does what is nearly equal.
    """
    groups = linked(rows.vectors, rows.codes, rows.groups)
    return deal_folds(rows.codes, groups, FOLDS, random, left_out=rows.seen)


def deal_folds(
    codes: Ints, groups: Ints, count: int, random: np.random.Generator, *, left_out: Mask | None = None
) -> Ints:
    """Return the fold of each row, 0 to `count` - 1, int64 (n); -1 for rows that are `left_out`.

    Groups are dealt in turn, class after class and shuffled within each; all rows of a group share a fold.
    """
    shuffled = random.permutation(len(codes))
    folds = np.full(len(codes), -1, np.int64)
    of_group: dict[int, int] = {}
    for row in shuffled[np.argsort(codes[shuffled], kind="stable")]:
        if left_out is None or not left_out[row]:
            folds[row] = of_group.setdefault(int(groups[row]), len(of_group) % count)
    return folds


def judge(training: TrainingSet, judged: Mask, present: Ints) -> OutOfFold:
    """Fit on the rows not judged, with the names of the `present` intents only; judge the others."""
    around = training.points(~judged, present)
    head = fit_fold(around, len(present), penalty=training.penalty)
    rows = training.rows[judged]
    measured = signals(head, around, rows.vectors)
    origin = np.where(np.isin(rows.codes, present), Origin.INSIDE, Origin.HELD_OUT)
    hits = present[measured.likely[:, :CHOICES]] == rows.codes[:, None]
    return OutOfFold(measured.matrix, hits[:, 0], origin, hits.any(axis=1), rows.ids)


def judge_outside(around: Neighbourhood, head: Head, outside: Floats) -> OutOfFold:
    """Judge out-of-scope messages, float32 (m, d), with a head on all examples: it is never fitted on them."""
    measured = signals(head, around, outside)
    never = np.zeros(len(outside), bool)
    return OutOfFold(measured.matrix, never, np.full(len(outside), Origin.OUTSIDE), never)
