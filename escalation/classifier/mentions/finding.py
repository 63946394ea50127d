"""Which of some messages only mention their first label. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from escalation.classifier.labelled_vectors import LabelledVectors
from escalation.classifier.mentions.cues import Cue, read
from escalation.kernel.arrays import Floats, Ints

NEAREST: Final = 8
"""Examples of the label that a message is compared with."""


@dataclass(frozen=True, eq=False)
class Mentions:
    """Tells mentions by the examples of each intent; `members` are the rows of each, by its code."""

    rows: LabelledVectors
    members: Sequence[Ints]

    @classmethod
    def among(cls, rows: LabelledVectors) -> Self:
        """Return what tells mentions among `rows`, which all have an intent."""
        order = np.argsort(rows.codes, kind="stable")
        ends = np.searchsorted(rows.codes[order], np.arange(1, len(rows.labels)))
        return cls(rows, np.split(order, ends))

    def find(self, text: str, vector: Floats, label: str) -> Cue | None:
        """Return why a message, with its unit vector float32 (d), only mentions `label`; None if it may ask for it."""
        if not self.rows.wording.words:
            return None
        reading = read(text)
        if not reading.governed:
            return None
        code = self.rows.labels.index(label)
        own = self.members[code]
        nearest = own[np.argsort(-(self.rows.vectors[own] @ vector))[:NEAREST]]
        return self.rows.wording.mention(reading, code, nearest)
