"""The company, opened on each kind of database; afterwards every invariant holds."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from escalation.database import Database, Transaction
from escalation.events import start_log
from tests.conftest import postgres_schema
from tests.fakes import FakeClock
from tests.services.company import Company


@pytest.fixture(scope="session")
def company_schema() -> Iterator[str]:
    """One schema with all tables for all tests of this process: to make one takes longer than most tests."""
    with postgres_schema() as url:
        database = Database.open(url, clock=FakeClock())
        database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
        database.close()
        yield url


@pytest.fixture(scope="session")
def company_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to be copied by each test."""
    file = tmp_path_factory.mktemp("company") / "escalation.sqlite"
    database = Database.open(f"sqlite:///{file}", clock=FakeClock())
    database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
    database.close()
    return file


@pytest.fixture(params=["sqlite", "postgres"])
def company_database(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Database]:
    """An empty database with all tables, once of each kind."""
    postgres = request.param == "postgres"
    url = request.getfixturevalue("company_schema") if postgres else f"sqlite:///{tmp_path}/data/escalation.sqlite"
    if not postgres:
        (tmp_path / "data").mkdir()
        shutil.copyfile(request.getfixturevalue("company_file"), tmp_path / "data" / "escalation.sqlite")
    database = Database.open(url, clock=clock)
    try:
        if postgres:
            database.write_now(_empty)
        database.write_now(start_log)
        yield database
    finally:
        database.close()


def _empty(tx: Transaction) -> None:
    for table in reversed(SQLModel.metadata.sorted_tables):
        tx.execute(table.delete())


@pytest.fixture
async def unchecked(company_database: Database, clock: FakeClock) -> Company:
    """A company whose database nobody verifies."""
    company = Company(company_database, clock)
    await company.open()
    return company


@pytest.fixture
async def company(unchecked: Company) -> AsyncIterator[Company]:
    """A company whose database is verified when the test is over."""
    yield unchecked
    assert await unchecked.findings() == []
