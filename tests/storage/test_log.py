"""The log, the same on SQLite and PostgreSQL: gapless, in commit order, nothing of what failed."""

import asyncio
import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from escalation.database import Database, Transaction
from escalation.events import Envelope, NewEvent, Pending, append, heads, log_epoch, read, start_log
from escalation.events.errors import LogNotStarted, StreamOutOfStep
from escalation.events.log import renew_log_epoch
from tests.fakes import START, FakeClock
from tests.waiting import interleave


def said(number: int = 1) -> NewEvent:
    return NewEvent("TestSaid", 1, {"number": number}, "customer:7", "command-1", "7", "42")


def numbers(envelopes: list[Envelope]) -> list[int]:
    return [envelope.payload["number"] for envelope in envelopes]


async def test_an_event_comes_back_whole(database: Database, clock: FakeClock) -> None:
    clock.advance(timedelta(seconds=3, microseconds=21))
    pending = await database.write(lambda tx: append(tx, "conversation:42", said()))
    assert pending.place == 1
    assert await database.read(lambda tx: read(tx, "conversation:42", 0, 10)) == [
        Envelope(
            stream="conversation:42",
            seq=1,
            at=START + timedelta(seconds=3, microseconds=21),
            type="TestSaid",
            version=1,
            payload={"number": 1},
            actor="customer:7",
            cause="command-1",
            customer="7",
            conversation="42",
        )
    ]


async def test_appends_keep_their_order_in_each_stream(database: Database) -> None:
    def fn(tx: Transaction) -> list[Pending]:
        return [append(tx, stream, said(number)) for number, stream in enumerate(("b", "a", "b", "b", "a"))]

    await database.write(fn)
    assert [pending.seq for pending in await database.write(fn)] == [4, 3, 5, 6, 4]
    assert numbers(await database.read(lambda tx: read(tx, "b", 0, 10))) == [0, 2, 3, 0, 2, 3]
    assert numbers(await database.read(lambda tx: read(tx, "a", 0, 10))) == [1, 4, 1, 4]


async def test_a_place_is_unknown_before_the_end(database: Database) -> None:
    def ask_early(tx: Transaction) -> int:
        return append(tx, "a", said()).place

    with pytest.raises(RuntimeError, match="before the transaction ends"):
        await database.write(ask_early)


async def test_read_pages(database: Database) -> None:
    await database.write(lambda tx: [append(tx, "a", said(number)) for number in range(1, 8)])
    pages = [await database.read(lambda tx, after=after: read(tx, "a", after, 3)) for after in (0, 3, 6, 7)]  # type: ignore[misc]
    assert [numbers(page) for page in pages] == [[1, 2, 3], [4, 5, 6], [7], []]


async def test_heads(database: Database) -> None:
    await database.write(lambda tx: [append(tx, stream, said()) for stream in "aab"])
    assert await database.read(lambda tx: heads(tx, ["b", "a", "new", "a"])) == {"b": 1, "a": 2, "new": 0}
    assert await database.read(lambda tx: heads(tx, [])) == {}


async def test_what_failed_leaves_no_gap_and_rings_nobody(database: Database) -> None:
    rung: list[frozenset[str]] = []
    database.on_commit(rung.append)

    def fail(tx: Transaction) -> None:
        append(tx, "a", said(-1))
        raise LookupError("on purpose")

    for number in (1, 2):
        with pytest.raises(LookupError):
            await database.write(fail)
        await database.write(lambda tx, number=number: append(tx, "a", said(number)))  # type: ignore[misc]
    assert [(each.seq, each.payload["number"]) for each in await database.read(lambda tx: read(tx, "a", 0, 9))] == [
        (1, 1),
        (2, 2),
    ]
    assert rung == [frozenset("a")] * 2


async def test_a_savepoint_takes_its_events_back(database: Database) -> None:
    def fn(tx: Transaction) -> None:
        append(tx, "a", said(1))
        try:
            with tx.savepoint():
                append(tx, "a", said(2))
                append(tx, "b", said(2))
                raise LookupError
        except LookupError:
            append(tx, "a", said(3))

    await database.write(fn)
    assert numbers(await database.read(lambda tx: read(tx, "a", 0, 9))) == [1, 3]
    assert await database.read(lambda tx: heads(tx, ["a", "b"])) == {"a": 2, "b": 0}


async def test_the_expected_number_is_checked(database: Database) -> None:
    def fn(tx: Transaction, *expected: int) -> None:
        append(tx, "b", said())
        for number in expected:
            append(tx, "a", said(number), expect_seq=number)

    await database.write(lambda tx: fn(tx, 1, 2))
    for wrong in ((2,), (3, 5), (4,)):
        with pytest.raises(StreamOutOfStep, match="a, it would be"):
            await database.write(lambda tx, wrong=wrong: fn(tx, *wrong))  # type: ignore[misc]
    await database.write(lambda tx: fn(tx, 3))
    assert await database.read(lambda tx: heads(tx, ["a", "b"])) == {"a": 3, "b": 2}


async def test_the_epoch_stays_until_it_is_renewed(database: Database) -> None:
    epoch = await database.read(log_epoch)
    assert await database.write(start_log) == epoch
    renewed = await database.write(renew_log_epoch)
    assert renewed != epoch
    assert await database.read(log_epoch) == renewed


def test_a_log_that_was_not_started_says_so(database_url: str, clock: FakeClock) -> None:
    database = Database.open(database_url, clock=clock)
    try:
        database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
        with pytest.raises(LogNotStarted):
            database.read_now(log_epoch)
    finally:
        database.close()


async def test_crossing_writers_leave_gapless_streams_and_no_reader_misses_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """40 writers append to 2 or 3 of 5 streams in random order while readers poll from their own positions."""
    # Heads are taken in one order: not a single deadlock may happen, so none is allowed to be run again.
    monkeypatch.setattr("escalation.database.postgres_writer.ATTEMPTS", 1)
    streams = ["a", "b", "c", "d", "desk"]
    chance = random.Random(4)
    done = asyncio.Event()

    async def write(writer: int) -> None:
        for turn in range(8):
            targets = chance.sample(streams, chance.choice((2, 3)))
            number = writer * 100 + turn
            await database.write(lambda tx, t=targets, n=number: [append(tx, each, said(n)) for each in t])  # type: ignore[misc]

    async def follow(stream: str) -> list[Envelope]:
        seen: list[Envelope] = []
        while True:
            last = done.is_set()
            page = await database.read(partial(read, stream=stream, after=len(seen), limit=50))
            assert [each.seq for each in page] == list(range(len(seen) + 1, len(seen) + 1 + len(page)))
            seen += page
            if last and not page:
                return seen
            await interleave(1)

    following = [asyncio.ensure_future(follow(stream)) for stream in streams]
    await asyncio.gather(*(write(writer) for writer in range(40)))
    done.set()
    seen = await asyncio.gather(*following)
    assert {name: len(each) for name, each in zip(streams, seen, strict=True)} == await database.read(
        lambda tx: heads(tx, streams)
    )
    for stream in seen:  # what one writer did one after the other is in that order
        for writer in range(40):
            mine = [each for each in numbers(stream) if each // 100 == writer]
            assert mine == sorted(mine)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all of Hypothesis's examples, each with streams of its own."""
    folder: Path = tmp_path_factory.mktemp("shared")
    database = Database.open(f"sqlite:///{folder}/escalation.sqlite", clock=FakeClock())
    database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
    yield database
    database.close()


EXAMPLES = iter(range(1_000_000))
TRANSACTIONS = st.lists(st.tuples(st.lists(st.sampled_from("abc"), max_size=5), st.booleans()), max_size=12)


@settings(max_examples=40)
@given(transactions=TRANSACTIONS)
def test_any_mix_of_success_and_failure_numbers_what_succeeded(
    shared: Database, transactions: list[tuple[list[str], bool]]
) -> None:
    prefix = f"{next(EXAMPLES)}:"
    expected: dict[str, list[int]] = {name: [] for name in "abc"}

    def fn(tx: Transaction, number: int, targets: list[str], fails: bool) -> None:
        for target in targets:
            append(tx, prefix + target, said(number))
        if fails:
            raise LookupError

    async def run() -> None:
        writes = (
            shared.write(lambda tx, n=n, t=targets, f=fails: fn(tx, n, t, f))  # type: ignore[misc]
            for n, (targets, fails) in enumerate(transactions)
        )
        await asyncio.gather(*writes, return_exceptions=True)

    asyncio.run(run())
    for number, (targets, fails) in enumerate(transactions):
        for target in () if fails else targets:
            expected[target].append(number)
    for name, wanted in expected.items():
        found = shared.read_now(lambda tx, name=name: read(tx, prefix + name, 0, 100))  # type: ignore[misc]
        assert [each.seq for each in found] == list(range(1, len(wanted) + 1))
        assert numbers(found) == wanted
