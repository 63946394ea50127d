"""`escalation customer ...`: what customers may ask a company to do with their data."""

import asyncio
from pathlib import Path
from typing import Any

import typer

from escalation.catalogue.model import Catalogue
from escalation.cli.output import as_json, clear_errors, say, say_json
from escalation.cli.target import Data, Url, own_database, remote
from escalation.conversations.ports import Rules
from escalation.conversations.running import Runner
from escalation.database import Database
from escalation.desk.handoffs import DeskRules, Handoffs
from escalation.kernel.ids import new_id
from escalation.learning.folders import ModelFolders
from escalation.learning.forgetting import ExampleEraser
from escalation.privacy import access
from escalation.privacy.erasure import Erasures
from escalation.privacy.views import view
from escalation.security import SecurityLog, actor_of
from escalation.settings import Settings, load_settings

COMMAND = "command"

app = typer.Typer(no_args_is_help=True, help="Customers' rights to their data.")


@app.callback()
def _group() -> None:
    """Customers' rights to their data."""


@app.command()
@clear_errors
def erase(customer: str, data: Data = None, url: Url = None, json_: bool = as_json) -> None:
    """Erase a customer for good: words, addresses, examples and vectors. The id stands in the console."""
    done = _remotely(customer, url) if url else _here(customer, data)
    if json_:
        say_json(done)
        return
    say(
        f"erased {done['customer']}: {done['messages']:,} messages of {done['conversations']:,} conversations, "
        f"{done['examples']:,} examples"
    )
    if done["models"]:
        say(f"models that learnt from them: {', '.join(done['models'])}. Train anew to replace their weights.")


@app.command()
@clear_errors
def report(customer: str, data: Data = None, url: Url = None) -> None:
    """Print all that is kept of a customer as JSON, for who asks what is known of them."""
    if url:
        with remote(url) as service:
            say_json(service.call("GET", f"/customers/{customer}/report"))
        return
    with own_database(load_settings(data_dir=data)) as database:
        found = database.read_now(lambda tx: access.report(tx, customer))
        database.write_now(lambda tx: SecurityLog.add(tx, "customer_reported", actor_of(COMMAND), found.about.customer))
    say_json(found.model_dump(mode="json"))


def _remotely(customer: str, url: str) -> dict[str, Any]:
    with remote(url) as service:
        done: dict[str, Any] = service.call("DELETE", f"/customers/{customer}")
    return done


def _here(customer: str, data: Path | None) -> dict[str, Any]:
    settings = load_settings(data_dir=data)
    with own_database(settings) as database:
        done = asyncio.run(own_erasures(settings, database).erase(customer, by=COMMAND))
    return view(done).model_dump(mode="json")


def own_erasures(settings: Settings, database: Database) -> Erasures:
    """Return what erases customers while no service runs: then there are no sockets, and no run that could go on."""
    runner = Runner(database, Handoffs(new_id, DeskRules()), Catalogue, new_id, Rules())
    folders = ModelFolders(settings.models_dir, settings.encoders)
    return Erasures(database, runner, ExampleEraser(database, folders, learner_runs=False), settings.data_dir)
