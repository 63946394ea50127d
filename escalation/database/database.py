"""The database as the rest of the program sees it: functions in, results out, stream names to whoever listens."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, text

from escalation.database import engines
from escalation.database.errors import DatabaseAway, DatabaseClosed
from escalation.database.folder_lock import FolderLock
from escalation.database.job import Committed, Job
from escalation.database.outage import Outage
from escalation.database.postgres_writer import PostgresWriter
from escalation.database.sqlite_writer import SqliteWriter
from escalation.database.transaction import Transaction
from escalation.kernel.clock import Clock, SystemClock

T = TypeVar("T")
log = logging.getLogger(__name__)

PROBE_SECONDS = 3.0
_SERVER_TIME = text("SELECT clock_timestamp()")


def server_time(connection: Connection) -> datetime:
    """The database server's own time at this moment: one clock for all processes that share it."""
    now: datetime = connection.execute(_SERVER_TIME).scalar_one()
    return now.astimezone(UTC)


class Database:
    """One open database. Use `Database.open`; `close` it in the end.

    A function given to `write` runs in one transaction: all of it is kept or nothing. It may be run again after a
    deadlock, so it has no effects but rows. Once handed in it is carried out even if the task that awaits it is
    cancelled. A function given to `read` sees one moment of the database and cannot write.
    """

    def __init__(self, url: URL, clock: Clock, threads: int) -> None:
        self.url = url
        self.is_postgres = url.get_backend_name() == "postgresql"
        self._listeners: list[Committed] = []
        self._outage = Outage()
        self._closing = threading.Lock()
        self._closed = False
        self._folder: FolderLock | None = None
        self._ask: Callable[[Connection], datetime] = lambda _connection: clock.now()
        if self.is_postgres and isinstance(clock, SystemClock):
            self._ask = server_time
        self._engines: list[Engine] = []
        self._writer: SqliteWriter | PostgresWriter
        try:
            self._open_postgres(threads) if self.is_postgres else self._open_sqlite(threads)
        except BaseException:
            self._release()
            raise
        self._readers = ThreadPoolExecutor(threads, thread_name_prefix="database-reader")

    @classmethod
    def open(cls, url: str, *, clock: Clock, threads: int = 4) -> "Database":
        """Open the database; `threads` is how many reads (and on PostgreSQL writes) run at the same time.

        Raises: BadDatabaseUrl, DataFolderInUse, DataFolderUnwritable, DatabaseUnreadable, DatabaseUnreachable.
        """
        return cls(engines.parse_url(url), clock, threads)

    def _open_sqlite(self, threads: int) -> None:
        path = Path(str(self.url.database))
        self._folder = FolderLock(path.parent)
        engines.keep_private(path)
        writing = engines.sqlite_writer_engine(self.url)
        engines.try_sqlite(writing, path)
        self._read_engine = engines.sqlite_reader_engine(self.url, threads + 4)
        self._engines = [self._read_engine, writing]
        self._writer = SqliteWriter(writing, self._transaction, self._committed)

    def _open_postgres(self, threads: int) -> None:
        engine = engines.postgres_engine(self.url, 2 * threads)
        engines.try_postgres(engine, self.url)
        self._read_engine = engines.snapshot_engine(engine)
        self._engines = [engine]
        self._writer = PostgresWriter(engine, self._transaction, self._committed, threads)

    def _transaction(self, connection: Connection) -> Transaction:
        return Transaction(connection, self._ask)

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        """Run `fn` in a writing transaction; its result comes back when the commit is on disk.

        Raises: whatever `fn` raises (then nothing of it was kept); DatabaseClosed; DatabaseAway (then nobody knows).
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._writer.submit(Job(fn, future, loop))
        with self._outage.watching("write"):
            return await future

    def write_now(self, fn: Callable[[Transaction], T]) -> T:
        """`write` for callers without an event loop; blocks."""
        return self._wait(fn, alone=False)

    def alone(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` on a writing connection with no transaction open and, on SQLite, no other writer; blocks."""
        return self._wait(fn, alone=True)

    def _wait(self, fn: Callable[[Any], T], *, alone: bool) -> T:
        if self._writer.is_here:
            raise RuntimeError("a function of the writer cannot wait for another one: pass on its transaction")
        future: Future[T] = Future()
        self._writer.submit(Job(fn, future, None, alone=alone))
        with self._outage.watching("write"):
            return future.result()

    async def read(self, fn: Callable[[Transaction], T]) -> T:
        """Run `fn` on a snapshot, in a reader's thread. Raises: whatever `fn` raises; DatabaseClosed, DatabaseAway."""
        if self._closed:
            raise DatabaseClosed("the database is closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, fn)

    def read_now(self, fn: Callable[[Transaction], T]) -> T:
        """`read` in the caller's own thread; blocks."""
        if self._closed:
            raise DatabaseClosed("the database is closed")
        with self._outage.watching("read"), self._read_engine.connect() as connection, connection.begin():
            tx = self._transaction(connection)
            result = fn(tx)
            tx.finish()  # who appends in a read hears at once that this cannot be
            return result

    async def why_away(self) -> str | None:
        """Try the database; return why it cannot be used now, None if it can. After a failed write it is written to."""
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await self.read(lambda tx: tx.execute(text("SELECT 1")) and None)
                if self._outage.reason("write") is not None:
                    await self.write(self._touch)
        except TimeoutError:
            return f"the database does not answer within {PROBE_SECONDS:g} s"
        except DatabaseAway as error:
            return f"the database is away: {error.reason}"
        return None

    def _touch(self, tx: Transaction) -> None:
        """Write, and change nothing."""
        if self.is_postgres:
            tx.execute(text("SELECT pg_current_xact_id()"))
            return
        version: int = tx.execute(text("PRAGMA user_version")).scalar_one()
        tx.execute(text(f"PRAGMA user_version = {version}"))

    def on_commit(self, listener: Committed) -> None:
        """Call `listener` after each commit with the names of the streams appended to, none of it twice.

        It is called in the thread that wrote, before the results are handed over: it must be quick and thread-safe.
        """
        self._listeners.append(listener)

    def _committed(self, names: frozenset[str]) -> None:
        for listener in self._listeners:
            try:
                listener(names)
            except Exception:  # a ring may be lost, a commit may not
                log.exception("a commit listener failed")

    def close(self) -> None:
        """Carry out what was handed in, then close everything. Closing twice is harmless."""
        with self._closing:
            if self._closed:
                return
            self._writer.close()
            self._closed = True
            self._readers.shutdown(wait=True)
            self._release()

    def _release(self) -> None:
        # Readers first: the writer's connection must be the last, because the last one checkpoints.
        for engine in self._engines:
            engine.dispose()
        if self._folder is not None:
            self._folder.release()
