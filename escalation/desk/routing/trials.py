"""A dry run: to which queues the handoffs of the last day would go by other rules."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta

from sqlalchemy import select

from escalation.conversations.model import language_of
from escalation.conversations.scoping import within
from escalation.conversations.tables import ConversationRow, DecisionRow
from escalation.database import Transaction, table_of
from escalation.desk.routing.rules import Handoff, QueueRules, queue_for
from escalation.people.scope import Scope
from escalation.protocol.rest.routing import QueueTrial, QueueTrials

TRIED = timedelta(hours=24)
MOST_TRIED = 10_000

_conversations = table_of(ConversationRow)
_decisions = table_of(DecisionRow)


def tried(tx: Transaction, now: Mapping[str, QueueRules], then: Mapping[str, QueueRules], scope: Scope) -> QueueTrials:
    """Return how many of the handoffs that they see each queue would take, by the rules now and then."""
    handoffs = list(_handoffs(tx, scope))
    before, after = (Counter(queue_for(each, rules) for each in handoffs) for rules in (now, then))
    queues = [QueueTrial(queue=name, now=before[name], then=after[name]) for name in now]
    return QueueTrials(handoffs=len(handoffs), queues=queues)


def _handoffs(tx: Transaction, scope: Scope) -> Iterator[Handoff]:
    query = (
        select(_decisions.c.reason, _decisions.c.label, _conversations.c.site, _conversations.c.state)
        .join(_conversations, _conversations.c.id == _decisions.c.conversation)
        .where(_decisions.c.action == "hand_off", _decisions.c.at > tx.now - TRIED, *within(scope))
        .order_by(_decisions.c.at.desc())
        .limit(MOST_TRIED)
    )
    for row in tx.execute(query):
        language = language_of(row.state.get("language"), row.state["locale"])
        yield Handoff(row.site, language, row.reason, row.label)
