"""The log: append events to streams, read them back in order.

Streams are gapless and numbered in commit order. `append` only collects; the heads are taken in the order of their
names as the last statements of the transaction, so a busy stream is locked no longer than one insert and the commit.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from escalation.database import Prepared, Transaction, table_of
from escalation.events.envelope import Envelope, NewEvent, Pending
from escalation.events.errors import LogNotStarted, SecretDiffers, StreamOutOfStep
from escalation.events.tables import Event, LogMeta, StreamHead
from escalation.events.upcasts import UPCASTS
from escalation.kernel.ids import new_id

_events = table_of(Event)
_heads = table_of(StreamHead)
_meta = table_of(LogMeta)


def _advance(insert: Callable[..., Any]) -> Prepared:
    """Create a stream's head or move it by `count`, keep its row locked, return where it is then."""
    values = insert(_heads).values(stream=bindparam("name"), seq=bindparam("count"))
    return Prepared(
        values.on_conflict_do_update(
            index_elements=["stream"], set_={"seq": _heads.c.seq + values.excluded.seq}
        ).returning(_heads.c.seq)
    )


_ADVANCE = {True: _advance(postgresql.insert), False: _advance(sqlite.insert)}
_INSERT = Prepared(_events.insert())
SECRET = "secret_fingerprint"
_READ = Prepared(
    select(_events)
    .where(_events.c.stream == bindparam("name"), _events.c.seq > bindparam("after"))
    .order_by(_events.c.seq)
    .limit(bindparam("count"))
)
_HEADS = Prepared(select(_heads).where(_heads.c.stream.in_(bindparam("names", expanding=True))))
_EPOCH = select(_meta.c.value).where(_meta.c.name == "log_epoch")


def append(tx: Transaction, stream: str, event: NewEvent, expect_seq: int | None = None) -> Pending:
    """Append `event` to `stream` when this transaction commits; the returned object then knows its `seq`.

    Who already holds the exclusive lock on all writers of the stream (the conversation's row) may say which number
    the event will get; the commit fails with StreamOutOfStep if that is wrong.
    """
    pending = Pending(stream, event, expect_seq)
    tx.pending.append(pending)
    tx.before_commit(flush)
    return pending


def flush(tx: Transaction) -> None:
    """Number and insert what was appended. Raises: StreamOutOfStep, and nothing of the transaction is kept."""
    by_stream: dict[str, list[Pending]] = {}
    for pending in tx.pending:
        by_stream.setdefault(pending.stream, []).append(pending)
    if not by_stream:
        return
    advance = _ADVANCE[tx.is_postgres]
    for stream in sorted(by_stream):
        group = by_stream[stream]
        head: int = tx.execute(advance, {"name": stream, "count": len(group)}).scalar_one()
        _number(group, head)
    tx.execute(_INSERT, [_row(pending, tx) for pending in tx.pending])
    tx.rung.update(by_stream)
    tx.pending.clear()


def _number(group: list[Pending], head: int) -> None:
    for seq, pending in enumerate(group, head - len(group) + 1):
        if pending.expect_seq not in {None, seq}:
            raise StreamOutOfStep(
                f"{pending.event.type} was meant to be {pending.expect_seq} of {pending.stream}, it would be {seq}"
            )
        pending.seq = seq


def _row(pending: Pending, tx: Transaction) -> dict[str, Any]:
    event = pending.event
    return {
        "stream": pending.stream,
        "seq": pending.seq,
        "type": event.type,
        "version": event.version,
        "at": tx.now,
        "actor": event.actor,
        "cause": event.cause,
        "customer": event.customer,
        "conversation": event.conversation,
        "payload": event.payload,
    }


def read(tx: Transaction, stream: str, after: int, limit: int) -> list[Envelope]:
    """At most `limit` events of `stream` numbered above `after`, in order, without gaps, in their current versions."""
    rows = tx.execute(_READ, {"name": stream, "after": after, "count": limit})
    return [_envelope(row) for row in rows]


def _envelope(row: "Row[*tuple[Any, ...]]") -> Envelope:
    stream, seq, type, version, at, actor, cause, customer, conversation, payload = row
    version, payload = UPCASTS.read(type, version, payload)
    return Envelope(stream, seq, at, type, version, payload, actor, cause, customer, conversation)


def newest(tx: Transaction, stream: str, type: str) -> Envelope | None:
    """The last event of this type in the stream, None if there is none."""
    mine = (_events.c.stream == stream, _events.c.type == type)
    row = tx.execute(select(_events).where(*mine).order_by(_events.c.seq.desc()).limit(1)).first()
    return None if row is None else _envelope(row)


def heads(tx: Transaction, streams: Iterable[str]) -> dict[str, int]:
    """The last number of each of the streams; 0 where nothing was ever appended."""
    names = list(dict.fromkeys(streams))
    found = {row.stream: row.seq for row in tx.execute(_HEADS, {"names": names})} if names else {}
    return {name: found.get(name, 0) for name in names}


def log_epoch(tx: Transaction) -> str:
    """The id of this history. Another one means: positions from before are worthless (restored from a backup).

    Raises: LogNotStarted.
    """
    epoch: str | None = tx.execute(_EPOCH).scalar()
    if epoch is None:
        raise LogNotStarted("the log has no epoch: run the service's start once on this database")
    return epoch


def start_log(tx: Transaction) -> str:
    """Give a new database its log epoch; on one that has it, just return it."""
    statement = tx.insert(LogMeta).on_conflict_do_nothing(index_elements=["name"])
    tx.execute(statement, {"name": "log_epoch", "value": new_id()})
    return log_epoch(tx)


def renew_log_epoch(tx: Transaction) -> str:
    """Begin a new history after a restore; every client takes a fresh snapshot."""
    tx.upsert(LogMeta, {"name": "log_epoch", "value": new_id()})
    return log_epoch(tx)


def bind_secret(tx: Transaction, fingerprint: str) -> None:
    """Note which secret this database is used with; the first process decides. Raises: SecretDiffers."""
    statement = tx.insert(LogMeta).on_conflict_do_nothing(index_elements=["name"])
    tx.execute(statement, {"name": SECRET, "value": fingerprint})
    known = tx.execute(select(_meta.c.value).where(_meta.c.name == SECRET)).scalar_one()
    if known != fingerprint:
        raise SecretDiffers(
            "The key in the data folder is not the one this database is used with: what one process signs, another "
            "would not know. Give every process the secret.key of the first one, or of the backup."
        )
