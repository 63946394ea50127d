"""Rows of files inside a transaction: bound to a message, given up, swept."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select

from escalation.attachments.errors import FileUnknown
from escalation.attachments.tables import AttachmentRow
from escalation.database import Transaction, table_of
from escalation.protocol.messages import SentFile

UNSENT_FOR = timedelta(hours=1)
"""A file that was not sent by then is deleted."""
SWEPT_AT_ONCE = 100

_attachments = table_of(AttachmentRow)


def bind(tx: Transaction, sender: str, conversation: str, ids: Sequence[str]) -> tuple[SentFile, ...]:
    """Note that these files are sent in a conversation; return them. Raises: FileUnknown."""
    found = {}
    for row in tx.execute(_attachments.select().where(_attachments.c.id.in_(ids))):
        if row.sender == sender and row.conversation is None and not row.gone:
            found[row.id] = SentFile.model_validate({name: getattr(row, name) for name in SentFile.model_fields})
    if missing := [id for id in ids if id not in found]:
        raise FileUnknown(f"There is no file {missing[0]} of yours that was not sent yet. Upload it (again) first.")
    tx.execute(_attachments.update().where(_attachments.c.id.in_(ids)).values(conversation=conversation))
    return tuple(found[id] for id in dict.fromkeys(ids))


def give_up(tx: Transaction, conversation: str) -> None:
    """The conversation was erased: its files are to be deleted, and nobody reads them any more."""
    mine = _attachments.update().where(_attachments.c.conversation == conversation)
    tx.execute(mine.values(gone=True, name="", key=""))


def pass_on(tx: Transaction, sender: str, to: str) -> None:
    """What a sender uploaded is another one's from now on: they were merged."""
    tx.execute(_attachments.update().where(_attachments.c.sender == sender).values(sender=to))


def give_up_some(tx: Transaction, ids: Sequence[str]) -> None:
    """The message they were sent with was deleted: as `give_up`, for these files."""
    tx.execute(_attachments.update().where(_attachments.c.id.in_(ids)).values(gone=True, name="", key=""))


def give_up_unsent(tx: Transaction, sender: str) -> None:
    """The sender was erased."""
    mine = (_attachments.c.sender == sender, _attachments.c.conversation.is_(None))
    tx.execute(_attachments.update().where(*mine).values(gone=True, name="", key=""))


def to_sweep(tx: Transaction) -> list[str]:
    """Return the ids of some files to delete."""
    unsent = _attachments.c.conversation.is_(None) & (_attachments.c.at < tx.now - UNSENT_FOR)
    query = select(_attachments.c.id).where(or_(_attachments.c.gone.is_(True), unsent)).limit(SWEPT_AT_ONCE)
    return list(tx.execute(query).scalars())


def mark_gone(tx: Transaction, ids: Sequence[str]) -> list[str]:
    """Note that these are deleted now, but for those sent meanwhile; return which."""
    still = or_(_attachments.c.gone.is_(True), _attachments.c.conversation.is_(None))
    query = _attachments.update().where(_attachments.c.id.in_(ids), still).values(gone=True)
    return list(tx.execute(query.returning(_attachments.c.id)).scalars())


def forget(tx: Transaction, ids: Sequence[str]) -> None:
    """Delete rows whose files are deleted."""
    tx.execute(_attachments.delete().where(_attachments.c.id.in_(ids), _attachments.c.gone.is_(True)))
