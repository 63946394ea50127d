"""How hard conversations were, as rows: counted by a follower when somebody gets one, and when it goes on.

What customers wrote is read for it and not kept. The rows are looked at by the router and by the pages of workload.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, select

from escalation.conversations.tables import MessageRow
from escalation.database import Prepared, Transaction, table_of
from escalation.desk.difficulty import HARD, LOOKS_BACK, Course, points_of, recent
from escalation.desk.events import ROW_CHANGED
from escalation.desk.tables import DifficultyRow, HandoffRow
from escalation.events import Envelope

KEPT_FOR: Final = timedelta(days=30)

_rows = table_of(DifficultyRow)
_messages = table_of(MessageRow)
_handoffs = table_of(HandoffRow)
_SAID = Prepared(
    select(_messages.c.conversation, _messages.c.body).where(
        _messages.c.conversation.in_(bindparam("of", expanding=True)), _messages.c.author == "customer"
    )
)
_WAITS = Prepared(
    select(_handoffs.c.conversation, _handoffs.c.waiting_since, _handoffs.c.ended_at).where(
        _handoffs.c.conversation.in_(bindparam("of", expanding=True))
    )
)
_LAST = Prepared(
    select(_rows.c.agent, _rows.c.epoch)
    .where(_rows.c.conversation == bindparam("of"))
    .order_by(_rows.c.epoch.desc())
    .limit(1)
)
_LATELY = Prepared(
    select(_rows.c.agent, _rows.c.at, _rows.c.points).where(_rows.c.at > bindparam("since"), _rows.c.points > 0)
)


def points(tx: Transaction, conversations: Collection[str]) -> dict[str, int]:
    """Return how hard these conversations are now."""
    said: dict[str, list[str]] = defaultdict(list)
    waits: dict[str, list[timedelta]] = defaultdict(list)
    asked = {"of": list(conversations)}
    for row in tx.execute(_SAID, asked):
        said[row.conversation].append(row.body.get("text") or "")
    for row in tx.execute(_WAITS, asked):
        waits[row.conversation].append((row.ended_at or tx.now) - row.waiting_since)
    return {
        one: points_of(Course(tuple(said[one]), max(len(waits[one]) - 1, 0), sum(waits[one], timedelta(0))))
        for one in conversations
    }


def hard_of(tx: Transaction, conversations: Collection[str]) -> frozenset[str]:
    """Return which of these are hard."""
    found = points(tx, conversations) if conversations else {}
    return frozenset(one for one, many in found.items() if many >= HARD)


def count(tx: Transaction, event: Envelope) -> None:
    """Keep the row of whoever got or had the conversation true. Old news is left out: nobody looks at it."""
    if event.type != ROW_CHANGED or event.conversation is None or event.at < tx.now - LOOKS_BACK:
        return
    last = tx.execute(_LAST, {"of": event.conversation}).first()
    agent, epoch = event.payload["agent_id"] or (last and last.agent), event.payload["epoch"]
    if agent is None or (last is not None and last.epoch >= epoch):
        return
    many = points(tx, [event.conversation])[event.conversation]
    place = {"conversation": event.conversation, "agent": agent}
    tx.upsert(DifficultyRow, place | {"epoch": epoch, "at": event.at, "points": many})


def lately(tx: Transaction) -> dict[str, float]:
    """Return what is left now of the points that each agent had, those who had none left out."""
    had: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for row in tx.execute(_LATELY, {"since": tx.now - LOOKS_BACK}):
        had[row.agent].append((row.at, row.points))
    return {agent: recent(each, tx.now) for agent, each in had.items()}


def forget(tx: Transaction) -> None:
    """Delete what is older than anybody looks at."""
    tx.execute(_rows.delete().where(_rows.c.at < tx.now - KEPT_FOR))


def old(tx: Transaction) -> bool:
    """Whether there is something to forget."""
    return tx.execute(select(_rows.c.agent).where(_rows.c.at < tx.now - KEPT_FOR).limit(1)).first() is not None
