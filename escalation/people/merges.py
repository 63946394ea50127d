"""Customers of whom staff said that they are another one: their tokens and their ids at the site go on as that one's.

The table is flat: whoever was merged points to the customer who is left, however often that one was merged since.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from escalation.database import Prepared, Transaction, table_of
from escalation.people.tables import CustomerMergeRow

_merges = table_of(CustomerMergeRow)
_SURVIVOR = Prepared(select(_merges.c.survivor).where(_merges.c.customer == bindparam("who")))


@dataclass(frozen=True)
class Merge:
    """One customer who became another."""

    customer: str
    survivor: str


def survivor_of(tx: Transaction, customer: str) -> str:
    """Return who a customer is now: themselves where nobody merged them."""
    found: str | None = tx.execute(_SURVIVOR, {"who": customer}).scalar()
    return found or customer


def persons(tx: Transaction, customer: str) -> list[str]:
    """Return every id that one person has had here: first who they are now."""
    survivor = survivor_of(tx, customer)
    merged = select(_merges.c.customer).where(_merges.c.survivor == survivor).order_by(_merges.c.customer)
    return [survivor, *tx.execute(merged).scalars()]


def known_as(tx: Transaction, site: str, id_there: str) -> str | None:
    """Return who the customer is now whom a site knew under this id before they were merged."""
    mine = (_merges.c.site == site, _merges.c.known_as == id_there)
    found: str | None = tx.execute(select(_merges.c.survivor).where(*mine)).scalar()
    return found


def add(tx: Transaction, merge: Merge, site: str, known_as: str | None, by: str) -> None:
    """Note that a customer became another; whoever had become them before is the other one too."""
    tx.execute(_merges.update().where(_merges.c.survivor == merge.customer).values(survivor=merge.survivor))
    row = {"customer": merge.customer, "survivor": merge.survivor, "site": site, "known_as": known_as}
    tx.execute(_merges.insert(), row | {"at": tx.now, "by": by})


def since(tx: Transaction, at: datetime) -> list[str]:
    """Return who was merged at or after this time."""
    return list(tx.execute(select(_merges.c.customer).where(_merges.c.at >= at)).scalars())


def forget(tx: Transaction, customer: str) -> None:
    """Delete what tells that others became this customer, or this one another: they were erased."""
    tx.execute(_merges.delete().where((_merges.c.survivor == customer) | (_merges.c.customer == customer)))
