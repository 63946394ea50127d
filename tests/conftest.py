"""Fixtures every kind of test may use: a clock that stands still, and an empty database of each kind."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import structlog
from hypothesis import HealthCheck, settings
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from escalation.database import Database, Transaction
from escalation.events import start_log
from escalation.people import passwords
from tests.compiled import compiled_once
from tests.fakes import FakeClock
from tests.garbage import pytest_collection
from tests.order import pytest_collection_modifyitems
from tests.room import pytest_configure
from tests.skips import pytest_make_collect_report, pytest_runtest_makereport

__all__ = [
    "compiled_once", "pytest_collection", "pytest_collection_modifyitems", "pytest_configure",
    "pytest_make_collect_report", "pytest_runtest_makereport",
]  # fmt: skip

DEFAULT_POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/test"
POSTGRES = os.environ.get("ESCALATION_TEST_POSTGRES_URL", DEFAULT_POSTGRES)

# Other work on the machine slows examples down, which is no fault of theirs.
settings.register_profile("unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

hasher_of_the_product = passwords._hasher


@pytest.fixture(scope="session", autouse=True)
def quick_hashing() -> Iterator[None]:
    """The real algorithm with the least work: tests sign in hundreds of times. Processes they start hash as ever."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: quick)
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_tracebacks() -> Iterator[None]:
    """Log lines of code under test as structlog prints them, but tracebacks plain: drawing one takes half a second."""
    *before, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before, plain])
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that moves only when told."""
    return FakeClock()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A schema of its own on the test server, dropped afterwards; skips when no server answers."""
    with postgres_schema() as url:
        yield url


@contextmanager
def postgres_schema() -> Iterator[str]:
    """A schema of its own on the test server, dropped afterwards; skips when no server answers."""
    url = make_url(POSTGRES)
    schema = f"test_{uuid4().hex[:16]}"
    try:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(plain, autocommit=True, connect_timeout=30)
    except psycopg.OperationalError as error:
        if "ESCALATION_TEST_POSTGRES_URL" in os.environ:
            raise
        pytest.skip(f"no PostgreSQL for tests: {' '.join(str(error).split())[:120]}")
    with connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        try:
            # A commit that waits for the disk tests nothing more: no test cuts the server's power.
            options = {"options": f"-csearch_path={schema} -csynchronous_commit=off"}
            yield url.update_query_dict(options).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind. A test that wants tables takes `database`: that is cheaper."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/escalation.sqlite"
    url: str = request.getfixturevalue("postgres_url")
    return url


def make_tables(url: str) -> None:
    """Make the tables of every module imported so far."""
    database = Database.open(url, clock=FakeClock())
    try:
        database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
    finally:
        database.close()


@pytest.fixture(scope="session")
def schema_with_tables() -> Iterator[str]:
    """One schema for all tests of this process: to make and drop one takes a second, to empty it two milliseconds."""
    with postgres_schema() as url:
        make_tables(url)
        yield url


@pytest.fixture(scope="session")
def file_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file without rows, to be copied."""
    file = tmp_path_factory.mktemp("tables") / "escalation.sqlite"
    make_tables(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(file_with_tables: Path, tmp_path: Path) -> str:
    """The URL of a SQLite database of the test's own, with tables."""
    return copy_of_tables(file_with_tables, tmp_path / "data")


def copy_of_tables(file_with_tables: Path, folder: Path) -> str:
    """Return the URL of a copy in a new folder."""
    folder.mkdir(exist_ok=True)
    shutil.copyfile(file_with_tables, folder / "escalation.sqlite")
    return f"sqlite:///{folder}/escalation.sqlite"


@pytest.fixture(params=["sqlite", "postgres"])
def filled_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with tables, once of each kind. On PostgreSQL earlier tests left their rows."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "schema_with_tables")
    return url


@pytest.fixture
def database(filled_url: str, clock: FakeClock) -> Iterator[Database]:
    """An open database with the tables of every module imported so far, no rows and a started log."""
    database = Database.open(filled_url, clock=clock)
    try:
        database.write_now(begin_anew)
        yield database
    finally:
        database.close()


def begin_anew(tx: Transaction) -> None:
    """Delete what earlier tests left, make the tables of modules imported since, and start the log."""
    there = set(inspect(tx.connection).get_table_names())
    tables = [table.name for table in reversed(SQLModel.metadata.sorted_tables)]
    if tx.connection.dialect.name == "postgresql":
        tx.connection.exec_driver_sql("; ".join(f"DELETE FROM {name}" for name in tables if name in there))
    if not there.issuperset(tables):
        SQLModel.metadata.create_all(tx.connection)
    start_log(tx)
