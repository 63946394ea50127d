"""Messages that their authors edit or delete: looked up for the machine, and overwritten where the words are."""

from typing import Any

from pydantic import TypeAdapter

from escalation.attachments import rows as files
from escalation.conversations import events as e
from escalation.conversations.commands import SentMessage
from escalation.conversations.digests import digest_of
from escalation.conversations.model import Conversation
from escalation.conversations.tables import MessageRow
from escalation.database import Transaction, table_of
from escalation.kernel.errors import NotFound
from escalation.protocol.messages import AttachmentBody, Body, DeletedBody, ErasedBody

_messages = table_of(MessageRow)
_body: TypeAdapter[Body] = TypeAdapter(Body)


def sent(tx: Transaction, conversation: str, id: str) -> SentMessage:
    """Return a message of a conversation as it is now. Raises: NotFound."""
    row = _row(tx, id)
    if row is None or row["conversation"] != conversation:
        raise NotFound(f"There is no message {id} in conversation {conversation}.")
    return SentMessage.model_validate({name: row[name] for name in SentMessage.model_fields})


def require_quotable(tx: Transaction, conversation: str, id: str) -> None:
    """Raises: NotFound unless the message is one of the conversation that its customer sees with its words."""
    found = sent(tx, conversation, id)
    if found.internal or found.author == "system" or isinstance(found.body, DeletedBody | ErasedBody):
        raise NotFound(f"There is no message {id} in conversation {conversation} that can be quoted.")


def edit(tx: Transaction, _: Conversation, event: e.MessageEdited) -> None:
    """Put the new words where the old ones were."""
    if event.body is not None:
        _overwrite(tx, event.message_id, event.body)


def delete(tx: Transaction, _: Conversation, event: e.MessageDeleted) -> None:
    """Put in place of the words that there were some; the files sent with them are given up."""
    row = _row(tx, event.message_id)
    body = _body.validate_python(row["body"]) if row is not None else None
    if isinstance(body, AttachmentBody):
        files.give_up_some(tx, [file.id for file in body.files])
    _overwrite(tx, event.message_id, DeletedBody())


def _row(tx: Transaction, id: str) -> dict[str, Any] | None:
    row = tx.execute(_messages.select().where(_messages.c.id == id)).mappings().first()
    return None if row is None else dict(row)


def _overwrite(tx: Transaction, id: str, body: Body) -> None:
    """Change what a message says, and the digest of it that `verify` compares."""
    row = _row(tx, id)
    if row is not None:
        said = {**row, "body": body.model_dump(mode="json")}
        values = {"body": said["body"], "digest": digest_of(said)}
        tx.execute(_messages.update().where(_messages.c.id == id).values(values))
