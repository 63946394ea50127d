"""Addresses customers left: one row a conversation, kept, changed and told of in the transaction of what happened."""

from typing import Any

from sqlalchemy import Row

from escalation.conversations.streams import CONTACT_CHANGED, CONTACTS
from escalation.conversations.tables import ContactRow
from escalation.database import Transaction, table_of
from escalation.events import NewEvent, append
from escalation.kernel.errors import NotFound

_contacts = table_of(ContactRow)


def keep(tx: Transaction, conversation: str, email: str, name: str) -> None:
    """Store an address in place of an earlier one; an entry that was done is open again, one in hand stays so."""
    row = {"conversation": conversation, "at": tx.now, "email": email, "name": name, "done_at": None}
    known = tx.lock(ContactRow, conversation)
    if known is None or known.done_at is not None:
        row |= {"agent": None, "taken_at": None}
    tx.upsert(ContactRow, row)
    _tell(tx, conversation, "system")


def forget(tx: Transaction, conversation: str) -> None:
    """Delete the address, if there is one."""
    if tx.execute(_contacts.delete().where(_contacts.c.conversation == conversation)).rowcount:
        _tell(tx, conversation, "system")


def load(tx: Transaction, conversation: str) -> Row[Any]:
    """Lock an entry and return it. Raises: NotFound."""
    row = tx.lock(ContactRow, conversation)
    if row is None:
        raise NotFound(f"No address was left in conversation {conversation}, or it was erased.")
    return row


def change(tx: Transaction, conversation: str, by: str, **values: Any) -> None:
    """Set columns of an entry for an agent."""
    tx.execute(_contacts.update().where(_contacts.c.conversation == conversation).values(**values))
    _tell(tx, conversation, f"agent:{by}")


def _tell(tx: Transaction, conversation: str, actor: str) -> None:
    payload = {"conversation": conversation}
    append(tx, CONTACTS, NewEvent(CONTACT_CHANGED, 1, payload, actor, conversation=conversation))
