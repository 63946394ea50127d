"""`contacts`: the addresses customers left, for those who read them elsewhere than in the console."""

from pathlib import Path
from typing import Annotated, Any

import typer

from escalation.cli.output import as_json, clear_errors, say_json, table
from escalation.cli.target import Data, Url, own_database, remote
from escalation.database import Transaction
from escalation.desk import contacts as desk_contacts
from escalation.kernel.errors import Invalid
from escalation.protocol.rest.contacts import ContactPage
from escalation.protocol.states import ContactState
from escalation.security import COMMAND, SecurityLog
from escalation.settings import load_settings

MOST = 200
STATES: tuple[ContactState, ...] = ("open", "handled", "done")

State = Annotated[str, typer.Option(help="open, handled or done.")]


@clear_errors
def contacts(state: State = "open", data: Data = None, url: Url = None, json_: bool = as_json) -> None:
    """List the addresses customers left: done ones newest first, others longest waiting first; at most 200."""
    chosen = next((each for each in STATES if each == state), None)
    if chosen is None:
        raise Invalid(f"There is no state {state}; choose one of {', '.join(STATES)}.")
    rows = _read(chosen, data, url)
    if json_:
        say_json({"contacts": rows})
        return
    shown = [(row["at"][:16], row["email"], row["name"], row["agent_name"] or "", row["last_text"]) for row in rows]
    table(f"contacts: {chosen}", ["left", "address", "name", "agent", "last words"], shown)


def _read(state: ContactState, data: Path | None, url: str | None) -> list[dict[str, Any]]:
    if url:
        with remote(url) as service:
            page = ContactPage.model_validate(service.call("GET", f"/contacts?state={state}&limit={MOST}"))
    else:
        with own_database(load_settings(data_dir=data)) as database:
            page = database.write_now(lambda tx: _given_out(tx, state))
    return [contact.model_dump(mode="json") for contact in page.contacts]


def _given_out(tx: Transaction, state: ContactState) -> ContactPage:
    """Read them, which the security log tells of. With `--url` it is what the console reads, and it does not."""
    page = desk_contacts.page(tx, state, None, MOST)
    SecurityLog.add(tx, "contacts_exported", COMMAND, facts={"state": state, "count": len(page.contacts)})
    return page
