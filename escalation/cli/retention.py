"""`retention`: what sites keep no longer, and letting it go at once instead of within the hour."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from escalation.cli.customer import own_erasures
from escalation.cli.output import as_json, clear_errors, say_json, table
from escalation.cli.target import Data, Url, own_database, remote
from escalation.kernel.errors import Invalid
from escalation.privacy.retention import Retention, kept_by
from escalation.protocol.rest.privacy import RetentionList
from escalation.settings import load_settings

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would go, and delete nothing.")]


@clear_errors
def retention(dry_run: DryRun = False, data: Data = None, url: Url = None, json_: bool = as_json) -> None:
    """Let go what each site keeps no longer, or say what that is; a running service does it once an hour."""
    if url and not dry_run:
        raise Invalid("A running service lets go by itself, once an hour. With --url only --dry-run is possible.")
    due = _asked(url) if url else _here(data, dry_run)
    if json_:
        say_json(due.model_dump(mode="json"))
        return
    rows = [(each.site, _kept(each.customers_days), each.customers, _kept(each.contacts_days), each.contacts)
            for each in due.sites]  # fmt: skip
    word = "would go" if dry_run else "gone"
    table("retention", ["site", "customers kept", word, "addresses kept", word], rows)


def _kept(days: float | None) -> str:
    return "for good" if days is None else f"{days:g} days"


def _asked(url: str) -> RetentionList:
    with remote(url) as service:
        return RetentionList.model_validate(service.call("GET", "/retention"))


def _here(data: Path | None, dry_run: bool) -> RetentionList:
    settings = load_settings(data_dir=data)
    with own_database(settings) as database:
        work = Retention(database, own_erasures(settings, database), kept_by(settings.sites))
        due = database.read_now(work.due)
        if not dry_run:
            asyncio.run(_all(work))
    return due


async def _all(work: Retention) -> None:
    while await work.step():
        pass
