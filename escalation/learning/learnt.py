"""What a new model learnt: which collected examples are new in it, and how many get their label suggested first.

Two kinds of figures, never mixed: what the model before made of the new examples, which it had not seen (honest, of few
and hard messages: all were escalated), and what a model makes of examples it was fitted on (whether it took them in).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from escalation.classifier.labelled_vectors import LabelledRow
from escalation.classifier.model import Model
from escalation.kernel.arrays import Floats, Mask


@dataclass(frozen=True)
class Judged:
    """A model, and the collected examples' vectors under its encoder, float32 (n, d)."""

    model: Model
    vectors: Floats

    def knows(self, rows: Sequence[LabelledRow]) -> Mask:
        """Return which rows the model was fitted on, bool (n)."""
        training = self.model.scorer.training
        known = {*training.rows.ids, *training.outside.ids}
        return np.asarray([row.id in known for row in rows], bool)

    def right(self, rows: Sequence[LabelledRow]) -> Mask:
        """Return where the row's label is the model's first, bool (n); false for what is out of scope."""
        if not rows:
            return np.zeros(0, bool)
        labels = self.model.labels
        first = self.model.scorer.head.first(self.vectors).tolist()
        return np.asarray([labels[code] == row.label for code, row in zip(first, rows, strict=True)], bool)

    @property
    def examples(self) -> int:
        """How many examples the model was fitted on."""
        training = self.model.scorer.training
        return len(training.rows) + len(training.outside)


@dataclass(frozen=True, slots=True)
class Learnt:
    """Counts of collected examples. `right...` is of examples with an intent: the label is the first suggestion."""

    before: str | None
    """The model that answered before; None: there was none, and every example is new."""
    examples_before: int
    """How many examples that one was fitted on, the catalogue's included."""
    added: list[tuple[str | None, int]]
    """Labels (None: out of scope) of the examples that are new, and how many of each, most first."""
    added_in_scope: int
    added_right_before: int
    """By the model before, which had not seen them."""
    added_right: int
    in_scope: int
    """All collected examples with an intent, the new ones included."""
    right: int
    """By the new model, which was fitted on all of them."""


def learnt(before: Judged | None, after: Judged, rows: Sequence[LabelledRow]) -> Learnt:
    """Compare a new model with the one that answered before, on the collected examples that it was fitted on."""
    new = ~before.knows(rows) if before else np.ones(len(rows), bool)
    inside = np.asarray([row.label is not None for row in rows], bool)
    was = before.right(rows) if before else np.zeros(len(rows), bool)
    now = after.right(rows)
    added = Counter(row.label for row, is_new in zip(rows, new, strict=True) if is_new)
    return Learnt(
        before=before.model.name if before else None,
        examples_before=before.examples if before else 0,
        added=sorted(added.items(), key=lambda item: (-item[1], item[0] or "")),
        added_in_scope=int((new & inside).sum()),
        added_right_before=int((new & was).sum()),
        added_right=int((new & now).sum()),
        in_scope=int(inside.sum()),
        right=int(now.sum()),
    )
