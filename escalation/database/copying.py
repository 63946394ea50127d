"""Copies of a whole database as it was at one moment, made while others write; and how a copy is put back."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, text

from escalation.database import engines
from escalation.database.database import Database
from escalation.database.errors import CopyDamaged, DatabaseNotEmpty
from escalation.database.migrate import revision_of, upgrade

VERSION_TABLE = "alembic_version"
SQLITE_NAME = "escalation.sqlite"
CHUNK = 256 * 1024


@dataclass(frozen=True)
class Contents:
    """What a copy holds: the schema's revision, and each table's columns and number of rows."""

    schema: str
    columns: dict[str, list[str]]
    rows: dict[str, int]


def copy_out(url: str, folder: Path) -> Contents:
    """Copy the database into a folder. Raises: DatabaseUnreachable, CopyDamaged."""
    parsed = engines.parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        copy_sqlite(Path(str(parsed.database)), folder / SQLITE_NAME)
        return contents_of(folder / SQLITE_NAME)
    engine = engines.postgres_engine(parsed, 1)
    try:
        engines.try_postgres(engine, parsed)
        with engines.snapshot_engine(engine).connect() as connection, connection.begin():
            return _copy_tables(connection, folder)
    finally:
        engine.dispose()


def copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own online copy, in one step: it sees one moment, and commits of others do not make it begin again."""
    target.touch(mode=0o600)
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as reader,
        closing(sqlite3.connect(target)) as writer,
    ):
        reader.backup(writer)


def contents_of(file: Path) -> Contents:
    """Return what a copied SQLite file holds. Raises: CopyDamaged."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            (schema,) = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
            named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            names = [name for (name,) in connection.execute(named) if name != VERSION_TABLE]
            columns = {n: [row[1] for row in connection.execute(f'PRAGMA table_info("{n}")')] for n in names}
            rows = {n: connection.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names}
        except (sqlite3.Error, TypeError) as error:
            raise CopyDamaged(f"the copied database cannot be read ({error})") from error
    return Contents(schema, columns, rows)


def _copy_tables(connection: Connection, folder: Path) -> Contents:
    """Every table of the schema, in the snapshot of one transaction."""
    schema, columns, rows = revision_of(connection), dict[str, list[str]](), dict[str, int]()
    if schema is None:
        raise CopyDamaged("the database holds no tables of this program: nothing was ever stored in it")
    for table in _tables(connection):
        columns[table.name] = [column.name for column in table.columns]
        rows[table.name] = _count(connection, table.name)
        with (
            (folder / f"{table.name}.copy").open("wb") as file,
            _cursor(connection) as cursor,
            cursor.copy(f"COPY {_named(table.name, columns)} TO STDOUT") as copy,
        ):
            for part in copy:
                file.write(part)
    return Contents(schema, columns, rows)


def put_back(database: Database, folder: Path, contents: Contents) -> None:
    """Fill an empty PostgreSQL database from a copy; all of it or nothing. Raises: DatabaseNotEmpty, CopyDamaged."""
    database.alone(_make_room)
    upgrade(database, contents.schema)
    database.alone(lambda connection: _fill(connection, folder, contents))


def _make_room(connection: Connection) -> None:
    """Drop our tables if they are empty: a restore that failed leaves them so."""
    with connection.begin():
        tables, ours = _tables(connection), revision_of(connection) is not None
        full = [table.name for table in tables if not ours or _count(connection, table.name)]
        if full:
            raise DatabaseNotEmpty(
                f"the database is not empty: it has {', '.join(full[:5])}. Restore into a new one "
                "(CREATE DATABASE ...) and name it with ESCALATION_DATABASE_URL"
            )
        for table in reversed(tables):
            connection.execute(text(f'DROP TABLE "{table.name}"'))
        connection.execute(text(f"DROP TABLE IF EXISTS {VERSION_TABLE}"))


def _fill(connection: Connection, folder: Path, contents: Contents) -> None:
    with connection.begin():
        tables = {table.name for table in _tables(connection)}
        if tables != contents.rows.keys():
            raise CopyDamaged(f"revision {contents.schema} has other tables: {sorted(tables ^ contents.rows.keys())}")
        for table in _tables(connection):
            connection.execute(text(f'DELETE FROM "{table.name}"'))
        for table in _tables(connection):
            with (
                (folder / f"{table.name}.copy").open("rb") as file,
                _cursor(connection) as cursor,
                cursor.copy(f"COPY {_named(table.name, contents.columns)} FROM STDIN") as copy,
            ):
                while part := file.read(CHUNK):
                    copy.write(part)
        compare(contents, {name: _count(connection, name) for name in contents.rows})


def compare(contents: Contents, found: dict[str, int]) -> None:
    """Compare what was restored with what was saved. Raises: CopyDamaged."""
    wrong = [
        f"{name} has {found.get(name, 0)} rows of {n}" for name, n in contents.rows.items() if found.get(name) != n
    ]
    if wrong:
        raise CopyDamaged(f"the backup is not whole: {'; '.join(wrong[:5])}")


def _tables(connection: Connection) -> list[Any]:
    """The tables of the schema, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != VERSION_TABLE]


def _count(connection: Connection, table: str) -> int:
    found: int = connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
    return found


def _named(table: str, columns: dict[str, list[str]]) -> str:
    listed = ", ".join(f'"{name}"' for name in columns[table])
    return f'"{table}" ({listed})'


def _cursor(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.cursor()
