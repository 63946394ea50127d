"""Two real processes on one PostgreSQL: a customer on one, an agent on the other, and one secret for both."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from escalation.protocol.close_codes import CloseCode
from tests.live_service import ADMIN, LiveService, free_port
from tests.own_postgres import OwnPostgres, own_postgres
from tests.waiting import within_a_second
from tests.web.sockets import Socket

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnPostgres]:
    with own_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres: OwnPostgres) -> Iterator[tuple[LiveService, LiveService]]:
    """Both have the same data and model folders, as on one machine or a shared volume."""
    folder = tmp_path_factory.mktemp("both")
    first = LiveService(folder / "data", ESCALATION_DATABASE_URL=postgres.url, ESCALATION_LEARN="false")
    first.prepare()
    second = first.twin()
    first.start()
    second.start()
    yield first, second
    second.stop()
    first.stop()


def opened(service: LiveService, door: str, **hello: object) -> Socket:
    socket = Socket(f"{service.url.replace('http', 'ws', 1)}/ws/{door}", None, {})
    socket.send(type="hello", version=1, **hello)
    socket.until("welcome")
    return socket


@contextmanager
def signed_in(service: LiveService) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, trust_env=False, timeout=30) as client:
        session = client.post("/api/v1/session", json={"email": ADMIN, "password": service.password}).json()
        client.headers["X-CSRF-Token"] = session["csrf"]
        yield client


def test_a_customer_on_one_and_an_agent_on_the_other(both: tuple[LiveService, LiveService]) -> None:
    first, second = both
    with httpx.Client(base_url=first.url, trust_env=False, timeout=30) as http:
        who = http.post("/api/v1/sites/demo/customers", json={}).json()
    with signed_in(second) as client:
        ticket = client.post("/api/v1/tickets").json()["ticket"]
        with opened(second, "staff", ticket=ticket) as agent, opened(first, "customer", token=who["token"]) as customer:
            id = customer.ask(type="ask_for_human")["conversation"]
            stream = f"conversation:{id}"
            customer.send(type="follow", stream=stream)
            customer.until("thread_end", stream=stream)
            agent.send(type="follow", stream=stream)
            epoch = agent.until("thread_end", stream=stream)["control"]["epoch"]
            assert agent.ask(type="claim", conversation=id, epoch=epoch)["type"] == "accepted"
            epoch = agent.next_epoch(stream, epoch)
            assert agent.ask(type="reply", conversation=id, epoch=epoch, text="Here I am.")["type"] == "accepted"
            assert customer.message("Here I am.")["author"] == "agent"
    with signed_in(second) as client:
        assert client.get("/api/v1/verify").json() == {"findings": []}


def test_signing_out_at_one_closes_the_sockets_at_the_other_within_a_second(
    both: tuple[LiveService, LiveService],
) -> None:
    assert within_a_second(lambda: until_signed_out_is_closed(*both))


def until_signed_out_is_closed(first: LiveService, second: LiveService) -> float:
    with signed_in(second) as client:
        ticket = client.post("/api/v1/tickets").json()["ticket"]
        with opened(second, "staff", ticket=ticket) as agent:
            client.base_url = httpx.URL(first.url)
            assert client.delete("/api/v1/session").status_code == 204
            signed_out = time.monotonic()
            assert agent.close_code() == CloseCode.SESSION_ENDED
            return time.monotonic() - signed_out


def test_an_identity_of_one_is_known_to_the_other(both: tuple[LiveService, LiveService]) -> None:
    first, second = both
    with httpx.Client(base_url=first.url, trust_env=False, timeout=30) as http:
        token = http.post("/api/v1/sites/demo/customers", json={}).json()["token"]
    with opened(second, "customer", token=token) as socket:
        assert socket.ask(type="say", text="hello")["type"] == "accepted"


def test_a_process_with_another_secret_is_refused_in_one_line(
    both: tuple[LiveService, LiveService], tmp_path: Path
) -> None:
    first, _ = both
    shutil.copytree(first.data, tmp_path / "stranger", ignore=shutil.ignore_patterns("secret.key", "*.lock"))
    refused = first.command("serve", "--data", str(tmp_path / "stranger"), "--port", str(free_port()))
    assert refused.returncode == 1
    assert "secret_differs" in refused.stderr and "secret.key" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1, refused.stderr
