"""The real service as a process of its own, on loopback, a free port and a folder of its own; it can be killed."""

import asyncio
import copy
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import httpx

from escalation.catalogue.formats import parse, render
from escalation.catalogue.service import Catalogues
from escalation.catalogue.starter import starter_catalogue
from escalation.cli.target import own_database
from escalation.kernel.ids import new_id
from escalation.people.staff import Staff
from escalation.settings import Settings
from tests.real_encoder import ROOT, real_encoders
from tests.waiting import until_now

ADMIN = "admin@example.com"
NEVER_GIVEN_OUT = range(20_000, 30_000)
"""Ports below those that systems choose themselves: Linux begins at 32768, others at 49152."""


class LiveService:
    """`python -m escalation serve` with `data` as its folder. `start` may be called again after `kill`.

    Limits on a person are lifted: one process plays hundreds of customers.
    """

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.models = data.parent / "models"
        self.password = secrets.token_urlsafe(16)
        self.port = free_port()
        self.log = data.parent / f"{data.name}.log"
        self._output: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        shutil.copytree(ROOT / "models" / "starter", self.models / "starter")
        self._environment = {
            **os.environ,
            "ESCALATION_DATA_DIR": str(data),
            "ESCALATION_MODELS_DIR": str(self.models),
            "ESCALATION_ENCODERS_DIR": str(real_encoders()),
            "ESCALATION_MESSAGES_PER_MINUTE": "100000000",
            "ESCALATION_TOKENS_PER_SECOND": "1000000",
            "ESCALATION_SOCKETS_BEFORE_HELLO": "5000",
            "ESCALATION_LOG_LEVEL": "WARNING",
            "ESCALATION_MODE": "provisional",
            "ESCALATION_BLIND_SHARE": "0",  # which conversations are blind items is random
            "ESCALATION_ALPHA": "0.05",  # what the starter model was built for
            **settings,
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def twin(self) -> "LiveService":
        """Return another process on the same folders and database, on a port of its own."""
        other = copy.copy(self)
        other.port, other.log = free_port(), self.data.parent / f"{self.data.name}-twin.log"
        return other

    def command(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run another command of the product on the same folder, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "escalation", *arguments],
            env={**self._environment, **environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def prepare(self) -> None:
        """Fill the empty folder: the starter catalogue and an admin. As the commands do, without starting processes."""
        url = self._environment.get("ESCALATION_DATABASE_URL", "")
        with own_database(Settings(data_dir=self.data, database_url=url)) as database:
            catalogue = parse(render(starter_catalogue(), "yaml"), "starter.yaml", "yaml")
            asyncio.run(Catalogues(database).import_catalogue(catalogue, actor="system"))
            Staff(database, new_id).add_now(ADMIN, "Admin", "admin", self.password)

    def start(self, seconds: float = 90.0) -> float:
        """Start and wait until it is ready; returns how long that took, in seconds."""
        began = time.monotonic()
        self._output = self.log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "escalation", "serve", "--data", str(self.data), "--port", str(self.port)],
            env=self._environment,
            cwd=ROOT,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        try:
            until_now(self._is_ready, seconds)
        except (TimeoutError, EOFError):
            self.kill()
            raise AssertionError(f"the service did not become ready in {seconds:g} s: {self.tail()}") from None
        return time.monotonic() - began

    def _is_ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise EOFError("it ended")
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        if self._process is not None and self._process.poll() is None:
            self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=10)
        if self._output is not None:
            self._output.close()

    async def restart_after_kill(self) -> float:
        """Kill and start again without holding up the loop; returns how long starting took, in seconds."""
        await asyncio.to_thread(self.kill)
        return await asyncio.to_thread(self.start)

    def tail(self, lines: int = 30) -> str:
        """Return the end of the service's output."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def options(self) -> dict[str, Any]:
        """Return where and as whom a replay signs in."""
        return {"url": self.url, "admin_email": ADMIN, "admin_password": self.password}


def free_port() -> int:
    """Return a loopback port nobody listens on now.

    None of those that the system gives to connections: one could take it before the service does, or while that is
    away, and a client that tries again and again could be connected to itself.
    """
    for port in random.sample(NEVER_GIVEN_OUT, len(NEVER_GIVEN_OUT)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("every port is taken")
