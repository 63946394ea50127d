"""The drill: a backup is made while customers write, and restored elsewhere. What was accepted before is all there."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed

from escalation.conversations.tables import MessageRow
from escalation.database import Database, table_of
from escalation.kernel.clock import SystemClock
from tests.core.test_attachment_inspection import an_image
from tests.live_service import LiveService
from tests.own_postgres import OwnPostgres, own_postgres
from tests.waiting import until_now
from tests.web.sockets import Socket

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.timeout(400)]

WRITERS = 3
BETWEEN_MESSAGES = 0.02
"""Seconds; without them the writers alone keep both processors busy for as long as the backup starts."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnPostgres]:
    with own_postgres() as server:
        yield server


class Writers:
    """Customers who go on writing; `accepted` are the words the service said it had, and when."""

    def __init__(self, service: LiveService) -> None:
        self.accepted: dict[str, float] = {}
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(service, n)) for n in range(WRITERS)]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self, service: LiveService, number: int) -> None:
        token = httpx.post(f"{service.url}/api/v1/sites/demo/customers", json={}, trust_env=False, timeout=30).json()
        with Socket(f"{service.url.replace('http', 'ws', 1)}/ws/customer", None, {}) as socket:
            socket.send(type="hello", version=1, token=token["token"])
            socket.until("welcome")
            count = 0
            with suppress(ConnectionClosed):
                while not self._stop.is_set():
                    text = f"words {number} {count}"
                    if socket.ask(type="say", text=text)["type"] == "accepted":
                        self.accepted[text] = time.monotonic()
                    count += 1
                    self._stop.wait(BETWEEN_MESSAGES)


def words_in(url: str) -> set[str]:
    database = Database.open(url, clock=SystemClock())
    try:
        query = select(table_of(MessageRow).c.body)
        return {body.get("text", "") for body in database.read_now(lambda tx: list(tx.execute(query).scalars()))}
    finally:
        database.close()


def send_file(service: LiveService) -> None:
    """A customer uploads a picture."""
    base = f"{service.url}/api/v1/sites/demo"
    with httpx.Client(trust_env=False, timeout=30) as page:
        headers = {"Authorization": f"Bearer {page.post(f'{base}/customers', json={}).json()['token']}"}
        taken = page.post(f"{base}/attachments", params={"name": "a.png"}, content=an_image("PNG"), headers=headers)
    assert taken.is_success, taken.text


def files_in(data: Path) -> dict[str, bytes]:
    """Customers' files and their thumbnails, by where they lie."""
    folder = data / "attachments"
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def command(service: LiveService, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return service.command(*arguments, **{f"ESCALATION_{name}": value for name, value in environment.items()})


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_under_load_misses_nothing_accepted_before_it(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    source, target, other = "", "", tmp_path / "other"
    if kind == "postgresql":
        server: OwnPostgres = request.getfixturevalue("postgres")
        source, target = server.url, server.new_database("restored")
    service = LiveService(tmp_path / "data", ESCALATION_DATABASE_URL=source)
    service.prepare()
    service.start()
    archive = str(tmp_path / "saved.tgz")
    try:
        send_file(service)
        with Writers(service) as writers:
            until_now(lambda: len(writers.accepted) >= 60)
            began, before = time.monotonic(), dict(writers.accepted)
            made = command(service, "backup", archive, "--data", str(service.data), "--json")
            assert made.returncode == 0, made.stderr
            until_now(lambda: len(writers.accepted) > len(before))
        assert any(at > began for at in writers.accepted.values()), "nobody wrote meanwhile: it shows nothing"
    finally:
        service.stop()
    told = json.loads(made.stdout)
    assert told["database"] == kind and told["rows"] > len(before)
    settings = {"DATABASE_URL": target, "MODELS_DIR": str(tmp_path / "other-models")}
    done = command(service, "restore", archive, "--data", str(other), "--json", **settings)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["findings"] == []
    restored = words_in(target or f"sqlite:///{other}/escalation.sqlite")
    assert set(before) <= restored
    assert files_in(other) == files_in(service.data) != {}
    assert command(service, "verify", "--data", str(other), **settings).returncode == 0
    assert (other / "secret.key").read_bytes() == (service.data / "secret.key").read_bytes()
    if kind == "postgresql":
        full = {**settings, "DATABASE_URL": source}
        again = command(service, "restore", archive, "--data", str(tmp_path / "third"), **full)
        assert again.returncode == 1 and "database_not_empty" in again.stderr


def test_a_backup_of_postgres_is_not_of_a_file_that_lies_about(tmp_path: Path, postgres: OwnPostgres) -> None:
    """A folder that was used with SQLite before still has its file; it is not what the service uses now."""
    service = LiveService(tmp_path / "data", ESCALATION_DATABASE_URL="")
    service.prepare()
    url = postgres.new_database("elsewhere")
    archive = str(tmp_path / "saved.tgz")
    empty = command(service, "backup", archive, "--data", str(service.data), DATABASE_URL=url)
    assert empty.returncode == 1 and "copy_damaged" in empty.stderr
    away = command(service, "backup", archive, "--data", str(service.data), DATABASE_URL="postgresql://x@127.0.0.1:1/x")
    assert away.returncode == 1 and "database_unreachable" in away.stderr
    assert not Path(archive).exists()
