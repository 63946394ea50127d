"""The one writer of assignments and handoffs: both follow from the conversation's events, in the same transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from escalation.conversations import events as e
from escalation.conversations.model import Conversation
from escalation.conversations.tables import ConversationRow
from escalation.database import Prepared, Transaction, table_of
from escalation.desk.tables import AssignmentRow, HandoffRow
from escalation.kernel.ids import Ids
from escalation.protocol.messages import NoticeBody, NoticeCode
from escalation.protocol.states import Status

PROMISES = frozenset({"handed_off", "nobody_online", "too_busy", "somebody_online", "agent_left", "closed_now"})
"""Notices that say who will come."""

_assignments = table_of(AssignmentRow)
_conversations = table_of(ConversationRow)
_handoffs = table_of(HandoffRow)
_CHANGE_HANDOFF = Prepared(
    _handoffs.update().where(_handoffs.c.conversation == bindparam("of"), _handoffs.c.ended_at.is_(None))
)
_RELEASE = Prepared(
    _assignments.update().where(_assignments.c.conversation == bindparam("of"), _assignments.c.released_at.is_(None))
)
_LOADS = Prepared(
    select(_assignments.c.agent, func.sum(_assignments.c.weight))
    .where(_assignments.c.released_at.is_(None))
    .group_by(_assignments.c.agent)
)
_LOAD = Prepared(
    select(func.coalesce(func.sum(_assignments.c.weight), 0)).where(
        _assignments.c.agent == bindparam("who"), _assignments.c.released_at.is_(None)
    )
)
_UNANSWERED = Prepared(
    select(_assignments.c.conversation, _assignments.c.agent, _assignments.c.released_at).where(
        _assignments.c.released_because == "no_reply", _assignments.c.released_at > bindparam("since")
    )
)


def record(
    tx: Transaction, ids: Ids, before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]
) -> None:
    """Open and end assignments and handoffs as `events` say.

    Raises: IntegrityError if somebody else owns the conversation, which the conversation's lock makes impossible.
    """
    if before.epoch == after.epoch:
        if (said := _promise(events)) and after.status is Status.WAITING:
            tx.execute(_CHANGE_HANDOFF, {"of": after.id, **_as_told(said)})
        return
    if before.status is Status.ASSIGNED:
        _release(tx, after.id, events)
    if before.status is Status.WAITING and after.status is not Status.WAITING:
        _end_handoff(tx, after)
    for event in events:
        if isinstance(event, e.FollowUpDue) and after.status is Status.WAITING:
            _open_handoff(tx, ids(), after, event, None)
        elif isinstance(event, e.HandedOff | e.Requeued):
            said = _promise(events) if after.status is Status.WAITING else None
            _open_handoff(tx, ids(), after, event, said)
    taken = [event for event in events if isinstance(event, e.Assigned)]
    if taken and after.status is Status.ASSIGNED:
        _take(tx, ids(), after, taken[-1])


def _release(tx: Transaction, conversation: str, events: Sequence[e.ConversationEvent]) -> None:
    because = next((event.cause for event in events if isinstance(event, e.Requeued)), None)
    tx.execute(_RELEASE, {"of": conversation, "released_at": tx.now, "released_because": because})


def _take(tx: Transaction, id: str, after: Conversation, event: e.Assigned) -> None:
    row = {
        "id": id,
        "conversation": after.id,
        "agent": event.agent,
        "how": event.how,
        "epoch": event.epoch,
        "taken_at": tx.now,
        "released_at": None,
        "released_because": None,
        "weight": event.weight,
    }
    tx.add(AssignmentRow, row)


def _open_handoff(
    tx: Transaction,
    id: str,
    after: Conversation,
    event: e.HandedOff | e.Requeued | e.FollowUpDue,
    said: NoticeBody | None,
) -> None:
    """A conversation put back keeps its first queue time."""
    row = {
        "id": id,
        "conversation": after.id,
        "reason": event.cause if isinstance(event, e.Requeued) else after.reason,
        "queue": event.queue,
        "epoch": event.epoch,
        "waiting_since": after.waiting_since or tx.now,
        "deadline": None if isinstance(event, e.FollowUpDue) else event.deadline,
        **_as_told(said),
        "ended_at": None,
        "ended_how": None,
    }
    tx.add(HandoffRow, row)


def _promise(events: Sequence[e.ConversationEvent]) -> NoticeBody | None:
    """Return what the customer was told last about who comes, if anything."""
    bodies = [event.body for event in events if isinstance(event, e.MessageAdded)]
    said = [body for body in bodies if isinstance(body, NoticeBody) and body.code in PROMISES]
    return said[-1] if said else None


def _as_told(said: NoticeBody | None) -> dict[str, Any]:
    opens_at = said.params.get("opens_at") if said is not None else None
    when = datetime.fromisoformat(str(opens_at)) if opens_at is not None else None
    return {"told": said.code if said is not None else None, "told_opens_at": when}


def last_told(tx: Transaction, notice: NoticeCode) -> list[str]:
    """Return the waiting conversations whose customers were last told this, the longest first."""
    told = (_handoffs.c.ended_at.is_(None), _handoffs.c.told == notice)
    query = select(_handoffs.c.conversation).where(*told).order_by(_handoffs.c.waiting_since)
    return list(tx.execute(query).scalars())


def told_otherwise(tx: Transaction, notice: NoticeCode, queues: Sequence[str]) -> list[str]:
    """Return what waits in these queues and whose customers were last told something else, the longest first."""
    told = (_handoffs.c.ended_at.is_(None), _handoffs.c.told != notice, _handoffs.c.queue.in_(queues))
    query = select(_handoffs.c.conversation).where(*told).order_by(_handoffs.c.waiting_since)
    return list(tx.execute(query).scalars()) if queues else []


def told_another_time(tx: Transaction, opens_at: Mapping[str, datetime]) -> list[str]:
    """Return what waits in these queues and whose customers were last told another time, the longest first."""
    told = (_handoffs.c.ended_at.is_(None), _handoffs.c.told == "closed_now", _handoffs.c.told_opens_at.is_not(None))
    columns = (_handoffs.c.conversation, _handoffs.c.queue, _handoffs.c.told_opens_at)
    query = select(*columns).where(*told, _handoffs.c.queue.in_(opens_at)).order_by(_handoffs.c.waiting_since)
    rows = tx.execute(query).all() if opens_at else []
    return [row.conversation for row in rows if row.told_opens_at != opens_at[row.queue]]


def told(tx: Transaction, conversation: str) -> tuple[str | None, datetime | None]:
    """Return what a waiting customer was last told about who comes, and when somebody is back; None: nothing of it."""
    mine = (_handoffs.c.conversation == conversation, _handoffs.c.ended_at.is_(None))
    row = tx.execute(select(_handoffs.c.told, _handoffs.c.told_opens_at).where(*mine)).first()
    return (row.told, row.told_opens_at) if row is not None else (None, None)


def _end_handoff(tx: Transaction, after: Conversation) -> None:
    how = "assigned" if after.status is Status.ASSIGNED else after.outcome or "cancelled"
    tx.execute(_CHANGE_HANDOFF, {"of": after.id, "ended_at": tx.now, "ended_how": how})


def loads(tx: Transaction) -> dict[str, int]:
    """Return how many units of capacity each agent's conversations take, agents without any left out."""
    return {row[0]: int(row[1]) for row in tx.execute(_LOADS)}


def load_of(tx: Transaction, agent: str) -> int:
    """Return how many units of capacity an agent's conversations take."""
    return int(tx.execute(_LOAD, {"who": agent}).scalar_one())


def unanswered(tx: Transaction, since: datetime) -> list[tuple[str, str, datetime]]:
    """Return each conversation that went back to its queue since then for want of a reply, with who had it and when."""
    return [(row.conversation, row.agent, row.released_at) for row in tx.execute(_UNANSWERED, {"since": since})]


def unanswered_in_a_row(tx: Transaction, agent: str, since: datetime | None, most: int) -> bool:
    """Return whether so many conversations, the newest the agent got and all since then, went back without a reply.

    One they have and have not written to yet is not counted: its deadline has not passed.
    """
    decided = or_(_assignments.c.released_at.is_not(None), _conversations.c.state["reply_by"].as_string().is_(None))
    query = (
        select(_assignments.c.released_because, _assignments.c.taken_at)
        .join(_conversations, _conversations.c.id == _assignments.c.conversation)
        .where(_assignments.c.agent == agent, decided)
        .order_by(_assignments.c.taken_at.desc(), _assignments.c.id.desc())
    )
    newest = tx.execute(query.limit(most)).all()
    counted = [row for row in newest if row.released_because == "no_reply" and (not since or row.taken_at >= since)]
    return len(counted) == most


def held_by(tx: Transaction, agent: str) -> list[str]:
    """Return the conversations an agent owns."""
    query = select(_assignments.c.conversation).where(
        _assignments.c.agent == agent, _assignments.c.released_at.is_(None)
    )
    return list(tx.execute(query).scalars())
