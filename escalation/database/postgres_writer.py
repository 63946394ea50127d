"""Writing on PostgreSQL: a pool of threads, and functions that are run again when the database asks for it."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from escalation.database.errors import DatabaseClosed, DatabaseUnreachable
from escalation.database.job import Committed, Job, settle
from escalation.database.transaction import Transaction

ATTEMPTS = 12
# serialization_failure, deadlock_detected: PostgreSQL has rolled back and asks to try again.
TRY_AGAIN = frozenset({"40001", "40P01"})


def may_try_again(error: Exception) -> bool:
    """Whether the transaction surely left nothing behind and may succeed if run again."""
    if isinstance(error, DBAPIError):
        return getattr(error.orig, "sqlstate", None) in TRY_AGAIN
    return isinstance(error, DatabaseUnreachable)


def is_lost(error: DBAPIError) -> bool:
    """Whether the connection broke or could not be made (then no statement was at work)."""
    return error.connection_invalidated or (isinstance(error, OperationalError) and error.statement is None)


class PostgresWriter:
    """Runs jobs on `size` threads, each in its own READ COMMITTED transaction."""

    def __init__(
        self, engine: Engine, transaction: Callable[[Connection], Transaction], committed: Committed, size: int
    ) -> None:
        """`committed` hears, in the thread that wrote, the stream names of each committed job."""
        self._engine = engine
        self._transaction = transaction
        self._committed = committed
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="database-writer")

    def submit(self, job: Job) -> None:
        """Queue a job. Raises: DatabaseClosed."""
        try:
            self._threads.submit(self._work, job)
        except RuntimeError as error:
            raise DatabaseClosed("the database is closed") from error

    @property
    def is_here(self) -> bool:
        """Never a danger here: another thread does the work."""
        return False

    def close(self) -> None:
        """Finish what was handed in."""
        self._threads.shutdown(wait=True)

    def _work(self, job: Job) -> None:
        try:
            self._alone(job) if job.alone else self._with_retries(job)
        except BaseException as error:
            job.fail(error)
        if job.rung:
            self._committed(job.rung)
        settle([job])

    def _alone(self, job: Job) -> None:
        with self._engine.connect() as connection:
            job.result = job.fn(connection)

    def _with_retries(self, job: Job) -> None:
        for attempt in range(ATTEMPTS):
            try:
                self._once(job)
                return
            except (DBAPIError, DatabaseUnreachable) as error:
                if not may_try_again(error) or attempt == ATTEMPTS - 1:
                    raise
            # Full jitter, so that those that collided do not collide again; at most half a second.
            time.sleep(random.uniform(0, min(0.5, 0.002 * 2**attempt)))

    def _once(self, job: Job) -> None:
        committing = False
        try:
            with self._engine.connect() as connection, connection.begin():
                job.run(self._transaction(connection))
                committing = True
        except DBAPIError as error:
            # Lost during the commit, nobody knows whether it was kept: only the caller can decide.
            if committing or not is_lost(error):
                raise
            raise DatabaseUnreachable("the connection to the database was lost and nothing was stored") from error
