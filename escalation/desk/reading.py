"""Reading the desk: its rows with their words, its agents, and how far one of them has read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select

from escalation import events
from escalation.catalogue import repository as catalogue
from escalation.conversations import customer_names, reading
from escalation.conversations.consequences import FOLLOW_UP
from escalation.conversations.model import Conversation
from escalation.conversations.moments import WordNeeds, Words
from escalation.conversations.scoping import within
from escalation.conversations.tables import ConversationRow, TimerRow
from escalation.database import Transaction, table_of
from escalation.desk import assignments, calls, presence, read_marks, rows, sla_rows
from escalation.desk.events import STREAM
from escalation.desk.sla import HUMAN
from escalation.desk.views import row_needs, row_view
from escalation.people import staff
from escalation.people.scope import EVERYTHING, Scope
from escalation.protocol.frames.desk import AgentView, RowView
from escalation.protocol.states import Status

MOST_ROWS = 2_000

_conversations = table_of(ConversationRow)
_timers = table_of(TimerRow)


@dataclass(frozen=True, slots=True)
class DeskSnapshot:
    """The list as of one read: conversations that are open, closed in the last hour or to be followed up; all staff."""

    head: int
    rows: Sequence[RowView]
    agents: Sequence[AgentView]
    read_marks: Mapping[str, int] = field(default_factory=dict)
    """The reader's own marks, by conversation."""
    mentions: Mapping[str, int] = field(default_factory=dict)
    """The newest notes that mention the reader, by conversation."""
    whispers: Mapping[str, int] = field(default_factory=dict)
    """The numbers of the newest whispers that the reader has not seen, by conversation."""


def snapshot(tx: Transaction, agent: str, scope: Scope = EVERYTHING) -> DeskSnapshot:
    """Return the desk as this agent sees it, with their read marks and calls."""
    is_open = _conversations.c.status != Status.CLOSED.value
    recent = _conversations.c.last_activity_at > tx.now - customer_names.LISTED
    wanted = (calls.unread_mentions(agent), select(_timers.c.subject).where(_timers.c.kind == FOLLOW_UP))
    query = (
        select(_conversations.c.state)
        .where(or_(is_open, recent, *(_conversations.c.id.in_(each) for each in wanted)), *within(scope))
        .order_by(_conversations.c.last_activity_at.desc())
        .limit(MOST_ROWS)
    )
    shown = list_rows(tx, tx.execute(query).scalars())
    listed = {row.conversation for row in shown}
    called = calls.of(tx, agent)
    marks, mentions, whispers = (
        {conversation: seq for conversation, seq in each.items() if conversation in listed}
        for each in (read_marks.of(tx, agent), called["mention"], called["whisper"])
    )
    return DeskSnapshot(events.heads(tx, [STREAM])[STREAM], shown, agents(tx), marks, mentions, whispers)


def list_rows(tx: Transaction, states: Iterable[Mapping[str, Any]]) -> list[RowView]:
    """Return stored conversations as rows of the list, in their order, with their words."""
    found = [Conversation.model_validate(state) for state in states]
    sla = sla_rows.shown(tx, [each.id for each in found if each.status in HUMAN])
    payloads = [rows.row_of(each, sla.get(each.id)) for each in found]
    wanted = WordNeeds.of_all(map(row_needs, payloads))
    words = Words(
        bodies=reading.bodies(tx, wanted.messages),
        agents=staff.names(tx, wanted.agents),
        titles=catalogue.titles(tx, wanted.intents),
        customers=customer_names.names(tx, wanted.customers),
    )
    return [row_view(payload, words) for payload in payloads]


def agents(tx: Transaction) -> list[AgentView]:
    """Return everybody who may sign in, with their presence and load."""
    availability, load = presence.availabilities(tx), assignments.loads(tx)
    because = presence.reasons(tx)
    return [
        AgentView(
            id=member.id,
            name=member.name,
            role=member.role,
            availability=availability.get(member.id, "offline"),
            load=load.get(member.id, 0),
            capacity=member.capacity,
            away_because=because.get(member.id) if availability.get(member.id) == "away" else None,
        )
        for member in staff.members(tx)
    ]
