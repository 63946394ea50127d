"""What one connection is charged, who shares its tokens, and whose fault a wait is."""

import json

import pytest

from escalation.kernel.token_bucket import Rate
from escalation.protocol.close_codes import CloseCode, come_back, seconds_until_back
from escalation.protocol.frames.connection import Hello
from escalation.realtime.allowance import Allowance, Allowances, Rates
from escalation.realtime.effects import Authenticate, Beat, Effect, Execute, StartFollow

SMALL = Rates(customer=Rate(burst=10, per_second=2), staff=Rate(burst=100, per_second=20))
HEARTBEAT = '{"type": "heartbeat"}'


def flood(allowance: Allowance, until: float, now: float = 0.0) -> float:
    """Send heartbeats as fast as they are read; returns how many were read a second."""
    read, began = 0, now
    while now < until and not allowance.exceeded:
        now += allowance.frame(HEARTBEAT, now)
        read += 1
    return read / (until - began)


def test_heartbeats_in_a_loop_are_read_at_the_rate_and_then_no_more() -> None:
    allowance = Allowance(Allowances(SMALL), "customer", None, 0.0)
    assert flood(allowance, until=5.0) < 2 + 10 / 5 + 0.3
    assert not allowance.exceeded
    flood(allowance, until=60.0, now=5.0)
    assert allowance.exceeded


def test_a_burst_that_ends_is_forgiven() -> None:
    allowance, now = Allowance(Allowances(SMALL), "customer", None, 0.0), 0.0
    for _ in range(200):
        for _ in range(12):
            now += allowance.frame(HEARTBEAT, now)
        now += 20.0
    assert not allowance.exceeded


def test_bytes_and_work_cost_too() -> None:
    allowance = Allowance(Allowances(SMALL), "customer", None, 0.0)
    assert allowance.frame("x" * 9 * 1024, 0.0) == 0.0
    assert allowance.frame("x" * 1024, 0.0) == 1.0
    effects: list[Effect] = [Authenticate(Hello(version=1)), StartFollow("desk", None, ask=False), Beat()]
    for effect in effects:
        allowance.effect(effect, 1.0)
    assert allowance.frame("", 1.0) == pytest.approx((10 + 5 + 1) / 2)


def test_a_person_shares_tokens_over_all_sockets() -> None:
    everybody = Allowances(SMALL)
    sockets = [Allowance(everybody, "customer", None, 0.0) for _ in range(5)]
    for socket in sockets:
        socket.person = "mallory"
    waits = [socket.frame("x" * 1024 * 7, 0.0) for socket in sockets]
    assert waits[:2] == [0.0, 0.0] and all(wait > 0 for wait in waits[2:])
    other = Allowance(everybody, "customer", None, 0.0)
    other.person = "alice"
    assert other.frame(HEARTBEAT, 0.0) == 0.0


def test_an_address_shares_tokens_but_nobody_is_closed_for_a_neighbour() -> None:
    everybody = Allowances(SMALL)
    crowd = [Allowance(everybody, "customer", "203.0.113.7", 0.0) for _ in range(100)]
    for socket in crowd:
        socket.frame("x" * 1024 * 8, 0.0)
    neighbour = Allowance(everybody, "customer", "203.0.113.7", 0.0)
    assert neighbour.frame(HEARTBEAT, 0.0) > 10.0, "the address as a whole has to wait"
    assert not neighbour.exceeded, "which is not this socket's fault"
    assert Allowance(everybody, "customer", "203.0.113.8", 0.0).frame(HEARTBEAT, 0.0) == 0.0
    assert Allowance(everybody, "customer", None, 0.0).frame(HEARTBEAT, 0.0) == 0.0


def test_who_has_been_away_costs_no_memory() -> None:
    everybody = Allowances(SMALL)
    for number in range(100):
        Allowance(everybody, "customer", f"198.51.100.{number}", 0.0).frame(HEARTBEAT, 0.0)
    everybody.tick(3600.0)
    assert len(everybody.addresses) == 0


POSITIONS = {f"conversation:{number}": number for number in range(11)}
HELLO = json.dumps({"type": "hello", "version": 1, "token": "t" * 200, "positions": POSITIONS})
FOLLOW = StartFollow("conversation:c1", None, ask=True)


def test_people_and_our_own_tools_never_meet_the_limits() -> None:
    """An hour each: a customer who types without a pause, an agent's console that comes back, a replay's agent."""
    rates = Rates()
    customer = Allowance(Allowances(rates), "customer", "203.0.113.7", 0.0)
    customer.person = "alice"
    request = Execute(Hello(version=1), "r")
    for second in range(3600):
        waits = [customer.frame(HEARTBEAT, float(second)), customer.frame("x" * 200, second + 0.5)]
        customer.effect(request, second + 0.5)
        assert waits == [0.0, 0.0]
    agents = Allowances(rates)
    for number in range(120):
        console = Allowance(agents, "staff", "203.0.113.7", 30.0 * number)
        console.person = "ana"
        assert console.frame(HELLO, 30.0 * number) == 0.0
        for effect in (Authenticate(Hello(version=1)), *[FOLLOW] * 11, *[request] * 8):
            console.effect(effect, 30.0 * number)
        assert console.frame(HEARTBEAT, 30.0 * number) == 0.0
    replayed = Allowance(Allowances(rates), "staff", None, 0.0)
    replayed.person = "agent-1"
    for step in range(3600 * 15):
        assert replayed.frame("x" * 300, step / 15) == 0.0
        replayed.effect(request, step / 15)


@pytest.mark.parametrize(
    ("reason", "seconds"),
    [(come_back("too many frames"), 60), (come_back("x", 5), 5), ("", 60), ("come back in never", 60), ("in 9 s", 60)],
)
def test_the_reason_says_when_to_come_back(reason: str, seconds: float) -> None:
    assert seconds_until_back(reason) == seconds
    assert len(reason.encode()) <= 100 and CloseCode.LIMIT.reconnect
