"""Streams as limited staff get them: nothing of what they do not see, and positions without gaps all the same."""

import time

import pytest

from escalation.conversations import events as e
from escalation.conversations.predictions import Near
from escalation.people.scope import Scope
from escalation.realtime import outbox
from escalation.realtime.session import HEARTBEAT_SECONDS
from tests.factories import a_decision
from tests.realtime.clients import FakeTransport
from tests.realtime.fake_log import FakeLog
from tests.realtime.service import Service
from tests.realtime.test_delivery import say, seqs
from tests.waiting import settled

GENERAL = Scope(queues=frozenset({"general"}))
STREAM = "conversation:c1"


def moved(log: FakeLog, queue: str, conversation: str = "c1") -> set[str]:
    """The conversation is passed to a queue; the desk hears which one it left."""
    state = log.walks[conversation].state
    left = state.queue
    streams = log.happen(conversation, e.Requeued(cause="transfer", queue=queue, epoch=state.epoch + 1, deadline=None))
    told = log.streams["desk"][-1].payload
    told["left_queue"] = left
    return streams


@pytest.fixture
def limited(service: Service) -> Service:
    """Tom sees the queue `general`; Ana sees everything."""
    service.doors.scopes["tom"] = GENERAL
    return service


async def beat(service: Service, transport: FakeTransport) -> dict[str, int]:
    service.connections.tick(time.monotonic() + HEARTBEAT_SECONDS + 1)
    await settled()
    positions: dict[str, int] = transport.of("heartbeat")[-1]["positions"]
    return positions


async def test_a_row_that_leaves_is_taken_off_and_one_that_comes_appears(limited: Service) -> None:
    limited.log.open("c1")
    ana, tom = limited.connect("agent:ana", {"desk": -1}), limited.connect("agent:tom", {"desk": -1})
    await settled()
    assert [row["conversation"] for row in tom.of("desk_part")[0]["rows"]] == ["c1"]
    await limited.ring(moved(limited.log, "billing"))
    assert tom.of("desk")[-1]["gone"] == ["c1"] and tom.of("desk")[-1]["rows"] == []
    assert ana.of("desk")[-1]["gone"] == [] and ana.of("desk")[-1]["rows"][0]["queue"] == "billing"
    seen = len(tom.frames)
    await limited.ring(say(limited.log, 1))
    assert len(tom.frames) == seen
    assert (await beat(limited, tom))["desk"] == limited.log.head("desk")
    await limited.ring(moved(limited.log, "general"))
    assert [row["conversation"] for row in tom.of("desk")[-1]["rows"]] == ["c1"]
    assert tom.of("desk")[-1]["seq"] == ana.of("desk")[-1]["seq"] == limited.log.head("desk")


async def test_who_comes_back_hears_of_what_left_meanwhile_and_of_nothing_else(limited: Service) -> None:
    limited.log.open("c1")
    limited.log.open("c2", "customer-2")
    position = limited.log.head("desk")
    moved(limited.log, "billing")
    say(limited.log, 1)
    for number in range(3):
        say(limited.log, number, conversation="c2")
    epoch = f"epoch-1.{GENERAL.fingerprint}"
    tom = limited.connect("agent:tom", {"desk": position}, log_epoch=epoch)
    await settled()
    (frame,) = tom.of("desk")
    assert frame["gone"] == ["c1"] and [row["conversation"] for row in frame["rows"]] == ["c2"]
    assert frame["seq"] == limited.log.head("desk")


async def test_with_other_limits_everything_begins_anew(limited: Service) -> None:
    limited.log.open("c1")
    for epoch in ("epoch-1", f"epoch-1.{Scope(queues=frozenset({'billing'})).fingerprint}"):
        tom = limited.connect("agent:tom", {"desk": 1, STREAM: 1}, log_epoch=epoch)
        await settled()
        assert tom.of("desk_end") and tom.of("thread_end")
        assert tom.of("welcome")[0]["log_epoch"] == f"epoch-1.{GENERAL.fingerprint}"


async def test_a_thread_that_leaves_is_closed_to_them_at_once(limited: Service) -> None:
    limited.log.open("c1")
    ana, tom = limited.connect("agent:ana", {STREAM: -1}), limited.connect("agent:tom", {STREAM: -1})
    await settled()
    await limited.ring(say(limited.log, 1))
    await limited.ring(moved(limited.log, "billing"))
    await limited.ring(say(limited.log, 2))
    assert tom.of("dropped") == [{"type": "dropped", "stream": STREAM, "reason": "rights_changed"}]
    assert seqs(tom) == [2] and seqs(ana) == [2, 3, 4]
    tom.put({"type": "follow", "stream": STREAM})
    await settled()
    assert tom.of("dropped")[-1]["reason"] == "not_found" and len(tom.of("thread_end")) == 1


async def test_a_thread_that_leaves_while_they_are_behind_tells_them_nothing_more(
    limited: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waited for a slow socket is read from the log again: by then it is not theirs."""
    monkeypatch.setattr(outbox, "MAX_FRAMES", 2)
    limited.log.open("c1")
    tom = limited.connect("agent:tom", {STREAM: -1})
    await settled()
    tom.stall()
    for number in range(6):
        await limited.ring(say(limited.log, number))
    assert limited.hub.channels[STREAM].subscriptions
    await limited.ring(moved(limited.log, "billing") | say(limited.log, 7))
    tom.flow()
    await settled()
    assert tom.of("dropped")[0]["stream"] == STREAM
    assert max(seqs(tom), default=0) <= 7


async def test_a_thread_that_left_before_it_was_read_is_not_there(limited: Service) -> None:
    """The right was there when it was asked for, and gone when the thread was read."""
    limited.log.open("c1")

    async def meanwhile() -> None:
        limited.doors.on_check = None
        moved(limited.log, "billing")

    limited.doors.on_check = meanwhile
    tom = limited.connect("agent:tom", {STREAM: -1, "desk": -1})
    await settled()
    assert tom.of("dropped")[0] == {"type": "dropped", "stream": STREAM, "reason": "not_found"}
    assert not tom.of("thread_part", "thread_end") and not tom.of("desk_part")[0]["rows"]


async def test_a_decision_names_only_examples_they_may_read(limited: Service) -> None:
    """Live and in a snapshot: an example may be the words of a customer elsewhere."""
    log = limited.log
    log.open("c1")
    log.learnt_in = {"theirs": ("shop", "general"), "elsewhere": ("shop", "billing")}
    near = tuple(Near(example_id=id, label="refund", similarity=0.9) for id in ("seed", "theirs", "elsewhere"))
    ana, tom = limited.connect("agent:ana", {STREAM: -1}), limited.connect("agent:tom", {STREAM: -1})
    await settled()
    await limited.ring(log.happen("c1", a_decision(neighbours=near)))
    late = limited.connect("agent:tom", {STREAM: -1})
    await settled()
    told = [each.of("decision")[0]["decision"] for each in (ana, tom)] + [late.of("thread_part")[0]["decisions"][0]]
    texts = [[each["text"] for each in decision["neighbours"]] for decision in told]
    assert texts == [["text of seed", "text of theirs", "text of elsewhere"], *[["text of seed", "text of theirs"]] * 2]


async def test_nobody_sees_them_type_where_they_see_nothing(limited: Service) -> None:
    limited.log.open("c1")
    ana, tom = limited.connect("agent:ana", {STREAM: -1}), limited.connect("agent:tom", {STREAM: -1})
    await settled()
    tom.put({"type": "typing", "conversation": "c1"})
    await settled()
    assert len(ana.of("typing")) == 1
    await limited.ring(moved(limited.log, "billing"))
    ana.put({"type": "typing", "conversation": "c1"})
    await settled()
    assert not tom.of("typing")
