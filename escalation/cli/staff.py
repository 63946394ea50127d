"""`escalation staff ...`: accounts."""

import secrets
from typing import Annotated

import typer

from escalation.cli.output import as_json, clear_errors, say, say_json
from escalation.cli.target import Url, own_database, remote
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
        with own_database(load_settings()) as database:
            id_ = Staff(database, new_id).add_now(email, name, role, chosen, capacity).id
    shown = {"id": id_, "email": email, "role": role} | ({} if password else {"password": chosen})
    say_json(shown) if json_ else say("  ".join(f"{key}: {value}" for key, value in shown.items()))
