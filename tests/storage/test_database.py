"""What `Database` promises, the same on SQLite and PostgreSQL."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from escalation.database import Database, Transaction, table_of
from escalation.database.errors import BadDatabaseUrl, DatabaseClosed
from escalation.events import NewEvent, append, heads
from escalation.events.tables import CommandResult, LogMeta
from tests.fakes import START, FakeClock
from tests.waiting import PATIENCE, settled, until

META = table_of(LogMeta)


def put(name: str, value: str = "x") -> Callable[[Transaction], None]:
    """A function that inserts one row and fails where it exists."""
    return lambda tx: void(tx.execute(META.insert(), {"name": name, "value": value}))


def void(_: object) -> None:
    return None


def names(tx: Transaction) -> set[str]:
    return {row.name for row in tx.execute(select(META))} - {"log_epoch"}


async def test_write_returns_what_the_function_returns_and_read_sees_it(database: Database) -> None:
    assert await database.write(lambda tx: (put("a")(tx), 7)[1]) == 7
    assert await database.read(names) == {"a"}
    assert database.write_now(lambda tx: (put("b")(tx), 8)[1]) == 8
    assert database.read_now(names) == {"a", "b"}


async def test_a_failing_function_takes_back_only_its_own_rows(database: Database) -> None:
    def fail(tx: Transaction) -> None:
        put("bad")(tx)
        raise LookupError("on purpose")

    results = await asyncio.gather(
        database.write(put("a")), database.write(fail), database.write(put("b")), return_exceptions=True
    )
    assert isinstance(results[1], LookupError)
    assert [results[0], results[2]] == [None, None]
    assert await database.read(names) == {"a", "b"}


async def test_a_constraint_error_reaches_only_its_caller(database: Database) -> None:
    first, second, third = await asyncio.gather(
        database.write(put("a")), database.write(put("a")), database.write(put("c")), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in (first, second)) == ["IntegrityError", "NoneType"]
    assert third is None
    assert await database.read(names) == {"a", "c"}


async def test_a_failing_hook_takes_back_the_function(database: Database) -> None:
    def with_hook(tx: Transaction) -> None:
        put("a")(tx)
        tx.before_commit(lambda _tx: void(1 // 0))

    with pytest.raises(ZeroDivisionError):
        await database.write(with_hook)
    assert await database.read(names) == set()


async def test_hooks_run_once_after_the_function(database: Database) -> None:
    order: list[str] = []

    def hook(tx: Transaction) -> None:
        order.append("hook")
        put("from hook")(tx)

    def fn(tx: Transaction) -> None:
        tx.before_commit(hook)
        tx.before_commit(hook)
        order.append("fn")

    await database.write(fn)
    assert order == ["fn", "hook"]
    assert await database.read(names) == {"from hook"}


async def test_a_cancelled_waiter_changes_nothing(database: Database) -> None:
    started, go = threading.Event(), threading.Event()

    def held(name: str) -> Callable[[Transaction], None]:
        def fn(tx: Transaction) -> None:
            started.set()
            go.wait(PATIENCE)
            put(name)(tx)

        return fn

    task = asyncio.create_task(database.write(held("slow")))
    queued = asyncio.create_task(database.write(held("queued")))  # PostgreSQL runs it beside the other
    await asyncio.to_thread(started.wait, 5)
    task.cancel()
    queued.cancel()
    go.set()
    for each in (task, queued):
        with pytest.raises(asyncio.CancelledError):
            await each
    await database.write(put("after"))

    async def all_kept() -> bool:
        return await database.read(names) == {"slow", "queued", "after"}

    await until(all_kept)


async def test_one_caller_at_a_time_keeps_its_order(database: Database) -> None:
    for number in range(20):
        await database.write(put(f"{number:02d}"))
        assert len(await database.read(names)) == number + 1


async def test_read_sees_one_moment(database: Database) -> None:
    looked, written = threading.Event(), threading.Event()

    def look_twice(tx: Transaction) -> tuple[set[str], set[str]]:
        before = names(tx)
        looked.set()
        assert written.wait(PATIENCE)
        return before, names(tx)

    task = asyncio.create_task(database.read(look_twice))
    await asyncio.to_thread(looked.wait, 5)
    await database.write(put("a"))
    written.set()
    assert await task == (set(), set())
    assert await database.read(names) == {"a"}


async def test_read_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError):
        await database.read(put("a"))
    assert await database.read(names) == set()


async def test_appending_in_a_read_is_refused(database: Database) -> None:
    with pytest.raises(DBAPIError):
        await database.read(lambda tx: append(tx, "a", NewEvent("TestSaid", 1, {}, "system")))
    assert await database.read(lambda tx: heads(tx, ["a"])) == {"a": 0}


async def test_even_stop_iteration_reaches_the_caller_and_only_it(database: Database) -> None:
    first, second = await asyncio.gather(
        database.write(lambda _tx: next(iter(()))), database.write(put("a")), return_exceptions=True
    )
    assert isinstance(first, RuntimeError)
    assert second is None
    assert await database.read(names) == {"a"}


async def test_savepoint_lets_a_function_survive_an_error(database: Database) -> None:
    def fn(tx: Transaction) -> str:
        put("a")(tx)
        try:
            with tx.savepoint():
                put("b")(tx)
                put("a")(tx)
        except IntegrityError:
            put("c")(tx)
        return "went on"

    assert await database.write(fn) == "went on"
    assert await database.read(names) == {"a", "c"}


async def test_lock_returns_the_row_as_it_is(database: Database) -> None:
    await database.write(put("a", "one"))

    def fn(tx: Transaction) -> tuple[str, object]:
        row = tx.lock(LogMeta, "a")
        assert row is not None
        return row.value, tx.lock(LogMeta, "nobody")

    assert await database.write(fn) == ("one", None)
    assert await database.write(lambda tx: [row.name for row in tx.lock_all(LogMeta, ["log_epoch", "x", "a"])]) == [
        "a",
        "log_epoch",
    ]


async def test_locked_counting_loses_nothing(database: Database) -> None:
    await database.write(put("count", "0"))

    def add(tx: Transaction) -> None:
        row = tx.lock(LogMeta, "count")
        assert row is not None
        tx.execute(META.update().where(META.c.name == "count"), {"value": str(int(row.value) + 1)})

    await asyncio.gather(*(database.write(add) for _ in range(40)))
    assert (
        await database.read(lambda tx: tx.execute(select(META.c.value).where(META.c.name == "count")).scalar()) == "40"
    )


async def test_upsert_inserts_then_updates_what_is_named(database: Database) -> None:
    row = {"actor": "a", "command_id": "1", "digest": "old", "result": 1, "at": START}
    table = table_of(CommandResult)

    def fn(tx: Transaction) -> list[tuple[object, ...]]:
        tx.upsert(CommandResult, row)
        tx.upsert(CommandResult, row | {"digest": "new", "result": 2})
        tx.upsert(CommandResult, row | {"digest": "newer", "result": 3}, update=["result"])
        tx.upsert(CommandResult, row | {"digest": "newest"}, update=[])
        return [tuple(each) for each in tx.execute(select(table.c.digest, table.c.result))]

    assert await database.write(fn) == [("new", 3)]


async def test_what_is_read_once_is_read_again_by_the_next_transaction(database: Database) -> None:
    values = iter(range(3))

    def ask(tx: Transaction) -> list[int]:
        return [tx.once("rules", lambda: next(values)) for _ in range(2)] + [tx.once("other", lambda: 9)]

    assert [await database.write(ask), await database.read(ask)] == [[0, 0, 9], [1, 1, 9]]


async def test_now_is_the_clock_and_stands_still(database: Database, clock: FakeClock) -> None:
    def fn(tx: Transaction) -> tuple[datetime, datetime]:
        first = tx.now
        clock.advance(5)
        return first, tx.now

    assert await database.write(fn) == (START, START)
    assert await database.read(lambda tx: tx.now) == START + timedelta(seconds=5)


@pytest.mark.parametrize(
    "moment",
    [
        START,
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        datetime(9999, 12, 30, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
async def test_times_come_back_as_the_same_instant_in_utc(database: Database, moment: datetime) -> None:
    table = table_of(CommandResult)
    row = {"actor": "a", "command_id": "1", "digest": "d", "at": moment}
    await database.write(lambda tx: void(tx.execute(table.insert(), row)))
    found = await database.read(lambda tx: tx.execute(select(table.c.at).where(table.c.at <= moment)).scalar_one())
    assert found == moment
    assert found.tzinfo is UTC


async def test_naive_times_are_refused(database: Database) -> None:
    row = {"actor": "a", "command_id": "1", "digest": "d", "at": datetime(2026, 1, 1)}  # noqa: DTZ001
    with pytest.raises(StatementError, match="naive"):
        await database.write(lambda tx: void(tx.execute(table_of(CommandResult).insert(), row)))


@pytest.mark.parametrize("document", [{"a": [1, 2.5, None, True, "é 漢 \u2028"]}, [], "text", 0, None])
async def test_json_comes_back_equal(database: Database, document: object) -> None:
    table = table_of(CommandResult)
    row = {"actor": "a", "command_id": "1", "digest": "d", "at": START, "result": document}
    await database.write(lambda tx: void(tx.execute(table.insert(), row)))
    assert await database.read(lambda tx: tx.execute(select(table.c.result)).scalar_one()) == document
    is_null = select(table.c.actor).where(table.c.result.is_(None))
    assert (await database.read(lambda tx: tx.execute(is_null).first()) is not None) == (document is None)


async def test_listeners_hear_names_after_the_commit_and_none_of_what_failed(database: Database) -> None:
    heard: list[tuple[frozenset[str], set[str]]] = []
    database.on_commit(lambda rung: heard.append((rung, database.read_now(names))))

    def fn(tx: Transaction) -> None:
        put("a")(tx)
        tx.rung.add("desk")

    def fail(tx: Transaction) -> None:
        tx.rung.add("never")
        raise LookupError

    await database.write(fn)
    with pytest.raises(LookupError):
        await database.write(fail)
    await database.write(put("silent"))
    assert heard == [(frozenset({"desk"}), {"a"})]


async def test_a_failing_listener_harms_nobody(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[frozenset[str]] = []
    database.on_commit(lambda _rung: void(1 // 0))
    database.on_commit(heard.append)
    await database.write(lambda tx: tx.rung.add("desk"))
    assert heard == [frozenset({"desk"})]
    assert "listener failed" in caplog.text


async def test_after_close_everything_is_refused(database: Database) -> None:
    waiting = [asyncio.create_task(database.write(put(str(number)))) for number in range(5)]
    await settled()
    database.close()
    database.close()
    assert await asyncio.gather(*waiting) == [None] * 5
    with pytest.raises(DatabaseClosed):
        await database.write(put("a"))
    with pytest.raises(DatabaseClosed):
        await database.read(names)
    with pytest.raises(DatabaseClosed):
        database.read_now(names)


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://someone:secret@host/x"])
def test_other_databases_are_refused_in_one_line(url: str, clock: FakeClock) -> None:
    with pytest.raises(BadDatabaseUrl) as caught:
        Database.open(url, clock=clock)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)
