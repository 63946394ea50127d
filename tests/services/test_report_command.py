"""`escalation report`: a table, every figure as JSON, and of one team alone."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from escalation.cli import app
from escalation.cli.target import own_database
from escalation.database import Database, table_of
from escalation.desk.routing.tables import TeamRow
from escalation.settings import load_settings
from tests.fakes import FakeClock
from tests.services.acting import claimed, resolve
from tests.services.company import Company


async def resolved_by_wine(database: Database) -> None:
    """One conversation that Ana resolved, who is in the team `wine`; Tom, who is in `beer`, did nothing."""
    company = Company(database, FakeClock())
    await company.open()
    rows = [{"name": "wine", "members": ["ana"]}, {"name": "beer", "members": ["tom"]}]
    await database.write(lambda tx: tx.execute(table_of(TeamRow).insert(), rows) and None)
    await resolve(company, await claimed(company))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder with that conversation."""
    monkeypatch.setenv("ESCALATION_DATA_DIR", str(tmp_path / "data"))
    with own_database(load_settings()) as database:
        asyncio.run(resolved_by_wine(database))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["report", *arguments], env={"COLUMNS": "200"})


def test_a_table_by_team() -> None:
    shown = run("--by", "team").output
    assert "wine" in shown and "beer" not in shown


@pytest.mark.parametrize(("team", "conversations"), [("wine", 1), ("beer", 0), ("", 0)])
def test_of_one_team_alone(team: str, conversations: int) -> None:
    assert json.loads(run("--team", team, "--json").output)["total"]["conversations"] == conversations


def test_a_group_that_is_none_is_refused() -> None:
    refused = run("--by", "moon")
    assert refused.exit_code == 1 and "not by moon" in refused.output
