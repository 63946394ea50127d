"""The company, opened on each kind of database; afterwards every invariant holds."""

from collections.abc import AsyncIterator

import pytest

from escalation.database import Database
from tests.fakes import FakeClock
from tests.services.company import Company


@pytest.fixture
def company_database(database: Database) -> Database:
    """An empty database, before there is a company in it."""
    return database


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
