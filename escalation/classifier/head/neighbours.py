"""The training examples as points: which are nearest to a message, and how the nearest ones vote. Pure numpy.

Measured are the examples of the CANDIDATES most likely labels only, at calibration and when serving alike: with 150
intents a nineteenth of the work. Points lie class by class, so that what is measured is a few contiguous blocks.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from escalation.kernel.arrays import Floats, Ints

Number = TypeVar("Number", np.int64, np.float32)
Measured = tuple[Floats, Floats, Floats, Floats, Ints, Floats, Ints, Floats]
"""The columns of a `Nearness`."""
VOTERS = 10
CANDIDATES = 8  # 16 measure nothing better on seven sets (accuracy, AUROC within .001) and read twice the memory
ROWS_AT_ONCE = 2048  # bounds what is kept of the candidates: 2,048 rows x 8 labels x 10 voters
FEW_ROWS = 64  # up to so many are measured one by one, which takes less time than grouping them by label


@dataclass(frozen=True)
class Neighbourhood:
    """`vectors` float32 (n, d) of unit length, their class `codes` (n, ascending) and example `ids` (n).

    A point with an empty id is an intent's name; it is measured against only while its intent has no example.
    """

    vectors: Floats
    codes: Ints
    ids: tuple[str, ...]

    @classmethod
    def of(cls, vectors: Floats, codes: Ints, ids: Sequence[str]) -> "Neighbourhood":
        """Build one from arrays of equal length, in any order; examples go before the name of their class."""
        order = np.lexsort((np.fromiter((not name for name in ids), bool, count=len(ids)), codes))
        sorted_ids = tuple(ids[at] for at in order)
        return cls(np.ascontiguousarray(vectors[order], dtype=np.float32), codes[order].astype(np.int64), sorted_ids)

    @cached_property
    def bounds(self) -> list[tuple[int, int]]:
        """`spans` as plain numbers."""
        return [(begin, end) for begin, end in self.spans.tolist()]

    @cached_property
    def spans(self) -> Ints:
        """First and last + 1 position of the points of each class that are measured against, int64 (c, 2)."""
        classes = int(self.codes.max(initial=-1)) + 1
        starts = np.searchsorted(self.codes, np.arange(classes + 1))
        named = np.fromiter((not name for name in self.ids), bool, count=len(self.ids))
        names = np.bincount(self.codes[named], minlength=classes)
        sizes = np.diff(starts)
        measured = np.where(names < sizes, sizes - names, sizes)
        return np.column_stack([starts[:-1], starts[:-1] + measured]).astype(np.int64)


@dataclass(frozen=True)
class Nearness:
    """How near the examples are to n messages, given each message's first label.

    `own` and `other`: highest cosine to an example of that label and of any other (-1 where there is none);
    `centre`: mean cosine of the best three of the label; `agreement`: share of the ten nearest, weighted by nearness,
    that carry the label; `order` (n, k) and `similarity` (n, k): the nearest examples, best first; where a message has
    fewer, position and similarity are -1. `beside` (n, 2) and `beside_similarity` (n, 2): likewise the nearest example
    of the first label and that of the second.
    """

    own: Floats
    other: Floats
    centre: Floats
    agreement: Floats
    order: Ints
    similarity: Floats
    beside: Ints
    beside_similarity: Floats


def nearness(around: Neighbourhood, vectors: Floats, likely: Ints) -> Nearness:
    """Measure n messages, float32 (n, d), against the points of their `candidates`, int64 (n, k)."""
    parts = [
        _measure(around, vectors[at : at + ROWS_AT_ONCE], likely[at : at + ROWS_AT_ONCE])
        for at in range(0, max(len(vectors), 1), ROWS_AT_ONCE)
    ]
    return Nearness(*_joined(parts))


def candidates(logits: Floats) -> Ints:
    """Return codes of the most likely labels, int64 (n, at most CANDIDATES), likeliest first, from logits (n, c)."""
    likely: Ints = np.argsort(-logits, axis=1, kind="stable")[:, :CANDIDATES]
    return likely


def _measure(around: Neighbourhood, vectors: Floats, codes: Ints) -> Measured:
    if 0 < len(vectors) <= FEW_ROWS:
        return _joined([_alone(around, vector, row) for vector, row in zip(vectors, codes.tolist(), strict=True)])
    at, values = _label_by_label(around, vectors, codes)
    width = codes.shape[1] * VOTERS
    summary = _summary(at.reshape(len(vectors), width), values.reshape(len(vectors), width), VOTERS)
    return *summary, _two_columns(at[:, :2, 0]), _two_columns(values[:, :2, 0])


def _two_columns(array: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Return (n, 2) of (n, 1 or 2): with -1 for a label that is not there."""
    return array if array.shape[1] == 2 else np.column_stack([array, np.full_like(array, -1)])


def _joined(parts: list[Measured]) -> Measured:
    if len(parts) == 1:  # what serving does all day
        return parts[0]
    own, other, centre, agreement, order, similarity, beside, beside_similarity = (
        np.concatenate(columns) for columns in zip(*parts, strict=True)
    )
    return own, other, centre, agreement, order, similarity, beside, beside_similarity


def _summary(at: Ints, values: Floats, first: int) -> tuple[Floats, Floats, Floats, Floats, Ints, Floats]:
    """Sum up positions and cosines (n, w); the `first` columns belong to the first label; -1 where there is nothing."""
    _, three = _largest(values[:, :first], 3)
    there = three > -1.0
    own = three.max(axis=1, initial=-1.0)
    other = values[:, first:].max(axis=1, initial=-1.0)
    centre = np.where(there[:, :1].any(axis=1), (three * there).sum(axis=1) / there.sum(axis=1).clip(1), -1.0)
    best, top = _largest(values, VOTERS)
    order = np.take_along_axis(at, best, axis=1)
    closeness = np.exp(8.0 * (top - 1.0)) * (order >= 0)
    agreement = (closeness * (best < first)).sum(axis=1) / closeness.sum(axis=1).clip(1e-9)
    return own, other, centre.astype(np.float32), agreement.astype(np.float32), order, top


def _alone(around: Neighbourhood, vector: Floats, codes: list[int]) -> Measured:
    """Measure one message, float32 (d), against all points of its candidates; n = 1.

    The same figures in a third of the time: of a single message's numbers most time goes into asking for them.
    """
    spans = [around.bounds[code] for code in codes]
    ends = list(accumulate(end - begin for begin, end in spans))
    values = np.empty(ends[-1], np.float32)
    for (begin, end), high in zip(spans, ends, strict=True):
        np.matmul(around.vectors[begin:end], vector, out=values[high - end + begin : high])
    first = ends[0]
    beside = [_highest(values[low:high], span) for low, high, span in zip([0, *ends], ends[:2], spans, strict=False)]
    three = _top(values[:first], 3)[1]
    best, top = _top(values, VOTERS)
    closeness = np.exp(8.0 * (top - 1.0))
    summed = max(float(closeness.sum()), 1e-9)
    slots = [bisect_right(ends, place) for place in best.tolist()]
    order = [spans[slot][1] - ends[slot] + place for slot, place in zip(slots, best.tolist(), strict=True)]
    missing = VOTERS - len(order)
    similarity = np.full((1, VOTERS), -1.0, np.float32)
    similarity[0, : len(top)] = top
    figures = (
        three[0] if first else -1.0, values[first:].max(initial=-1.0), three.mean() if first else -1.0,
        closeness[best < first].sum() / summed,
    )  # fmt: skip
    own, other, centre, agreement = (np.asarray([figure], np.float32) for figure in figures)
    places, cosines = zip(*beside, *[(-1, -1.0)] * (2 - len(beside)), strict=True)
    return (
        own, other, centre, agreement, np.asarray([order + [-1] * missing], np.int64), similarity,
        np.asarray([places], np.int64), np.asarray([cosines], np.float32),
    )  # fmt: skip


def _highest(values: Floats, span: tuple[int, int]) -> tuple[int, float]:
    """Return position and cosine of the nearest point of one label, -1 where it has none."""
    if not len(values):
        return -1, -1.0
    place = int(values.argmax())
    return span[0] + place, float(values[place])


def _top(values: Floats, count: int) -> tuple[Ints, Floats]:
    """Return positions and values of the `count` largest of (n), largest first; all where there are fewer."""
    chosen = values.argpartition(-count)[-count:] if len(values) > count else np.arange(len(values))
    order = chosen[np.argsort(-values[chosen], kind="stable")]
    return order, values[order]


def _label_by_label(around: Neighbourhood, vectors: Floats, codes: Ints) -> tuple[Ints, Floats]:
    """Return positions and cosines, (n, k, VOTERS), of the nearest points of each candidate; -1 where there are fewer.

    One product a label, with all messages that it is a candidate of.
    """
    shape = (*codes.shape, VOTERS)
    at, values = np.full(shape, -1, np.int64), np.full(shape, -1.0, np.float32)
    rows, slots = np.divmod(np.argsort(codes, axis=None, kind="stable"), codes.shape[1])
    ends = np.searchsorted(codes[rows, slots], np.arange(len(around.spans) + 1))
    for (begin, end), low, high in zip(around.spans.tolist(), ends[:-1], ends[1:], strict=True):
        if low == high or begin == end:
            continue
        mine, slot = rows[low:high], slots[low:high]
        best, top = _largest(vectors[mine] @ around.vectors[begin:end].T, VOTERS)
        at[mine, slot, : best.shape[1]], values[mine, slot, : best.shape[1]] = begin + best, top
    return at, values


def _largest(similarity: Floats, count: int) -> tuple[Ints, Floats]:
    """Return positions and values of the `count` largest of each row (fewer in narrow ones), largest first."""
    count = min(count, similarity.shape[1])
    chosen = np.argpartition(-similarity, count - 1, axis=1)[:, :count]
    values = np.take_along_axis(similarity, chosen, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    return np.take_along_axis(chosen, order, axis=1).astype(np.int64), np.take_along_axis(values, order, axis=1)
