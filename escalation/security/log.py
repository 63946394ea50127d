"""Writing and reading the security log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from escalation.database import Transaction, table_of
from escalation.protocol.states import SecurityKind
from escalation.security.actors import Actor
from escalation.security.chain import START, Chain, Entry, digest
from escalation.security.tables import SecurityLogHead, SecurityLogRow

_rows = table_of(SecurityLogRow)
_head = table_of(SecurityLogHead)
CHUNK: Final = 1_000


def _advance(insert: Callable[..., Any]) -> Any:
    """Create the head or move it by one, keep it locked, return its number and the hash of the row before."""
    return (
        insert(_head)
        .values(id=1, seq=1, hash=START)
        .on_conflict_do_update(index_elements=["id"], set_={"seq": _head.c.seq + 1})
        .returning(_head.c.seq, _head.c.hash)
    )


_ADVANCE = {True: _advance(postgresql.insert), False: _advance(sqlite.insert)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows to read; what is None does not matter."""

    kind: str | None = None
    person: str | None = None
    """Who did it, or on whom it was done."""
    since: datetime | None = None
    before: int | None = None
    """Only rows with a lower number."""


class SecurityLog:
    """Rows are added in the transaction of what they tell of, and never changed."""

    @staticmethod
    def add(
        tx: Transaction, kind: SecurityKind, actor: Actor, subject: str = "", facts: Mapping[str, Any] | None = None
    ) -> None:
        """Add a row when this transaction commits.

        `subject` is a member's id, an e-mail of staff, an intent or a model. `facts` are strings, whole numbers and
        booleans: never words of customers, passwords or tokens.
        """
        tx.at_the_end(lambda tx: _append(tx, kind, actor, subject, dict(facts or {})))

    @staticmethod
    def page(tx: Transaction, wanted: Wanted, limit: int) -> list[Entry]:
        """Return at most `limit` rows, the newest first."""
        query = select(_rows).order_by(_rows.c.seq.desc()).limit(limit)
        conditions: tuple[tuple[object, Callable[[], Any]], ...] = (
            (wanted.kind, lambda: _rows.c.kind == wanted.kind),
            (wanted.person, lambda: or_(_rows.c.actor == wanted.person, _rows.c.subject == wanted.person)),
            (wanted.since, lambda: _rows.c.at >= wanted.since),
            (wanted.before, lambda: _rows.c.seq < wanted.before),
        )
        query = query.where(*(condition() for value, condition in conditions if value is not None))
        return [_entry(row) for row in tx.execute(query)]

    @staticmethod
    def check(tx: Transaction, expect: str | None = None) -> Chain:
        """Follow the whole chain; `expect` is a hash that one of its rows must have."""
        chain = Chain(expect)
        try:
            _follow(tx, chain, CHUNK)
        except (ValueError, TypeError, AttributeError):
            _find_unreadable(tx, chain)
        head = tx.execute(select(_head)).first()
        chain.end(*((0, START) if head is None else (head.seq, head.hash)))
        return chain


def _append(tx: Transaction, kind: SecurityKind, actor: Actor, subject: str, facts: dict[str, Any]) -> None:
    seq, previous = tx.execute(_ADVANCE[tx.is_postgres]).one()
    entry = Entry(seq, tx.now, kind, actor.id, actor.address, subject, facts, previous)
    hash = digest(entry)
    values = {name: getattr(entry, name) for name in Entry.__slots__}
    tx.execute(_rows.insert(), values | {"hash": hash})
    tx.execute(_head.update().values(hash=hash))


def _follow(tx: Transaction, chain: Chain, size: int) -> None:
    """Go on behind the last row that fitted. Raises: ValueError and its like for what only a hand can have written."""
    query = select(_rows).order_by(_rows.c.seq).limit(size)
    while chain.problem is None:
        rows = tx.execute(query.where(_rows.c.seq > chain.rows) if chain.rows else query).all()
        chain.follow(_entry(row) for row in rows)
        if len(rows) < size:
            return


def _find_unreadable(tx: Transaction, chain: Chain) -> None:
    try:
        _follow(tx, chain, 1)
    except (ValueError, TypeError, AttributeError):
        chain.problem = f"row {chain.rows + 1} cannot be read: no program wrote it so"


def _entry(row: Row[Any]) -> Entry:
    return Entry(*(getattr(row, name) for name in Entry.__slots__))
