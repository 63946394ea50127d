"""`serve` and `demo`: run the product."""

import asyncio
import gc
import os
import secrets
import socket
import sys
from typing import Annotated, Any

import typer

from escalation.catalogue.formats import parse, render
from escalation.catalogue.service import Catalogues
from escalation.catalogue.starter import starter_catalogue
from escalation.cli.encoder import check_encoder_to_serve
from escalation.cli.lazy import importing
from escalation.cli.output import as_json, clear_errors, console, say, say_json
from escalation.cli.target import Data, own_database
from escalation.events import bind_secret
from escalation.kernel.errors import Unavailable
from escalation.kernel.ids import new_id
from escalation.logs import configure_logs
from escalation.people.staff import Staff
from escalation.protocol.states import Role
from escalation.secrets_file import fingerprint, master_key
from escalation.settings import Settings, load_settings

DEMO_STAFF: tuple[tuple[str, str, Role], ...] = (
    ("ana@example.com", "Ana", "agent"),
    ("tom@example.com", "Tom", "agent"),
    ("sam@example.com", "Sam", "supervisor"),
    ("admin@example.com", "Robin", "admin"),
)

DEMO_ALPHA = 0.05
"""What small shops are offered; the starter model's threshold belongs to it."""
DEMO_LANES = {"probation_share": 1.0, "probation_budget": 20, "swap_apart": 60.0, "swap_examples": 3}
"""What one resolution teaches is answered within seconds, on probation: each such answer waits on the audit bench.
Once a minute the live head may become the anchor, which answers without that."""

Port = Annotated[int | None, typer.Option(help="Default: the setting.")]


BACKLOG = 2048
"""Connections that may wait to be accepted, as many as uvicorn lets."""


class PortInUse(Unavailable):
    """Another program listens there."""

    code = "port_in_use"


class StartFailed(Unavailable):
    """The service ended before it answered anybody."""

    code = "start_failed"


@clear_errors
def serve(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Default: the setting.")] = None,
    port: Port = None,
    json_: bool = as_json,
) -> None:
    """Run the service until it is told to stop."""
    wanted = load_settings(data_dir=data, host=host, port=port)
    check_encoder_to_serve(wanted)
    settings, listener = listen(wanted)
    run(settings, listener, {"url": address(settings)} if json_ else None)


def address(settings: Settings) -> str:
    """Return the service's address."""
    return f"http://{settings.host}:{settings.port}"


def run(settings: Settings, listener: socket.socket, announce: dict[str, Any] | None = None) -> None:
    """Check what can be checked before, then serve.

    Raises: StartFailed, StorageUnusable and what opening the data folder raises.
    """
    with importing():
        from escalation.app import application
        from escalation.attachments.storage import FileStorage
        from escalation.web.server import create_server
    _look_rarely_for_garbage()
    configure_logs(settings.log_level, settings.log_style)
    FileStorage(settings.attachments)  # its package may be missing
    with own_database(settings) as database:  # a folder in use, unwritable or newer, or a wrong key, ends in one line
        key = fingerprint(master_key(settings.data_dir))
        database.write_now(lambda tx: bind_secret(tx, key))
    if announce is not None:
        say_json(announce)
        sys.stdout.flush()
    server = create_server(application(settings), settings)
    server.run(sockets=[listener])
    if not server.started:
        raise StartFailed("The service could not start; the log above says why.")


def _look_rarely_for_garbage() -> None:
    """Leave out the program, which stays, and look through all else after 700,000 new objects in place of 70,000.

    Everybody waits meanwhile, .3 s and more with a thousand sockets, and little is found: few objects name each other.
    """
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], 100)


def listen(settings: Settings) -> tuple[Settings, socket.socket]:
    """Take the port now, so that nobody else can; returns the settings with the real one. Raises: PortInUse."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise PortInUse(
            f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}). "
            "Stop what runs there, or choose another with --port or ESCALATION_PORT."
        ) from error
    listener.set_inheritable(True)
    return settings.model_copy(update={"port": listener.getsockname()[1]}), listener


@clear_errors
def demo(data: Data = None, port: Port = None, json_: bool = as_json) -> None:
    """Run the product with a sample shop, sample staff and the starter model. Loopback only."""
    chosen = None if "ESCALATION_ALPHA" in os.environ else DEMO_ALPHA
    lanes = {name: value for name, value in DEMO_LANES.items() if f"ESCALATION_{name.upper()}" not in os.environ}
    wanted = load_settings(data_dir=data, port=port, host="127.0.0.1", alpha=chosen, **lanes)
    if wanted.mode is None:  # who tries it out wants to see answers
        wanted = wanted.model_copy(update={"mode": "provisional"})
    check_encoder_to_serve(wanted)
    settings, listener = listen(wanted)
    with own_database(settings) as database:
        asyncio.run(_import_starter(Catalogues(database)))
        staff = Staff(database, new_id)
        passwords = _demo_passwords(settings, staff)
    root = address(settings)
    shown = {"shop": f"{root}/shop/", "console": f"{root}/console/", "staff": passwords}
    if not json_:
        _print_demo(shown)
    run(settings, listener, shown if json_ else None)


async def _import_starter(catalogues: Catalogues) -> None:
    if not (await catalogues.load()).intents:
        parsed = parse(render(starter_catalogue(), "yaml"), "starter.yaml", "yaml")
        await catalogues.import_catalogue(parsed, actor="system")


def _demo_passwords(settings: Settings, staff: Staff) -> dict[str, str]:
    """Make the sample staff the first time; their random passwords stay in the data folder for the next time."""
    path = settings.data_dir / "demo-staff.txt"
    if path.exists():
        return dict(line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines())
    passwords = {email: secrets.token_urlsafe(12) for email, _, _ in DEMO_STAFF}
    path.touch(mode=0o600)
    path.write_text("".join(f"{email} {password}\n" for email, password in passwords.items()), encoding="utf-8")
    for email, name, role in DEMO_STAFF:
        staff.add_now(email, name, role, passwords[email])
    return passwords


def _print_demo(shown: dict[str, Any]) -> None:
    console.rule("Escalation demo")
    say(f"Customers   {shown['shop']}   (the chat is in the corner)")
    say(f"Console     {shown['console']}")
    roles = {email: role for email, _, role in DEMO_STAFF}
    for email, password in shown["staff"].items():
        say(f"  {email:<20} {password}   {roles.get(email, '')}")
    say("Mode        provisional: answers are not certified yet, and the console says so. Ctrl-C stops.")
    say('The addresses answer once the line "listening" is here, the first time after a minute or two.')
    console.rule()
