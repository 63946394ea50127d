"""The real `escalation demo` as a process on loopback, a free port and a folder of its own."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.live_service import free_port
from tests.real_encoder import ROOT, real_encoders
from tests.waiting import PATIENCE, until_now

STARTER = Path(os.environ.get("ESCALATION_TEST_STARTER", ROOT / "models" / "starter"))
"""The model under test. It must answer some messages by itself; the tests ask one it was trained on."""


class Demo:
    """Started by its construction; `staff` maps e-mail addresses to passwords."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(STARTER, folder / "models" / "starter")
        self._folder = folder
        self.database = folder / "data" / "escalation.sqlite"
        self._log = folder / "demo.log"
        self._start(str(free_port()))
        self._give_room()

    def restart(self) -> None:
        """Stop it and start it again on the same port with the same folder."""
        self.stop()
        self._start(self.url.rpartition(":")[2])

    def _start(self, port: str) -> None:
        data = str(self._folder / "data")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "escalation", "demo", "--data", data, "--port", port, "--json"],
                env={
                    **os.environ,
                    "ESCALATION_MODELS_DIR": str(self._folder / "models"),
                    "ESCALATION_ENCODERS_DIR": str(real_encoders()),
                    "ESCALATION_TURN_PAUSE": "0.1",
                    "ESCALATION_BLIND_SHARE": "0",  # which conversations are blind items is random
                    "ESCALATION_OVERLOAD": "1000",  # earlier tests leave some waiting
                    "ESCALATION_LOG_LEVEL": "WARNING",
                },
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        shown = self._announced()
        self.staff: dict[str, str] = shown["staff"]
        self.url: str = shown["shop"].removesuffix("/shop/")
        self._wait(120)

    def _give_room(self) -> None:
        """Let staff hold more than one test gives them: some leave what they claimed."""
        who = {"email": "admin@example.com", "password": self.staff["admin@example.com"]}
        with httpx.Client(base_url=f"{self.url}/api/v1", trust_env=False, timeout=PATIENCE) as client:
            client.headers["X-CSRF-Token"] = client.post("/session", json=who).json()["csrf"]
            for each in client.get("/staff").json()["staff"]:
                assert client.patch(f"/staff/{each['id']}", json={"capacity": 40}).status_code == 200

    def _announced(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the demo ended: {self._log.read_text()}"
        found: dict[str, Any] = json.loads(line)
        return found

    def _wait(self, seconds: float) -> None:
        def ready() -> bool:
            assert self._process.poll() is None, f"the demo ended: {self._log.read_text()}"
            return httpx.get(f"{self.url}/readyz", timeout=seconds, trust_env=False).status_code == 200

        try:
            until_now(ready, seconds)
        except TimeoutError:
            raise AssertionError(f"the demo is not ready: {self._log.read_text()}") from None

    def wait_until_nobody_is_online(self) -> None:
        """Wait until the service has noticed that the consoles of a test are gone."""
        living = "SELECT count(*) FROM leases WHERE expires_at > strftime('%Y-%m-%d %H:%M:%f', 'now')"
        with closing(sqlite3.connect(self.database, timeout=10)) as database:
            until_now(lambda: database.execute(living).fetchone() == (0,))

    def let_fall_due(self, kind: str) -> None:
        """Let what waits for a time of this kind happen now: `expire` ends waiting, `settle` the time for undoing."""
        with closing(sqlite3.connect(self.database, timeout=10)) as database, database:
            database.execute("UPDATE timers SET due_at = '2020-01-01 00:00:00.000000' WHERE kind = ?", [kind])

    def let_nobody_wait(self) -> None:
        """End the waits that earlier tests left: a queue with push would offer those first."""
        waiting = "SELECT count(*) FROM conversations WHERE status = 'waiting'"

        def is_empty() -> bool:
            self.let_fall_due("expire")
            with closing(sqlite3.connect(self.database, timeout=10)) as database:
                return database.execute(waiting).fetchone() == (0,)

        until_now(is_empty)

    def let_have_worked(self, name: str, *, hours: int) -> bool:
        """Let an agent have been online for so long without a rest; returns whether they are online."""
        since = (datetime.now(UTC) - timedelta(hours=hours, minutes=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
        agents = "id IN (SELECT id FROM staff WHERE name = ?) AND working_since IS NOT NULL"
        with closing(sqlite3.connect(self.database, timeout=10)) as database, database:
            return database.execute(f"UPDATE agents SET working_since = ? WHERE {agents}", [since, name]).rowcount == 1

    def let_have_trained(self, model: str) -> None:
        """Let a training run have made this model a moment ago."""
        with closing(sqlite3.connect(self.database, timeout=10)) as database, database:
            database.execute(
                "INSERT INTO runs (id, mode, state, progress, stage, detail, created_at, finished_at, attempts,"
                " cancel_requested, by, reasons, model) VALUES ('run-of-' || :model, 'head', 'succeeded', 1, '', '',"
                " :now, :now, 1, 0, 'system', '[]', :model)",
                {"model": model, "now": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")},
            )

    def let_grow_old(self, conversation: str) -> None:
        """Let a conversation have been quiet for a day: a closed one is in no list then."""
        with closing(sqlite3.connect(self.database, timeout=10)) as database, database:
            database.execute(
                "UPDATE conversations SET last_activity_at = datetime('now', '-1 day') || '.000000' WHERE id = ?",
                [conversation],
            )

    def cookie(self, email: str) -> str:
        """Sign in; return the session's cookie."""
        who = {"email": email, "password": self.staff[email]}
        with httpx.Client(base_url=self.url, trust_env=False, timeout=PATIENCE) as client:
            assert client.post("/api/v1/session", json=who).status_code == 200
            return client.cookies["escalation_session"]

    def stop(self) -> None:
        """End as on Ctrl-C of a service manager."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
