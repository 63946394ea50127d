"""The whole service in a thread of the test's process: real HTTP and sockets on loopback, in a folder of its own."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI

from escalation.app import application
from escalation.catalogue.formats import parse, render
from escalation.catalogue.service import Catalogues
from escalation.catalogue.starter import starter_catalogue
from escalation.cli.service import listen
from escalation.cli.target import own_database
from escalation.conversations import commands as c
from escalation.conversations import repository
from escalation.conversations.ports import SYSTEM, Rules
from escalation.conversations.running import Runner
from escalation.database import Transaction
from escalation.desk.handoffs import DeskRules, Handoffs
from escalation.kernel.ids import new_id
from escalation.people.staff import Role, Staff
from escalation.settings import Settings, Site
from escalation.web.guarded_protocol import GuardedProtocol
from escalation.web.server import create_server
from escalation.web.services import Services
from tests.real_encoder import ROOT, real_encoders
from tests.waiting import PATIENCE
from tests.web.sockets import Socket

PASSWORD = "correct horse battery"
STAFF: tuple[tuple[str, Role], ...] = (
    ("ana", "agent"), ("tom", "agent"), ("vic", "agent"),
    ("sam", "supervisor"), ("tara", "trainer"), ("robin", "admin"),
)  # fmt: skip
PARTNER = "https://shop.example"
"""A foreign page that may open the chat of the site `shop`."""


class WebService:
    """Started by `start`; its addresses and people are what tests need."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        shutil.copytree(ROOT / "models" / "starter", folder / "models" / "starter")
        wanted: dict[str, Any] = {
            "data_dir": folder / "data",
            "models_dir": folder / "models",
            "encoders_dir": real_encoders(),
            "port": 0,
            "turn_pause": 0.05,
            "learn": False,
            "mode": "provisional",
            "blind_share": 0.0,
            "alpha": 0.05,  # what the starter model was built for
            "identities_per_minute": 10,
            "sign_ins_per_minute": 5,
            "messages_per_minute": 24,
            "customer_sockets_per_address": 5,
            "sites": {"demo": Site(name="Demo"), "shop": Site(name="Shop", origins=(PARTNER,))},
        }
        self.settings, self._listener = listen(Settings(**{**wanted, **settings}))
        self._application = application(self.settings)
        self._server = create_server(self._application, self.settings)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],), name="service")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    @property
    def application(self) -> FastAPI:
        return self._application

    @property
    def services(self) -> Services:
        """The running service's own; for what no route does."""
        found: Services = self._application.state.services
        return found

    @property
    def open_sockets(self) -> set[object]:
        """WebSockets the server still holds, whatever has become of their connections."""
        return {each for each in self._server.server_state.connections if isinstance(each, GuardedProtocol)}

    def prepare(self) -> None:
        """Fill the empty folder: the starter catalogue and one member of staff a role, two agents."""
        with own_database(self.settings) as database:
            parsed = parse(render(starter_catalogue(), "yaml"), "starter.yaml", "yaml")
            asyncio.run(Catalogues(database).import_catalogue(parsed, actor="system"))
            staff = Staff(database, new_id)
            for name, role in STAFF:
                staff.add_now(f"{name}@example.com", name.title(), role, PASSWORD)

    def start(self, seconds: float = PATIENCE) -> None:
        """Serve, and wait for the first answer."""
        self._thread.start()
        with self.http() as client:
            assert client.get("/healthz", timeout=seconds).status_code == 200

    def stop(self) -> None:
        """End as on SIGTERM."""
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def erase(self, conversation: str) -> None:
        """Erase a conversation's words, as the command does that no route has yet."""
        services = self.services
        desk = Handoffs(new_id, DeskRules())
        runner = Runner(services.database, desk, lambda: services.catalogues.current, new_id, Rules())

        def work(tx: Transaction) -> None:
            runner.apply(tx, repository.load(tx, conversation), c.Erase(actor=SYSTEM))

        services.database.write_now(work)

    def http(self, address: str | None = None, **headers: str) -> httpx.Client:
        """Return a client; with `address` it comes through a trusted proxy from there, so that limits apply."""
        forwarded = {"X-Forwarded-For": address} if address else {}
        return httpx.Client(base_url=self.url, headers={**headers, **forwarded}, trust_env=False, timeout=PATIENCE)

    @contextmanager
    def signed_in(self, name: str) -> Iterator[httpx.Client]:
        """Lend a client with a session's cookie and CSRF token."""
        with self.http() as client:
            answer = client.post("/api/v1/session", json={"email": f"{name}@example.com", "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
            yield client

    def socket(self, door: str, origin: str | None = None, **headers: str) -> Socket:
        """Return an open socket that has not said hello. Raises: InvalidStatus when it is refused."""
        return Socket(f"ws://{urlsplit(self.url).netloc}/ws/{door}", origin, headers)

    def customer(self, client: httpx.Client | None = None, site: str = "demo") -> dict[str, str]:
        """Return a new customer's `customer` and `token`."""
        with client or self.http() as asking:
            found: dict[str, str] = asking.post(f"/api/v1/sites/{site}/customers", json={}).json()
        return found

    def customer_socket(self, who: dict[str, str], **positions: int) -> Socket:
        """Return a customer's socket after welcome, following their own stream."""
        socket = self.socket("customer")
        follow = {f"customer:{who['customer']}": 0} | positions
        socket.send(type="hello", version=1, token=who["token"], positions=follow)
        socket.until("welcome")
        return socket

    def staff_socket(self, client: httpx.Client, *streams: str) -> Socket:
        """Return a staff socket after welcome that follows these streams, but for those that are refused."""
        ticket = client.post("/api/v1/tickets").json()["ticket"]
        socket = self.socket("staff")
        socket.send(type="hello", version=1, ticket=ticket, positions=dict.fromkeys(streams, -1))
        socket.until("welcome")
        socket.begin(*streams)
        return socket
