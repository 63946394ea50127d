"""What the correctness model looks at: signals of head and neighbours that tell right from wrong and known from new."""

from dataclasses import dataclass

import numpy as np

from escalation.classifier.head.fit import Head
from escalation.classifier.head.neighbours import Nearness, Neighbourhood, candidates, nearness
from escalation.kernel.arrays import Floats, Ints

# No count of examples here: a fold holds fewer of a judged row's own class, so a count would leak the answer.
SIGNALS = (
    "log_odds", "log_margin", "energy", "top_logit", "own_similarity", "nearest_similarity", "similarity_gap",
    "centre_similarity", "agreement",
)  # fmt: skip


@dataclass(frozen=True)
class Signals:
    """Of n messages: `matrix` float32 (n, len(SIGNALS)), `probabilities` (n, c), codes of the `likely` labels (n, k),
    likeliest first, and nearness.
    """

    matrix: Floats
    probabilities: Floats
    likely: Ints
    near: Nearness

    @property
    def first(self) -> Ints:
        """The code of each message's first label, int64 (n)."""
        return self.likely[:, 0]


def signals(head: Head, around: Neighbourhood, vectors: Floats) -> Signals:
    """Measure float32 (n, d) messages against a head and the examples it was fitted on."""
    logits = head.logits(vectors)
    peak = logits.max(axis=1)
    probabilities = np.exp(logits - peak[:, None])
    totals = probabilities.sum(axis=1)
    probabilities /= totals[:, None]
    likely = candidates(logits)
    near = nearness(around, vectors, likely)
    rows = np.arange(len(likely))
    top = np.minimum(np.maximum(probabilities[rows, likely[:, 0]], 1e-6), 1 - 1e-6)
    second = np.maximum(probabilities[rows, likely[:, 1]], 1e-9)
    columns = (
        np.log(top / (1 - top)), np.log(top / second), peak + np.log(totals), peak, near.own,
        np.maximum(near.own, near.other), near.own - near.other, near.centre, near.agreement,
    )  # fmt: skip
    return Signals(np.ascontiguousarray(np.array(columns, np.float32).T), probabilities, likely, near)
