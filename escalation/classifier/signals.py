"""What the correctness model looks at: signals of head and neighbours that tell right from wrong and known from new."""

from dataclasses import dataclass

import numpy as np

from escalation.classifier.head import Floats, Head, Ints, softmax
from escalation.classifier.neighbourhood import Nearness, Neighbourhood, nearness

# No count of examples here: a fold holds fewer of a judged row's own class, so a count would leak the answer.
SIGNALS = (
    "log_odds", "log_margin", "energy", "top_logit", "own_similarity", "nearest_similarity", "similarity_gap",
    "centre_similarity", "agreement",
)  # fmt: skip


@dataclass(frozen=True)
class Signals:
    """Of n messages: `matrix` float32 (n, len(SIGNALS)), `probabilities` (n, c), `first` codes (n), nearness."""

    matrix: Floats
    probabilities: Floats
    first: Ints
    near: Nearness


def signals(head: Head, around: Neighbourhood, vectors: Floats) -> Signals:
    """Measure float32 (n, d) messages against a head and the examples it was fitted on."""
    logits = head.logits(vectors)
    probabilities = softmax(logits)
    first: Ints = logits.argmax(axis=1).astype(np.int64)
    near = nearness(around, vectors, logits)
    rows = np.arange(len(first))
    top = probabilities[rows, first].clip(1e-6, 1 - 1e-6)
    second = np.partition(probabilities, -2, axis=1)[:, -2].clip(1e-9)
    peak = logits.max(axis=1)
    energy = peak + np.log(np.exp(logits - peak[:, None]).sum(axis=1))
    columns = (
        np.log(top / (1 - top)), np.log(top / second), energy, peak, near.own, np.maximum(near.own, near.other),
        near.own - near.other, near.centre, near.agreement,
    )  # fmt: skip
    return Signals(np.column_stack(columns).astype(np.float32), probabilities, first, near)
