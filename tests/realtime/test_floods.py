"""Sockets that send too much, and sockets that say nothing, beside one that behaves."""

import asyncio

import pytest

from escalation.kernel.token_bucket import Rate
from escalation.protocol.close_codes import CloseCode, seconds_until_back
from escalation.realtime import allowance
from escalation.realtime.allowance import Rates
from tests.realtime.clients import FakeTransport, hello
from tests.realtime.service import Service
from tests.realtime.test_connection import a_say, an_open_customer
from tests.waiting import settled, until

FEW = Rates(customer=Rate(burst=20, per_second=5), staff=Rate(burst=20, per_second=5))


@pytest.fixture
async def service() -> Service:
    return Service(rates=FEW, unknown_sockets=3)


async def test_heartbeats_in_a_loop_are_not_read_and_others_are_served(service: Service) -> None:
    hostile, other = await an_open_customer(service, "customer:mallory"), await an_open_customer(service)
    for _ in range(1_000):
        hostile.put({"type": "heartbeat"})
    other.put(a_say())
    await settled()
    assert other.of("accepted")
    assert hostile.unread > 950, "they wait in the network, where they cost nothing"
    assert hostile.closed is None
    await service.close()


async def test_who_goes_on_is_closed_and_told_when_to_come_back(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "PATIENCE", Rate(burst=0.3, per_second=0.01))
    hostile = await an_open_customer(service, "customer:mallory")
    for _ in range(1_000):
        hostile.put({"type": "heartbeat"})
    await until(lambda: hostile.closed)
    assert hostile.closed == CloseCode.LIMIT and seconds_until_back(hostile.reason) == 60
    assert hostile.reason.startswith("too many frames")
    await service.close()


async def test_a_thousand_frames_at_once_let_others_have_their_turn() -> None:
    """What came at once and may be read is read in turn with everybody else's."""
    service = Service()
    hostile, other = await an_open_customer(service, "customer:mallory"), await an_open_customer(service)
    for _ in range(250):
        hostile.put({"type": "heartbeat"})
    other.put(a_say())
    await until(lambda: other.of("accepted"), every=0)
    assert hostile.unread > 100
    await service.close()


async def test_the_oldest_silent_socket_of_the_fullest_address_gives_way(service: Service) -> None:
    silent = [FakeTransport() for _ in range(5)]
    for transport in silent:
        service.accept(transport, "customer:x", "203.0.113.7")
    await until(lambda: silent[1].closed)
    assert [transport.closed for transport in silent] == [CloseCode.CROWDED] * 2 + [None] * 3
    assert CloseCode.CROWDED.reconnect
    real = FakeTransport()
    service.accept(real, "customer:c1", "198.51.100.1")
    real.put(hello("customer:c1"))
    await until(lambda: real.of("welcome"))
    assert real.closed is None
    await service.close()


async def test_who_is_welcome_never_gives_way(service: Service) -> None:
    customers = [await an_open_customer(service, f"customer:c{number}") for number in range(5)]
    silent = [FakeTransport() for _ in range(9)]
    for transport in silent:
        service.accept(transport, "customer:x")
    await until(lambda: silent[5].closed)
    assert not any(customer.closed for customer in customers)
    assert [transport.closed for transport in silent[6:]] == [None] * 3
    await asyncio.gather(service.close())
