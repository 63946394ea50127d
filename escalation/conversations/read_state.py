"""How far each side of a conversation has read the other: one row a conversation, marks that only grow, no events.

`customer` is the last place that the customer's open page has drawn. `agent` is the last of the customer's messages
that an agent read while they had the conversation; who else looks at it leaves no trace here.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlalchemy import or_, select

from escalation.conversations import repository
from escalation.conversations.model import Conversation
from escalation.conversations.tables import ReadStateRow
from escalation.database import Database, Transaction, table_of
from escalation.protocol.states import Status

Side = Literal["customer", "agent"]
LATE = timedelta(seconds=5)
"""A mark may be committed so long after the time it carries, and is not missed."""

_reads = table_of(ReadStateRow)


class Reads(NamedTuple):
    """How far each side has read; 0 is nothing."""

    customer: int = 0
    agent: int = 0


class Changes(NamedTuple):
    """What was read of a time, and when that was found out."""

    at: datetime
    reads: dict[str, Reads]


def by_customer(tx: Transaction, conversation: Conversation, seq: int) -> None:
    """The customer's page has drawn the conversation up to `seq`; never further than it goes."""
    _advance(tx, conversation.id, "customer", min(seq, conversation.seq))


def by_agent(tx: Transaction, agent: str, conversation: str, seq: int) -> None:
    """An agent has read up to `seq`; it counts only while they have the conversation."""
    found = repository.peek(tx, conversation)
    if found is not None and found.status is Status.ASSIGNED and found.controller == agent:
        _advance(tx, conversation, "agent", min(seq, found.last_customer_seq))


def _advance(tx: Transaction, conversation: str, side: Side, seq: int) -> None:
    """Note a place; one that is behind changes nothing."""
    if seq == 0:
        return
    insert = tx.insert(ReadStateRow)
    further = insert.on_conflict_do_update(
        index_elements=["conversation"],
        set_={side: insert.excluded[side], "changed_at": insert.excluded.changed_at},
        where=_reads.c[side] < insert.excluded[side],
    )
    row = {"conversation": conversation, "customer": 0, "agent": 0, "changed_at": tx.now, side: seq}
    tx.execute(further, row)


def changes(tx: Transaction, since: datetime | None, of: Collection[str]) -> Changes:
    """Return what changed since an earlier answer's time, and how far it is with the conversations `of`."""
    recent = [] if since is None else [_reads.c.changed_at >= since - LATE]
    query = select(_reads).where(or_(*recent, _reads.c.conversation.in_(of)))
    return Changes(tx.now, {row.conversation: Reads(row.customer, row.agent) for row in tx.execute(query)})


class ReadStates:
    """Answers `changes` for the process's sockets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def changes(self, since: datetime | None, of: Collection[str]) -> Changes:
        """Read it in one transaction."""
        return await self._database.read(lambda tx: changes(tx, since, of))
