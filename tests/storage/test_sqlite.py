"""What only a SQLite file has: one writer that groups commits, a folder with one owner, files that cannot be used."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError

from escalation.database import Database, Transaction, table_of
from escalation.database.errors import DatabaseUnreadable, DataFolderInUse, DataFolderUnwritable
from escalation.database.job import Job, settle
from escalation.database.sqlite_writer import MOST_IN_A_GROUP
from escalation.events.tables import LogMeta
from tests.fakes import FakeClock
from tests.waiting import PATIENCE, settled

META = table_of(LogMeta)


@pytest.fixture
def sqlite(tmp_path: Path, clock: FakeClock) -> Iterator[Database]:
    database = Database.open(f"sqlite:///{tmp_path}/data/escalation.sqlite", clock=clock)
    database.write_now(lambda tx: META.create(tx.connection))
    yield database
    database.close()


class Gate:
    """Keeps the writer busy until opened, so that what is written meanwhile has to wait together."""

    def __init__(self, database: Database) -> None:
        self._open = threading.Event()
        self.held = asyncio.ensure_future(database.write(lambda _tx: self._open.wait(PATIENCE)))

    def open(self) -> None:
        self._open.set()


def insert(name: str) -> Callable[[Transaction], str]:
    def fn(tx: Transaction) -> str:
        tx.execute(META.insert(), {"name": name, "value": ""})
        return name

    return fn


def names(tx: Transaction) -> list[str]:
    return [row.name for row in tx.execute(META.select().order_by(META.c.name))]


def pragma(tx: Transaction, name: str) -> object:
    return tx.execute(text(f"PRAGMA {name}")).scalar()


async def test_the_connection_is_set_as_promised(sqlite: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert await sqlite.write(lambda tx: {name: pragma(tx, name) for name in wanted}) == wanted
    assert await sqlite.read(lambda tx: pragma(tx, "query_only")) == 1


async def test_waiting_functions_share_a_commit(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escalation.database.sqlite_writer.GATHER_SECONDS", 60.0)
    commits: list[int] = []
    event.listen(sqlite._engines[1], "commit", lambda _connection: commits.append(1))
    gate = Gate(sqlite)
    waiting = [asyncio.ensure_future(sqlite.write(insert(f"{number:03d}"))) for number in range(100)]
    await settled()
    gate.open()
    await asyncio.gather(gate.held, *waiting)
    assert len(commits) == 1
    assert len(await sqlite.read(names)) == 100


async def test_they_run_in_order_of_arrival(sqlite: Database) -> None:
    order: list[int] = []
    gate = Gate(sqlite)
    count = 3 * MOST_IN_A_GROUP
    waiting = [asyncio.ensure_future(sqlite.write(lambda _tx, n=n: order.append(n))) for n in range(count)]  # type: ignore[misc]
    await settled()
    gate.open()
    await asyncio.gather(gate.held, *waiting)
    assert order == list(range(count))


class CountingLoop(asyncio.SelectorEventLoop):
    """Counts how often another thread wakes it."""

    woken = 0

    def call_soon_threadsafe(self, *args: Any, **kwargs: Any) -> asyncio.Handle:  # type: ignore[override]
        self.woken += 1
        return super().call_soon_threadsafe(*args, **kwargs)


def test_one_wake_up_for_a_group() -> None:
    loop = CountingLoop()
    futures: list[asyncio.Future[int]] = [loop.create_future() for _ in range(50)]
    settle(Job(lambda _tx: None, future, loop, result=number) for number, future in enumerate(futures))
    try:
        for future in futures:
            loop.run_until_complete(future)
        assert [future.result() for future in futures] == list(range(50))
        assert loop.woken == 1
    finally:
        loop.close()


async def test_results_come_after_the_commit(sqlite: Database) -> None:
    """A second connection, which sees only what is committed, finds the row when the result is there."""
    for number in range(30):
        name = await sqlite.write(insert(f"{number}"))
        assert name in sqlite.read_now(names)


async def test_when_the_commit_fails_everybody_hears_it_and_nothing_is_kept(sqlite: Database) -> None:
    sqlite.write_now(
        lambda tx: tx.connection.exec_driver_sql(
            "CREATE TABLE child (name TEXT REFERENCES log_meta (name) DEFERRABLE INITIALLY DEFERRED)"
        )
    )
    rung: list[frozenset[str]] = []
    sqlite.on_commit(rung.append)

    def orphan(tx: Transaction) -> None:
        tx.rung.add("desk")
        tx.connection.exec_driver_sql("INSERT INTO child VALUES ('nobody')")

    gate = Gate(sqlite)
    waiting = [asyncio.ensure_future(sqlite.write(fn)) for fn in (insert("a"), orphan, insert("b"))]
    await settled()
    gate._open.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(results[1], IntegrityError)
    assert rung == []
    # whoever shared the commit failed with it; whoever did not is stored
    kept = [name for name, result in zip("ab", (results[0], results[2]), strict=True) if result == name]
    assert await sqlite.read(names) == kept
    await asyncio.gather(gate.held, return_exceptions=True)
    assert await sqlite.write(insert("later")) == "later"


async def test_when_sqlite_drops_the_whole_transaction_the_group_fails(sqlite: Database) -> None:
    """As after a full disk: SQLite itself rolls back everything, the savepoints with it."""

    def lose(tx: Transaction) -> None:
        tx.connection.exec_driver_sql("ROLLBACK")
        raise OSError("disk full")

    gate = Gate(sqlite)
    waiting = [asyncio.ensure_future(sqlite.write(fn)) for fn in (insert("a"), lose)]
    await settled()
    gate.open()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(results[1], OSError)
    assert await sqlite.read(names) == (["a"] if results[0] == "a" else [])
    await asyncio.gather(gate.held, return_exceptions=True)
    assert await sqlite.write(insert("later")) == "later"


def test_work_alone_leaves_no_transaction_behind(sqlite: Database) -> None:
    def careless(connection: Connection) -> None:
        connection.execute(META.insert(), {"name": "a", "value": ""})

    sqlite.alone(careless)
    with pytest.raises(IntegrityError):
        sqlite.alone(lambda connection: connection.execute(text("INSERT INTO log_meta VALUES (NULL, NULL)")))
    assert sqlite.write_now(names) == []


async def test_waiting_inside_the_writer_is_refused_instead_of_hanging(sqlite: Database) -> None:
    with pytest.raises(RuntimeError, match="pass on its transaction"):
        await sqlite.write(lambda _tx: sqlite.write_now(names))


def test_a_closed_loop_does_not_stop_the_writer(sqlite: Database) -> None:
    go = threading.Event()

    async def leave() -> None:
        asyncio.ensure_future(sqlite.write(lambda tx: (go.wait(PATIENCE), insert("a")(tx))))  # noqa: RUF006
        await settled()

    asyncio.run(leave())
    go.set()
    assert sqlite.write_now(insert("b")) == "b"
    assert sqlite.read_now(names) == ["a", "b"]


def test_erased_words_leave_the_file(sqlite: Database) -> None:
    words = "the card ending in 4242 " * 300
    sqlite.write_now(lambda tx: tx.execute(META.insert(), {"name": "a", "value": words}) and None)
    sqlite.write_now(lambda tx: tx.execute(META.update(), {"value": "erased"}) and None)
    sqlite.close()
    (file,) = (path for path in Path(str(sqlite.url.database)).parent.iterdir() if path.suffix == ".sqlite")
    assert b"card ending" not in file.read_bytes()


def test_a_folder_has_one_owner(sqlite: Database, clock: FakeClock) -> None:
    url = sqlite.url.render_as_string()
    with pytest.raises(DataFolderInUse, match=f"process {os.getpid()}"):
        Database.open(url, clock=clock)
    sqlite.close()
    Database.open(url, clock=clock).close()


def test_a_dead_owner_does_not_block_its_folder(tmp_path: Path, clock: FakeClock) -> None:
    url = f"sqlite:///{tmp_path}/escalation.sqlite"
    program = (
        "from escalation.database import Database\nfrom escalation.kernel.clock import SystemClock\n"
        f"database = Database.open({url!r}, clock=SystemClock())\nprint('open', flush=True)\ninput()\n"
    )
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", program], text=True, **pipes) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        with pytest.raises(DataFolderInUse, match=f"process {child.pid}"):
            Database.open(url, clock=clock)
        child.kill()
        child.wait()
    Database.open(url, clock=clock).close()


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataFolderUnwritable, match="cannot be written") as caught:
        Database.open(f"sqlite:///{tmp_path}/file/data/escalation.sqlite", clock=clock)
    assert "\n" not in str(caught.value)


def test_a_folder_where_the_file_should_be(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "escalation.sqlite").mkdir()
    with pytest.raises(DataFolderUnwritable):
        Database.open(f"sqlite:///{tmp_path}/escalation.sqlite", clock=clock)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "escalation.sqlite"
    path.write_text("dear diary, " * 100)
    for _ in range(2):  # the second time shows that the lock was given back
        with pytest.raises(DatabaseUnreadable):
            Database.open(f"sqlite:///{path}", clock=clock)
    assert path.read_text().startswith("dear diary")


def test_nobody_else_may_read_what_is_stored(tmp_path: Path, clock: FakeClock) -> None:
    """Whatever the folder and the umask let others do, and also what was there before."""
    tmp_path.chmod(0o755)
    path = tmp_path / "escalation.sqlite"
    for each in (path, path.with_name("escalation.sqlite-wal")):
        each.touch(0o644)
        each.chmod(0o644)
    before = os.umask(0)
    try:
        database = Database.open(f"sqlite:///{path}", clock=clock)
        database.write_now(lambda tx: META.create(tx.connection))
        modes = {each.name: oct(each.stat().st_mode & 0o777) for each in tmp_path.iterdir()}
        database.close()
    finally:
        os.umask(before)
    assert modes.keys() >= {"escalation.sqlite", "escalation.sqlite-wal", "escalation.sqlite-shm"}
    assert set(modes.values()) == {"0o600"}
