"""`escalation staff ...`: accounts."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from escalation.cli.output import as_json, clear_errors, say, say_json
from escalation.cli.target import Data, Remote, Url, own_database, remote
from escalation.kernel.errors import NotFound
from escalation.kernel.ids import new_id
from escalation.people.links import Link, StaffLinks
from escalation.people.scope import Scope, checked
from escalation.people.second_factors import reset_now
from escalation.people.staff import Change, Staff
from escalation.settings import load_settings

ROLES = "agent, supervisor, trainer or admin."
Sites = Annotated[
    list[str] | None, typer.Option("--site", help="Only conversations of this site; again for more than one.")
]
Queues = Annotated[
    list[str] | None, typer.Option("--queue", help="Only conversations in this queue; again for more than one.")
]

app = typer.Typer(no_args_is_help=True, help="Staff accounts.")


@app.callback()
def _group() -> None:
    """Staff accounts."""


@app.command()
@clear_errors
def add(
    email: str,
    name: Annotated[str, typer.Option(help="Shown to customers.")],
    role: Annotated[str, typer.Option(help=ROLES)] = "agent",
    capacity: Annotated[int, typer.Option(help="Conversations at a time.")] = 4,
    password: Annotated[
        str, typer.Option(envvar="ESCALATION_PASSWORD", help="Better by environment; empty: a random one is printed.")
    ] = "",
    site: Sites = None,
    queue: Queues = None,
    data: Data = None,
    url: Url = None,
    json_: bool = as_json,
) -> None:
    """Create an account, limited to some sites and queues where they are named."""
    chosen = password or secrets.token_urlsafe(12)
    if url:
        with remote(url) as service:
            body = {"email": email, "name": name, "role": role, "password": chosen, "capacity": capacity}
            id_ = service.call("POST", "/staff", body | {"sites": site or [], "queues": queue or []})["id"]
    else:
        scope = _scope(data, site, queue)
        with own_database(load_settings(data_dir=data)) as database:
            id_ = Staff(database, new_id).add_now(email, name, role, chosen, capacity, scope).id
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


@app.command("list")
@clear_errors
def list_(data: Data = None, url: Url = None, json_: bool = as_json) -> None:
    """List every account, the disabled ones too, and who is invited."""
    if url:
        with remote(url) as service:
            found = service.call("GET", "/staff/accounts")
    else:
        found = _own_accounts(data)
    if json_:
        say_json(found)
        return
    for each in found["accounts"]:
        state = ("  second factor" if each["second_factor"] else "") + ("  disabled" if each["disabled"] else "")
        say(f"{each['email']}  {each['name']}  {each['role']}  capacity {each['capacity']}{_limits(each)}{state}")
    for each in found["invitations"]:
        say(f"{each['email']}  invited as {each['role']} until {each['expires_at']}{_limits(each)}")


@app.command()
@clear_errors
def withdraw(email: str, data: Data = None, url: Url = None, json_: bool = as_json) -> None:
    """Make somebody's invitation worthless."""
    if url:
        with remote(url) as service:
            invited = service.call("GET", "/staff/accounts")["invitations"]
            service.call("DELETE", f"/staff/invitations/{_id_in(invited, email, 'invitation')}")
    else:
        with _own_links(data) as links:
            links.withdraw_now(email)
    say_json({"email": email, "withdrawn": True}) if json_ else say(f"The invitation of {email} is withdrawn.")


@app.command()
@clear_errors
def invite(
    email: str,
    role: Annotated[str, typer.Option(help=ROLES)] = "agent",
    capacity: Annotated[int, typer.Option(help="Conversations at a time.")] = 4,
    site: Sites = None,
    queue: Queues = None,
    data: Data = None,
    url: Url = None,
    json_: bool = as_json,
) -> None:
    """Print a one-use link by which somebody makes their account. It is shown once; an older one ends."""
    if url:
        with remote(url) as service:
            body = {"email": email, "role": role, "capacity": capacity, "sites": site or [], "queues": queue or []}
            made = service.call("POST", "/staff/invitations", body)
    else:
        with _own_links(data) as links:
            made = _shown(*links.invite_now(email, role, capacity, _scope(data, site, queue)))
    _say_link(made, url, json_)


@app.command()
@clear_errors
def reset(email: str, data: Data = None, url: Url = None, json_: bool = as_json) -> None:
    """Print a one-use link by which somebody sets a new password. The old password is good until then."""
    if url:
        with remote(url) as service:
            made = service.call("POST", f"/staff/{_id_of(service, email)}/password-link")
    else:
        with _own_links(data) as links:
            made = _shown(*links.reset_now(email))
    _say_link(made, url, json_)


@app.command("reset-second-factor")
@clear_errors
def reset_second_factor(email: str, data: Data = None, url: Url = None, json_: bool = as_json) -> None:
    """Take the second factor of somebody away who has lost it; their sessions end, the password alone is asked for."""
    if url:
        with remote(url) as service:
            shown = service.call("DELETE", f"/staff/{_id_of(service, email)}/second-factor")
    else:
        with own_database(load_settings(data_dir=data)) as database:
            shown = asdict(reset_now(database, email))
    say_json(shown) if json_ else say(f"{shown['email']} has no second factor any more.")


@app.command("set")
@clear_errors
def set_(
    email: str,
    role: Annotated[str | None, typer.Option(help=ROLES)] = None,
    capacity: Annotated[int | None, typer.Option(help="Conversations at a time.")] = None,
    site: Sites = None,
    all_sites: Annotated[bool, typer.Option("--all-sites", help="Limit them to no sites any more.")] = False,
    queue: Queues = None,
    all_queues: Annotated[bool, typer.Option("--all-queues", help="Limit them to no queues any more.")] = False,
    data: Data = None,
    url: Url = None,
    json_: bool = as_json,
) -> None:
    """Give an account another role or capacity, or limit the conversations it sees to some sites and queues."""
    sites, queues = _chosen(site, all_sites), _chosen(queue, all_queues)
    if url:
        with remote(url) as service:
            change = {"role": role, "capacity": capacity, "sites": sites, "queues": queues}
            shown = service.call("PATCH", f"/staff/{_id_of(service, email)}", change)
    else:
        wanted = Change(role, capacity, *_known(data, sites, queues))
        with own_database(load_settings(data_dir=data)) as database:
            shown = asdict(Staff(database, new_id).change_now(email, wanted))
    line = f"{shown['email']}: {shown['role']}, capacity {shown['capacity']}{_limits(shown)}."
    say_json(shown) if json_ else say(line)


def _chosen(named: list[str] | None, every: bool) -> list[str] | None:
    """None leaves what there is: nothing was named."""
    return [] if every else named or None


def _scope(data: Path | None, sites: list[str] | None, queues: list[str] | None) -> Scope:
    """Return what a new account is to see. Raises: Invalid."""
    known_sites, known_queues = _known(data, sites, queues)
    return Scope(frozenset(known_sites or ()), frozenset(known_queues or ()))


def _known(
    data: Path | None, sites: list[str] | None, queues: list[str] | None
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Return what is to be stored. Raises: Invalid for a site or a queue that the operator has not set."""
    settings = load_settings(data_dir=data)
    return checked(sites, settings.sites, "site"), checked(queues, settings.all_queues, "queue")


def _limits(shown: dict[str, Any]) -> str:
    """What an account or an invitation is limited to, as the end of its line."""
    if shown["role"] == "admin":
        return ""
    parts = [f"  only {what} {', '.join(shown[what])}" for what in ("sites", "queues") if shown[what]]
    return "".join(parts)


@contextmanager
def _own_links(data: Path | None) -> Iterator[StaffLinks]:
    settings = load_settings(data_dir=data)
    with own_database(settings) as database:
        yield StaffLinks(database, Staff(database, new_id), new_id, settings.staff_links_last)


def _shown(link: Link, token: str) -> dict[str, Any]:
    return {"email": link.email, "token": token, "expires_at": link.expires_at.isoformat()}


def _say_link(made: dict[str, Any], url: str | None, json_: bool) -> None:
    place = f"{(url or 'https://YOUR-SERVICE').rstrip('/')}/console/#/invitation/{made['token']}"
    if json_:
        say_json(made | {"link": place})
    else:
        say(f"For {made['email']}, once, until {made['expires_at']}:\n{place}")


def _own_accounts(data: Path | None) -> dict[str, list[dict[str, Any]]]:
    settings = load_settings(data_dir=data)
    with own_database(settings) as database:
        staff = Staff(database, new_id)
        invited = [asdict(each) for each in StaffLinks(database, staff, new_id).invitations_now()]
        shown = ("id", "email", "role", "capacity", "sites", "queues", "expires_at")
        return {
            "accounts": [asdict(each) for each in staff.accounts_now()],
            "invitations": [{name: each[name] for name in shown} for each in invited],
        }


def _id_of(service: Remote, email: str) -> str:
    return _id_in(service.call("GET", "/staff/accounts")["accounts"], email, "account")


def _id_in(rows: list[dict[str, Any]], email: str, what: str) -> str:
    found = [str(each["id"]) for each in rows if each["email"] == email.strip().lower()]
    if not found:
        raise NotFound(f"There is no {what} for {email}.")
    return found[0]


def _set_disabled(email: str, disabled: bool, data: Path | None, url: str | None, json_: bool) -> None:
    if url:
        with remote(url) as service:
            shown = service.call("PUT", f"/staff/{_id_of(service, email)}/disabled", {"disabled": disabled})
    else:
        with own_database(load_settings(data_dir=data)) as database:
            shown = asdict(Staff(database, new_id).set_disabled_now(email, disabled))
    say_json(shown) if json_ else say(f"{shown['email']} is {'disabled' if disabled else 'enabled'}.")
