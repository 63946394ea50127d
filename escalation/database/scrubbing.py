"""Taking what was overwritten or deleted out of the database's files, not only out of its tables.

On SQLite `secure_delete` overwrites pages, and older versions of them stay in the write-ahead log until it is cut off.
On PostgreSQL old row versions stay in their table until it is vacuumed.
"""

import sqlite3
from collections.abc import Iterable

from sqlalchemy import Connection

from escalation.database.engines import BUSY_SECONDS

WAIT_MS = 200
"""How long everybody else's writes wait for readers of older snapshots; then it is tried again later."""


def scrub(connection: Connection, tables: Iterable[str]) -> bool:
    """Clean up on a connection with no transaction open; return whether it was done. `tables`: on PostgreSQL."""
    if connection.dialect.name == "postgresql":
        _vacuum(connection, tables)
        return True
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return _cut_off_log(driver)


def _vacuum(connection: Connection, tables: Iterable[str]) -> None:
    """Rows that an older transaction still sees stay until the server's own vacuum comes."""
    alone = connection.execution_options(isolation_level="AUTOCOMMIT")
    for table in tables:
        alone.exec_driver_sql(f'VACUUM "{table}"')


def _cut_off_log(driver: sqlite3.Connection) -> bool:
    """Move the write-ahead log into the file and empty it. No transaction, so straight to the driver."""
    driver.execute(f"PRAGMA busy_timeout = {WAIT_MS}").close()
    try:
        busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}").close()
    return not busy
