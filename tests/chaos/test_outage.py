"""The database goes away under the running service: everybody is told to try again, and it goes on by itself."""

import resource
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from escalation.protocol.close_codes import CloseCode
from tests.live_service import ADMIN, LiveService
from tests.own_postgres import OwnPostgres, own_postgres
from tests.waiting import until_now
from tests.web.sockets import Socket

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnPostgres]:
    with own_postgres() as server:
        yield server


@pytest.fixture
def service(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[LiveService]:
    """On SQLite unless the test has the PostgreSQL server."""
    server = request.getfixturevalue("postgres") if "postgres" in request.fixturenames else None
    url = server.url if server else ""
    service = LiveService(tmp_path / "data", ESCALATION_DATABASE_URL=url, ESCALATION_LEARN="false")
    service.prepare()
    service.start()
    yield service
    service.stop()


def new_token(http: httpx.Client) -> str:
    token: str = http.post("/api/v1/sites/demo/customers", json={}).json()["token"]
    return token


def customer(service: LiveService, token: str) -> Socket:
    socket = Socket(f"{service.url.replace('http', 'ws', 1)}/ws/customer", None, {})
    socket.send(type="hello", version=1, token=token)
    return socket


def test_an_outage_is_told_and_gone_through(service: LiveService, postgres: OwnPostgres) -> None:
    with httpx.Client(base_url=service.url, trust_env=False, timeout=30) as http:
        http.post("/api/v1/session", json={"email": ADMIN, "password": service.password}).raise_for_status()
        newcomer = new_token(http)
        socket = customer(service, new_token(http))
        socket.until("welcome")
        assert socket.ask(type="say", text="is anybody there")["type"] == "accepted"
        words = {"client_message_id": str(uuid4()), "text": "and now"}
        postgres.stop()
        lines, since = len(service.tail(100_000).splitlines()), time.monotonic()
        ready = http.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "not ready")
        assert "database is away" in ready.json()["reason"]
        assert http.get("/healthz").status_code == 200
        for method, path in (("GET", "/api/v1/session"), ("GET", "/api/v1/catalogue"), ("GET", "/metrics")):
            answer = http.request(method, path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "database_unreachable"), path
            assert int(answer.headers["Retry-After"]) >= 1
            assert "127.0.0.1" not in answer.text, "what the driver says is not for strangers"
        refused = socket.ask(type="say", **words)
        assert (refused["type"], refused["code"]) == ("error", "database_unreachable")
        with customer(service, newcomer) as refused_socket:
            assert refused_socket.close_code() == CloseCode.STATE_LOST, "come back, with the same token"
        until_now(lambda: time.monotonic() - since > 6)
        told = service.tail(100_000).splitlines()[lines:]
        assert any("the database is away" in line for line in told)
        assert len(told) <= time.monotonic() - since, "\n".join(told)
        postgres.start()
        until_now(lambda: http.get("/readyz").status_code == 200)
        assert socket.ask(type="say", **words)["type"] == "accepted"
        socket.close()
        assert http.get("/api/v1/session").status_code == 200
        assert http.get("/api/v1/verify").json() == {"findings": []}
    assert "the database is back" in service.tail(100_000)


def limit_files(service: LiveService, bytes_: int) -> None:
    """Let no file of the process grow beyond this: SQLite meets the limit as it meets a full disk."""
    resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (bytes_, resource.RLIM_INFINITY))


def test_a_disk_that_takes_no_more_is_told_and_gone_through(service: LiveService) -> None:
    with httpx.Client(base_url=service.url, trust_env=False, timeout=30) as http:
        http.post("/api/v1/session", json={"email": ADMIN, "password": service.password}).raise_for_status()
        with customer(service, new_token(http)) as socket:
            socket.until("welcome")
            assert socket.ask(type="say", text="is anybody there")["type"] == "accepted"
            words = {"client_message_id": str(uuid4()), "text": "and now"}
            limit_files(service, 40_000)
            refused = socket.ask(type="say", **words)
            assert (refused["type"], refused["code"]) == ("error", "database_unreachable")
            ready = http.get("/readyz")
            assert (ready.status_code, "disk" in ready.json()["reason"]) == (503, True), ready.text
            assert http.get("/api/v1/catalogue").status_code == 200, "reading goes on"
            limit_files(service, resource.RLIM_INFINITY)
            until_now(lambda: http.get("/readyz").status_code == 200)
            assert socket.ask(type="say", **words)["type"] == "accepted"
        assert http.get("/api/v1/verify").json() == {"findings": []}
