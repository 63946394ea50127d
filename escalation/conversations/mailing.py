"""Mails owed to customers who left an address: rows written in the transaction of what they tell of."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from escalation.conversations.model import Conversation
from escalation.conversations.tables import ContactRow, MailRow
from escalation.database import Transaction, table_of
from escalation.kernel.errors import Conflict, NotFound

WAITING, SENT, FAILED = "waiting", "sent", "failed"
REPLY, TRANSCRIPT = "reply", "transcript"
AGAIN_AFTER = timedelta(hours=1)
"""Between two transcripts of a conversation."""


class TranscriptAsked(Conflict):
    """There was one a moment ago."""

    code = "transcript_asked"


_mails = table_of(MailRow)
_contacts = table_of(ContactRow)


def owe_reply(tx: Transaction, after: Conversation, seq: int, wait: timedelta) -> None:
    """Owe the customer a mail about the agent's message `seq`, unless one is owed already, or they left no address.

    Several replies go into one mail: whoever sends it reads what was written since. The caller has the conversation
    locked, so that there is one such row at most.
    """
    if _has_address(tx, after.id) and not _is_owed(tx, after.id):
        _owe(tx, REPLY, after, seq, tx.now + wait)


def owe_transcript(tx: Transaction, about: Conversation) -> None:
    """Owe the customer all that was said, as they asked for it; it goes to the address they left and to no other.

    Raises: NotFound without an address, TranscriptAsked within an hour of the last one.
    """
    if about.erased or not _has_address(tx, about.id):
        raise NotFound("You left no address in this chat, so there is none to send it to.")
    mine = (_mails.c.conversation == about.id, _mails.c.kind == TRANSCRIPT, _mails.c.made_at > tx.now - AGAIN_AFTER)
    if tx.execute(select(_mails.c.id).where(*mine)).first() is not None:
        raise TranscriptAsked("This conversation was sent to you a moment ago. You can ask again in an hour.")
    _owe(tx, TRANSCRIPT, about, 0, tx.now)


def _owe(tx: Transaction, kind: str, about: Conversation, seq: int, due_at: datetime) -> None:
    id = f"{about.id}-{seq}" if kind == REPLY else f"{about.id}-{kind}-{int(tx.now.timestamp())}"
    row = {"id": id, "kind": kind, "conversation": about.id, "customer": about.customer, "from_seq": seq}
    due = {"made_at": tx.now, "due_at": due_at, "state": WAITING, "attempts": 0, "ended_at": None}
    tx.add(MailRow, row | due)


def _has_address(tx: Transaction, conversation: str) -> bool:
    mine = _contacts.c.conversation == conversation
    return tx.execute(select(_contacts.c.conversation).where(mine)).first() is not None


def _is_owed(tx: Transaction, conversation: str) -> bool:
    mine = (_mails.c.conversation == conversation, _mails.c.state == WAITING, _mails.c.kind == REPLY)
    return tx.execute(select(_mails.c.id).where(*mine)).first() is not None


def has_read(tx: Transaction, conversation: str) -> None:
    """Owe no mail about replies of this conversation: its customer wrote, and so has read them."""
    mine = (_mails.c.conversation == conversation, _mails.c.state == WAITING, _mails.c.kind == REPLY)
    tx.execute(_mails.delete().where(*mine))


def pass_on(tx: Transaction, customer: str, survivor: str) -> None:
    """Mails owed to one customer are owed to another from now on: they were merged."""
    tx.execute(_mails.update().where(_mails.c.customer == customer).values(customer=survivor))


def forget(tx: Transaction, conversation: str) -> None:
    """Delete every row of an erased conversation."""
    tx.execute(_mails.delete().where(_mails.c.conversation == conversation))


def newest(tx: Transaction, conversations: Iterable[str]) -> dict[str, Row[Any]]:
    """Return the newest mail about a reply of each conversation that has one."""
    mine = (_mails.c.conversation.in_(list(conversations)), _mails.c.kind == REPLY)
    query = _mails.select().where(*mine).order_by(_mails.c.made_at)
    return {row.conversation: row for row in tx.execute(query)}


def counts(tx: Transaction) -> Mapping[str, int]:
    """Return how many mails there are in each state; those that were sent a while ago are forgotten."""
    query = select(_mails.c.state, func.count().label("number")).group_by(_mails.c.state)
    return dict.fromkeys((WAITING, SENT, FAILED), 0) | {row.state: row.number for row in tx.execute(query)}
