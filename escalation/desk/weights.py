"""How many units of an agent's capacity a conversation takes, by what is set about its queue."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from escalation.conversations.model import Conversation
from escalation.conversations.tables import DecisionRow
from escalation.database import Transaction, table_of
from escalation.desk.routing.queues import rules_of
from escalation.desk.routing.rules import QueueRules
from escalation.desk.routing.work import units
from escalation.people.staff import Member

_decisions = table_of(DecisionRow)


def weight_of(tx: Transaction, conversation: Conversation) -> int:
    """Return the weight of a conversation, by what its queue sets now."""
    rules = {conversation.queue: rules_of(tx, conversation.queue)}
    return weights(tx, [{"id": conversation.id, "queue": conversation.queue}], rules)[conversation.id]


def units_for(tx: Transaction, conversation: Conversation, member: Member) -> int:
    """Return the units a conversation takes of a member's capacity if they get it now."""
    return units(weight_of(tx, conversation), member.capacity)


def weights(tx: Transaction, states: Collection[Mapping[str, Any]], rules: Mapping[str, QueueRules]) -> dict[str, int]:
    """Return the weight of each of these conversations. Intents are looked up only where a queue asks for them."""
    asked = [state["id"] for state in states if rules[state["queue"]].work.weights]
    about = _intents(tx, asked) if asked else {}
    return {state["id"]: rules[state["queue"]].work.weight_of(about.get(state["id"])) for state in states}


def _intents(tx: Transaction, conversations: Collection[str]) -> dict[str, str | None]:
    """Return what the bot took each for when it last decided, or the customer chose."""
    query = select(_decisions.c.conversation, _decisions.c.label).where(_decisions.c.conversation.in_(conversations))
    return {row.conversation: row.label for row in tx.execute(query.order_by(_decisions.c.at, _decisions.c.id))}
