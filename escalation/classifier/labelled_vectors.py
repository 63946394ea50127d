"""Embedded messages with what is known of each, kept together: the one value that heads are fitted and judged on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

import numpy as np

from escalation.classifier.errors import EmbeddingInvalid
from escalation.classifier.mentions.wording import Wording
from escalation.kernel.arrays import Floats, Halves, Ints, Mask

OUT_OF_SCOPE = -1
"""The code of a message that no intent serves."""


class LabelledRow(Protocol):
    """What is known of one message besides its vector: `Example`, and the rows that learning reads."""

    @property
    def id(self) -> str:
        """What names the message; never empty."""
        ...

    @property
    def text(self) -> str:
        """Its words, from which no more than the wording is kept."""
        ...

    @property
    def label(self) -> str | None:
        """Its intent; None: out of scope."""
        ...

    @property
    def group(self) -> str:
        """Its conversation; empty: none."""
        ...


@dataclass(frozen=True, eq=False)
class LabelledVectors:
    """n rows; `rows[mask]` and `rows[positions]` are some of them, in that order and with the same `labels`.

    `vectors` float32 (n, d); `codes` int64 (n) into the sorted intents `labels` (c), OUT_OF_SCOPE for none; `ids` (n);
    `groups` int64 (n): rows with the same number are never on both sides of a fold, and a number below 0 is a
    conversation. `seen` (n): the encoder itself was fine-tuned on this row, so its vector is better than that of a new
    message would be and nothing honest can be judged on it. `wording` (n): how the rows' requests are worded.
    Raises: EmbeddingInvalid when the lengths differ.
    """

    vectors: Floats
    codes: Ints
    labels: tuple[str, ...]
    ids: tuple[str, ...]
    groups: Ints
    seen: Mask
    wording: Wording = field(default_factory=Wording.unread)

    @classmethod
    def of(cls, vectors: Floats, rows: Sequence[LabelledRow], *, seen: Collection[str] = ()) -> Self:
        """Return the vectors with their rows; `seen` are ids. Rows without a group share one where vectors are equal.

        Vectors are rounded to float16, so that a model that is saved and loaded equals the live one.
        Raises: EmbeddingInvalid (lengths differ, a number is not finite, an id is empty).
        """
        if vectors.ndim != 2 or len(vectors) != len(rows):
            raise EmbeddingInvalid(f"{vectors.shape} vectors and {len(rows)} labelled rows do not match.")
        if not np.isfinite(vectors).all():
            raise EmbeddingInvalid("The embeddings hold numbers that are not finite.")
        if not all(row.id for row in rows):
            raise EmbeddingInvalid("Every example needs an id.")
        halves = np.ascontiguousarray(vectors, np.float16)
        labels = tuple(sorted({row.label for row in rows if row.label is not None}))
        position: dict[str | None, int] = {label: code for code, label in enumerate(labels)}
        position[None] = OUT_OF_SCOPE
        codes = np.fromiter((position[row.label] for row in rows), np.int64, count=len(rows))
        return cls(
            vectors=halves.astype(np.float32),
            codes=codes,
            labels=labels,
            ids=tuple(row.id for row in rows),
            groups=_group_numbers(halves, [row.group for row in rows]),
            seen=np.fromiter((row.id in seen for row in rows), bool, count=len(rows)),
            wording=Wording.of([row.text for row in rows], codes, labels),
        )

    def __post_init__(self) -> None:
        count = len(self.ids)
        lengths = {len(self.vectors), len(self.codes), len(self.groups), len(self.seen)}
        if self.vectors.ndim != 2 or lengths != {count}:
            raise EmbeddingInvalid(f"{count} ids, and columns of other lengths: {sorted(lengths)}.")

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, which: Mask | Ints | slice) -> Self:
        """Return the rows of a mask (n) or of a slice, or those at some positions."""
        places = np.arange(len(self))[which].tolist()
        return replace(
            self, vectors=self.vectors[which], codes=self.codes[which], ids=tuple(self.ids[at] for at in places),
            groups=self.groups[which], seen=self.seen[which], wording=self.wording[which],
        )  # fmt: skip

    def split_by_scope(self) -> tuple[Self, Self]:
        """Return the rows that have an intent, and those that are out of scope."""
        inside = self.codes != OUT_OF_SCOPE
        return self if inside.all() else self[inside], self[~inside]

    def seen_by(self, ids: Collection[str]) -> Self:
        """Return the same rows; those of `ids` are the ones an encoder was fine-tuned on."""
        return replace(self, seen=np.fromiter((id in ids for id in self.ids), bool, count=len(self)))


def same_vectors(vectors: Floats) -> Ints:
    """Return a number for each row of float32 (n, d), int64 (n): equal vectors, which is equal texts, share it."""
    return _group_numbers(vectors.astype(np.float16), [""] * len(vectors))


def _group_numbers(halves: Halves, groups: Sequence[str]) -> Ints:
    """Return a number for each row, int64 (n), below 0 where a group is given.

    Rows with an equal group that is not empty, and rows without one that have equal vectors, share a number.
    """
    numbers: dict[object, int] = {}
    keys = (row.tobytes() for row in halves)
    return np.asarray(
        [
            numbers.setdefault(group or key, -1 - len(numbers) if group else len(numbers))
            for group, key in zip(groups, keys, strict=True)
        ],
        np.int64,
    )
