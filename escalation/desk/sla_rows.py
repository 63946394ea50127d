"""The clocks of service levels as rows: kept true with the conversation, and looked at when one is due.

What has fallen due is told when it is looked at, and at the latest before anything else happens to the clock: each
clock is warned of and told as missed at most once, and always if it was.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select

from escalation.conversations import events as e
from escalation.conversations.model import Conversation
from escalation.conversations.moments import CONVERSATION
from escalation.database import Prepared, Transaction, table_of
from escalation.desk.events import SLA_BREACHED, SLA_WARNED, STREAM
from escalation.desk.hours import OpeningHours
from escalation.desk.routing.queues import rules_of
from escalation.desk.routing.work import Target
from escalation.desk.sla import HUMAN, Clock, Clocks, advanced
from escalation.desk.tables import SlaClockRow, SlaOutcomeRow
from escalation.events import NewEvent, append, read
from escalation.protocol.rest.routing import MissedServiceLevel

MILLISECOND = timedelta(milliseconds=1)

_clocks = table_of(SlaClockRow)
_OF = Prepared(_clocks.select().where(_clocks.c.conversation == bindparam("of")))
_FORGET = Prepared(delete(_clocks).where(_clocks.c.conversation == bindparam("of")))
_outcomes = table_of(SlaOutcomeRow)


def record(
    tx: Transaction, before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]
) -> dict[str, Any] | None:
    """Keep the clocks of a locked conversation true after these events; return what the list tells of them."""
    if before.status not in HUMAN and after.status not in HUMAN:
        return None
    rows = _rows_of(tx, after.id)
    rules = rules_of(tx, after.queue)
    if not rows and not rules.work.allowed:
        return None
    known = {row["target"]: _clock(row) for row in rows}
    looked = looked_at(tx, before, known, rules.hours)
    now = advanced(looked, before, after, events, rules.work.allowed, rules.hours, at=tx.now)
    if ended := [_outcome(after, target, clock) for target, clock in looked.items() if target not in now]:
        tx.execute(_outcomes.insert(), ended)
    if now != known:
        rows = store(tx, after.id, now, rules.hours)
    return first(rows) if after.status in HUMAN else None


def _outcome(after: Conversation, target: Target, clock: Clock) -> dict[str, Any]:
    ended = {"conversation": after.id, "target": target, "seq": after.seq}
    return ended | {"warned": clock.warned, "breached": clock.breached}


def looked_at(tx: Transaction, found: Conversation, known: Clocks, hours: OpeningHours | None) -> dict[Target, Clock]:
    """Return the clocks as they are by now, and tell what has fallen due since they were looked at last."""
    now = {target: clock.looked_at(tx.now, hours) for target, clock in known.items()}
    for target, clock in now.items():
        for type_ in newly_due(known[target], clock):
            append(tx, STREAM, _news(type_, found, target, clock.due_at(hours)))
    return now


def newly_due(before: Clock, after: Clock) -> list[str]:
    """Return what there is to tell of a clock that was looked at."""
    news = [(SLA_WARNED, before.warned, after.warned), (SLA_BREACHED, before.breached, after.breached)]
    return [type_ for type_, was, is_now in news if is_now and not was]


def _news(type_: str, found: Conversation, target: Target, due: datetime | None) -> NewEvent:
    agent = found.controller if found.last_agent == found.controller else None
    payload = {"target": target, "site": found.site, "queue": found.queue, "agent_id": agent}
    payload["due_at"] = due.isoformat() if due is not None else None
    return NewEvent(type_, 1, payload, "system", None, found.customer, found.id)


def clocks_of(tx: Transaction, conversation: str) -> dict[Target, Clock]:
    """Return the clocks of a conversation."""
    return {row["target"]: _clock(row) for row in _rows_of(tx, conversation)}


def store(
    tx: Transaction, conversation: str, clocks: Mapping[Target, Clock], hours: OpeningHours | None
) -> list[Mapping[str, Any]]:
    """Replace the clocks of a locked conversation, with their times by these hours; return their rows."""
    tx.execute(_FORGET, {"of": conversation})
    rows = [_row(conversation, target, clock, hours) for target, clock in clocks.items()]
    for row in rows:
        tx.add(SlaClockRow, row)
    return [*rows]


def _rows_of(tx: Transaction, conversation: str) -> list[Mapping[str, Any]]:
    return [row._asdict() for row in tx.execute(_OF, {"of": conversation})]


def _clock(row: Mapping[str, Any]) -> Clock:
    allowed, spent = timedelta(seconds=row["allowed_seconds"]), timedelta(milliseconds=row["spent_ms"])
    return Clock(allowed, row["since"], spent, row["warned"], row["breached"])


def _row(conversation: str, target: Target, clock: Clock, hours: OpeningHours | None) -> dict[str, Any]:
    warn, due = clock.warn_at(hours), clock.due_at(hours)
    return {
        "conversation": conversation,
        "target": target,
        "allowed_seconds": int(clock.allowed.total_seconds()),
        "spent_ms": clock.spent // MILLISECOND,
        "since": clock.since,
        "warned": clock.warned,
        "breached": clock.breached,
        "warn_at": warn,
        "due_at": due,
        "look_at": due if clock.warned else warn,
    }


def due(tx: Transaction, most: int) -> list[str]:
    """Return the conversations of which a clock is to be looked at now, the longest due first."""
    late = (_clocks.c.look_at <= tx.now, _clocks.c.breached.is_(False))
    rows = tx.execute(select(_clocks.c.conversation).where(*late).order_by(_clocks.c.look_at).limit(most))
    return list(dict.fromkeys(rows.scalars()))


def shown(tx: Transaction, conversations: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return of each conversation the clock that is due first, as its row in the list tells it; paused ones are not."""
    if not conversations:
        return {}
    query = _clocks.select().where(_clocks.c.conversation.in_(conversations), _clocks.c.due_at.is_not(None))
    of_each: dict[str, list[Mapping[str, Any]]] = {}
    for row in tx.execute(query).mappings():
        of_each.setdefault(row["conversation"], []).append(dict(row))
    found = {conversation: first(rows) for conversation, rows in of_each.items()}
    return {conversation: told for conversation, told in found.items() if told is not None}


def missed(tx: Transaction, conversation: str) -> list[MissedServiceLevel]:
    """Return the service levels of a conversation that were missed, in the order in which they ended."""
    late = (_outcomes.c.conversation == conversation, _outcomes.c.breached.is_(True))
    over = tx.execute(_outcomes.select().where(*late).order_by(_outcomes.c.seq, _outcomes.c.target)).all()
    running = [row for row in _rows_of(tx, conversation) if row["breached"]]
    return [
        *(MissedServiceLevel(target=row.target, since=None, ended=_at(tx, conversation, row.seq)) for row in over),
        *(MissedServiceLevel(target=row["target"], since=row["due_at"], ended=None) for row in running),
    ]


def _at(tx: Transaction, conversation: str, seq: int) -> datetime:
    (event,) = read(tx, CONVERSATION + conversation, seq - 1, 1)
    return event.at


def first(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """What is told of the clock that is due first; None while all are paused."""
    running = [row for row in rows if row["due_at"] is not None]
    if not running:
        return None
    row = min(running, key=lambda row: (row["due_at"], row["target"]))
    return {"target": row["target"], "warn_at": _text(row["warn_at"]), "due_at": _text(row["due_at"])}


def _text(at: datetime) -> str:
    return at.isoformat()
