"""Reading conversations for those who follow them: the events of a thread, and the bodies of messages."""

from collections.abc import Iterable

from pydantic import TypeAdapter
from sqlalchemy import select

from escalation import events
from escalation.conversations.moments import CONVERSATION
from escalation.conversations.tables import MessageRow
from escalation.database import Transaction, table_of
from escalation.events import Envelope
from escalation.protocol.messages import Body

PAGE = 1_000

_body: TypeAdapter[Body] = TypeAdapter(Body)
_messages = table_of(MessageRow)


def thread_events(tx: Transaction, conversation: str) -> list[Envelope]:
    """Return all events of a conversation, in order."""
    found: list[Envelope] = []
    while page := events.read(tx, CONVERSATION + conversation, found[-1].seq if found else 0, PAGE):
        found.extend(page)
    return found


def bodies(tx: Transaction, ids: Iterable[str]) -> dict[str, Body]:
    """Return the bodies of messages as they are now, by id."""
    wanted = list(ids)
    if not wanted:
        return {}
    query = select(_messages.c.id, _messages.c.body).where(_messages.c.id.in_(wanted))
    return {row.id: _body.validate_python(row.body) for row in tx.execute(query)}
