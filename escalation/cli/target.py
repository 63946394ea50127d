"""Where a command that writes goes: to the running service by REST, or straight to the database when none runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from escalation.database import Database
from escalation.database.migrate import upgrade
from escalation.events import start_log
from escalation.kernel.clock import SystemClock
from escalation.kernel.errors import EscalationError, Unavailable
from escalation.settings import Settings

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="ESCALATION_URL",
        help="Address of the running service; signs in with ESCALATION_ADMIN_EMAIL and ESCALATION_ADMIN_PASSWORD, "
        "and with ESCALATION_ADMIN_CODE for who has a second factor.",
    ),
]

Data = Annotated[Path | None, typer.Option("--data", help="Data folder; default: the setting.")]


class ServiceRefused(EscalationError):
    """The running service refused; its own code and message."""

    code = "service_refused"


class Remote:
    """A signed-in connection to the running service."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url.rstrip("/") + "/api/v1", timeout=300.0)
        email, password = os.environ.get("ESCALATION_ADMIN_EMAIL"), os.environ.get("ESCALATION_ADMIN_PASSWORD")
        if not email or not password:
            raise Unavailable("Set ESCALATION_ADMIN_EMAIL and ESCALATION_ADMIN_PASSWORD to use --url.")
        code = os.environ.get("ESCALATION_ADMIN_CODE")
        try:
            session = self.call("POST", "/session", {"email": email, "password": password, "code": code})
        except BaseException:
            self.close()
            raise
        self._http.headers["X-CSRF-Token"] = session["csrf"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Send one request and return its JSON. Raises: ServiceRefused, Unavailable."""
        try:
            response = self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise Unavailable(f"{self._http.base_url} does not answer: {error}.") from error
        if response.status_code == 204:
            return None
        if response.is_error:
            raise ServiceRefused(_reason(response))
        return response.json() if "json" in response.headers.get("content-type", "") else response.text

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()


def _reason(response: httpx.Response) -> str:
    try:
        error = response.json()["error"]
        return f"{error['code']}: {error['message']}"
    except (ValueError, KeyError, TypeError):
        return f"HTTP {response.status_code}"


@contextmanager
def remote(url: str) -> Iterator[Remote]:
    """Sign in for as long as the block runs."""
    connection = Remote(url)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def own_database(settings: Settings) -> Iterator[Database]:
    """Open the database for as long as the block runs. Raises: DataFolderInUse while the service runs."""
    database = Database.open(settings.database, clock=SystemClock())
    try:
        upgrade(database)
        database.write_now(start_log)
        yield database
    finally:
        database.close()
