"""Live head and anchor on one message: encoded once, scored by both heads."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from escalation.classifier.model import Model
from escalation.classifier.prediction import Prediction
from escalation.kernel.arrays import Floats


class BothPredictions(NamedTuple):
    """What live head and anchor say of one message; the anchor's names no examples and no language."""

    live: Prediction
    anchor: Prediction


def predict_both(live: Model, anchor: Model, texts: Sequence[str]) -> list[BothPredictions]:
    """Return both models' predictions, the same as each makes alone. Raises: ExampleInvalid, as `Model.predict`.

    Heads of one encoder score the same vectors. A message is encoded again only where the encoders differ, or where the
    catalogue's words that one of them knows put a misspelt word right and the other's do not.
    """
    corrected = live.corrected(texts)
    said, vectors = live.predict_encoded(corrected, texts)
    if anchor.scorer.head is live.scorer.head and anchor.scorer.calibration is live.scorer.calibration:
        return [BothPredictions(each, each) for each in said]
    votes = anchor.judge_embedded(_vectors(live, anchor, corrected, vectors, texts), texts)
    return [BothPredictions(*each) for each in zip(said, votes, strict=True)]


def _vectors(live: Model, anchor: Model, corrected: Sequence[str], vectors: Floats, texts: Sequence[str]) -> Floats:
    """Return what the anchor scores, float32 (n, d)."""
    own = anchor.corrected(texts)
    if anchor.encoder is not live.encoder:
        return anchor.encoder.embed(own)
    others = [row for row, text in enumerate(own) if text != corrected[row]]
    if not others:
        return vectors
    found = np.copy(vectors)
    found[others] = anchor.encoder.embed([own[row] for row in others])
    return found
