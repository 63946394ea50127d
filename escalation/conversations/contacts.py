"""Addresses customers left: one row a conversation, kept, changed and told of in the transaction of what happened."""

from typing import Any

from sqlalchemy import Row, select

from escalation.conversations.streams import CONTACT_CHANGED, CONTACTS
from escalation.conversations.tables import ContactRow, ConversationRow
from escalation.database import Transaction, table_of
from escalation.events import NewEvent, append
from escalation.kernel.errors import NotFound

_contacts = table_of(ContactRow)
_conversations = table_of(ConversationRow)


def keep(tx: Transaction, conversation: str, email: str, name: str) -> None:
    """Store an address in place of an earlier one; an entry that was done is open again, one in hand stays so."""
    row = {"conversation": conversation, "at": tx.now, "email": email, "name": name, "done_at": None}
    known = tx.lock(ContactRow, conversation)
    if known is None or known.done_at is not None:
        row |= {"agent": None, "taken_at": None}
    tx.upsert(ContactRow, row)
    tell(tx, conversation, "system")


def forget(tx: Transaction, conversation: str) -> None:
    """Delete the address, if there is one."""
    if tx.execute(_contacts.delete().where(_contacts.c.conversation == conversation)).rowcount:
        tell(tx, conversation, "system")


def load(tx: Transaction, conversation: str) -> Row[Any]:
    """Lock an entry and return it. Raises: NotFound."""
    row = tx.lock(ContactRow, conversation)
    if row is None:
        raise no_entry(conversation)
    return row


def no_entry(conversation: str) -> NotFound:
    """Return the refusal of an entry that is not there, or not for who asks."""
    return NotFound(f"No address was left in conversation {conversation}, or it was erased.")


def change(tx: Transaction, conversation: str, by: str, **values: Any) -> None:
    """Set columns of an entry for an agent."""
    tx.execute(_contacts.update().where(_contacts.c.conversation == conversation).values(**values))
    tell(tx, conversation, f"agent:{by}")


def tell(tx: Transaction, conversation: str, actor: str, left_queue: str | None = None) -> None:
    """Append that an entry changed, with where its conversation is now, and the queue that it left just now."""
    query = select(_conversations.c.site, _conversations.c.state["queue"].as_string().label("queue"))
    place = tx.execute(query.where(_conversations.c.id == conversation)).one()
    payload = {"conversation": conversation, "site": place.site, "queue": place.queue}
    payload |= {"left_queue": left_queue} if left_queue else {}
    append(tx, CONTACTS, NewEvent(CONTACT_CHANGED, 1, payload, actor, conversation=conversation))
