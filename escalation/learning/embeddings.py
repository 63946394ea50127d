"""The cache of embeddings: each example is embedded once for each encoder, in memory and in its table."""

from collections.abc import Mapping, Sequence, Set

import numpy as np
from sqlalchemy import select

from escalation.catalogue.tables import IntentExample
from escalation.database import Transaction, table_of
from escalation.kernel.arrays import Floats
from escalation.learning.tables import EmbeddingRow, ExampleRow

CHUNK = 200

_embeddings = table_of(EmbeddingRow)


class EmbeddingCache:
    """Vectors by encoder and example id, float32 (d): those of the two encoders used last."""

    def __init__(self) -> None:
        self._encoders: dict[str, dict[str, Floats]] = {}

    def of(self, encoder: str) -> dict[str, Floats]:
        """Return the vectors known in memory for this encoder, to be added to."""
        self._encoders[encoder] = self._encoders.pop(encoder, {})
        while len(self._encoders) > 2:
            del self._encoders[next(iter(self._encoders))]
        return self._encoders[encoder]

    def keep_only(self, ids: Set[str]) -> None:
        """Forget what is not in use any more: embeddings are personal data too."""
        for encoder, vectors in self._encoders.items():
            if not vectors.keys() <= ids:
                self._encoders[encoder] = {id: vector for id, vector in vectors.items() if id in ids}


def load(tx: Transaction, encoder: str, ids: Sequence[str]) -> dict[str, Floats]:
    """Return the stored vectors among `ids`."""
    found: dict[str, Floats] = {}
    for at in range(0, len(ids), CHUNK):
        wanted = _embeddings.c.example.in_(list(ids[at : at + CHUNK])) & (_embeddings.c.encoder == encoder)
        for row in tx.execute(select(_embeddings.c.example, _embeddings.c.vector).where(wanted)):
            found[row.example] = np.frombuffer(row.vector, "<f4").astype(np.float32)
    return found


def store(tx: Transaction, encoder: str, vectors: Mapping[str, Floats]) -> None:
    """Keep vectors; ones that are there already stay, and those of examples that are gone are not kept."""
    there = _there(tx, list(vectors))
    rows = [
        {"example": id, "encoder": encoder, "vector": vector.astype("<f4").tobytes()}
        for id, vector in vectors.items()
        if id in there
    ]
    if rows:
        tx.execute(tx.insert(EmbeddingRow).on_conflict_do_nothing(index_elements=["example", "encoder"]), rows)


def forget(tx: Transaction, ids: Sequence[str]) -> None:
    """Delete the vectors of examples, under every encoder."""
    tx.execute(_embeddings.delete().where(_embeddings.c.example.in_(ids)))


def _there(tx: Transaction, ids: Sequence[str]) -> set[str]:
    """Return those of the ids that an example has, collected or of the catalogue: one may be erased meanwhile."""
    found: set[str] = set()
    for at in range(0, len(ids), CHUNK):
        for column in (table_of(ExampleRow).c.id, table_of(IntentExample).c.id):
            found.update(tx.execute(select(column).where(column.in_(ids[at : at + CHUNK]))).scalars())
    return found
