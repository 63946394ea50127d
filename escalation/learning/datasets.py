"""What a model is fitted on and judged by, read in one snapshot: the catalogue's seeds and the collected examples."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from sqlalchemy import Row, select

from escalation.catalogue.repository import seed_examples
from escalation.catalogue.tables import IntentRow
from escalation.conversations import repository
from escalation.conversations.model import turn_text
from escalation.database import Transaction, table_of
from escalation.learning.errors import DataErased
from escalation.learning.tables import ExampleRow
from escalation.people import erasures

MOST_GATE = 1000
"""The gate takes its newest labels: it is reused by every refit and grows optimistic."""
CHUNK = 500

_examples = table_of(ExampleRow)
_intents = table_of(IntentRow)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text to fit on or judge by; `label` None means out of scope, `group` is its conversation ("" for seeds)."""

    id: str
    text: str
    label: str | None
    group: str = ""


@dataclass(frozen=True)
class Dataset:
    """`train` to fit on (seeds first), `gate` to judge by; labels of either are intents of the catalogue or None."""

    train: tuple[Labelled, ...]
    gate: tuple[Labelled, ...]
    seeds: int
    forgotten: int = 0
    """How many examples were ever erased when this was read."""

    @cached_property
    def labels(self) -> frozenset[str]:
        """The intents that have something to be learnt from."""
        return frozenset(row.label for row in self.train if row.label is not None)

    @cached_property
    def fingerprint(self) -> str:
        """A sha256 over ids and labels of what is fitted on, whatever the order."""
        lines = sorted(f"{row.id}\t{row.label or ''}" for row in self.train)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @property
    def learnable(self) -> bool:
        """Whether there are at least two intents to tell apart."""
        return len(self.labels) >= 2

    @property
    def collected(self) -> tuple[Labelled, ...]:
        """The rows to fit on that are not seeds."""
        return self.train[self.seeds :]

    def golden(self, most: int = 20) -> tuple[str, ...]:
        """Return texts of the catalogue (never a customer's), one an intent, to be stored with a model."""
        first: dict[str, str] = {}
        for row in self.train[: self.seeds]:
            first.setdefault(row.label or "", row.text)
        return tuple(list(first.values())[:most])


def load(tx: Transaction, *, most_gate: int = MOST_GATE) -> Dataset:
    """Read everything there is to learn from; what was excluded, erased or has an archived intent is left out."""
    intents = set(tx.execute(select(_intents.c.name).where(_intents.c.archived_at.is_(None))).scalars())
    seeds = [Labelled(seed.id, seed.text, seed.intent) for seed in seed_examples(tx) if seed.intent in intents]
    newest = tx.execute(
        select(_examples)
        .where(_examples.c.excluded_at.is_(None), _examples.c.split == "gate")
        .order_by(_examples.c.at.desc(), _examples.c.id.desc())
        .limit(most_gate)
    ).all()
    in_order = _examples.select().order_by(_examples.c.at, _examples.c.id)
    train = tx.execute(in_order.where(_examples.c.excluded_at.is_(None), _examples.c.split == "train")).all()
    dataset = divided(seeds, _labelled(tx, train, intents), _labelled(tx, newest, intents))
    return replace(dataset, forgotten=erasures.forgotten(tx))


def require_whole(tx: Transaction, dataset: Dataset) -> None:
    """Raises: DataErased where examples were erased since the dataset was read."""
    if erasures.forgotten(tx) != dataset.forgotten:
        raise DataErased("A customer was erased while the model was made; it learnt from what is gone.")


def divided(seeds: Sequence[Labelled], learnt: Sequence[Labelled], gate: Sequence[Labelled]) -> Dataset:
    """Return the dataset; gate rows of an intent that nothing else is known of train, or it would never be learnt."""
    known = {row.label for row in (*seeds, *learnt)} | {None}
    only = [row for row in gate if row.label not in known]
    kept = tuple(row for row in gate if row.label in known)
    return Dataset((*seeds, *learnt, *only), kept, len(seeds))


def _labelled(tx: Transaction, rows: Sequence[Row[Any]], intents: set[str]) -> list[Labelled]:
    kept = [row for row in rows if row.label is None or row.label in intents]
    words = texts_of(tx, (id for row in kept for id in row.message_ids))
    labelled = (Labelled(row.id, text_of(row, words), row.label, row.conversation) for row in kept)
    return [row for row in labelled if row.text.strip()]


def text_of(row: Row[Any], words: Mapping[str, str]) -> str:
    """Return the text of a collected example: that of its messages, or of the request among them that it is about."""
    return turn_text(row.message_ids, words)[row.starts : row.ends]


def split_of(conversation: str, gate_share: float) -> Literal["train", "gate"]:
    """Return the side of a conversation's examples: `gate` for about `gate_share` of all conversations, for ever."""
    drawn = int.from_bytes(hashlib.sha256(conversation.encode()).digest()[:8], "big")
    return "gate" if drawn < gate_share * 2**64 else "train"


def texts_of(tx: Transaction, message_ids: Iterable[str]) -> dict[str, str]:
    """Return the words of messages by id, in pieces no statement is too long for."""
    ids = list(dict.fromkeys(message_ids))
    found: dict[str, str] = {}
    for at in range(0, len(ids), CHUNK):
        found.update(repository.texts(tx, ids[at : at + CHUNK]))
    return found
