"""Reading conversations for those who follow them: the events of a thread, and the bodies of messages."""

from collections.abc import Iterable

from pydantic import TypeAdapter

from escalation import events
from escalation.conversations import repository
from escalation.conversations.moments import CONVERSATION
from escalation.database import Transaction
from escalation.events import Envelope
from escalation.protocol.messages import Body

PAGE = 1_000

_body: TypeAdapter[Body] = TypeAdapter(Body)


def thread_events(tx: Transaction, conversation: str) -> list[Envelope]:
    """Return all events of a conversation, in order."""
    found: list[Envelope] = []
    while page := events.read(tx, CONVERSATION + conversation, found[-1].seq if found else 0, PAGE):
        found.extend(page)
    return found


def bodies(tx: Transaction, ids: Iterable[str]) -> dict[str, Body]:
    """Return the bodies of messages as they are now, by id."""
    return {id: _body.validate_python(body) for id, body in repository.bodies(tx, ids).items()}
