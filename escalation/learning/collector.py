"""Follows the stream `resolutions` and makes examples of it: rows and cursor in one transaction, each event once."""

from typing import Any

from sqlalchemy.exc import DataError, IntegrityError

from escalation.conversations import repository, upcasts
from escalation.database import Database, Transaction, table_of
from escalation.events import Envelope, read
from escalation.events.cursor import advance, take
from escalation.kernel.errors import EscalationError
from escalation.kernel.ids import Ids
from escalation.learning import lease
from escalation.learning.errors import ResolutionUnreadable
from escalation.learning.splits import split_of
from escalation.learning.tables import ExampleRow, ParkedRow
from escalation.logs import get_logger

STREAM = upcasts.RESOLUTIONS
CURSOR = "collector"
CHUNK = 200
WITHDRAWN = "resolution withdrawn"

_log = get_logger(__name__)
_examples = table_of(ExampleRow)


class Collector:
    """Turns resolutions into examples, as the learner that holds `token`."""

    def __init__(self, database: Database, *, ids: Ids, token: str, gate_share: float) -> None:
        self._database = database
        self._ids = ids
        self._token = token
        self._gate_share = gate_share

    async def collect(self) -> int:
        """Deal with everything in the stream; return how many events that were. Raises: LeaseLost."""
        total = 0
        while done := await self._database.write(self._chunk):
            total += done
            if done < CHUNK:
                break
        return total

    def _chunk(self, tx: Transaction) -> int:
        lease.check(tx, self._token)
        after = take(tx, CURSOR, STREAM)
        envelopes = read(tx, STREAM, after, CHUNK)
        for envelope in envelopes:
            self._deal_with(tx, envelope)
        if envelopes:
            advance(tx, CURSOR, envelopes[-1].seq)
        return len(envelopes)

    def _deal_with(self, tx: Transaction, envelope: Envelope) -> None:
        """Make of one event what there is to make; what cannot be dealt with is parked and loses nobody else."""
        try:
            with tx.savepoint():
                self._process(tx, envelope)
        except (KeyError, TypeError, ValueError, EscalationError, IntegrityError, DataError) as error:
            reason = f"{type(error).__name__}: {str(error)[:300]}"
            _log.warning("resolution_parked", seq=envelope.seq, error=type(error).__name__)
            tx.upsert(ParkedRow, {"stream": STREAM, "seq": envelope.seq, "at": tx.now, "error": reason})

    def _process(self, tx: Transaction, envelope: Envelope) -> None:
        match envelope.type:
            case "ResolutionPublished":
                if envelope.payload["learn"] and envelope.payload["message_ids"]:
                    self._insert(tx, envelope)
            case "ResolutionRevoked":
                withdraw(tx, envelope.payload["resolution_id"])
            case unknown:
                raise ResolutionUnreadable(f"Events of type {unknown} are not known here.")

    def _insert(self, tx: Transaction, envelope: Envelope) -> None:
        row = _row(envelope, self._gate_share)
        found = repository.texts(tx, row["message_ids"])
        if not any(text.strip() for text in found.values()):
            raise ResolutionUnreadable("None of its messages has words.")
        tx.execute(_once(tx), {"id": self._ids(), "at": tx.now, **row})


def _once(tx: Transaction) -> Any:
    """Insert an example; one of the same message stays, unless its resolution was withdrawn and this is another."""
    statement = tx.insert(ExampleRow)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["message_id", "source"],
        set_={column.name: new[column.name] for column in _examples.columns},
        where=(_examples.c.excluded_because == WITHDRAWN) & (_examples.c.resolution != new.resolution),
    )


def withdraw(tx: Transaction, resolution: str) -> None:
    """Leave the example of a resolution out of training for good."""
    mine = (_examples.c.resolution == resolution) & _examples.c.excluded_at.is_(None)
    tx.execute(_examples.update().where(mine).values(excluded_at=tx.now, excluded_because=WITHDRAWN))


def _row(envelope: Envelope, gate_share: float) -> dict[str, Any]:
    payload = envelope.payload
    message_ids, label = payload["message_ids"], payload["label"]
    if not all(isinstance(id, str) for id in message_ids):
        raise ResolutionUnreadable("Its message ids are not text.")
    if label is not None and (not isinstance(label, str) or not label):
        raise ResolutionUnreadable("Its label is not text.")
    if envelope.conversation is None:
        raise ResolutionUnreadable("It names no conversation.")
    return {
        "source": "resolution",
        "message_id": message_ids[-1],
        "message_ids": message_ids,
        "conversation": envelope.conversation,
        "resolution": payload["resolution_id"],
        "label": label,
        "split": split_of(envelope.conversation, gate_share),
        "by": payload["agent"],
        "excluded_at": None,
        "excluded_because": None,
    }
