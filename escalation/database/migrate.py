"""Bringing a database to the schema this program needs, and writing the next migration.

Most starts find nothing to migrate: what only migrations need is imported where one runs.
"""

from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, MetaData, inspect, text

from escalation.database.database import Database
from escalation.database.errors import DatabaseNewer

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
OPTIONS: dict[str, Any] = {"render_as_batch": True, "compare_type": True, "transactional_ddl": True}
# Two processes that start on one PostgreSQL must not migrate at the same time; any number no other program uses.
ADVISORY_KEY = 5_120_873_001


def _config(connection: Connection, metadata: MetaData | None = None, versions: Path | None = None) -> "Config":
    from alembic.config import Config

    config = Config(stdout=StringIO())
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(versions or MIGRATIONS / "versions").replace("%", "%%"))
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    return config


def revision_of(connection: Connection) -> str | None:
    """The revision the database is at; None for one without a schema."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def newest_revision() -> str:
    """The revision this program needs, from the names of its migrations, which sort by it."""
    return max(file.stem for file in (MIGRATIONS / "versions").glob("v*.py")).removeprefix("v").partition("_")[0]


def upgrade(database: Database, to: str = "head") -> None:
    """Run the migrations the database lacks, all or none of them, up to revision `to`. Blocks.

    Raises: DatabaseNewer when a newer version of the program has migrated it; nothing was changed then.
    """
    if to != "head" or database.read_now(lambda tx: revision_of(tx.connection)) != newest_revision():
        database.alone(lambda connection: _upgrade(connection, to))


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command

    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # A table rebuilt under foreign keys would delete the rows that point to it. Works only outside a transaction.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF").close()  # type: ignore[union-attr]
    try:
        with connection.begin():
            if not sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_KEY})
            config = _config(connection)
            _refuse_newer(config, revision_of(connection))
            _refuse_newer(config, None if to == "head" else to)
            command.upgrade(config, to)
            if sqlite:
                _check_references(connection)
    finally:
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON").close()  # type: ignore[union-attr]


def _refuse_newer(config: "Config", current: str | None) -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseNewer(
            f"the database is at revision {current}, this program knows none after {scripts.get_current_head()}: "
            "upgrade the program or restore the backup taken before the database was upgraded"
        )


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise RuntimeError(f"the migration leaves a row of {broken[0]} that points to nothing in {broken[2]}")


def differences(database: Database, metadata: MetaData) -> list[Any]:
    """What the migrated database lacks or has too much compared to the models; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def compare(connection: Connection) -> list[Any]:
        with connection.begin():
            context = MigrationContext.configure(connection, opts=OPTIONS)
            return list(compare_metadata(context, metadata))

    return database.alone(compare)


def write_migration(database: Database, metadata: MetaData, revision: str, message: str, versions: Path) -> Path:
    """Write the migration from the state of `database`, which must be at the newest revision, to `metadata`."""
    from alembic import command

    def generate(connection: Connection) -> Path:
        with connection.begin():
            config = _config(connection, metadata, versions)
            script = command.revision(config, message, autogenerate=True, rev_id=revision)
        assert script is not None and not isinstance(script, list)
        return Path(script.path)

    return database.alone(generate)
