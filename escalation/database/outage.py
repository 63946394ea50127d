"""When the database itself is away: a server that was stopped, a disk that is full. Told apart from faults of ours."""

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from escalation.database.errors import DatabaseAway, DatabaseUnreachable, DatabaseUnreadable

log = logging.getLogger(__name__)

Use = Literal["read", "write"]
LINE_SECONDS = 5.0
"""How often a line says that the database is still away."""
# Connection exceptions, insufficient resources (a full disk too), an administrator who stops or starts the server.
SQLSTATES = ("08", "53", "57P")
FILE_GONE = {
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED,
}  # fmt: skip
FILE_UNWRITABLE = {*FILE_GONE, sqlite3.SQLITE_READONLY}
"""A reader cannot write either, and that is as it should be."""


def is_away(error: BaseException, use: Use) -> bool:
    """Whether this is no fault of the function that met it: the same may work in a moment."""
    if isinstance(error, DatabaseUnreachable | PoolTimeout):
        return True
    if isinstance(error, DBAPIError):
        lost = error.connection_invalidated or (isinstance(error, OperationalError) and error.statement is None)
        state = getattr(error.orig, "sqlstate", None) or ""
        return lost or state.startswith(SQLSTATES) or (error.orig is not None and _is_file_gone(error.orig, use))
    return _is_file_gone(error, use)


def _is_file_gone(error: BaseException, use: Use) -> bool:
    code = getattr(error, "sqlite_errorcode", None) if isinstance(error, sqlite3.Error) else None
    return code is not None and code & 0xFF in (FILE_UNWRITABLE if use == "write" else FILE_GONE)


def is_damaged(error: BaseException) -> bool:
    """Whether SQLite cannot make sense of its file."""
    said = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(said, "sqlite_errorcode", None) if isinstance(said, sqlite3.Error) else None
    return code is not None and code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def reason_of(error: BaseException) -> str:
    """Return what the database or its driver said, in one line."""
    said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return " ".join(str(said).split())[:300] or type(said).__name__


class Outage:
    """Whether the database answers, as those who used it last found; logs when it goes, stays away, and comes back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away: dict[Use, str] = {}
        self._since = self._next_line = 0.0

    def reason(self, use: Use) -> str | None:
        """Return why the last such use failed; None if it did not."""
        return self._away.get(use)

    @contextmanager
    def watching(self, use: Use) -> Iterator[None]:
        """Take note of how the block went. Raises: DatabaseAway, DatabaseUnreadable, else what the block raises."""
        try:
            yield
        except Exception as error:
            if is_damaged(error):
                raise DatabaseUnreadable(
                    f"the database file is damaged ({reason_of(error)}): stop the service and restore a backup"
                ) from error
            if isinstance(error, DatabaseAway) or not is_away(error, use):
                raise
            self._failed(use, reason_of(error))
            raise DatabaseAway(reason_of(error)) from error
        if self._away:
            self._worked(use)

    def _failed(self, use: Use, reason: str) -> None:
        with self._lock:
            now = time.monotonic()
            if not self._away:
                self._since = now
            self._away[use] = reason
            if now < self._next_line:
                return
            self._next_line = now + LINE_SECONDS
        log.error("the database is away for %.0f s: %s", now - self._since, reason)

    def _worked(self, use: Use) -> None:
        with self._lock:
            if self._away.pop(use, None) is None or self._away:
                return
        log.warning("the database is back after %.0f s", time.monotonic() - self._since)
