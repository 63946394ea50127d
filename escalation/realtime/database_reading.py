"""The `Reading` port on the database: each call is one snapshot."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import or_, select

from escalation import events
from escalation.catalogue.tables import IntentExample, IntentRow
from escalation.conversations import repository
from escalation.conversations.model import BOT, NOBODY, Conversation
from escalation.conversations.tables import ConversationRow, MessageRow
from escalation.database import Database, Transaction, table_of
from escalation.desk import assignments, presence, rows
from escalation.desk.events import ROW_CHANGED
from escalation.desk.tables import ReadMarkRow
from escalation.events import Envelope
from escalation.events.tables import Event
from escalation.learning.tables import ExampleRow
from escalation.people import staff
from escalation.protocol.frames.desk import AgentView, RowView
from escalation.protocol.messages import Body
from escalation.protocol.states import Status
from escalation.realtime.audience import WordNeeds, Words, needs
from escalation.realtime.ports import DeskSnapshot, Pages, ThreadSnapshot
from escalation.realtime.views import row_view

SHOWN_AFTER_CLOSING = timedelta(hours=1)
MOST_ROWS = 2_000

_body: TypeAdapter[Body] = TypeAdapter(Body)
_messages = table_of(MessageRow)
_conversations = table_of(ConversationRow)
_intents = table_of(IntentRow)
_seeds = table_of(IntentExample)
_examples = table_of(ExampleRow)
_marks = table_of(ReadMarkRow)
_events = table_of(Event)


class DatabaseReading:
    """Reads the log and what views show."""

    def __init__(self, database: Database, log_epoch: str) -> None:
        self._database = database
        self.log_epoch = log_epoch

    async def pages(self, after: Mapping[str, int], limit: int) -> Pages:
        """Return, for each stream, at most `limit` events after the given seq, and their words."""
        return await self._database.read(lambda tx: _pages(tx, after, limit))

    async def heads(self, streams: Iterable[str]) -> Mapping[str, int]:
        """Return the last seq of each stream."""
        names = list(streams)
        return await self._database.read(lambda tx: events.heads(tx, names))

    async def thread(self, conversation: str) -> ThreadSnapshot | None:
        """Return the whole thread; None if there is no such conversation."""
        return await self._database.read(lambda tx: _thread(tx, conversation))

    async def desk(self, agent: str) -> DeskSnapshot:
        """Return the desk with this agent's read marks."""
        return await self._database.read(lambda tx: _desk(tx, agent))


def _pages(tx: Transaction, after: Mapping[str, int], limit: int) -> Pages:
    found: dict[str, list[Envelope]] = {}
    for stream, seq in after.items():
        if page := events.read(tx, stream, seq, limit):
            found[stream] = page
    return Pages(found, words(tx, needs(envelope for page in found.values() for envelope in page)))


def _thread(tx: Transaction, conversation: str) -> ThreadSnapshot | None:
    state = repository.peek(tx, conversation)
    if state is None:
        return None
    shown = _thread_events(tx, f"conversation:{conversation}")
    wanted = needs(shown)
    people = {state.controller} - {BOT, NOBODY} | ({state.resolution.agent} if state.resolution else set())
    wanted = WordNeeds(wanted.messages, wanted.agents | people, wanted.intents, wanted.examples)
    return ThreadSnapshot(state, shown, words(tx, wanted))


def _thread_events(tx: Transaction, stream: str) -> list[Envelope]:
    found: list[Envelope] = []
    while page := events.read(tx, stream, found[-1].seq if found else 0, 1_000):
        found.extend(page)
    return found


def _desk(tx: Transaction, agent: str) -> DeskSnapshot:
    is_open = _conversations.c.status != Status.CLOSED.value
    recent = _conversations.c.last_activity_at > tx.now - SHOWN_AFTER_CLOSING
    query = (
        select(_conversations.c.state)
        .where(or_(is_open, recent))
        .order_by(_conversations.c.last_activity_at.desc())
        .limit(MOST_ROWS)
    )
    shown = list_rows(tx, tx.execute(query).scalars())
    head = events.heads(tx, ["desk"])["desk"]
    return DeskSnapshot(head, shown, _agents(tx), _read_marks(tx, agent, shown))


def list_rows(tx: Transaction, states: Iterable[Mapping[str, Any]]) -> list[RowView]:
    """Return stored conversations as rows of the list, in their order, with their words."""
    payloads = [rows.row_of(Conversation.model_validate(state)) for state in states]
    as_told = (Envelope("desk", 0, tx.now, ROW_CHANGED, 1, payload, "system") for payload in payloads)
    known = words(tx, needs(as_told))
    return [row_view(payload, known) for payload in payloads]


def _agents(tx: Transaction) -> list[AgentView]:
    availability, load = presence.availabilities(tx), assignments.loads(tx)
    return [
        AgentView(
            id=member.id,
            name=member.name,
            role=member.role,
            availability=availability.get(member.id, "offline"),
            load=load.get(member.id, 0),
            capacity=member.capacity,
        )
        for member in staff.members(tx)
    ]


def _read_marks(tx: Transaction, agent: str, shown: list[RowView]) -> dict[str, int]:
    query = select(_marks.c.conversation, _marks.c.seq).where(_marks.c.agent == agent)
    listed = {row.conversation for row in shown}
    return {row.conversation: row.seq for row in tx.execute(query) if row.conversation in listed}


def words(tx: Transaction, wanted: WordNeeds) -> Words:
    """Look the words up, as they are now."""
    return Words(
        bodies=_bodies(tx, wanted.messages),
        agents=staff.names(tx, set(wanted.agents)) if wanted.agents else {},
        titles=_titles(tx, wanted.intents),
        examples=example_texts(tx, wanted.examples),
    )


def _bodies(tx: Transaction, ids: frozenset[str]) -> dict[str, Body]:
    if not ids:
        return {}
    query = select(_messages.c.id, _messages.c.body).where(_messages.c.id.in_(ids))
    return {row.id: _body.validate_python(row.body) for row in tx.execute(query)}


def _titles(tx: Transaction, names: frozenset[str]) -> dict[str, str]:
    if not names:
        return {}
    query = select(_intents.c.name, _intents.c.title).where(_intents.c.name.in_(names))
    return {row.name: row.title for row in tx.execute(query)}


def example_texts(tx: Transaction, ids: frozenset[str]) -> dict[str, str]:
    """Return the text of examples: seeds keep their own, learnt ones are words of messages."""
    if not ids:
        return {}
    seeds = tx.execute(select(_seeds.c.id, _seeds.c.text).where(_seeds.c.id.in_(ids)))
    found = {row.id: row.text for row in seeds}
    learnt = tx.execute(select(_examples.c.id, _examples.c.message_ids).where(_examples.c.id.in_(ids))).all()
    spoken = repository.texts(tx, {message for row in learnt for message in row.message_ids})
    for row in learnt:
        if text := repository.turn_text(row.message_ids, spoken):
            found[row.id] = text
    return found
