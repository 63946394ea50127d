"""Reading routing: how many conversations wait in each queue, what the router decided about one, and what was late."""

from collections.abc import Mapping

from sqlalchemy import func, select

from escalation.conversations import repository
from escalation.conversations.scoping import sees, within
from escalation.conversations.tables import ConversationRow
from escalation.database import Transaction, table_of
from escalation.desk import sla_rows
from escalation.desk.routing import decisions
from escalation.desk.routing.decisions import Considered, Decision
from escalation.kernel.errors import NotFound
from escalation.people import staff
from escalation.people.scope import Scope
from escalation.protocol.rest.routing import ConsideredView, RoutingDecision, RoutingHistory
from escalation.protocol.states import Status

SOMEBODY = "?"
"""Shown for an account that is gone."""

_conversations = table_of(ConversationRow)


def waiting_counts(tx: Transaction, scope: Scope) -> dict[str, int]:
    """Return how many conversations wait in each queue, of those that are theirs to see."""
    queue = _conversations.c.state["queue"].as_string().label("queue")
    query = select(queue, func.count().label("number")).where(_conversations.c.status == Status.WAITING.value)
    return {row.queue: row.number for row in tx.execute(query.where(*within(scope)).group_by(queue))}


def history(tx: Transaction, conversation: str, scope: Scope) -> RoutingHistory:
    """Return the decisions about a conversation that they see, the newest first. Raises: NotFound."""
    state = repository.peek(tx, conversation)
    if state is None or not sees(scope, state):
        raise NotFound(f"There is no conversation {conversation}.")
    found = decisions.of(tx, conversation)
    names = staff.names(tx, {each.agent for each in found if each.agent} | _named(found))
    return RoutingHistory(decisions=[_view(each, names) for each in found], missed=sla_rows.missed(tx, conversation))


def _named(found: list[Decision]) -> set[str]:
    return {other.agent for each in found for other in each.considered}


def _view(decision: Decision, names: Mapping[str, str]) -> RoutingDecision:
    return RoutingDecision(
        at=decision.at,
        gave=decision.gave,
        agent=decision.agent,
        agent_name=names.get(decision.agent, SOMEBODY) if decision.agent else None,
        considered=[_considered(each, names) for each in decision.considered],
    )


def _considered(each: Considered, names: Mapping[str, str]) -> ConsideredView:
    return ConsideredView.model_validate(
        {"agent": each.agent, "agent_name": names.get(each.agent, SOMEBODY), "why": each.why}
    )
