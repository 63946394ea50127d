"""Notes that staff write about a customer, for each other: kept with the customer, gone with them."""

from typing import Any

from sqlalchemy import Row, select

from escalation.database import Transaction, table_of
from escalation.people.tables import CustomerNoteRow

MOST = 200
"""Notes about one customer."""

_notes = table_of(CustomerNoteRow)


def add(tx: Transaction, id: str, customer: str, by: str, text: str) -> None:
    """Store a note."""
    tx.execute(_notes.insert(), {"id": id, "customer": customer, "at": tx.now, "by": by, "text": text})


def of(tx: Transaction, customer: str) -> list[Row[Any]]:
    """Return the notes about a customer, the newest first."""
    mine = _notes.select().where(_notes.c.customer == customer)
    return list(tx.execute(mine.order_by(_notes.c.at.desc(), _notes.c.id.desc()).limit(MOST)))


def author_of(tx: Transaction, id: str, customer: str) -> str | None:
    """Return who wrote a note about this customer; None where there is none."""
    mine = (_notes.c.id == id, _notes.c.customer == customer)
    found: str | None = tx.execute(select(_notes.c.by).where(*mine)).scalar()
    return found


def delete(tx: Transaction, id: str) -> None:
    """Delete a note."""
    tx.execute(_notes.delete().where(_notes.c.id == id))


def move(tx: Transaction, customer: str, survivor: str) -> None:
    """What was noted about one customer is about another from now on."""
    tx.execute(_notes.update().where(_notes.c.customer == customer).values(customer=survivor))


def forget(tx: Transaction, customer: str) -> None:
    """Delete every note about a customer."""
    tx.execute(_notes.delete().where(_notes.c.customer == customer))
