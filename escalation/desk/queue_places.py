"""The places of waiting conversations in their queues, and how long they may still wait, in one read."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from escalation.conversations.tables import ConversationRow
from escalation.database import Database, Prepared, Transaction, table_of
from escalation.desk.tables import HandoffRow
from escalation.desk.waiting import WINDOW, Pace, Wait, WaitRange, pace_of, wait_range

PROMISED = frozenset({"handed_off", "somebody_online", "agent_left"})
"""Notices that told a customer somebody comes."""
MOST_READ = 20_000

Somebody = Callable[[Transaction, str, str], bool]
"""Whether customers of a site (first) who wait in a queue can be told now that somebody comes."""

_handoffs = table_of(HandoffRow)
_conversations = table_of(ConversationRow)
_LATEST = Prepared(
    select(
        _handoffs.c.conversation, _handoffs.c.queue, _handoffs.c.waiting_since, _handoffs.c.told,
        _handoffs.c.ended_at, _handoffs.c.ended_how, _conversations.c.site,
    )
    .join(_conversations, _conversations.c.id == _handoffs.c.conversation)
    .where(or_(_handoffs.c.ended_at.is_(None), _handoffs.c.ended_at > bindparam("since")))
    .order_by(_handoffs.c.waiting_since, _handoffs.c.conversation)
    .limit(MOST_READ)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its queue a conversation is, 1 being next, and how long it may still take, where that can be said."""

    position: int
    range: WaitRange | None


class QueuePlaces:
    """Reads places. Holds no state of its own."""

    def __init__(self, database: Database, somebody: Somebody) -> None:
        self._database = database
        self._somebody = somebody

    async def of(self, conversations: Collection[str]) -> dict[str, Place]:
        """Return the places of those of these that wait and whose customers can be told that somebody comes."""
        return await self._database.read(lambda tx: self._read(tx, frozenset(conversations)))

    def _read(self, tx: Transaction, wanted: frozenset[str]) -> dict[str, Place]:
        queues: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in tx.execute(_LATEST, {"since": tx.now - WINDOW}):
            queues[row.queue].append(row)
        found: dict[str, Place] = {}
        for queue, rows in queues.items():
            waiting = [row for row in rows if row.ended_at is None]
            if any(row.conversation in wanted for row in waiting):
                pace = pace_of(_waits(rows), tx.now)
                told = self._can_be_told(tx, queue, waiting)
                found |= _places(waiting, wanted, pace, told)
        return found

    def _can_be_told(self, tx: Transaction, queue: str, waiting: Iterable[Row[Any]]) -> dict[str, bool]:
        return {site: self._somebody(tx, site, queue) for site in {row.site for row in waiting}}


def _waits(rows: Iterable[Row[Any]]) -> list[Wait]:
    return [Wait(row.waiting_since, row.ended_at, row.ended_how == "assigned") for row in rows]


def _places(
    waiting: Iterable[Row[Any]], wanted: frozenset[str], pace: Pace, told: Mapping[str, bool]
) -> dict[str, Place]:
    ranges: dict[int, WaitRange | None] = {}
    found: dict[str, Place] = {}
    for position, row in enumerate(waiting, start=1):
        if row.conversation in wanted and row.told in PROMISED and told[row.site]:
            if position not in ranges:
                ranges[position] = wait_range(position, pace)
            found[row.conversation] = Place(position, ranges[position])
    return found
