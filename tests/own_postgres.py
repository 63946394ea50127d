"""A PostgreSQL server of the test's own, which it may stop: on loopback, on a free port, in a folder of its own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.live_service import free_port
from tests.waiting import until_now

SETTINGS = ("-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=")
OWNER = "postgres"
"""Who runs it where the tests run as root, which PostgreSQL refuses."""


class OwnPostgres:
    """`initdb` has been run; `start` and `stop` may follow each other."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._data = folder / "data"
        self._programs = programs
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", OWNER, "-E", "UTF8", "--no-sync")

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self.port), *SETTINGS]
        self._process = subprocess.Popen(command, user=_user(), stderr=subprocess.DEVNULL, cwd="/")
        until_now(self._answers, 60)

    def stop(self) -> None:
        """End it at once, its connections with it, as an operator's restart does."""
        if self._process is not None:
            self._process.send_signal(2)  # SIGINT: a fast shutdown
            self._process.wait(60)
            self._process = None

    def new_database(self, name: str) -> str:
        """Return the URL of a new, empty database."""
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url.removesuffix("postgres") + name

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url.replace("+psycopg", ""), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, user=_user(), check=True, capture_output=True, cwd="/", timeout=120)


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A running server; skips where PostgreSQL is not installed, or nobody is there to run it."""
    with tempfile.TemporaryDirectory(prefix="escalation-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER)
        server = OwnPostgres(folder, _programs())
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip("no PostgreSQL server to start")
    return (found[-1] if found else Path(str(on_path))).parent


def _user() -> str | None:
    return OWNER if os.geteuid() == 0 else None
