"""Honest rows to calibrate on: every example judged by a head that never saw it, or never saw its whole intent.

In-scope rows come from folds of examples; pseudo-novel rows from groups of intents left out entirely (a model fitted on
in-scope errors alone never meets novelty: AUROC .947 on CLINC150 against .973 with held-out intents).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from escalation.classifier.confidence.paraphrases import linked
from escalation.classifier.confidence.signals import SIGNALS, signals
from escalation.classifier.head.fit import GRADIENT_TOLERANCE, ITERATIONS, PENALTY, Head, centroid_start, fit_head
from escalation.classifier.head.neighbours import Neighbourhood
from escalation.kernel.arrays import Floats, Ints, Mask

FOLDS = 5
# As far as these heads must be fitted to judge like the one that serves. CLINC150, 15,000 examples: stopped sooner they
# are less sure of themselves than it is, and .57 is answered at 2 % where .65 may be; going on to .03 changes nothing.
FOLD_TOLERANCE = 1.0
FOLD_ITERATIONS = 40
NAME_WEIGHT = 1.5  # an intent's name counts as one and a half examples: CLINC150 val, first five, .766 -> .84


@dataclass(frozen=True)
class TrainingSet:
    """Everything a head is fitted on.

    `vectors` float32 (n, d), `codes` int64 (n) into `labels` (c), `ids` (n); `names` float32 (c, d) are the embedded
    names of the intents; `outside` float32 (m, d) are known out-of-scope messages (m may be 0), `outside_ids` (m).
    Rows of one of the `groups` (n; below 0: a conversation) are never split. `seen` (n): the encoder itself was
    fine-tuned on this row, so its vector is better than a stranger's would be and nothing honest can be judged on it.
    `penalty`: of the heads that are fitted here.
    """

    vectors: Floats
    codes: Ints
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    names: Floats
    outside: Floats
    outside_ids: tuple[str, ...]
    groups: Ints
    seen: Mask
    penalty: float = PENALTY

    @property
    def around(self) -> Neighbourhood:
        """All examples, and the intents' names (without an id: measured against, never shown)."""
        return self.points(np.ones(len(self.codes), bool), np.arange(len(self.labels)))

    def points(self, kept: Mask, present: Ints) -> Neighbourhood:
        """The kept examples (n) and the names of the `present` intents, with codes counted among `present`."""
        codes = np.concatenate([np.searchsorted(present, self.codes[kept]), np.arange(len(present))])
        ids = tuple(name for name, keep in zip(self.ids, kept, strict=True) if keep) + ("",) * len(present)
        return Neighbourhood.of(np.concatenate([self.vectors[kept], self.names[present]]), codes, ids)

    def fit(self, *, start: Head | None = None, iterations: int = ITERATIONS) -> Head:
        """Fit a head on all examples and names, from `start` (c classes) if given."""
        return fit_points(self.around, len(self.labels), start=start, iterations=iterations, penalty=self.penalty)


def fit_points(
    around: Neighbourhood, classes: int, *, start: Head | None = None, iterations: int = ITERATIONS,
    tolerance: float = GRADIENT_TOLERANCE, penalty: float = PENALTY,
) -> Head:  # fmt: skip
    """Fit a head on a neighbourhood whose points without an id are names."""
    begin = start or centroid_start(around.vectors, around.codes, classes)
    return fit_head(
        around.vectors, around.codes, classes, weights=point_weights(around), start=begin, penalty=penalty,
        iterations=iterations, tolerance=tolerance,
    )  # fmt: skip


def fit_fold(around: Neighbourhood, classes: int, *, penalty: float, start: Head | None = None) -> Head:
    """Fit a head that only judges what it was not fitted on: as far as that takes."""
    return fit_points(
        around, classes, start=start, iterations=FOLD_ITERATIONS, tolerance=FOLD_TOLERANCE, penalty=penalty
    )


def point_weights(around: Neighbourhood) -> Floats:
    """Return how much each point counts in fitting, float32 (n): an example once, a name NAME_WEIGHT."""
    return np.asarray([1.0 if name else NAME_WEIGHT for name in around.ids], np.float32)


class Origin(IntEnum):
    """Where a row comes from: an intent the head knows, one held out from it, or a known out-of-scope message."""

    INSIDE = 0
    HELD_OUT = 1
    OUTSIDE = 2


@dataclass(frozen=True)
class OutOfFold:
    """Rows to calibrate on: signals (n, f), whether the first label was right, and the row's `Origin` (n)."""

    matrix: Floats
    right: Mask
    origin: Ints

    @property
    def novel(self) -> Mask:
        """Whether each row belongs to no intent its head knew."""
        fresh: Mask = self.origin != Origin.INSIDE
        return fresh

    @property
    def usable(self) -> bool:
        """Whether there is anything to learn from: right and wrong rows, and both kinds of origin."""
        return bool(self.right.sum() >= 10 and (~self.right).sum() >= 5 and self.novel.any())

    def weights(self, share: float) -> Floats:
        """Return weights (n), summing to n: out-of-scope rows weigh `share` of the whole, whatever their number.

        Known out-of-scope messages count for up to half of it (fully so from 50 on), held-out intents for the rest.
        """
        counts = np.bincount(self.origin, minlength=3)
        real = 0.5 * min(1.0, counts[Origin.OUTSIDE] / 50) if counts[Origin.HELD_OUT] else 1.0
        shares = np.asarray([1 - share, share * (1 - real), share * real])
        each = shares * len(self.origin) / np.maximum(counts, 1)
        weights: Floats = each[self.origin].astype(np.float32)
        return weights


def out_of_fold(training: TrainingSet, head: Head, seed: int) -> OutOfFold:
    """Judge what the encoder has not seen: every example with its fold held out, every wholly unseen intent with the
    intent held out, known outsiders with `head`, fitted on everything. May have no rows.
    """
    random = np.random.default_rng(seed)
    everyone = np.arange(len(training.labels))
    folds = example_folds(training, random)
    parts = [judge(training, folds == fold, everyone) for fold in np.unique(folds[folds >= 0])]
    fresh = np.setdiff1d(everyone, training.codes[training.seen])
    if len(everyone) >= 4 and len(fresh):
        turn = np.full(len(everyone), -1)
        turn[fresh] = random.permutation(len(fresh)) % min(FOLDS, len(everyone) // 2)
        for group in np.unique(turn[fresh]):
            parts.append(judge(training, turn[training.codes] == group, everyone[turn != group]))
    if len(training.outside):
        parts.append(judge_outside(training.around, head, training.outside))
    return joined(parts)


def joined(parts: Sequence[OutOfFold]) -> OutOfFold:
    """Return all rows of several; without parts, none."""
    return OutOfFold(
        np.concatenate([np.zeros((0, len(SIGNALS)), np.float32), *(part.matrix for part in parts)]),
        np.concatenate([np.zeros(0, bool), *(part.right for part in parts)]),
        np.concatenate([np.zeros(0, np.int64), *(part.origin for part in parts)]),
    )


def example_folds(training: TrainingSet, random: np.random.Generator) -> Ints:
    """Return a fold for each example, dealt class by class; -1 for what is not judged.

    One group shares a fold, and so does what is nearly equal.
    """
    groups = linked(training.vectors, training.codes, training.groups)
    folds = np.full(len(training.codes), -1, np.int64)
    of_group: dict[int, int] = {}
    for row in _by_class(training.codes, random):
        if training.seen[row]:
            continue
        folds[row] = of_group.setdefault(int(groups[row]), len(of_group) % FOLDS)
    return folds


def _by_class(codes: Ints, random: np.random.Generator) -> Ints:
    """Return all rows, class after class, shuffled within each."""
    shuffled = random.permutation(len(codes))
    ordered: Ints = shuffled[np.argsort(codes[shuffled], kind="stable")]
    return ordered


def judge(training: TrainingSet, judged: Mask, present: Ints) -> OutOfFold:
    """Fit on the rows not judged, with the names of the `present` intents only; judge the others."""
    around = training.points(~judged, present)
    head = fit_fold(around, len(present), penalty=training.penalty)
    measured = signals(head, around, training.vectors[judged])
    codes = training.codes[judged]
    origin = np.where(np.isin(codes, present), Origin.INSIDE, Origin.HELD_OUT)
    return OutOfFold(measured.matrix, present[measured.first] == codes, origin)


def judge_outside(around: Neighbourhood, head: Head, outside: Floats) -> OutOfFold:
    """Judge out-of-scope messages, float32 (m, d), with a head on all examples: it is never fitted on them."""
    measured = signals(head, around, outside)
    count = len(outside)
    return OutOfFold(measured.matrix, np.zeros(count, bool), np.full(count, Origin.OUTSIDE))
