"""The regularised softmax head over embeddings, fitted with a warm start. Pure numpy; no randomness.

Fitting adds the log class frequency to the logits and serving leaves it out (Menon et al. 2021, logit adjustment):
a new intent with 1 example among classes of 100 is then learnt (recall .63 instead of .008).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from escalation.classifier.minimise import Vector, minimise

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
# Unit vectors need weights of norm ~10 to tell 150 intents apart: a penalty this small; chosen on CLINC150 val.
PENALTY = 0.02
GRADIENT_TOLERANCE = 0.01
COLD_ITERATIONS = 120
WARM_ITERATIONS = 60


@dataclass(frozen=True)
class Head:
    """`weights` float32 (d, c), `bias` float32 (c): logits = vectors @ weights + bias, without any class prior."""

    weights: Floats
    bias: Floats

    def logits(self, vectors: Floats) -> Floats:
        """Return float32 (n, c)."""
        scores: Floats = vectors @ self.weights + self.bias
        return scores

    def widened(self, columns: int) -> "Head":
        """Return the head with columns of zeros added for new classes, as a start for fitting."""
        extra = columns - self.bias.size
        return Head(np.pad(self.weights, ((0, 0), (0, extra))), np.pad(self.bias, (0, extra)))


def log_prior(codes: Ints, classes: int, weights: Floats | None = None) -> Floats:
    """Return log class frequencies, float32 (c); a class without examples counts half a one."""
    counts = np.bincount(codes, weights=weights, minlength=classes).astype(np.float32)
    shares = np.maximum(counts, 0.5) / max(float(counts.sum()), 1.0)
    prior: Floats = np.log(shares).astype(np.float32)
    return prior


def fit_head(
    vectors: Floats, codes: Ints, classes: int, *, weights: Floats | None = None, start: Head | None = None,
    penalty: float = PENALTY, iterations: int | None = None,
) -> Head:  # fmt: skip
    """Fit on float32 (n, d) vectors with codes in 0..classes-1; `weights` (n) count examples more or less than once.

    The loss is summed over examples: with a mean and a gradient tolerance a warm start would stop at once.
    """
    width = vectors.shape[1]
    prior = log_prior(codes, classes, weights)
    amounts = np.ones(len(codes), np.float32) if weights is None else weights
    rows = np.arange(len(codes))

    def objective(point: Vector) -> tuple[float, Vector]:
        table = point.reshape(width + 1, classes)
        scores = vectors @ table[:-1]
        scores += table[-1] + prior
        scores -= scores.max(axis=1, keepdims=True)
        picked = scores[rows, codes].copy()
        np.exp(scores, out=scores)
        totals = scores.sum(axis=1)
        loss = float(amounts @ (np.log(totals) - picked)) + 0.5 * penalty * float(point @ point)
        scores *= (amounts / totals)[:, None]
        scores[rows, codes] -= amounts
        gradient = np.empty_like(table)
        gradient[:-1] = vectors.T @ scores
        gradient[-1] = scores.sum(axis=0)
        return loss, gradient.ravel() + np.float32(penalty) * point

    begin = np.zeros((width + 1, classes), np.float32)
    if start is not None:
        begin[:-1], begin[-1] = start.weights, start.bias
    limit = iterations or (COLD_ITERATIONS if start is None else WARM_ITERATIONS)
    point, _ = minimise(objective, begin.ravel(), iterations=limit, tolerance=GRADIENT_TOLERANCE)
    table = point.reshape(width + 1, classes).astype(np.float32)
    return Head(np.ascontiguousarray(table[:-1]), table[-1].copy())


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
