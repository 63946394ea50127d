"""SQLAlchemy engines for a database URL, and what a transaction begins with on each database."""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from escalation.database.errors import BadDatabaseUrl, DatabaseUnreachable, DatabaseUnreadable, DataFolderUnwritable
from escalation.database.prepared import parsed

BUSY_SECONDS = 10.0
POSTGRES_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""Seconds, the last one milliseconds: a server that vanished is noticed, and holds no thread for ever."""


def parse_url(text: str) -> URL:
    """The URL of a SQLite file or a PostgreSQL database (driver psycopg). Raises: BadDatabaseUrl."""
    hint = "use sqlite:///path/to/file or postgresql://user@host/name"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise BadDatabaseUrl(f"the database URL cannot be read: {hint}") from error
    if url.drivername in {"postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "sqlite+pysqlite"} or url.database in {None, "", ":memory:"}:
        raise BadDatabaseUrl(f"the database URL {url.render_as_string(hide_password=True)} is not supported: {hint}")
    return url


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def _sqlite_engine(url: URL, begin: str, pragmas: tuple[str, ...], size: int) -> Engine:
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": BUSY_SECONDS},
        pool_size=size,
        max_overflow=0,
        pool_reset_on_return=None,
        hide_parameters=True,  # they hold customers' words, and errors are logged
        json_serializer=_compact,
        json_deserializer=parsed,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def sqlite_writer_engine(url: URL) -> Engine:
    """The engine of the only connection that writes: every commit is on disk when it returns."""
    pragmas = (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",  # erased words must not stay behind in free pages
        "cache_size = -32768",
    )
    return _sqlite_engine(url, "BEGIN IMMEDIATE", pragmas, 1)


def sqlite_reader_engine(url: URL, size: int) -> Engine:
    """Connections that read snapshots and cannot write."""
    return _sqlite_engine(url, "BEGIN", ("query_only = ON", "foreign_keys = ON"), size)


def postgres_engine(url: URL, size: int) -> Engine:
    """Connections for writes, READ COMMITTED: locks taken by the function decide who goes first."""
    return create_engine(
        url,
        connect_args=dict(POSTGRES_PATIENCE),
        pool_size=size,
        max_overflow=size,
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=_compact,
        json_deserializer=parsed,
        pool_timeout=60,
    )


def snapshot_engine(engine: Engine) -> Engine:
    """The same PostgreSQL connections for reads that see one moment."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def keep_private(path: Path) -> None:
    """Let nobody else read the database file, nor what SQLite puts beside it, whatever the folder lets them.

    SQLite gives the files beside the database its permissions; those that are there already keep their own.
    """
    with suppress(OSError):  # `try_sqlite` says what is wrong
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    for each in (path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))):
        with suppress(FileNotFoundError, PermissionError):
            each.chmod(0o600)


def try_sqlite(engine: Engine, path: Path) -> None:
    """Open the file for writing once. Raises: DataFolderUnwritable, DatabaseUnreadable."""
    _try(
        engine,
        {
            OperationalError: lambda why: DataFolderUnwritable(
                f"the database file {path} cannot be written ({why}): make it writable for this user"
            ),
            DatabaseError: lambda why: DatabaseUnreadable(
                f"the file {path} is no database, or is damaged ({why}): restore a backup"
            ),
        },
    )


def try_postgres(engine: Engine, url: URL) -> None:
    """Connect once. Raises: DatabaseUnreachable."""
    place = url.render_as_string(hide_password=True)
    _try(
        engine,
        {OperationalError: lambda why: DatabaseUnreachable(f"the database {place} does not answer: {why}")},
    )


def _try(engine: Engine, known: dict[type[DatabaseError], Callable[[str], Exception]]) -> None:
    try:
        with engine.connect() as connection, connection.begin():
            pass
    except DatabaseError as error:
        engine.dispose()
        for kind, describe in known.items():
            if isinstance(error, kind):
                raise describe(" ".join(str(error.orig).split())) from error
        raise
