"""A durable follower handles each event once: whatever crashes, whatever fails, however many follow under one name."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError, OperationalError

from escalation.database import Database, Transaction, table_of
from escalation.events import Envelope, Follower, MemoryBus, NewEvent, append, follow, read, start_log
from escalation.events.cursor import position
from escalation.events.errors import Superseded, UnknownVersion
from escalation.events.tables import LogMeta, ParkedEvent
from escalation.events.upcasts import UPCASTS
from tests.conftest import copy_of_tables
from tests.fakes import CrashingDatabase, FakeClock
from tests.waiting import PATIENCE

META = table_of(LogMeta)


async def say(database: Database, *numbers: Any, stream: str = "said", version: int = 1) -> None:
    def fn(tx: Transaction) -> None:
        for number in numbers:
            append(tx, stream, NewEvent("TestSaid", version, {"number": number}, "system"))

    await database.write(fn)


def copy(tx: Transaction, event: Envelope) -> None:
    """Write the event's number to another stream; fail as the number says."""
    append(tx, "copied", NewEvent("TestCopied", 1, event.payload, "system"))
    match event.payload["number"]:
        case "poison":
            raise ValueError("words that cannot be read")
        case "twice":
            for _ in range(2):
                tx.execute(META.insert(), {"name": "twice", "value": "x"})


async def copied(database: Database) -> list[Any]:
    return [event.payload["number"] for event in await database.read(lambda tx: read(tx, "copied", 0, 1000))]


async def parked(database: Database) -> list[Any]:
    return await database.read(lambda tx: list(tx.execute(table_of(ParkedEvent).select())))


async def crash(database: Database, name: str, streams: Iterable[str]) -> None:
    with pytest.raises(ConnectionAbortedError):
        await Follower(CrashingDatabase(database), name, streams, copy).catch_up()  # type: ignore[arg-type]


async def test_events_are_handled_in_order_and_once(database: Database) -> None:
    await say(database, 1, 2, 3)
    assert await Follower(database, "copy", ["said"], copy).catch_up() == 3
    await say(database, 4)
    again = Follower(database, "copy", ["said"], copy)
    assert [await again.catch_up(), await again.catch_up()] == [1, 0]
    assert await copied(database) == [1, 2, 3, 4]


async def test_what_fails_is_parked_with_its_error_and_leaves_nothing(database: Database) -> None:
    await say(database, 1, "poison", 2, "twice", 3)
    assert await Follower(database, "copy", ["said"], copy).catch_up() == 5
    assert await copied(database) == [1, 2, 3]
    poison, twice = await parked(database)
    assert (poison.stream, poison.seq, poison.error) == ("said", 2, "copy: ValueError: words that cannot be read")
    assert twice.seq == 4 and IntegrityError.__name__ in twice.error
    assert "twice" not in await database.read(lambda tx: {row.name for row in tx.execute(META.select())})


async def test_two_followers_that_park_one_event_have_a_line_each(database: Database) -> None:
    await say(database, "poison")
    for name in ("first", "second"):
        await Follower(database, name, ["said"], copy).catch_up()
    (row,) = await parked(database)
    assert [line.split(":")[0] for line in row.error.splitlines()] == ["first", "second"]


async def test_what_is_not_the_events_fault_is_not_parked(database: Database) -> None:
    await say(database, 1)

    def fail(tx: Transaction, event: Envelope) -> None:
        raise OperationalError("SELECT", {}, Exception("the connection is gone"))

    with pytest.raises(OperationalError):
        await Follower(database, "copy", ["said"], fail).catch_up()
    assert await parked(database) == [] and await database.read(lambda tx: position(tx, "copy")) == 0


async def test_an_event_of_a_newer_program_waits_for_that_program(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(UPCASTS._current, "TestSaid", 1)
    await say(database, 1, version=2)
    with pytest.raises(UnknownVersion):
        await Follower(database, "copy", ["said"], copy).catch_up()
    monkeypatch.setitem(UPCASTS._current, "TestSaid", 2)
    assert await Follower(database, "copy", ["said"], copy).catch_up() == 1


async def test_streams_have_a_position_each_and_may_be_added_later(database: Database) -> None:
    await say(database, 1, 2)
    await say(database, 3, stream="more")
    await Follower(database, "copy", ["said"], copy).catch_up()
    assert await Follower(database, "copy", ["said", "more"], copy).catch_up() == 1
    assert await copied(database) == [1, 2, 3]


async def test_a_fenced_follower_handles_nothing(database: Database) -> None:
    await say(database, 1)

    def fence(tx: Transaction) -> None:
        raise Superseded("Another process does it.")

    fenced = Follower(database, "copy", ["said"], copy, fence=fence)
    with pytest.raises(Superseded):
        await fenced.catch_up()
    with pytest.raises(Superseded):
        await fenced.run(MemoryBus())
    assert await copied(database) == []


async def test_a_backlog_is_handled_in_bounded_transactions(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    class Counting:
        async def write(self, fn: Callable[[Transaction], tuple[int, bool]]) -> tuple[int, bool]:
            result = await database.write(fn)
            sizes.append(result[0])
            return result

    await say(database, *range(450))
    monkeypatch.setattr(follow, "CHUNK_SECONDS", 60.0)
    assert await Follower(Counting(), "by rows", ["said"], copy).catch_up() == 450  # type: ignore[arg-type]
    assert sizes == [200, 200, 50]
    sizes.clear()
    monkeypatch.setattr(follow, "CHUNK_SECONDS", 0.0)
    await say(database, *range(3), stream="slow")
    assert await Follower(Counting(), "by time", ["slow"], copy).catch_up() == 3  # type: ignore[arg-type]
    assert sizes == [1, 1, 1]


async def test_replicas_share_the_work_and_none_handles_an_event_twice(database: Database) -> None:
    database.on_commit((bus := MemoryBus()).ring)
    replicas = [asyncio.create_task(Follower(database, "copy", ["said"], copy).run(bus, 0.05)) for _ in range(3)]
    done = bus.listen()
    for first in range(0, 100, 10):
        await say(database, *range(first, first + 10))
    async with asyncio.timeout(PATIENCE):
        while len(await copied(database)) < 100:
            await done.wait(1)
    for replica in replicas:
        replica.cancel()
    await asyncio.gather(*replicas, return_exceptions=True)
    assert await copied(database) == list(range(100))


async def test_a_lost_ring_costs_one_poll(database: Database) -> None:
    await say(database, 1)
    handled = asyncio.Event()
    loop = asyncio.get_running_loop()

    def note(tx: Transaction, event: Envelope) -> None:
        if event.payload["number"] == 2:
            loop.call_soon_threadsafe(handled.set)

    task = asyncio.create_task(Follower(database, "note", ["said"], note).run(MemoryBus(), 0.05))
    await say(database, 2)  # nobody rings: the database is not wired to the bus
    async with asyncio.timeout(PATIENCE):
        await handled.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_failure_is_tried_again_at_the_next_ring(database: Database) -> None:
    database.on_commit((bus := MemoryBus()).ring)
    failures = iter([OperationalError("SELECT", {}, Exception("gone"))])
    failed, loop = asyncio.Event(), asyncio.get_running_loop()

    def fail_once(tx: Transaction, event: Envelope) -> None:
        copy(tx, event)
        if error := next(failures, None):
            loop.call_soon_threadsafe(failed.set)
            raise error

    task = asyncio.create_task(Follower(database, "copy", ["said"], fail_once).run(bus, 60))
    heard = bus.listen()
    await say(database, 1)
    async with asyncio.timeout(PATIENCE):
        await failed.wait()
        await say(database, 2)
        while len(await copied(database)) < 2:
            await heard.wait(1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await copied(database) == [1, 2]


STEPS = st.lists(
    st.one_of(
        st.lists(st.one_of(st.integers(0, 9), st.just("poison")), min_size=1, max_size=4),
        st.sampled_from(["catch up", "crash", "both at once"]),
    ),
    max_size=12,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_however_it_is_interrupted_each_event_is_copied_or_parked_once(
    steps: list[Any], file_with_tables: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = Database.open(copy_of_tables(file_with_tables, tmp_path_factory.mktemp("f")), clock=FakeClock())
    try:
        database.write_now(start_log)
        await follow_through(database, steps)
    finally:
        database.close()


async def follow_through(database: Database, steps: list[Any]) -> None:
    one, other = (Follower(database, "copy", ["said"], copy) for _ in range(2))
    said: list[Any] = []
    for step in steps:
        match step:
            case "catch up":
                await one.catch_up()
            case "both at once":
                await asyncio.gather(one.catch_up(), other.catch_up())
            case "crash":
                await crash(database, "copy", ["said"])
            case numbers:
                said.extend(numbers)
                await say(database, *numbers)
    await other.catch_up()
    assert await copied(database) == [number for number in said if number != "poison"]
    assert [row.seq for row in await parked(database)] == [n for n, each in enumerate(said, 1) if each == "poison"]
    assert await database.read(lambda tx: position(tx, "copy")) == len(said)
