"""Reading conversations for those who follow them: the events of a thread, and the bodies of messages."""

from collections.abc import Iterable

from pydantic import TypeAdapter

from escalation import events
from escalation.conversations import repository
from escalation.conversations.model import Conversation
from escalation.conversations.moments import CONVERSATION
from escalation.database import Transaction
from escalation.events import Envelope
from escalation.protocol.messages import Body

NEWEST = 200
"""Events of a thread that are read first: more than a console draws at once."""

_body: TypeAdapter[Body] = TypeAdapter(Body)


def newest_events(tx: Transaction, conversation: Conversation) -> list[Envelope]:
    """Return the newest events of a conversation, in order."""
    return events.read(tx, CONVERSATION + conversation.id, max(0, conversation.seq - NEWEST), NEWEST)


def bodies(tx: Transaction, ids: Iterable[str]) -> dict[str, Body]:
    """Return the bodies of messages as they are now, by id."""
    return {id: _body.validate_python(body) for id, body in repository.bodies(tx, ids).items()}
