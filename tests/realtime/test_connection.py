"""The shell: opening, requests, time, and every way a connection ends."""

import asyncio
import gc
import time
from typing import Any

import pytest

from escalation.kernel.errors import Forbidden
from escalation.protocol.close_codes import CloseCode
from escalation.realtime import outbox
from tests.realtime.clients import FakeTransport, Refusal
from tests.realtime.service import Service
from tests.waiting import interleave, settled, until

IDS = [f"0190f3a0-0000-7000-8000-{number:012d}" for number in range(400)]


def a_say(number: int = 0, text: str = "hello") -> dict[str, Any]:
    return {"type": "say", "client_message_id": IDS[number], "text": text}


async def an_open_customer(service: Service, who: str = "customer:customer-1") -> FakeTransport:
    transport = service.connect(who)
    await settled()
    assert transport.of("welcome")
    return transport


async def test_requests_are_executed_in_order_and_answered_in_order(service: Service) -> None:
    customer = await an_open_customer(service)
    for number in range(20):
        customer.put(a_say(number))
    await settled()
    assert [frame.client_message_id for _, frame in service.commands.executed] == IDS[:20]  # type: ignore[attr-defined]
    assert [(frame["ref"], frame["seq"]) for frame in customer.of("accepted")] == list(
        zip(IDS, range(1, 21), strict=False)
    )


async def test_a_refusal_carries_its_code_and_the_connection_goes_on(service: Service) -> None:
    customer = await an_open_customer(service)
    service.commands.error = Refusal("Look again.")
    customer.put(a_say())
    await settled()
    assert customer.of("error") == [{"type": "error", "code": "stale_epoch", "message": "Look again.", "ref": IDS[0]}]
    service.commands.error = None
    customer.put(a_say())
    await settled()
    assert customer.of("accepted")[0]["ref"] == IDS[0]


async def test_a_failure_of_ours_is_logged_and_tells_nothing(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    customer = await an_open_customer(service)
    service.commands.error = ZeroDivisionError("secret detail")
    customer.put(a_say(text="my own words"))
    await settled()
    (error,) = customer.of("error")
    assert error["code"] == "internal" and "secret" not in error["message"]
    assert "ZeroDivisionError" in caplog.text and "my own words" not in caplog.text
    assert customer.closed is None


@pytest.mark.parametrize(
    ("failure", "code"), [(Forbidden("no"), CloseCode.BAD_TOKEN), (OSError("disk"), CloseCode.STATE_LOST)]
)
async def test_nobody_gets_in_by_a_failure(service: Service, failure: Exception, code: CloseCode) -> None:
    service.doors.failure = failure
    customer = service.connect("customer:customer-1")
    await until(lambda: customer.closed)
    assert customer.closed == code and customer.texts == []
    await asyncio.gather(*service.tasks)
    assert len(service.connections) == 0 and service.doors.left_by == []


async def test_the_wrong_door(service: Service) -> None:
    transport = FakeTransport()
    service.accept(transport, "customer:x")
    transport.put({"type": "hello", "version": 1, "token": "agent:ana"})
    await until(lambda: transport.closed)
    assert transport.closed == CloseCode.BAD_TOKEN


async def test_an_error_is_sent_before_the_close(service: Service) -> None:
    customer = await an_open_customer(service)
    for _ in range(10):
        customer.put({"type": "fly"})
    await until(lambda: customer.closed)
    assert customer.closed == CloseCode.BAD_FRAME and len(customer.of("error")) == 10


async def test_a_forbidden_stream_is_dropped(service: Service) -> None:
    service.doors.refused["conversation:c9"] = "forbidden"
    customer = await an_open_customer(service)
    for stream in ("conversation:c9", "desk", "customer:somebody"):
        customer.put({"type": "follow", "stream": stream})
    await settled()
    assert [frame["reason"] for frame in customer.of("dropped")] == ["forbidden"] * 3
    assert [stream for _, stream, _ in service.doors.noted] == ["conversation:c9", "desk", "customer:somebody"]
    assert service.hub.counts()["subscriptions"] == 0


async def test_no_hello_no_heartbeat(service: Service) -> None:
    silent, open = FakeTransport(), await an_open_customer(service)
    service.accept(silent, "customer:x")
    await settled()
    now = time.monotonic()
    service.connections.tick(now + 5.1)
    await until(lambda: silent.closed)
    assert silent.closed == CloseCode.NO_HELLO
    service.connections.tick(now + 26)
    await settled()
    assert len(open.of("heartbeat")) == 1
    open.put({"type": "heartbeat"})
    await settled()
    service.connections.tick(now + 49)
    assert open.closed is None
    service.connections.tick(now + 52)
    await settled()
    service.connections.tick(now + 100)
    await until(lambda: open.closed)
    assert open.closed == CloseCode.NO_HEARTBEAT and len(open.of("heartbeat")) == 2


async def test_a_busy_server_does_not_take_silence_for_death(service: Service) -> None:
    customer = await an_open_customer(service)
    service.commands.gate = asyncio.Event()
    now = time.monotonic()
    service.connections.tick(now + 26)
    await settled()
    customer.put(a_say())
    customer.put({"type": "heartbeat"})
    await settled()
    service.connections.tick(now + 300)
    await settled()
    assert customer.closed is None
    service.commands.gate.set()
    await settled()
    assert customer.of("accepted")


async def test_a_send_of_more_than_30_seconds_closes(service: Service) -> None:
    customer = await an_open_customer(service)
    customer.stall()
    before = time.monotonic()
    customer.put(a_say())
    await settled()
    service.connections.tick(before + 29)
    await settled()
    assert customer.closed is None
    service.connections.tick(time.monotonic() + 31)
    await until(lambda: customer.closed)
    assert customer.closed == CloseCode.TOO_SLOW


async def test_who_does_not_take_answers_is_not_read_from(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MAX_ANSWERS", 5)
    customer = await an_open_customer(service)
    customer.stall()
    for number in range(50):
        customer.put(a_say(number))
    await settled()
    assert 5 <= len(service.commands.executed) <= 7
    customer.flow()
    await settled()
    assert [frame["ref"] for frame in customer.of("accepted")] == IDS[:50]


async def test_ending_a_session_closes_its_sockets_only(service: Service) -> None:
    one, other, third = (service.connect(f"agent:{name}") for name in ("ana:s1", "ana:s2", "tom:s3"))
    await settled()
    service.hub.close_session("s1")
    await until(lambda: one.closed)
    assert (one.closed, other.closed, third.closed) == (CloseCode.SESSION_ENDED, None, None)
    service.hub.close_person("ana", CloseCode.ERASED)
    await until(lambda: other.closed)
    assert (other.closed, third.closed) == (CloseCode.ERASED, None)
    assert [admission.person.id for admission in service.connections.present()] == ["tom"]


async def test_who_is_let_in_while_their_session_ends_must_come_again(service: Service) -> None:
    service.doors.on_admit = lambda: service.hub.close_session("s1")
    ana = service.connect("agent:ana:s1", {"desk": 0})
    await until(lambda: ana.closed)
    assert (ana.closed, ana.of("welcome")) == (CloseCode.STATE_LOST, [])
    await until(lambda: service.doors.left_by)
    assert service.hub.counts() == {"connections": 0, "streams": 0, "subscriptions": 0}


async def test_draining_closes_all_and_lets_nobody_in(service: Service) -> None:
    open = [service.connect(f"agent:a{number}", {"desk": 0}) for number in range(30)]
    stuck = service.connect("agent:stuck")
    await settled()
    stuck.stall()
    await service.ring(service.log.open("c1"))
    await service.connections.drain()
    assert {transport.closed for transport in [*open, stuck]} == {CloseCode.DRAINING}
    late = service.connect("agent:late")
    await settled()
    assert late.closed == CloseCode.DRAINING
    await asyncio.gather(*service.tasks)
    assert len(service.connections) == 0 and service.hub.counts() == {
        "connections": 0,
        "streams": 0,
        "subscriptions": 0,
    }
    assert len(service.doors.left_by) == 31


@pytest.mark.parametrize("stalled", [False, True])
async def test_a_client_that_vanishes_leaves_nothing(
    service: Service, stalled: bool, caplog: pytest.LogCaptureFixture
) -> None:
    service.log.open("c1")
    agent = service.connect("agent:ana", {"desk": 0, "conversation:c1": 0})
    await settled()
    if stalled:
        agent.stall()
        agent.put({"type": "follow", "stream": "catalogue"})
        await settled()
    agent.disconnect()
    await asyncio.gather(*service.tasks)
    assert service.hub.counts() == {"connections": 0, "streams": 0, "subscriptions": 0}
    assert [admission.connection for admission in service.doors.left_by] == ["connection-0001"]
    assert agent.closed is None
    gc.collect()
    assert caplog.text == "", "a client that goes is no error"


@pytest.mark.parametrize("moves", range(6))
async def test_cancelling_the_server_at_any_moment_leaves_nothing(service: Service, moves: int) -> None:
    service.log.open("c1")
    people = [service.connect(f"agent:a{number}", {"desk": 0}) for number in range(10)]
    await settled()
    people[0].disconnect()
    await interleave(moves)
    before = {task for task in asyncio.all_tasks() if task not in service.tasks and task is not asyncio.current_task()}
    assert before
    await service.close()
    await settled()
    assert not {task for task in before if not task.done()}
    assert len(service.doors.left_by) == 10 and len(service.connections) == 0


async def test_five_hundred_connections_on_one_desk(service: Service) -> None:
    """Fan-out is a queue append for each connection and one encoding in all: this must stay far from a second."""
    agents = [service.connect(f"agent:a{number}") for number in range(500)]
    for agent in agents:
        agent.put({"type": "follow", "stream": "desk"})
    await until(lambda: all(agent.of("following") for agent in agents))
    started = time.process_time()
    for number in range(20):
        await service.ring(service.log.open(f"c{number}"))
    took = time.process_time() - started
    assert all(len(agent.of("desk")) == 20 for agent in agents)
    assert took < 3, f"10,000 frames took {took:.2f} s of processor time"
