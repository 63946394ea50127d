"""The training examples as points: which are nearest to a message, and how the nearest ones vote. Pure numpy."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
VOTERS = 10
ROWS_AT_ONCE = 512  # bounds the similarity matrix to 512 x n


@dataclass(frozen=True)
class Neighbourhood:
    """`vectors` float32 (n, d) of unit length, their class `codes` (n) and example `ids` (n).

    A point with an empty id is an intent's name; it is measured against only while its intent has no example.
    """

    vectors: Floats
    codes: Ints
    ids: tuple[str, ...]

    @classmethod
    def of(cls, vectors: Floats, codes: Ints, ids: Sequence[str]) -> "Neighbourhood":
        """Build one from arrays of equal length."""
        return cls(np.ascontiguousarray(vectors, dtype=np.float32), codes.astype(np.int64), tuple(ids))

    @cached_property
    def silent(self) -> Ints:
        """Positions of the points not measured against: names of intents that have an example."""
        named = np.fromiter((not name for name in self.ids), bool, count=len(self.ids))
        silent: Ints = np.flatnonzero(named & np.isin(self.codes, self.codes[~named])).astype(np.int64)
        return silent


@dataclass(frozen=True)
class Nearness:
    """How near the examples are to n messages, given each message's first label.

    `own` and `other`: highest cosine to an example of that label and of any other (-1 where there is none);
    `centre`: mean cosine of the best three of the label; `agreement`: share of the ten nearest, weighted by nearness,
    that carry the label; `order` (n, k) and `similarity` (n, k): the nearest examples, best first.
    """

    own: Floats
    other: Floats
    centre: Floats
    agreement: Floats
    order: Ints
    similarity: Floats


def nearness(around: Neighbourhood, vectors: Floats, first: Ints) -> Nearness:
    """Measure n messages, float32 (n, d), with the codes (n) of their first labels."""
    parts = [
        _measure(around, vectors[at : at + ROWS_AT_ONCE], first[at : at + ROWS_AT_ONCE])
        for at in range(0, max(len(vectors), 1), ROWS_AT_ONCE)
    ]
    return Nearness(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _measure(
    around: Neighbourhood, vectors: Floats, first: Ints
) -> tuple[Floats, Floats, Floats, Floats, Ints, Floats]:
    similarity = vectors @ around.vectors.T
    similarity[:, around.silent] = -1.0
    same = around.codes[None, :] == first[:, None]
    inside = np.where(same, similarity, np.float32(-1.0))
    other = np.where(same, np.float32(-1.0), similarity).max(axis=1)
    best = min(3, similarity.shape[1])
    three = -np.partition(-inside, best - 1, axis=1)[:, :best]
    kept = np.maximum(three > -1.0, [[True] + [False] * (best - 1)])
    centre = (three * kept).sum(axis=1) / kept.sum(axis=1)
    order, top = _nearest(similarity, min(VOTERS, similarity.shape[1]))
    closeness = np.exp(8.0 * (top - 1.0))
    agreement = (closeness * (around.codes[order] == first[:, None])).sum(axis=1) / closeness.sum(axis=1)
    return three.max(axis=1), other, centre.astype(np.float32), agreement.astype(np.float32), order, top


def _nearest(similarity: Floats, count: int) -> tuple[Ints, Floats]:
    """Return positions and values of the `count` largest of each row, largest first."""
    chosen = np.argpartition(-similarity, count - 1, axis=1)[:, :count]
    values = np.take_along_axis(similarity, chosen, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    return np.take_along_axis(chosen, order, axis=1).astype(np.int64), np.take_along_axis(values, order, axis=1)
