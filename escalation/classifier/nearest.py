"""Which of some examples are nearest to a text, by the encoder's vectors."""

from collections.abc import Collection

import numpy as np

from escalation.classifier.model import Model


def nearest_examples(model: Model, text: str, among: Collection[str]) -> list[tuple[str, float]]:
    """Return the ids among these that the model learnt from, nearest first, each with its cosine (-1 to 1).

    Raises: ExampleInvalid for anything that is not text.
    """
    wanted, around = frozenset(among), model.scorer.around
    places = np.fromiter((at for at, id in enumerate(around.ids) if id in wanted), np.int64)
    if not len(places):
        return []
    (vector,) = model.embed_messages([text])
    cosines = around.vectors[places] @ vector
    order = np.argsort(-cosines, kind="stable")
    return [(around.ids[places[at]], float(cosines[at])) for at in order.tolist()]
