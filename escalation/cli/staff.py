"""`escalation staff ...`: accounts."""

import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from escalation.cli.output import as_json, clear_errors, say, say_json
from escalation.cli.target import Data, Url, own_database, remote
from escalation.kernel.errors import NotFound
from escalation.kernel.ids import new_id
from escalation.people.staff import Staff
from escalation.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Staff accounts.")


@app.callback()
def _group() -> None:
    """Staff accounts."""


@app.command()
@clear_errors
def add(
    email: str,
    name: Annotated[str, typer.Option(help="Shown to customers.")],
    role: Annotated[str, typer.Option(help="agent, supervisor, trainer or admin.")] = "agent",
    capacity: Annotated[int, typer.Option(help="Conversations at a time.")] = 4,
    password: Annotated[
        str, typer.Option(envvar="ESCALATION_PASSWORD", help="Better by environment; empty: a random one is printed.")
    ] = "",
    data: Data = None,
    url: Url = None,
    json_: bool = as_json,
) -> None:
    """Create an account."""
    chosen = password or secrets.token_urlsafe(12)
    if url:
        with remote(url) as service:
            body = {"email": email, "name": name, "role": role, "password": chosen, "capacity": capacity}
            id_ = service.call("POST", "/staff", body)["id"]
    else:
        with own_database(load_settings(data_dir=data)) as database:
            id_ = Staff(database, new_id).add_now(email, name, role, chosen, capacity).id
    shown = {"id": id_, "email": email, "role": role} | ({} if password else {"password": chosen})
    say_json(shown) if json_ else say("  ".join(f"{key}: {value}" for key, value in shown.items()))


@app.command()
@clear_errors
def disable(email: str, data: Data = None, url: Url = None, json_: bool = as_json) -> None:
    """Shut an account: its sessions and sockets end, its conversations return to the queue, nobody signs in by it."""
    _set_disabled(email, True, data, url, json_)


@app.command()
@clear_errors
def enable(email: str, data: Data = None, url: Url = None, json_: bool = as_json) -> None:
    """Open a disabled account again."""
    _set_disabled(email, False, data, url, json_)


def _set_disabled(email: str, disabled: bool, data: Path | None, url: str | None, json_: bool) -> None:
    if url:
        with remote(url) as service:
            accounts = service.call("GET", "/staff/accounts")["accounts"]
            ids = [each["id"] for each in accounts if each["email"] == email.strip().lower()]
            if not ids:
                raise NotFound(f"There is no account for {email}.")
            shown = service.call("PUT", f"/staff/{ids[0]}/disabled", {"disabled": disabled})
    else:
        with own_database(load_settings(data_dir=data)) as database:
            shown = asdict(Staff(database, new_id).set_disabled_now(email, disabled))
    say_json(shown) if json_ else say(f"{shown['email']} is {'disabled' if disabled else 'enabled'}.")
