"""The regularised softmax head over embeddings, fitted with a warm start. Pure numpy; no randomness.

Fitting adds the log class frequency to the logits and serving leaves it out (Menon et al. 2021, logit adjustment):
a new intent with 1 example among classes of 100 is then learnt (recall .80 instead of .008). The examples of an intent
that has few beside the others count more, see `class_amounts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from escalation.classifier.head.minimise import Objective, Precondition, Vector, minimise
from escalation.kernel.arrays import Floats, Ints

# Unit vectors need weights of norm ~10 to tell 150 intents apart: a penalty this small; chosen on CLINC150 val.
PENALTY = 0.02
# CLINC150, 900 to 14,700 examples: no probability of 3,000 messages is then off by more than .005 (.01: .002).
GRADIENT_TOLERANCE = 0.03
COLUMN_TOLERANCE = 0.01
ITERATIONS = 100  # what 15,000 examples need and a quarter more
# What all messages have in common bends the loss most. Steps along it a tenth as long halve the iterations: 4 to 150
# intents, 90 to 6,150 examples; a sixteenth and a seventh do as well.
COMMON_STEP = 0.1
# An intent among larger ones weighs at least so many examples. CLINC150, 30 intents among others of 100: recall after
# 1, 3 and 5 examples .80 .87 .90 without, .85 .90 .92 with it; .01 points more are lost elsewhere.
LEAST_AMOUNT = 20.0


@dataclass(frozen=True)
class Head:
    """`weights` float32 (d, c), `bias` float32 (c): logits = vectors @ weights + bias, without any class prior."""

    weights: Floats
    bias: Floats

    def logits(self, vectors: Floats) -> Floats:
        """Return float32 (n, c)."""
        scores: Floats = vectors @ self.weights + self.bias
        return scores

    def first(self, vectors: Floats) -> Ints:
        """Return the code of the likeliest class of each row of float32 (n, d), int64 (n)."""
        codes: Ints = self.logits(vectors).argmax(axis=1)
        return codes


def log_prior(codes: Ints, classes: int, weights: Floats | None = None) -> Floats:
    """Return log class frequencies, float32 (c); a class without examples counts half a one."""
    counts = np.bincount(codes, weights=weights, minlength=classes).astype(np.float32)
    shares = np.maximum(counts, 0.5) / max(float(counts.sum()), 1.0)
    prior: Floats = np.log(shares).astype(np.float32)
    return prior


def class_amounts(codes: Ints, classes: int, weights: Floats) -> Floats:
    """Return what each example counts, float32 (n): `weights`, raised where its class is small beside the others.

    A class is raised to LEAST_AMOUNT or to the median class, whichever is less, so that the penalty does not keep it
    from being told apart. The class frequency that is added to the logits is not: with it raised, recall falls.
    """
    counts = np.bincount(codes, weights=weights, minlength=classes)
    least = min(LEAST_AMOUNT, float(np.median(counts)))
    raised = np.maximum(1.0, least / np.maximum(counts, 1e-9))
    amounts: Floats = (weights * raised[codes]).astype(np.float32)
    return amounts


def fit_head(
    vectors: Floats, codes: Ints, classes: int, *, weights: Floats | None = None, start: Head | None = None,
    penalty: float = PENALTY, iterations: int = ITERATIONS, tolerance: float = GRADIENT_TOLERANCE,
) -> Head:  # fmt: skip
    """Fit on float32 (n, d) vectors with codes in 0..classes-1; `weights` (n) count examples more or less than once.

    It ends where the gradient's norm is at most `tolerance`. The loss is summed over examples: with a mean and a
    tolerance a warm start would stop at once.
    """
    given = np.ones(len(codes), np.float32) if weights is None else weights
    amounts, prior = class_amounts(codes, classes, given), log_prior(codes, classes, given)
    objective = _objective(vectors, codes, amounts, prior, penalty)
    begin = np.zeros((vectors.shape[1] + 1, classes), np.float32) if start is None else _table(start)
    calmed = _calmed(vectors, classes)
    point, _ = minimise(objective, begin.ravel(), iterations=iterations, tolerance=tolerance, precondition=calmed)
    return _head(point.reshape(begin.shape))


def fit_columns(
    vectors: Floats, codes: Ints, columns: Ints, *, weights: Floats, start: Head, iterations: int,
    penalty: float = PENALTY,
) -> Head:  # fmt: skip
    """Fit the weights of some classes, int64 (k), and leave all others as they are in `start`; the rest as `fit_head`.

    What the other classes contribute to the loss is computed once, so an iteration costs k / c of one of `fit_head`. At
    least one is made: an example that the head knew already still moves it.
    """
    classes = start.bias.size
    prior = log_prior(codes, classes, weights)
    others = np.setdiff1d(np.arange(classes), columns)
    slots = np.full(classes, -1, np.int64)
    slots[columns] = np.arange(columns.size)
    rest = log_sum_exp(vectors @ start.weights[:, others] + (start.bias + prior)[others])
    amounts = class_amounts(codes, classes, weights)
    objective = _objective(vectors, slots[codes], amounts, prior[columns], penalty, rest)
    table = _table(start)
    begin = table[:, columns]
    point, _ = minimise(
        objective, begin.ravel(), iterations=iterations, tolerance=COLUMN_TOLERANCE,
        precondition=_calmed(vectors, columns.size), least=1,
    )  # fmt: skip
    table[:, columns] = point.reshape(begin.shape)
    return _head(table)


def _objective(
    vectors: Floats, codes: Ints, amounts: Floats, prior: Floats, penalty: float, rest: Floats | None = None
) -> Objective:
    """Return the penalised negative log-likelihood of the columns that move, with its gradient.

    `rest` (n): log-sum-exp of the logits of the columns that stay; a code of -1 means that the row's class is among
    them. Its likelihood is then measured against `rest`, a constant: sums in float32 stay small enough to compare.
    """
    width, mine = vectors.shape[1], np.flatnonzero(codes >= 0)
    own = codes[mine]
    still = np.full(len(codes), -np.inf, np.float32) if rest is None else rest

    def objective(point: Vector) -> tuple[float, Vector]:
        table = point.reshape(width + 1, -1)
        scores = vectors @ table[:-1]
        scores += table[-1] + prior
        peak = np.maximum(scores.max(axis=1), still)
        scores -= peak[:, None]
        left = still - peak
        picked = left.copy()
        picked[mine] = scores[mine, own]
        np.exp(scores, out=scores)
        totals = scores.sum(axis=1) + np.exp(left)
        size = point.astype(np.float64)  # summed in float32 the loss of 15,000 examples hides what one more changes
        loss = float(amounts.astype(np.float64) @ (np.log(totals) - picked)) + 0.5 * penalty * float(size @ size)
        scores *= (amounts / totals)[:, None]
        scores[mine, own] -= amounts[mine]
        gradient = np.empty_like(table)
        gradient[:-1] = vectors.T @ scores
        gradient[-1] = scores.sum(axis=0)
        return loss, gradient.ravel() + np.float32(penalty) * point

    return objective


def _calmed(vectors: Floats, columns: int) -> Precondition:
    """Return what shortens, of a flattened (d + 1, columns), the part along the mean of float32 (n, d) beside a one."""
    common = np.append(vectors.mean(axis=0), np.float32(1.0))
    common /= np.linalg.norm(common)

    def calmed(point: Vector) -> Vector:
        table = point.reshape(common.size, columns)
        shortened: Vector = table - np.outer((1.0 - COMMON_STEP) * common, common @ table)
        return shortened.ravel()

    return calmed


def _table(head: Head) -> Floats:
    """Return weights and, as the last row, biases: float32 (d + 1, c), a copy."""
    return np.concatenate([head.weights, head.bias[None]]).astype(np.float32)


def _head(table: Vector) -> Head:
    return Head(np.ascontiguousarray(table[:-1], np.float32), table[-1].astype(np.float32))


def log_sum_exp(logits: Floats) -> Floats:
    """Return the logarithm of each row's sum of exponentials, float32 (n); -inf for rows without a column."""
    peak = logits.max(axis=1, initial=-1e30)
    total: Floats = peak + np.log(np.exp(logits - peak[:, None]).sum(axis=1).clip(1e-38))
    return total


def softmax(logits: Floats) -> Floats:
    """Return row-wise probabilities, float32 (n, c)."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: Floats = shifted / shifted.sum(axis=1, keepdims=True)
    return probabilities


def encode_labels(labels: Sequence[str], names: Sequence[str]) -> Ints:
    """Return each label's position in `names`, int64 (n). Raises: KeyError for a label not in it."""
    position = {name: index for index, name in enumerate(names)}
    return np.fromiter((position[label] for label in labels), np.int64, count=len(labels))


def centroid_start(vectors: Floats, codes: Ints, classes: int) -> Head:
    """Return a head made of scaled, centred class means: 20 iterations from it are worth 40 from zero (CLINC150)."""
    members = np.zeros((classes, len(codes)), np.float32)
    members[codes, np.arange(len(codes))] = 1.0
    counts = members.sum(axis=1, keepdims=True)
    means = members @ vectors / np.maximum(counts, 1.0)
    centred = np.where(counts > 0, means - vectors.mean(axis=0), 0.0)
    return Head(np.ascontiguousarray(8.0 * centred.T, dtype=np.float32), np.zeros(classes, np.float32))
