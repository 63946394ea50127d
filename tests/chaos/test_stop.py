"""SIGTERM ends every socket with the documented code, and both kinds of client come back by themselves."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from escalation.client import Backoff, CustomerClient, Rest, StaffClient
from escalation.protocol.close_codes import CloseCode
from tests.live_service import ADMIN, LiveService
from tests.waiting import PATIENCE, until
from tests.web.sockets import Socket

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[LiveService]:
    service = LiveService(tmp_path / "data", ESCALATION_LEARN="false")
    service.prepare()
    service.start()
    yield service
    service.stop()


def sockets(service: LiveService) -> dict[str, Socket]:
    """A customer's and an agent's socket after welcome, and one of each door that has not said hello."""
    root = service.url.replace("http", "ws", 1)
    with httpx.Client(base_url=f"{service.url}/api/v1", trust_env=False, timeout=PATIENCE) as http:
        token = http.post("/sites/demo/customers", json={}).json()["token"]
        session = http.post("/session", json={"email": ADMIN, "password": service.password}).json()
        ticket = http.post("/tickets", headers={"X-CSRF-Token": session["csrf"]}).json()["ticket"]
    opened = {}
    for door, who in {"customer": {"token": token}, "staff": {"ticket": ticket}}.items():
        socket = opened[f"{door}, welcome"] = Socket(f"{root}/ws/{door}", None, {})
        socket.send(type="hello", version=1, **who)
        socket.until("welcome")
    for door in ("customer", "staff"):  # last: without a hello one is closed after five seconds
        opened[f"{door}, silent"] = Socket(f"{root}/ws/{door}", None, {})
    return opened


def test_complaint_sigterm_closes_with_the_code_for_draining_and_not_with_1012(service: LiveService) -> None:
    opened = sockets(service)
    service.stop()
    assert {name: socket.close_code() for name, socket in opened.items()} == dict.fromkeys(opened, CloseCode.DRAINING)
    for socket in opened.values():
        socket.close()
    assert "Traceback" not in service.tail()


async def test_customers_and_staff_come_back_after_a_restart(service: LiveService) -> None:
    quick = Backoff(first=0.05, longest=0.5, draws=random.Random(1))
    rest = Rest(service.url)
    customer = await CustomerClient.create(rest, "demo", backoff=quick)
    await customer.open(30)
    agent = StaffClient(Rest(service.url), ADMIN, service.password, backoff=quick)
    await agent.open(seconds=30)
    await asyncio.to_thread(service.stop)
    await asyncio.to_thread(service.start)
    async with asyncio.timeout(60):
        said = await customer.say("is anybody there after the restart")
        assert said.conversation
        await until(lambda: agent.connection.reconnects and agent.connection.connected)
    await customer.close()
    await rest.close()
    await agent.close()
