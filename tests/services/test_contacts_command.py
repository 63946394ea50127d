"""`escalation contacts`: the addresses customers left, as a table and as JSON."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from escalation.cli import app
from escalation.cli.target import own_database
from escalation.conversations import contacts
from escalation.settings import load_settings
from tests.fakes import FakeClock
from tests.services.company import Company


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One address in a data folder."""
    monkeypatch.setenv("ESCALATION_DATA_DIR", str(tmp_path / "data"))
    with own_database(load_settings()) as database:
        conversation = asyncio.run(Company(database, FakeClock()).say("my sofa is green"))
        database.write_now(lambda tx: contacts.keep(tx, conversation, "maria@example.org", "Maria"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["contacts", *arguments], env={"COLUMNS": "200"})


def test_addresses_are_listed_with_last_words() -> None:
    shown = run().output
    assert "maria@example.org" in shown and "my sofa is green" in shown
    (listed,) = json.loads(run("--json").output)["contacts"]
    assert (listed["email"], listed["name"], listed["state"]) == ("maria@example.org", "Maria", "open")
    assert json.loads(run("--state", "done", "--json").output) == {"contacts": []}


def test_a_state_that_is_none_is_refused() -> None:
    refused = run("--state", "lost")
    assert refused.exit_code == 1 and "There is no state lost" in refused.output
