"""The one writer of assignments and handoffs: both follow from the conversation's events, in the same transaction."""

from collections.abc import Sequence

from sqlalchemy import func, select

from escalation.conversations import events as e
from escalation.conversations.model import Conversation
from escalation.database import Transaction, table_of
from escalation.desk.tables import AssignmentRow, HandoffRow
from escalation.kernel.ids import Ids
from escalation.protocol.states import Status

_assignments = table_of(AssignmentRow)
_handoffs = table_of(HandoffRow)


def record(
    tx: Transaction, ids: Ids, before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]
) -> None:
    """Open and end assignments and handoffs as `events` say.

    Raises: IntegrityError if somebody else owns the conversation, which the conversation's lock makes impossible.
    """
    if before.epoch == after.epoch:
        return
    if before.status is Status.ASSIGNED:
        _release(tx, after.id)
    if before.status is Status.WAITING and after.status is not Status.WAITING:
        _end_handoff(tx, after)
    for event in events:
        if isinstance(event, e.HandedOff | e.Requeued):
            _open_handoff(tx, ids(), after, event)
    taken = [event for event in events if isinstance(event, e.Assigned)]
    if taken and after.status is Status.ASSIGNED:
        _take(tx, ids(), after, taken[-1])


def _release(tx: Transaction, conversation: str) -> None:
    mine = (_assignments.c.conversation == conversation, _assignments.c.released_at.is_(None))
    tx.execute(_assignments.update().where(*mine).values(released_at=tx.now))


def _take(tx: Transaction, id: str, after: Conversation, event: e.Assigned) -> None:
    row = {
        "id": id,
        "conversation": after.id,
        "agent": event.agent,
        "how": event.how,
        "epoch": event.epoch,
        "taken_at": tx.now,
        "released_at": None,
    }
    tx.execute(_assignments.insert(), row)


def _open_handoff(tx: Transaction, id: str, after: Conversation, event: e.HandedOff | e.Requeued) -> None:
    """A conversation put back keeps its first queue time."""
    row = {
        "id": id,
        "conversation": after.id,
        "reason": event.reason if isinstance(event, e.HandedOff) else event.cause,
        "queue": event.queue,
        "epoch": event.epoch,
        "waiting_since": after.waiting_since or tx.now,
        "deadline": event.deadline,
        "ended_at": None,
        "ended_how": None,
    }
    tx.execute(_handoffs.insert(), row)


def _end_handoff(tx: Transaction, after: Conversation) -> None:
    how = "assigned" if after.status is Status.ASSIGNED else after.outcome or "cancelled"
    mine = (_handoffs.c.conversation == after.id, _handoffs.c.ended_at.is_(None))
    tx.execute(_handoffs.update().where(*mine).values(ended_at=tx.now, ended_how=how))


def loads(tx: Transaction) -> dict[str, int]:
    """Return how many conversations each agent holds, agents without any left out."""
    query = (
        select(_assignments.c.agent, func.count())
        .where(_assignments.c.released_at.is_(None))
        .group_by(_assignments.c.agent)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def load_of(tx: Transaction, agent: str) -> int:
    """Return how many conversations an agent holds."""
    mine = (_assignments.c.agent == agent, _assignments.c.released_at.is_(None))
    count: int = tx.execute(select(func.count()).select_from(_assignments).where(*mine)).scalar_one()
    return count


def held_by(tx: Transaction, agent: str) -> list[str]:
    """Return the conversations an agent owns."""
    query = select(_assignments.c.conversation).where(
        _assignments.c.agent == agent, _assignments.c.released_at.is_(None)
    )
    return list(tx.execute(query).scalars())
