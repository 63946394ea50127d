"""The one thread that writes to a SQLite file. Functions that wait at the same time share a commit.

A commit costs one fsync of the write-ahead log; each function runs in its own savepoint, so a failing one takes back
only its own rows. Results are handed over after the commit, never before.
"""

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from escalation.database.errors import DatabaseClosed
from escalation.database.job import Committed, Job, settle
from escalation.database.transaction import Transaction

log = logging.getLogger(__name__)

MOST_IN_A_GROUP = 128
# Functions that arrive while a group runs may still join it, but nobody's answer waits longer than this for others.
GATHER_SECONDS = 0.02


class Inbox:
    """Jobs in order of arrival, between the threads that hand them in and the writer."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def put(self, job: Job) -> None:
        """Append a job. Raises: DatabaseClosed."""
        with self._changed:
            if self._closed:
                raise DatabaseClosed("the database is closed")
            self._jobs.append(job)
            self._changed.notify()

    def take(self) -> Job | None:
        """Wait for the next job; None once closed and empty."""
        with self._changed:
            while not self._jobs and not self._closed:
                self._changed.wait()
            return self._jobs.popleft() if self._jobs else None

    def join(self) -> Job | None:
        """The next job if there is one now that may share a transaction."""
        with self._changed:
            return self._jobs.popleft() if self._jobs and not self._jobs[0].alone else None

    def close(self) -> None:
        """Take no more; those that are in will still be done."""
        with self._changed:
            self._closed = True
            self._changed.notify()


class TransactionLost(Exception):
    """SQLite rolled back everything (disk full, I/O error), not just the function that met the error."""


class SqliteWriter:
    """Owns the only connection that writes and checkpoints."""

    def __init__(self, engine: Engine, transaction: Callable[[Connection], Transaction], committed: Committed) -> None:
        """`committed` hears, in the writer's thread, the union of the stream names of each committed group."""
        self._inbox = Inbox()
        self._connection = engine.connect()
        driver = self._connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self._driver = driver
        self._transaction = transaction
        self._committed = committed
        self._thread = threading.Thread(target=self._work, name="database-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job. Raises: DatabaseClosed."""
        self._inbox.put(job)

    @property
    def is_here(self) -> bool:
        """Whether the caller is the writer's own thread, which must not wait for itself."""
        return threading.current_thread() is self._thread

    def close(self) -> None:
        """Finish what was handed in, then close the connection."""
        self._inbox.close()
        self._thread.join()
        self._connection.close()

    def _work(self) -> None:
        while (job := self._inbox.take()) is not None:
            done = self._alone(job) if job.alone else self._group(job)
            names = frozenset[str]().union(*(each.rung for each in done))
            if names:
                self._committed(names)
            settle(done)

    def _alone(self, job: Job) -> list[Job]:
        try:
            job.result = job.fn(self._connection)
        except BaseException as error:
            job.fail(error)
        self._take_back()
        return [job]

    def _group(self, first: Job) -> list[Job]:
        group: list[Job] = [first]
        try:
            with self._connection.begin():
                self._run_all(group)
        except BaseException as error:
            for job in group:
                job.fail(error.__cause__ or error if isinstance(error, TransactionLost) else error)
            self._take_back()
        return group

    def _take_back(self) -> None:
        # After a COMMIT that failed SQLite keeps the transaction open, and SQLAlchemy believes it is over.
        try:
            self._connection.rollback()
            if self._driver.in_transaction:
                self._driver.rollback()
        except (sqlite3.Error, SQLAlchemyError):  # the next BEGIN fails and its callers hear it: nobody hangs
            log.exception("the writer could not roll back")

    def _run_all(self, group: list[Job]) -> None:
        until = time.monotonic() + GATHER_SECONDS
        self._run(group[0])
        while len(group) < MOST_IN_A_GROUP and time.monotonic() < until and (job := self._inbox.join()) is not None:
            group.append(job)
            self._run(job)

    def _run(self, job: Job) -> None:
        # Straight to the driver: through SQLAlchemy these two cost as much as a statement of the function.
        self._driver.execute("SAVEPOINT job")
        try:
            job.run(self._transaction(self._connection))
        except BaseException as error:
            if not self._driver.in_transaction:
                raise TransactionLost from error
            self._driver.execute("ROLLBACK TO job")
            job.fail(error)
        self._driver.execute("RELEASE job")
