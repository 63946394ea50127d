"""The one writer of assignments and handoffs: both follow from the conversation's events, in the same transaction."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select

from escalation.conversations import events as e
from escalation.conversations.model import Conversation
from escalation.database import Prepared, Transaction, table_of
from escalation.desk.tables import AssignmentRow, HandoffRow
from escalation.kernel.ids import Ids
from escalation.protocol.messages import NoticeBody, NoticeCode
from escalation.protocol.states import Status

PROMISES = frozenset({"handed_off", "nobody_online", "too_busy", "somebody_online", "agent_left"})
"""Notices that say who will come."""

_assignments = table_of(AssignmentRow)
_handoffs = table_of(HandoffRow)
_CHANGE_HANDOFF = Prepared(
    _handoffs.update().where(_handoffs.c.conversation == bindparam("of"), _handoffs.c.ended_at.is_(None))
)
_RELEASE = Prepared(
    _assignments.update().where(_assignments.c.conversation == bindparam("of"), _assignments.c.released_at.is_(None))
)
_LOADS = Prepared(
    select(_assignments.c.agent, func.count())
    .where(_assignments.c.released_at.is_(None))
    .group_by(_assignments.c.agent)
)


def record(
    tx: Transaction, ids: Ids, before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]
) -> None:
    """Open and end assignments and handoffs as `events` say.

    Raises: IntegrityError if somebody else owns the conversation, which the conversation's lock makes impossible.
    """
    if before.epoch == after.epoch:
        if (told := _promise(events)) and after.status is Status.WAITING:
            tx.execute(_CHANGE_HANDOFF, {"of": after.id, "told": told})
        return
    if before.status is Status.ASSIGNED:
        _release(tx, after.id)
    if before.status is Status.WAITING and after.status is not Status.WAITING:
        _end_handoff(tx, after)
    for event in events:
        if isinstance(event, e.HandedOff | e.Requeued):
            told = _promise(events) if after.status is Status.WAITING else None
            _open_handoff(tx, ids(), after, event, told)
    taken = [event for event in events if isinstance(event, e.Assigned)]
    if taken and after.status is Status.ASSIGNED:
        _take(tx, ids(), after, taken[-1])


def _release(tx: Transaction, conversation: str) -> None:
    tx.execute(_RELEASE, {"of": conversation, "released_at": tx.now})


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
    tx.add(AssignmentRow, row)


def _open_handoff(
    tx: Transaction, id: str, after: Conversation, event: e.HandedOff | e.Requeued, told: str | None
) -> None:
    """A conversation put back keeps its first queue time."""
    row = {
        "id": id,
        "conversation": after.id,
        "reason": event.reason if isinstance(event, e.HandedOff) else event.cause,
        "queue": event.queue,
        "epoch": event.epoch,
        "waiting_since": after.waiting_since or tx.now,
        "deadline": event.deadline,
        "told": told,
        "ended_at": None,
        "ended_how": None,
    }
    tx.add(HandoffRow, row)


def _promise(events: Sequence[e.ConversationEvent]) -> str | None:
    """Return what the customer was told last about who comes, if anything."""
    bodies = [event.body for event in events if isinstance(event, e.MessageAdded)]
    told = [body.code for body in bodies if isinstance(body, NoticeBody) and body.code in PROMISES]
    return told[-1] if told else None


def last_told(tx: Transaction, notice: NoticeCode) -> list[str]:
    """Return the waiting conversations whose customers were last told this, the longest first."""
    told = (_handoffs.c.ended_at.is_(None), _handoffs.c.told == notice)
    query = select(_handoffs.c.conversation).where(*told).order_by(_handoffs.c.waiting_since)
    return list(tx.execute(query).scalars())


def told(tx: Transaction, conversation: str) -> str | None:
    """Return what a waiting customer was last told about who comes, if anything."""
    mine = (_handoffs.c.conversation == conversation, _handoffs.c.ended_at.is_(None))
    return tx.execute(select(_handoffs.c.told).where(*mine)).scalar()


def _end_handoff(tx: Transaction, after: Conversation) -> None:
    how = "assigned" if after.status is Status.ASSIGNED else after.outcome or "cancelled"
    tx.execute(_CHANGE_HANDOFF, {"of": after.id, "ended_at": tx.now, "ended_how": how})


def loads(tx: Transaction) -> dict[str, int]:
    """Return how many conversations each agent holds, agents without any left out."""
    return {row[0]: row[1] for row in tx.execute(_LOADS)}


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
