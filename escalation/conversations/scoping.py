"""What a limited member of staff sees of conversations, as conditions of queries and as a check of one conversation."""

from typing import Any

from sqlalchemy import ColumnElement, select

from escalation.conversations import repository
from escalation.conversations.model import Conversation
from escalation.conversations.tables import ConversationRow
from escalation.database import Transaction, table_of
from escalation.kernel.errors import NotFound
from escalation.people.scope import Scope

_conversations = table_of(ConversationRow)


def within(scope: Scope) -> list[ColumnElement[bool]]:
    """Return what the row of a conversation must be: the rule of `Scope.sees` in SQL."""
    queue = _conversations.c.state["queue"].as_string()
    sites = [_conversations.c.site.in_(sorted(scope.sites))] if scope.sites else []
    return sites + ([queue.in_(sorted(scope.queues))] if scope.queues else [])


def of_seen(conversation: ColumnElement[Any], scope: Scope) -> list[ColumnElement[bool]]:
    """Return what a row that names a conversation must be; nothing where the scope is not limited."""
    return [conversation.in_(select(_conversations.c.id).where(*within(scope)))] if scope.limited else []


def sees(scope: Scope, state: Conversation) -> bool:
    """Return whether a conversation is theirs to see."""
    return scope.sees(state.site, state.queue)


def require_seen(scope: Scope, state: Conversation) -> None:
    """Refuse a conversation outside the scope exactly as one that does not exist. Raises: NotFound."""
    if not sees(scope, state):
        raise NotFound(f"There is no conversation {state.id}.")


def is_seen(tx: Transaction, scope: Scope, conversation: str) -> bool:
    """Return whether there is such a conversation, for this scope; without limits no row is read."""
    if not scope.limited:
        return True
    state = repository.peek(tx, conversation)
    return state is not None and sees(scope, state)
