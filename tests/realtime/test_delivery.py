"""Following a stream: from a position, from a snapshot, live, slow, and back again."""

import asyncio
import json
from collections.abc import Callable

import pytest

from escalation.conversations import events as e
from escalation.protocol.close_codes import CloseCode
from escalation.realtime import catch_up, fan_out, outbox
from tests.realtime.clients import FakeTransport
from tests.realtime.fake_log import SECRET, FakeLog
from tests.realtime.service import Service
from tests.waiting import interleave, settled, until

STREAM = "conversation:c1"


def say(log: FakeLog, number: int, *, internal: bool = False, conversation: str = "c1") -> set[str]:
    """A message by the customer, or a note by Ana."""
    return log.happen(
        conversation,
        e.MessageAdded(
            message_id=f"m{number}",
            author="agent" if internal else "customer",
            author_id="ana" if internal else "customer-1",
            kind="text",
            internal=internal,
        ),
    )


def seqs(transport: FakeTransport, stream: str = STREAM) -> list[int]:
    """The seqs of the events received of a stream."""
    return [frame["seq"] for frame in transport.frames if frame.get("stream") == stream and "seq" in frame]


async def test_a_position_is_taken_up_and_events_follow_live(service: Service) -> None:
    service.log.open("c1")
    say(service.log, 1)
    agent = service.connect("agent:ana", {STREAM: 1})
    await settled()
    assert [frame["type"] for frame in agent.frames] == ["welcome", "following", "message"]
    assert agent.of("following")[0] == {"type": "following", "stream": STREAM, "position": 1}
    await service.ring(say(service.log, 2))
    assert seqs(agent) == [2, 3]


async def test_without_a_position_a_snapshot_comes_first(service: Service) -> None:
    service.log.open("c1")
    for number in range(120):
        say(service.log, number, internal=number % 2 == 0)
    customer = service.connect("customer:customer-1")
    customer.put({"type": "follow", "stream": STREAM})
    await settled()
    types = [frame["type"] for frame in customer.frames]
    assert types == ["welcome", *["thread_part"] * 4, "thread_end", "following"], "the newest, then 50 events a part"
    parts = [[message["seq"] for message in part["messages"]] for part in customer.of("thread_part")]
    assert sum(map(len, parts)) == 60
    assert parts == sorted(map(sorted, parts), reverse=True), "the newest part is first, and ordered in itself"
    assert customer.of("thread_end")[0]["head"] == customer.of("following")[0]["position"] == 121
    await service.ring(say(service.log, 500) | say(service.log, 501, internal=True))
    assert seqs(customer) == [122]
    assert SECRET not in "".join(customer.texts)


@pytest.mark.parametrize(
    ("position", "log_epoch"), [(99, "epoch-1"), (1, "another"), (1, None), (-3, "epoch-1"), (10**30, "epoch-1")]
)
async def test_a_position_the_log_cannot_serve_gives_a_snapshot(
    service: Service, position: int, log_epoch: str | None
) -> None:
    service.log.open("c1")
    say(service.log, 1)
    agent = service.connect("agent:ana", {STREAM: position}, log_epoch=log_epoch)
    await settled()
    assert agent.of("thread_end")[0]["head"] == 2
    assert agent.of("following")[0]["position"] == 2


async def test_too_far_back_gives_a_snapshot(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catch_up, "MAX_BEHIND", 10)
    service.log.open("c1")
    for number in range(20):
        say(service.log, number)
    near, far = service.connect("agent:ana", {STREAM: 11}), service.connect("agent:tom", {STREAM: 10})
    await settled()
    assert (len(near.of("message")), len(near.of("thread_end"))) == (10, 0)
    assert (len(far.of("message")), len(far.of("thread_end"))) == (0, 1)


async def test_a_fresh_customer_learns_of_their_conversation(service: Service) -> None:
    customer = service.connect("customer:customer-1", {"customer:customer-1": 0}, log_epoch=None)
    await settled()
    assert customer.of("following") == [{"type": "following", "stream": "customer:customer-1", "position": 0}]
    await service.ring(service.log.open("c1"))
    assert customer.of("conversation_opened")[0]["conversation"] == "c1"


async def test_a_conversation_opened_between_welcome_and_following_is_told(service: Service) -> None:
    service.log.open("c1")
    customer = service.connect("customer:customer-1", {"customer:customer-1": 0}, log_epoch=None)
    await settled()
    assert customer.of("following")[0]["position"] == 0
    assert customer.of("conversation_opened")[0]["conversation"] == "c1"


async def test_models_and_catalogue_start_at_their_head(service: Service) -> None:
    for number in range(3):
        service.log.append("catalogue", "CatalogueChanged", {"intents": [f"intent-{number}"]})
    agent = service.connect("trainer:tim")
    agent.put({"type": "follow", "stream": "catalogue"})
    await settled()
    assert agent.of("following")[0]["position"] == 3
    service.log.append("catalogue", "CatalogueChanged", {"intents": ["refund"]})
    service.log.append("catalogue", "CatalogueChanged", {"intents": ["card"]})
    await service.ring({"catalogue"})
    assert [frame["intents"] for frame in agent.of("catalogue_changed")] == [["refund"], ["card"]]


async def test_a_conversation_that_is_not_there_is_dropped(service: Service) -> None:
    agent = service.connect("agent:ana")
    agent.put({"type": "follow", "stream": "conversation:none"})
    await settled()
    assert agent.of("dropped") == [{"type": "dropped", "stream": "conversation:none", "reason": "not_found"}]
    assert service.hub.counts() == {"connections": 1, "streams": 0, "subscriptions": 0}


async def test_an_event_between_the_read_and_going_live_is_not_missed(service: Service) -> None:
    """The ring comes while the first reader is reading, before the hub fans the stream out."""
    service.log.open("c1")
    service.log.pages_arrive.clear()
    agent = service.connect("agent:ana", {STREAM: 0})
    await settled()
    assert service.log.reads == 2 and seqs(agent) == [], "the page was read but is not delivered yet"
    grown = say(service.log, 1)
    service.log.pages_arrive.set()
    await service.follower.step(grown, poll=False)
    await settled()
    assert seqs(agent) == [1, 2]


async def test_a_lost_ring_costs_one_poll(service: Service) -> None:
    service.log.open("c1")
    agent = service.connect("agent:ana", {STREAM: 0})
    await settled()
    say(service.log, 1)
    await settled()
    assert seqs(agent) == [1]
    await service.poll()
    assert seqs(agent) == [1, 2]


async def test_rings_of_nothing_and_twice_deliver_nothing_twice(service: Service) -> None:
    service.log.open("c1")
    agent = service.connect("agent:ana", {STREAM: 0})
    await settled()
    grown = say(service.log, 1)
    for _ in range(3):
        await service.ring(grown | {"conversation:unknown", "desk"})
    assert seqs(agent) == [1, 2]


async def test_a_page_for_a_page_the_follower_reads_on(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "PAGE_EVENTS", 3)
    service.log.open("c1")
    agent = service.connect("agent:ana", {STREAM: 1})
    await settled()
    for number in range(8):
        say(service.log, number)
    reads = service.log.reads
    await service.ring({STREAM})
    assert service.log.reads - reads == 3
    assert seqs(agent) == list(range(2, 10))


async def test_a_slow_client_falls_behind_alone_and_gets_everything_later(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_FRAMES", 5)
    monkeypatch.setattr(catch_up, "PAGE_EVENTS", 7)
    service.log.open("c1")
    slow, quick = service.connect("agent:ana", {STREAM: 1}), service.connect("agent:tom", {STREAM: 1})
    await settled()
    slow.stall()
    for number in range(30):
        await service.ring(say(service.log, number))
        assert len(seqs(quick)) == number + 1
    assert seqs(slow) == []
    slow.flow()
    await settled()
    assert seqs(slow) == seqs(quick) == list(range(2, 32))
    await service.ring(say(service.log, 99))
    assert seqs(slow)[-1] == 32


async def test_an_outbox_too_full_of_characters_falls_behind(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MAX_CHARACTERS", 1_000)
    service.log.open("c1")
    slow = service.connect("agent:ana", {STREAM: 1})
    await settled()
    slow.stall()
    reads = service.log.reads
    for number in range(9):
        await service.ring(say(service.log, number))
    assert service.log.reads == reads + 9
    slow.flow()
    await settled()
    assert seqs(slow) == list(range(2, 11))
    assert service.log.reads > reads + 9


async def test_only_streams_with_something_queued_fall_behind(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_FRAMES", 3)
    service.log.open("c1")
    service.log.open("c2")
    agent = service.connect("agent:ana", {STREAM: 1, "conversation:c2": 1})
    await settled()
    agent.stall()
    for number in range(6):
        await service.ring(say(service.log, number))
    modes = {stream: sub.mode.name for box in service.hub.peers for stream, sub in box.subscriptions.items()}
    assert modes == {STREAM: "BEHIND", "conversation:c2": "LIVE"}
    agent.flow()
    await settled()
    await service.ring(say(service.log, 1, conversation="c2"))
    assert seqs(agent) == list(range(2, 8)) and seqs(agent, "conversation:c2") == [2]


async def test_following_again_starts_again(service: Service) -> None:
    service.log.open("c1")
    say(service.log, 1)
    agent = service.connect("agent:ana", {STREAM: 0})
    await settled()
    agent.put({"type": "follow", "stream": STREAM, "position": 1})
    await settled()
    assert seqs(agent) == [1, 2, 2]
    agent.put({"type": "unfollow", "stream": STREAM})
    await settled()
    await service.ring(say(service.log, 2))
    assert seqs(agent) == [1, 2, 2] and service.hub.counts()["streams"] == 0


@pytest.mark.parametrize("moves", range(0, 40, 3))
async def test_unfollowing_at_any_moment_of_catching_up_harms_nothing(service: Service, moves: int) -> None:
    service.log.open("c1")
    for number in range(10):
        say(service.log, number)
    service.log.lag = 3
    agent = service.connect("agent:ana", {STREAM: 3, "desk": 0})
    await interleave(moves)
    agent.put({"type": "unfollow", "stream": STREAM})
    await settled()
    assert agent.closed is None and service.hub.counts() == {"connections": 1, "streams": 1, "subscriptions": 1}
    agent.put({"type": "follow", "stream": STREAM, "position": 9})
    await settled()
    assert seqs(agent)[-2:] == [10, 11]


async def test_hidden_positions_travel_with_heartbeats(service: Service) -> None:
    service.log.open("c1")
    customer = service.connect("customer:customer-1", {STREAM: 1})
    await settled()
    await service.ring(say(service.log, 1, internal=True))
    await service.ring(say(service.log, 2, internal=True))
    service.connections.tick(float("inf"))
    await settled()
    assert customer.of("heartbeat")[0]["positions"] == {STREAM: 3}
    assert seqs(customer) == []


async def test_one_encoding_for_everybody_of_an_audience(service: Service) -> None:
    service.log.open("c1")
    agents = [service.connect(f"agent:a{number}", {STREAM: 1}) for number in range(20)]
    await settled()
    await service.ring(say(service.log, 1))
    assert len({id(agent.texts[-1]) for agent in agents}) == 1
    assert len(seqs(agents[0])) == 1


async def test_desk_rows_are_gathered() -> None:
    timers: list[Callable[[], None]] = []
    service = Service(gather_seconds=0.1, later=lambda _seconds, run: timers.append(run))
    try:
        agents = [service.connect(f"agent:a{number}") for number in range(3)]
        for agent in agents:
            agent.put({"type": "follow", "stream": "desk"})
        await settled()
        await service.ring(service.log.open("c1"))
        assert [len(agent.of("desk")) for agent in agents] == [1, 1, 1], "a lone row is not held back"
        for number in range(40):
            await service.ring(say(service.log, number))
        await service.ring(service.log.open("c2"))
        assert len(agents[0].of("desk")) == 1, "until the time is over, rows are gathered"
        timers.pop()()
        await settled()
        (_, gathered) = agents[0].of("desk")
        assert gathered["seq"] == 42 and gathered["rows"][-1]["conversation"] == "c2"
        assert len({id(agent.texts[-1]) for agent in agents}) == 1
        timers.pop()()
        await settled()
        assert len(agents[0].of("desk")) == 2 and timers == [], "nothing came: no frame, and no more gathering"
        await service.ring(say(service.log, 99))
        assert [frame["seq"] for frame in agents[0].of("desk")] == [1, 42, 43], "and the next row is a lone one again"
    finally:
        await service.close()


@pytest.mark.parametrize(
    "about_ana",
    [
        e.Assigned(agent="ana", how="claim", epoch=2, previous="nobody"),
        e.Offered(agent="ana", until=None),
    ],
)
async def test_rows_go_at_once_to_whom_they_are_about(about_ana: e.ConversationEvent) -> None:
    timers: list[Callable[[], None]] = []
    service = Service(gather_seconds=0.2, later=lambda _seconds, run: timers.append(run))
    try:
        ana, tom = (service.connect(f"agent:{name}") for name in ("ana", "tom"))
        for agent in (ana, tom):
            agent.put({"type": "follow", "stream": "desk"})
        await settled()
        await service.ring(service.log.open("c1"))
        await service.ring(service.log.open("c2"))
        await service.ring(service.log.happen("c1", about_ana))
        assert (seqs(ana, "desk"), seqs(tom, "desk")) == ([1, 3], [1])
        assert [row["conversation"] for row in ana.of("desk")[-1]["rows"]] == ["c2", "c1"], "with all before it"
        await service.ring(service.log.open("c3"))
        timers.pop()()
        await settled()
        assert (seqs(ana, "desk"), seqs(tom, "desk")) == ([1, 3, 4], [1, 4])
        assert newest(ana) == newest(tom) and len(newest(tom)) == 3
    finally:
        await service.close()


def newest(agent: FakeTransport) -> dict[str, object]:
    """The newest row of each conversation."""
    return {row["conversation"]: row for frame in agent.of("desk") for row in frame["rows"]}


async def test_typing_is_shown_to_whom_it_should_and_only_when_there_is_room(service: Service) -> None:
    log = service.log
    log.open("c1")
    log.happen("c1", e.Assigned(agent="ana", how="takeover", epoch=2, previous="bot"))
    customer, ana, tom, second_tab = (
        service.connect(who, {STREAM: 2}) for who in ("customer:customer-1", "agent:ana", "agent:tom", "agent:ana")
    )
    await settled()
    customer.put({"type": "typing"})
    ana.put({"type": "typing", "conversation": "c1"})
    tom.put({"type": "typing", "conversation": "c1"})
    await settled()
    shown = {"type": "typing", "conversation": "c1"}
    assert customer.of("typing") == [shown | {"who": "agent", "name": "Ana"}]
    assert {frame["name"] for frame in ana.of("typing")} == {None, "Tom"}
    assert {frame["name"] for frame in tom.of("typing")} == {None, "Ana"}
    assert {frame["name"] for frame in second_tab.of("typing")} == {None, "Tom"}, "not of one's own writing"


async def test_typing_gives_way_to_events(service: Service) -> None:
    service.log.open("c1")
    customer, agent = service.connect("customer:customer-1", {STREAM: 1}), service.connect("agent:ana", {STREAM: 1})
    await settled()
    agent.stall()
    await service.ring(say(service.log, 1))
    await service.ring(say(service.log, 2))
    customer.put({"type": "typing"})
    await settled()
    agent.flow()
    await settled()
    assert agent.of("typing") == [] and seqs(agent) == [2, 3]


async def test_revoking_drops_at_once_even_in_the_middle_of_a_page(service: Service) -> None:
    service.log.open("c1")
    for number in range(50):
        say(service.log, number)
    agent = service.connect("agent:ana", {STREAM: 1})
    agent.stall_when = lambda: bool(seqs(agent))
    await settled()
    assert len(seqs(agent)) == 1, "it stalls with the first message of the page"
    service.hub.revoke("ana", STREAM)
    agent.flow()
    await settled()
    texts = [frame["type"] for frame in agent.frames]
    assert texts[-1] == "dropped" and agent.frames[-1]["reason"] == "rights_changed"
    assert len(agent.of("message")) < 50
    assert service.hub.counts()["streams"] == 0


async def test_revoking_while_the_right_is_being_checked_checks_again(service: Service) -> None:
    service.log.open("c1")
    agent = service.connect("agent:ana")
    await settled()

    async def revoked_meanwhile() -> None:
        if service.doors.checks == 1:
            service.doors.refused[STREAM] = "forbidden"
            service.hub.revoke("ana")
            service.doors.refused.clear()

    service.doors.on_check = revoked_meanwhile
    agent.put({"type": "follow", "stream": STREAM})
    await settled()
    assert service.doors.checks == 2 and len(agent.of("following")) == 1


async def test_a_log_that_cannot_be_read_ends_in_a_reconnect(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.log.open("c1")
    service.log.fail = OSError("disk gone")
    agent = service.connect("agent:ana", {STREAM: 0})
    await until(lambda: agent.closed is not None)
    assert agent.closed == CloseCode.STATE_LOST and "disk gone" in caplog.text


async def test_the_follower_survives_failures_and_loses_nothing(
    service: Service, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "RETRY_SECONDS", 0.01)
    service.log.open("c1")
    agent = service.connect("agent:ana", {STREAM: 0})
    await settled()
    service.tasks.append(asyncio.create_task(service.follower.run()))
    await settled()
    service.log.fail = OSError("busy")
    service.bus.ring(say(service.log, 1))
    await until(lambda: "tries again" in caplog.text)
    service.log.fail = None
    await until(lambda: seqs(agent) == [1, 2])


async def test_a_thousand_streams_share_reads(service: Service) -> None:
    """The follower's reads grow with rounds, not with events or connections."""
    grown: set[str] = set()
    customers = []
    for number in range(300):
        service.log.open(f"c{number}", f"customer-{number}")
        customers.append(service.connect(f"customer:customer-{number}", {f"conversation:c{number}": 1}))
    await settled()
    reads = service.log.reads
    for number in range(300):
        grown |= say(service.log, number, conversation=f"c{number}")
    await service.ring(grown)
    assert service.log.reads - reads == 3
    assert all(json.loads(customer.texts[-1])["type"] == "message" for customer in customers)
