"""A follower's position moves with its rows, forwards only."""

import asyncio

import pytest

from escalation.database import Database, Transaction
from escalation.events import NewEvent, append, cursor, heads, read
from escalation.events.errors import StreamOutOfStep


def fill(tx: Transaction, count: int) -> None:
    for number in range(count):
        append(tx, "resolutions", NewEvent("TestResolved", 1, {"number": number}, "agent:ana"))


def process(tx: Transaction, limit: int) -> int:
    """Copy up to `limit` events to another stream; returns how many."""
    events = read(tx, "resolutions", cursor.take(tx, "collector", "resolutions"), limit)
    for event in events:
        append(tx, "examples", NewEvent("TestLearnt", 1, event.payload, "system"))
    if events:
        cursor.advance(tx, "collector", events[-1].seq)
    return len(events)


async def test_a_new_cursor_is_at_zero_and_moves(database: Database) -> None:
    assert await database.read(lambda tx: cursor.position(tx, "collector")) == 0
    assert await database.write(lambda tx: cursor.take(tx, "collector", "resolutions")) == 0
    await database.write(lambda tx: cursor.advance(tx, "collector", 4))
    assert await database.read(lambda tx: cursor.position(tx, "collector")) == 4


@pytest.mark.parametrize("seq", [3, 4])
async def test_it_never_goes_back_nor_stays(database: Database, seq: int) -> None:
    await database.write(lambda tx: cursor.take(tx, "collector", "resolutions"))
    await database.write(lambda tx: cursor.advance(tx, "collector", 4))
    with pytest.raises(StreamOutOfStep):
        await database.write(lambda tx: cursor.advance(tx, "collector", seq))
    assert await database.read(lambda tx: cursor.position(tx, "collector")) == 4


async def test_a_name_follows_one_stream(database: Database) -> None:
    await database.write(lambda tx: cursor.take(tx, "collector", "resolutions"))
    with pytest.raises(StreamOutOfStep, match="follows resolutions, not desk"):
        await database.write(lambda tx: cursor.take(tx, "collector", "desk"))


async def test_two_copies_and_a_failure_process_each_event_once(database: Database) -> None:
    await database.write(lambda tx: fill(tx, 50))

    def fail(tx: Transaction) -> None:
        process(tx, 7)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fail)

    async def follow() -> None:
        while await database.write(lambda tx: process(tx, 7)):
            pass

    await asyncio.gather(follow(), follow(), follow())
    copied = await database.read(lambda tx: read(tx, "examples", 0, 100))
    assert [each.payload["number"] for each in copied] == list(range(50))
    assert await database.read(lambda tx: cursor.position(tx, "collector")) == 50
    assert await database.read(lambda tx: heads(tx, ["examples"])) == {"examples": 50}
