"""A log in memory with conversations that walk through the machine; it is the `Reading` port of these tests."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from escalation.conversations import events as e
from escalation.conversations.evolution import evolve
from escalation.conversations.model import Conversation
from escalation.conversations.moments import WordNeeds, Words
from escalation.conversations.scoping import sees
from escalation.desk.reading import DeskSnapshot
from escalation.desk.views import row_view, sees_now
from escalation.events.envelope import Envelope
from escalation.people.scope import Scope
from escalation.protocol.frames.desk import AgentView
from escalation.protocol.messages import Body, DeletedBody, TextBody
from escalation.protocol.states import Status
from escalation.realtime.ports import Pages, ThreadSnapshot
from escalation.realtime.views import Listening, needs
from tests.core.machine_walk import AptStep, Step, Walk
from tests.factories import NOON
from tests.waiting import interleave

SECRET = "between us"
"""In every note; must be in nothing a customer is sent."""
NEWEST = 3
"""Events of a thread that are read first: few, so that most threads have earlier ones."""


class FakeLog:
    """Streams, words, and a database: its answers come `lag` moves of the others late, pages once they may arrive."""

    def __init__(self) -> None:
        self.log_epoch = "epoch-1"
        self.streams: dict[str, list[Envelope]] = {}
        self.walks: dict[str, Walk] = {}
        self.bodies: dict[str, Body] = {}
        self.learnt_in: dict[str, tuple[str, str]] = {}
        """Where examples were learnt, by id; the others are seeds."""
        self.lag = 0
        self.pages_arrive = asyncio.Event()
        self.pages_arrive.set()
        self.reads = 0
        self.fail: Exception | None = None

    # --- writing -------------------------------------------------------------------------------------------------

    def append(
        self, stream: str, type: str, payload: dict[str, Any], *, conversation: str | None = None, at: datetime = NOON
    ) -> Envelope:
        """Add one event."""
        events = self.streams.setdefault(stream, [])
        envelope = Envelope(stream, len(events) + 1, at, type, 1, payload, "system", conversation=conversation)
        events.append(envelope)
        return envelope

    def open(self, conversation: str, customer: str = "customer-1") -> set[str]:
        """Start a conversation; returns the streams that grew."""
        self.walks[conversation] = Walk(state=Conversation(id=conversation))
        self.append(f"customer:{customer}", "ConversationOpened", {"conversation": conversation})
        return self.happen(conversation, e.Started(customer=customer, site="shop", locale="en")) | {
            f"customer:{customer}"
        }

    def happen(self, conversation: str, event: e.ConversationEvent) -> set[str]:
        """Let an event happen as it is; returns the streams that grew."""
        walk = self.walks[conversation]
        walk.log.append((event, NOON))
        walk.state = evolve(walk.state, event, NOON)
        return self._store(conversation, event) | self._tell_desk(walk.state)

    def step(self, conversation: str, step: Step | AptStep) -> set[str]:
        """Let somebody try something; returns the streams that grew."""
        walk = self.walks[conversation]
        before = len(walk.log)
        walk.take(step)
        grown: set[str] = set()
        for event, at in walk.log[before:]:
            grown |= self._store(conversation, event, at)
        return grown | self._tell_desk(walk.state) if grown else grown

    def _store(self, conversation: str, event: e.ConversationEvent, at: datetime = NOON) -> set[str]:
        payload = event.payload()
        if isinstance(event, e.MessageAdded):
            payload["message_id"] = f"{conversation}/{event.message_id}"
            words = f"{SECRET}: {event.message_id}" if event.internal else f"said {event.message_id}"
            is_text = event.body is None or isinstance(event.body, TextBody)
            self.bodies[payload["message_id"]] = TextBody(text=words) if is_text else event.body  # type: ignore[assignment]
        if isinstance(event, e.MessageEdited | e.MessageDeleted):
            payload["message_id"] = f"{conversation}/{event.message_id}"
            words = f"{SECRET}: anew" if event.internal else "said anew"
            self.bodies[payload["message_id"]] = (
                TextBody(text=words) if isinstance(event, e.MessageEdited) else DeletedBody()
            )
        if isinstance(event, e.ChoicesShown):
            payload["message_id"] = f"{conversation}/{event.message_id}"
        if isinstance(event, e.DecisionMade):
            payload["decision_id"] = f"{conversation}/{self.head(f'conversation:{conversation}')}"
        envelope = self.append(f"conversation:{conversation}", event.type, payload, conversation=conversation, at=at)
        return {envelope.stream}

    def _tell_desk(self, state: Conversation) -> set[str]:
        self.append("desk", "RowChanged", row_of(state), conversation=state.id)
        return {"desk"}

    # --- the port ------------------------------------------------------------------------------------------------

    async def pages(self, after: Mapping[str, int], limit: int, listening: Listening) -> Pages:
        await self._read()
        found = {stream: self.streams.get(stream, [])[seq : seq + limit] for stream, seq in after.items()}
        pages = {stream: events for stream, events in found.items() if events}
        result = Pages(pages, self._words(needs((event for events in pages.values() for event in events), listening)))
        await self._wait()
        await self.pages_arrive.wait()
        return result

    async def heads(self, streams: Iterable[str]) -> Mapping[str, int]:
        await self._read()
        heads = {stream: self.head(stream) for stream in streams}
        await self._wait()
        return heads

    async def thread(self, conversation: str) -> ThreadSnapshot | None:
        await self._read()
        walk = self.walks.get(conversation)
        if walk is None:
            return None
        events = list(self.streams[f"conversation:{conversation}"])
        result = ThreadSnapshot(walk.state, events[-NEWEST:], self._words(needs(events)))
        await self._wait()
        return result

    async def sees(self, scope: Scope, conversation: str) -> bool:
        await self._read()
        walk = self.walks.get(conversation)
        result = walk is not None and sees(scope, walk.state)
        await self._wait()
        return result

    async def desk(self, agent: str, scope: Scope) -> DeskSnapshot:
        await self._read()
        newest = {event.payload["conversation"]: event for event in self.streams.get("desk", [])}
        words = self._words(needs(newest.values()))
        rows = [row_view(each.payload, words) for each in newest.values() if sees_now(each.payload, scope)]
        agents = [an_agent_view()]
        result = DeskSnapshot(self.head("desk"), rows, agents, {row.conversation: 1 for row in rows})
        await self._wait()
        return result

    def head(self, stream: str) -> int:
        """The last seq of a stream."""
        return len(self.streams.get(stream, []))

    def _words(self, wanted: WordNeeds) -> Words:
        return Words(
            bodies={id: self.bodies[id] for id in wanted.messages if id in self.bodies},
            agents={id: id.title() for id in wanted.agents},
            titles={name: name.title() for name in wanted.intents},
            examples={id: f"text of {id}" for id in wanted.examples},
            learnt_in={id: self.learnt_in[id] for id in wanted.examples if id in self.learnt_in},
        )

    async def _read(self) -> None:
        self.reads += 1
        if self.fail is not None:
            raise self.fail
        await self._wait()

    async def _wait(self) -> None:
        await interleave(self.lag)


def row_of(state: Conversation) -> dict[str, Any]:
    """The payload of `RowChanged` for this state."""
    shared = ("epoch", "seq", "status", "customer", "site", "locale", "queue", "reason", "waiting_since", "deadline")
    flags = ("held", "snoozed_until", "outcome", "last_message_id", "last_author", "last_customer_seq")
    agent = state.controller if state.status is Status.ASSIGNED else None
    dumped = state.model_dump(mode="json")
    if state.last_message_id:
        dumped["last_message_id"] = f"{state.id}/{state.last_message_id}"
    own = {"conversation": state.id, "agent_id": agent, "last_at": dumped["last_message_at"]}
    offer = {"agent_id": state.offered_to, "until": None, "ended": None} if state.offered_to else None
    return own | {"offer": offer} | {name: dumped[name] for name in shared + flags}


def an_agent_view(**overrides: Any) -> AgentView:
    """Ana, at work."""
    typical: dict[str, Any] = {
        "id": "ana",
        "name": "Ana",
        "role": "agent",
        "availability": "online",
        "load": 0,
        "capacity": 4,
        "away_because": None,
    }
    return AgentView(**(typical | overrides))
