"""Which customers were erased, and how far each erasure is. A customer in this table is nobody any more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, literal, select

from escalation.database import Prepared, Transaction, table_of
from escalation.people.errors import CustomerErased
from escalation.people.tables import CustomerMergeRow, CustomerRow, ErasureRow

_erasures = table_of(ErasureRow)
_customers = table_of(CustomerRow)
_merges = table_of(CustomerMergeRow)
_FIND = Prepared(select(_erasures.c.customer).where(_erasures.c.customer == bindparam("who")))
_FOUND = Prepared(
    select(literal("erased").label("how"), _erasures.c.customer.label("now"))
    .where(_erasures.c.customer == bindparam("who"))
    .union_all(
        select(literal("merged"), _merges.c.survivor).where(_merges.c.customer == bindparam("who")),
    )
)
"""Whether a customer was erased or merged, in one statement: each message of a customer asks it."""


@dataclass(frozen=True)
class Erasure:
    """One erasure as it stands."""

    customer: str
    at: datetime
    by: str
    conversations: int
    messages: int
    examples: tuple[str, ...]
    models: tuple[str, ...]
    finished_at: datetime | None


def is_erased(tx: Transaction, customer: str) -> bool:
    """Return whether this customer was erased, or is being erased."""
    return tx.execute(_FIND, {"who": customer}).first() is not None


def present(tx: Transaction, customer: str) -> str:
    """Return who a customer is now: another one where staff merged them. Raises: CustomerErased."""
    found = {row.how: row.now for row in tx.execute(_FOUND, {"who": customer})}
    if "erased" in found:
        raise CustomerErased("You were erased here. Start a new conversation.")
    return present(tx, found["merged"]) if "merged" in found else customer


def is_registered(tx: Transaction, customer: str) -> bool:
    """Return whether somebody got this id when they came first."""
    return tx.execute(select(_customers.c.id).where(_customers.c.id == customer)).first() is not None


def begin(tx: Transaction, customer: str, by: str) -> None:
    """Note that a customer is erased from now on; a finished erasure goes on, and keeps when it began and by whom."""
    row = {"customer": customer, "at": tx.now, "by": by, "examples": [], "models": [], "finished_at": None}
    row |= {"conversations": 0, "messages": 0, "forgotten": 0}
    tx.upsert(ErasureRow, row, update=("finished_at",))


def count(tx: Transaction, customer: str, *, conversations: int = 0, messages: int = 0) -> None:
    """Add to what was erased."""
    known = find(tx, customer)
    values = {"conversations": known.conversations + conversations, "messages": known.messages + messages}
    _change(tx, customer, **values)


def add_examples(tx: Transaction, customer: str, examples: Sequence[str], models: Collection[str]) -> None:
    """Note examples that were deleted, and models that learnt from them as far as they are known by now."""
    known = find(tx, customer)
    ids = [*known.examples, *examples]
    _change(tx, customer, examples=ids, forgotten=len(ids), models=sorted({*known.models, *models}))


def finish(tx: Transaction, customer: str) -> None:
    """Note that nothing is left to do."""
    _change(tx, customer, finished_at=tx.now)


def find(tx: Transaction, customer: str) -> Erasure:
    """Return an erasure that was begun, held until the commit."""
    row = tx.lock(ErasureRow, customer)
    assert row is not None
    return _erasure(row)


def unfinished(tx: Transaction) -> list[Erasure]:
    """Return the erasures that something is left to do of, the oldest first."""
    rows = tx.execute(_erasures.select().where(_erasures.c.finished_at.is_(None)).order_by(_erasures.c.at))
    return [_erasure(row) for row in rows]


def begun_since(tx: Transaction, at: datetime) -> list[str]:
    """Return the customers whose erasure began at or after this time."""
    return list(tx.execute(select(_erasures.c.customer).where(_erasures.c.at >= at)).scalars())


def forgotten(tx: Transaction) -> int:
    """Return how many examples were ever deleted: while this stays, nothing that was read has been taken away."""
    return int(tx.execute(select(func.coalesce(func.sum(_erasures.c.forgotten), 0))).scalar_one())


def _change(tx: Transaction, customer: str, **values: Any) -> None:
    tx.execute(_erasures.update().where(_erasures.c.customer == customer).values(**values))


def _erasure(row: Any) -> Erasure:
    return Erasure(
        customer=row.customer,
        at=row.at,
        by=row.by,
        conversations=row.conversations,
        messages=row.messages,
        examples=tuple(row.examples),
        models=tuple(row.models),
        finished_at=row.finished_at,
    )
