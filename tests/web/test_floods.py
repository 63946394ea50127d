"""Hostile sockets on the wire: what they send costs the service little, and they are closed."""

import asyncio
import contextlib
import struct
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import pytest

from escalation.kernel.token_bucket import Rate
from escalation.realtime import allowance
from escalation.web import guarded_protocol
from escalation.web.guarded_protocol import GuardedProtocol
from escalation.web.limits import OpenSockets
from tests.hostile import PING, HostileSocket, bad_frames, deaf, follows, frame, heartbeats
from tests.waiting import PATIENCE, until
from tests.web.service import WebService

LIMIT = struct.pack("!H", 4503)
_addresses = (f"192.0.2.{n}" for n in count(1))


async def opened(service: WebService) -> tuple[HostileSocket, str]:
    """A hostile socket after its welcome, and its customer."""
    customer = service.customer()
    socket = HostileSocket(service.url)
    assert await socket.open()
    await socket.hello(customer["token"])
    return socket, customer["customer"]


@pytest.mark.parametrize("attack", [heartbeats, follows, deaf])
async def test_a_socket_that_goes_on_is_closed(
    service: WebService, monkeypatch: pytest.MonkeyPatch, attack: Callable[[HostileSocket, str], Awaitable[None]]
) -> None:
    monkeypatch.setattr(allowance, "PATIENCE", Rate(burst=0.2, per_second=0.01))
    monkeypatch.setattr(guarded_protocol, "LINGER_SECONDS", 0.2)
    socket, customer = await opened(service)
    with contextlib.suppress(OSError):
        await attack(socket, customer)
    await until(lambda: len(service.services.connections) == 0)
    await until(lambda: not service.open_sockets)
    socket.drop()


async def test_the_close_says_why_and_when_to_come_back(service: WebService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "PATIENCE", Rate(burst=0.2, per_second=0.01))
    socket, _ = await opened(service)
    await socket.send(frame('{"type": "heartbeat"}') * 400)
    async with asyncio.timeout(PATIENCE):
        assert await socket.read_until(LIMIT + b"too many frames; come back in 60 s")
    socket.drop()


async def test_pings_without_end_are_answered_at_leisure(service: WebService) -> None:
    socket, _ = await opened(service)
    await socket.send(frame("", PING) * 20_000)
    pongs = await socket.read_for(1.0)
    assert pongs.count(b"\x8a\x00") < 2_000
    socket.drop()


async def test_bad_frames_close_as_before(service: WebService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_protocol, "LINGER_SECONDS", 0.2)
    others = len(service.services.connections)  # one that is read from no further is missed after a heartbeat only
    socket, customer = await opened(service)
    with contextlib.suppress(OSError):
        await bad_frames(socket, customer)
    await until(lambda: len(service.services.connections) <= others)
    socket.drop()


async def test_the_socket_goes_though_its_peer_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With something left to send, asyncio's `close` would wait for the peer for ever."""
    monkeypatch.setattr(guarded_protocol, "LINGER_SECONDS", 0.01)
    aborted = asyncio.Event()

    class Ended(GuardedProtocol):
        def __init__(self) -> None:
            self.loop, self.tasks, self.disconnected = asyncio.get_running_loop(), set[Any](), False
            self.transport = type("Transport", (), {"abort": aborted.set})  # type: ignore[assignment]

    async def application() -> None:
        pass

    Ended().on_task_complete(asyncio.ensure_future(application()))
    async with asyncio.timeout(PATIENCE):
        await aborted.wait()


def test_an_address_full_of_silent_sockets_still_lets_people_in(service: WebService) -> None:
    address, who = next(_addresses), service.customer()
    silent = [
        service.socket("customer", X_Forwarded_For=address)
        for _ in range(service.settings.customer_sockets_per_address)
    ]
    with service.socket("customer", X_Forwarded_For=address) as real:
        real.send(type="hello", version=1, token=who["token"])
        real.until("welcome")
    assert silent[0].close_code() == 4004
    for socket in silent:
        socket.close()


def test_new_sockets_of_an_address_take_turns() -> None:
    now = 100.0
    sockets = OpenSockets(50, lambda: now)
    assert [sockets.turn("203.0.113.7") for _ in range(100)] == [0.0] * 100, "all may come back at once, twice"
    waits = [sockets.turn("203.0.113.7") for _ in range(13)]
    assert waits[:3] == [0.5, 1.0, 1.5] and waits[10:] == [5.5, None, None], "then two a second, or not now"
    assert sockets.turn("203.0.113.8") == 0.0
    assert [sockets.turn("127.0.0.1") for _ in range(1000)] == [0.0] * 1000
    now += 60.0
    assert sockets.turn("203.0.113.7") == 0.0
