"""`escalation audit ...`: the security log, read and checked."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from escalation.cli.output import as_json, clear_errors, errors, say, say_json, table
from escalation.cli.target import Data, Url, own_database, remote
from escalation.database import Transaction
from escalation.kernel.errors import Invalid
from escalation.people.staff import id_by_email, names
from escalation.security import SecurityLog
from escalation.security.log import Wanted
from escalation.settings import load_settings

MOST = 200

app = typer.Typer(no_args_is_help=True, help="The security log: read it, check its chain.")


@app.callback()
def _group() -> None:
    """Read the security log and check its chain."""


@app.command()
@clear_errors
def verify(
    expect: Annotated[str | None, typer.Option(help="A newest hash kept from earlier: a row must have it.")] = None,
    data: Data = None,
    url: Url = None,
    json_: bool = as_json,
) -> None:
    """Follow the chain of hashes; exit status 1 names the first row that does not fit."""
    if url:
        with remote(url) as service:
            found = service.call("GET", "/security-log/check?" + urlencode({"expect": expect} if expect else {}))
    else:
        with own_database(load_settings(data_dir=data)) as database:
            chain = database.read_now(lambda tx: SecurityLog.check(tx, expect))
        found = {"rows": chain.rows, "newest": chain.newest, "problem": chain.problem}
    if json_:
        say_json(found)
    elif found["problem"] is not None:
        errors.print(found["problem"], highlight=False, soft_wrap=True)
    else:
        say(f"{found['rows']} rows, the newest has the hash {found['newest']}")
    raise typer.Exit(0 if found["problem"] is None else 1)


@app.command("list")
@clear_errors
def list_(
    since: Annotated[str | None, typer.Option(help="A day or time in UTC, such as 2026-03-01.")] = None,
    kind: Annotated[str | None, typer.Option(help="Such as sign_in_refused.")] = None,
    actor: Annotated[str | None, typer.Option(help="Who did it or on whom: e-mail, id, command or system.")] = None,
    data: Data = None,
    url: Url = None,
    json_: bool = as_json,
) -> None:
    """List the newest rows, at most 200."""
    wanted = Wanted(kind, actor, None if since is None else _time(since))
    rows = _remote_rows(url, wanted) if url else _rows(data, wanted)
    if json_:
        say_json({"rows": rows})
        return
    shown = [
        (each["seq"], each["at"][:19], each["kind"], _who(each, "actor"), each["address"], _who(each, "subject"),
         ", ".join(f"{name} {value}" for name, value in each["facts"].items()))
        for each in rows
    ]  # fmt: skip
    table("security log", ["row", "at (UTC)", "kind", "who", "from", "whom or what", "facts"], shown)


def _who(row: dict[str, Any], field: str) -> str:
    return str(row[f"{field}_name"] or row[field])


def _time(text: str) -> datetime:
    """Raises: Invalid."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"{text} is no time; write it like 2026-03-01 or 2026-03-01T09:30.") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _rows(data: Path | None, wanted: Wanted) -> list[dict[str, Any]]:
    def read(tx: Transaction) -> list[dict[str, Any]]:
        person = id_by_email(tx, wanted.person) if wanted.person and "@" in wanted.person else ""
        asked = Wanted(wanted.kind, person or wanted.person, wanted.since)
        found = SecurityLog.page(tx, asked, MOST)
        known = names(tx, {each.actor for each in found} | {each.subject for each in found})
        return [_shown(each, known) for each in found]

    with own_database(load_settings(data_dir=data)) as database:
        return database.read_now(read)


def _shown(entry: Any, known: dict[str, str]) -> dict[str, Any]:
    named = {"actor_name": known.get(entry.actor), "subject_name": known.get(entry.subject)}
    told = ("seq", "kind", "actor", "address", "subject", "facts", "hash")
    return {"at": entry.at.isoformat(), **{name: getattr(entry, name) for name in told}, **named}


def _remote_rows(url: str, wanted: Wanted) -> list[dict[str, Any]]:
    with remote(url) as service:
        person = wanted.person
        if person and "@" in person:
            accounts = service.call("GET", "/staff/accounts")["accounts"]
            person = next((each["id"] for each in accounts if each["email"] == person.strip().lower()), person)
        since = None if wanted.since is None else wanted.since.isoformat()
        asked = {"kind": wanted.kind, "person": person, "since": since, "limit": MOST}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        rows: list[dict[str, Any]] = service.call("GET", f"/security-log?{query}")["rows"]
        return rows
