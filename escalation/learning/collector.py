"""The follower that makes examples of the stream `resolutions`: one of each request that a resolution labels."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from sqlalchemy import select

from escalation.conversations import repository
from escalation.conversations.streams import ERASED, PUBLISHED, RESOLUTIONS, REVOKED
from escalation.database import Database, Transaction, table_of
from escalation.events import Envelope, Follower
from escalation.kernel.ids import Ids
from escalation.learning import lease
from escalation.learning.datasets import split_of
from escalation.learning.errors import ResolutionUnreadable
from escalation.learning.tables import ExampleRow

NAME: Final = "collector"
CHANGED: Final = "examples"
"""Rung when examples were made, left out or taken back in; no stream, only a ring."""
WITHDRAWN = "resolution withdrawn"

_examples = table_of(ExampleRow)


def collector(database: Database, *, ids: Ids, token: str, gate_share: float) -> Follower:
    """Return the follower that collects examples as the learner that holds `token`."""
    handle = partial(_collect, ids=ids, gate_share=gate_share)
    return Follower(database, NAME, [RESOLUTIONS], handle, fence=lambda tx: lease.check(tx, token))


def _collect(tx: Transaction, event: Envelope, *, ids: Ids, gate_share: float) -> None:
    """Make of one event what there is to make. Raises: ResolutionUnreadable, KeyError."""
    if event.type == PUBLISHED:
        if event.payload["learn"] and event.payload["message_ids"] and not _is_erased(tx, event.conversation):
            _insert(tx, ids, _rows(event, gate_share))
    elif event.type == REVOKED:
        _withdraw(tx, event.payload["resolution_id"])
    elif event.type != ERASED:  # whose words are gone is no longer fitted on; the erasure deletes the examples
        raise ResolutionUnreadable(f"Events of type {event.type} are not known here.")
    tx.rung.add(CHANGED)


def _is_erased(tx: Transaction, conversation: str | None) -> bool:
    """Whether its customer was erased before the resolution was settled: then there is nothing to learn from."""
    state = repository.peek(tx, conversation) if conversation is not None else None
    return state is not None and state.erased


def _insert(tx: Transaction, ids: Ids, rows: list[dict[str, Any]]) -> None:
    found = repository.texts(tx, rows[0]["message_ids"])
    if not any(text.strip() for text in found.values()):
        raise ResolutionUnreadable("None of its messages has words.")
    if not _labelled_before(tx, rows[0]):
        for row in rows:
            tx.execute(_once(tx), {"id": ids(), "at": tx.now, **row})


def _labelled_before(tx: Transaction, row: dict[str, Any]) -> bool:
    """Whether another resolution labels the same messages: it stays, unless it was withdrawn."""
    same = (_examples.c.message_id == row["message_id"]) & (_examples.c.source == row["source"])
    others = select(_examples.c.excluded_because).where(same, _examples.c.resolution != row["resolution"])
    return any(because != WITHDRAWN for because in tx.execute(others).scalars())


def _once(tx: Transaction) -> Any:
    """Insert an example; one that begins at the same word stays, unless its resolution was withdrawn."""
    statement = tx.insert(ExampleRow)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["message_id", "source", "starts"],
        set_={column.name: new[column.name] for column in _examples.columns},
        where=(_examples.c.excluded_because == WITHDRAWN) & (_examples.c.resolution != new.resolution),
    )


def _withdraw(tx: Transaction, resolution: str) -> None:
    """Leave the examples of a resolution out of training for good."""
    mine = (_examples.c.resolution == resolution) & _examples.c.excluded_at.is_(None)
    tx.execute(_examples.update().where(mine).values(excluded_at=tx.now, excluded_because=WITHDRAWN))


def _rows(envelope: Envelope, gate_share: float) -> list[dict[str, Any]]:
    """Return an example for each part that was labelled apart; without parts one of all the messages."""
    payload = envelope.payload
    if not all(isinstance(id, str) for id in payload["message_ids"]):
        raise ResolutionUnreadable("Its message ids are not text.")
    if envelope.conversation is None:
        raise ResolutionUnreadable("It names no conversation.")
    message_ids = payload["message_ids"]
    shared = {
        "source": "resolution",
        "message_id": message_ids[-1],
        "message_ids": message_ids,
        "conversation": envelope.conversation,
        "resolution": payload["resolution_id"],
        "split": split_of(envelope.conversation, gate_share),
        "by": payload["agent"],
        "excluded_at": None,
        "excluded_because": None,
    }
    whole = {"start": 0, "end": None, "label": payload["label"]}
    return [shared | _request(part) for part in payload["parts"] or [whole]]


def _request(part: Mapping[str, Any]) -> dict[str, Any]:
    label = part["label"]
    if label is not None and (not isinstance(label, str) or not label):
        raise ResolutionUnreadable("Its label is not text.")
    return {"starts": part["start"], "ends": part["end"], "label": label}
