"""Migrations make exactly the tables the models describe, run once, all or nothing, never backwards."""

import importlib.util
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Column, ForeignKey, Index, MetaData, String, Table, inspect, text
from sqlalchemy.exc import IntegrityError

from escalation.database import Database, Transaction
from escalation.database import migrate as migrate_module
from escalation.database.errors import DatabaseNewer
from escalation.database.migrate import MIGRATIONS, differences, newest_revision, revision_of, upgrade, write_migration
from escalation.database.types import JSONDocument, UTCDateTime
from escalation.events import log_epoch, start_log
from tests.fakes import FakeClock
from tests.storage.discovery import all_tables


@pytest.fixture
def empty(database_url: str, clock: FakeClock) -> Iterator[Database]:
    """A database without tables."""
    database = Database.open(database_url, clock=clock)
    yield database
    database.close()


def tables(tx: Transaction) -> set[str]:
    return set(inspect(tx.connection).get_table_names())


def test_migrations_and_models_agree(empty: Database) -> None:
    upgrade(empty)
    assert differences(empty, all_tables()) == []
    assert set(all_tables().tables) == empty.read_now(tables) - {"alembic_version"}


def test_every_constraint_has_a_name() -> None:
    for table in all_tables().tables.values():
        for constraint in table.constraints:
            assert constraint.name is not None, f"{table.name}: {constraint}"


def test_upgrade_again_changes_nothing(empty: Database) -> None:
    upgrade(empty)
    epoch = empty.write_now(start_log)
    upgrade(empty)
    assert empty.read_now(log_epoch) == epoch
    assert empty.read_now(lambda tx: revision_of(tx.connection)) is not None


def test_the_newest_revision_is_the_last_of_the_chain_of_migrations(empty: Database) -> None:
    config = empty.read_now(lambda tx: migrate_module._config(tx.connection))
    assert newest_revision() == ScriptDirectory.from_config(config).get_current_head()


def test_a_database_that_is_up_to_date_runs_no_migration(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(empty)
    monkeypatch.setattr(empty, "alone", None)
    upgrade(empty)


def test_a_newer_database_is_refused_in_one_line_and_left_alone(empty: Database) -> None:
    upgrade(empty)
    empty.write_now(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '9999'")) and None)
    with pytest.raises(DatabaseNewer, match="revision 9999") as caught:
        upgrade(empty)
    assert "\n" not in str(caught.value)
    assert empty.read_now(lambda tx: revision_of(tx.connection)) == "9999"


def test_foreign_keys_hold_again_after_an_upgrade(tmp_path: Path, clock: FakeClock) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/escalation.sqlite", clock=clock)
    try:
        upgrade(database)
        assert database.write_now(lambda tx: tx.execute(text("PRAGMA foreign_keys")).scalar()) == 1
    finally:
        database.close()


def test_two_processes_may_start_at_once_on_postgres(postgres_url: str, clock: FakeClock) -> None:
    both = [Database.open(postgres_url, clock=clock) for _ in range(2)]
    failures: list[BaseException] = []

    def start(database: Database) -> None:
        try:
            upgrade(database)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=start, args=[database]) for database in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert failures == []
        assert both[0].read_now(lambda tx: revision_of(tx.connection)) is not None
    finally:
        for database in both:
            database.close()


def test_there_is_one_line_of_migrations() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS / "versions")])
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def a_shop(partial: bool) -> MetaData:
    """Tables with all that our migrations must be able to carry."""
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"})
    Table("shops", metadata, Column("id", String, primary_key=True), Column("facts", JSONDocument))
    orders = Table(
        "orders",
        metadata,
        Column("id", String, primary_key=True),
        Column("shop", String, ForeignKey("shops.id"), nullable=False),
        Column("closed_at", UTCDateTime),
    )
    if partial:
        open_only = text("closed_at IS NULL")
        Index("ix_open", orders.c.shop, unique=True, sqlite_where=open_only, postgresql_where=open_only)
    return metadata


def test_written_migrations_carry_keys_types_and_partial_indexes(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Write two migrations from models, run both, and find nothing left to do and the partial index at work."""
    (tmp_path / "package" / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        (tmp_path / "package" / name).write_bytes((MIGRATIONS / name).read_bytes())
    monkeypatch.setattr(migrate_module, "MIGRATIONS", tmp_path / "package")
    versions = tmp_path / "package" / "versions"
    for revision, metadata in (("0001", a_shop(partial=False)), ("0002", a_shop(partial=True))):
        written = write_migration(empty, metadata, revision, "a shop", versions)
        assert written.name == f"v{revision}_a_shop.py"
        spec = importlib.util.spec_from_file_location(written.stem, written)
        assert spec is not None
        upgrade(empty)
        assert differences(empty, metadata) == []

    def order(id: str, closed: str) -> None:
        statement = text(f"INSERT INTO orders (id, shop, closed_at) VALUES (:id, 's', {closed})")
        empty.write_now(lambda tx: tx.execute(statement, {"id": id}) and None)

    empty.write_now(lambda tx: tx.execute(text("INSERT INTO shops (id) VALUES ('s')")) and None)
    order("1", "'2026-01-01 00:00:00.000000'")
    order("2", "'2026-01-02 00:00:00.000000'")
    order("3", "NULL")
    with pytest.raises(IntegrityError):
        order("4", "NULL")


def test_a_migration_that_fails_leaves_nothing(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "package" / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        (tmp_path / "package" / name).write_bytes((MIGRATIONS / name).read_bytes())
    monkeypatch.setattr(migrate_module, "MIGRATIONS", tmp_path / "package")
    written = write_migration(empty, a_shop(partial=False), "0001", "broken", tmp_path / "package" / "versions")
    end = "    # ### end"
    written.write_text(written.read_text().replace(end, f"    op.execute('SELECT nonsense FROM nowhere')\n{end}"))
    before = empty.read_now(tables)
    with pytest.raises(Exception, match="nowhere"):
        upgrade(empty)
    assert empty.read_now(tables) == before
    assert empty.read_now(lambda tx: revision_of(tx.connection)) is None
