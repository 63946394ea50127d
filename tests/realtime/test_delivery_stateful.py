"""Invariant 2: what each client received, after reconnecting, equals the log for its audience.

Clients come and go, follow and unfollow, stall until their outbox is full, lose rights; rings get lost, the database
is slow, the process restarts, the log gets a new epoch. Every frame is checked as it arrives (`Reader`), and whenever
things have settled everybody must know exactly what the log says.
"""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from escalation.conversations import events as e
from escalation.conversations.moments import Scene
from escalation.conversations.views import control_view
from escalation.realtime import catch_up, fan_out, outbox, snapshots
from tests.core.machine_walk import PEOPLE, AptStep, apt_steps
from tests.realtime.clients import FakeTransport, hello
from tests.realtime.fake_log import FakeLog
from tests.realtime.reader import Reader
from tests.realtime.service import Service
from tests.waiting import interleave, settled

LIMITS: list[tuple[Any, str, int]] = [
    (outbox, "MAX_FRAMES", 4),
    (catch_up, "PAGE_EVENTS", 5),
    (catch_up, "PAGE_CHARACTERS", 1_500),
    (catch_up, "MAX_BEHIND", 60),
    (fan_out, "PAGE_EVENTS", 4),
    (snapshots, "THREAD_PAGE", 6),
]
"""Small, so that short tests reach every edge."""

OWNERS = {"c1": "customer-1", "c2": "customer-2"}
PEOPLE_CONNECTING = ("customer:customer-1", "customer:customer-2", "agent:ana", "supervisor:sue")
NAMES = {person.id: person.name for person in PEOPLE}

whos = st.sampled_from(PEOPLE_CONNECTING)
conversations = st.sampled_from(sorted(OWNERS))


def streams_of(who: str) -> list[str]:
    """What this person may follow."""
    role, _, id = who.partition(":")
    if role != "customer":
        return ["desk", "conversation:c1", "conversation:c2"]
    return [f"customer:{id}", *(f"conversation:{name}" for name, owner in OWNERS.items() if owner == id)]


class ReadingTransport(FakeTransport):
    """Hands every text to the client's memory; its complaints are kept, for tasks would swallow them."""

    def __init__(self, client: "Client") -> None:
        super().__init__()
        self._client = client

    async def send(self, text: str) -> None:
        await super().send(text)
        try:
            self._client.take(text)
        except Exception as error:
            self._client.complaints.append(error)


class Client:
    """One person: a memory that outlives connections, and the connection of the moment."""

    def __init__(self, who: str) -> None:
        self.who = who
        self.reader = Reader("customer" if who.startswith("customer") else "staff")
        self.transport: ReadingTransport | None = None
        self.complaints: list[Exception] = []
        self.log_epoch: str | None = None

    def take(self, text: str) -> None:
        """Apply a frame. Positions in a log before a restore mean nothing in the one after it."""
        frame = json.loads(text)
        if frame["type"] == "welcome":
            if self.log_epoch not in {None, frame["log_epoch"]}:
                self.reader.positions.clear()
            self.log_epoch = frame["log_epoch"]
        self.reader.take(text)


class Delivery(RuleBasedStateMachine):
    """Anything that can happen between a log and its readers."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        for module, name, value in LIMITS:
            self.patch.setattr(module, name, value)
        self.loop = asyncio.new_event_loop()
        self.log = FakeLog()
        self.clients = {who: Client(who) for who in PEOPLE_CONNECTING}
        self.messages = 0
        self.run(self._start())

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something to its end; everything else that is ready runs along."""
        self.loop.run_until_complete(work)

    async def _start(self) -> None:
        self.service = Service(self.log)
        self.rings: asyncio.Queue[tuple[set[str], bool]] = asyncio.Queue()
        self.service.tasks.append(asyncio.create_task(self._follow()))

    async def _follow(self) -> None:
        while True:
            rung, poll = await self.rings.get()
            while await self.service.follower.step(rung, poll=poll):
                rung, poll = set(), False

    @initialize(lag=st.integers(0, 3), count=st.integers(0, 100))
    def begin(self, lag: int, count: int) -> None:
        """Two conversations, and everybody there: an empty room finds nothing."""
        self.log.lag = lag
        for conversation, owner in OWNERS.items():
            self.log.open(conversation, owner)
        for client in self.clients.values():
            self.run(self._connect(client, streams_of(client.who), False))
        self.run(interleave(count))

    # --- the log grows -------------------------------------------------------------------------------------------

    def ring(self, streams: set[str], heard: bool) -> None:
        """Rings get lost."""
        if heard:
            self.rings.put_nowait((streams, False))

    @rule(conversation=conversations, steps=st.lists(apt_steps, min_size=1, max_size=4), heard=st.booleans())
    def walk(self, conversation: str, steps: list[AptStep], heard: bool) -> None:
        for step in steps:
            self.ring(self.log.step(conversation, step), heard)

    @rule(conversation=conversations, count=st.integers(1, 15), internal=st.booleans(), heard=st.booleans())
    def burst(self, conversation: str, count: int, internal: bool, heard: bool) -> None:
        grown: set[str] = set()
        for _ in range(count):
            self.messages += 1
            grown |= self.log.happen(
                conversation,
                e.MessageAdded(
                    message_id=f"burst-{self.messages}",
                    author="agent",
                    author_id="ana",
                    kind="text",
                    internal=internal,
                ),
            )
        self.ring(grown, heard)

    # --- clients -------------------------------------------------------------------------------------------------

    @rule(who=whos, all_streams=st.booleans(), forget=st.booleans())
    def connect(self, who: str, all_streams: bool, forget: bool) -> None:
        client = self.clients[who]
        if client.transport is None:
            streams = streams_of(who)[: None if all_streams else 1]
            self.run(self._connect(client, streams, forget))

    async def _connect(self, client: Client, streams: list[str], forget: bool) -> None:
        client.transport = transport = ReadingTransport(client)
        client.reader.connected()
        self.service.accept(transport, client.who)
        known = {} if forget else {name: seq for name, seq in client.reader.positions.items() if name in streams}
        if client.reader.audience == "customer":
            known.setdefault(streams[0], 0)
        for stream in streams:
            client.reader.ask(stream)
        transport.put(hello(client.who, known, client.log_epoch))
        for stream in set(streams) - known.keys():
            transport.put({"type": "follow", "stream": stream})

    @rule(who=whos, back=st.booleans(), forget=st.booleans())
    def lose(self, who: str, back: bool, forget: bool) -> None:
        """A connection breaks; most clients are back at once."""
        self._disconnect(self.clients[who])
        if back:
            self.connect(who, True, forget)

    def _disconnect(self, client: Client) -> None:
        if client.transport is not None:
            client.transport.disconnect()
            client.transport = None

    @rule(who=whos, number=st.integers(0, 2), forget=st.booleans())
    def follow(self, who: str, number: int, forget: bool) -> None:
        """One request for a stream at a time: the next waits for the answer to the last."""
        client, streams = self.clients[who], streams_of(who)
        stream = streams[number % len(streams)]
        if client.transport is not None and stream not in client.reader.asked:
            self._follow_from(client, stream, forget)

    def _follow_from(self, client: Client, stream: str, forget: bool = False) -> None:
        assert client.transport is not None
        client.reader.ask(stream)
        position = None if forget else client.reader.positions.get(stream)
        frame = {"type": "follow", "stream": stream}
        client.transport.put(frame | ({} if position is None else {"position": position}))

    @rule(who=whos, number=st.integers(0, 2))
    def unfollow(self, who: str, number: int) -> None:
        client, streams = self.clients[who], streams_of(who)
        stream = streams[number % len(streams)]
        if client.transport is not None and stream in client.reader.following:
            client.reader.leave(stream)
            client.transport.put({"type": "unfollow", "stream": stream})

    @rule(who=whos, count=st.integers(0, 40))
    def stall_or_flow(self, who: str, count: int) -> None:
        """A socket that takes nothing more; or does again."""
        if (transport := self.clients[who].transport) is not None:
            (transport.flow if transport.stalled else transport.stall)()
            self.run(interleave(count))

    # --- the service ---------------------------------------------------------------------------------------------

    @rule(count=st.integers(1, 60))
    def spin(self, count: int) -> None:
        self.run(interleave(count))

    @rule(count=st.integers(0, 60))
    def poll(self, count: int) -> None:
        self.rings.put_nowait((set(), True))
        self.run(interleave(count))

    @rule()
    def heartbeat(self) -> None:
        for box in self.service.hub.peers:
            box.beat()

    @rule(lag=st.integers(0, 6))
    def slow_database(self, lag: int) -> None:
        self.log.lag = lag

    @rule(who=whos, number=st.integers(0, 2))
    def revoke(self, who: str, number: int) -> None:
        streams = streams_of(who)
        self.service.hub.revoke(who.partition(":")[2], streams[number % len(streams)])

    @rule(restored=st.booleans())
    def restart(self, restored: bool) -> None:
        for client in self.clients.values():
            self._disconnect(client)
        self.run(self.service.close())
        if restored:
            self.log.log_epoch = f"epoch-{int(self.log.log_epoch[6:]) + 1}"
        self.run(self._start())

    # --- what must hold ------------------------------------------------------------------------------------------

    @rule()
    def settle(self) -> None:
        """Everybody is connected, follows everything, and takes what comes; one poll; then compare."""
        self.log.lag = 0
        self.run(self._settle())
        for client in self.clients.values():
            assert not client.complaints, client.complaints[0]
            assert client.transport is not None and client.transport.closed is None, "nothing here closes a connection"
            assert client.reader.following == set(streams_of(client.who))
            for stream in streams_of(client.who):
                self._compare(client.reader, stream)
            event(f"snapshots {min(client.reader.snapshots, 3)}")

    async def _settle(self) -> None:
        for client in self.clients.values():
            if client.transport is None:
                await self._connect(client, streams_of(client.who), False)
            else:
                client.transport.flow()
        await settled()
        for client in self.clients.values():
            for stream in set(streams_of(client.who)) - client.reader.following:
                self._follow_from(client, stream)
        await settled()
        self.rings.put_nowait((set(), True))
        await settled()

    def _compare(self, reader: Reader, stream: str) -> None:
        events = self.log.streams.get(stream, [])
        if stream == "desk":
            newest = {each.payload["conversation"]: each.payload["seq"] for each in events}
            assert {name: row["seq"] for name, row in reader.rows.items()} == newest
        elif stream.startswith("customer:"):
            assert reader.opened == [each.seq for each in events]
        else:
            self._compare_thread(reader, stream)

    def _compare_thread(self, reader: Reader, stream: str) -> None:
        events, thread = self.log.streams[stream], reader.threads[stream]
        staff = reader.audience == "staff"
        expected = [
            (each.seq, each.payload["message_id"])
            for each in events
            if each.type == "MessageAdded" and (staff or not each.payload["internal"])
        ]
        assert [(message["seq"], message["id"]) for message in thread.messages.values()] == expected
        decided = sum(each.type == "DecisionMade" for each in events)
        assert len(thread.decisions) == (decided if staff else 0)
        scene = Scene(self.log.walks[stream.partition(":")[2]].state, NAMES)
        control = control_view(scene, "staff" if staff else "customer").model_dump(mode="json")
        assert thread.control == control

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            self.run(self.service.close())
            self.loop.close()
            self.patch.undo()


Delivery.TestCase.settings = settings(max_examples=80, stateful_step_count=40)
TestDelivery = Delivery.TestCase
