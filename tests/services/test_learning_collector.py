"""From resolutions to examples: once each, whatever happens in between."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from escalation.conversations.streams import RESOLUTIONS
from escalation.database import Database, table_of
from escalation.events import Doorbell, Follower, NewEvent, append, start_log
from escalation.events.cursor import position
from escalation.events.tables import ParkedEvent
from escalation.learning import datasets, examples, lease
from escalation.learning.collector import CHANGED, NAME, collector
from escalation.learning.errors import LeaseLost
from escalation.learning.tables import ExampleRow
from tests.conftest import copy_of_tables
from tests.fakes import CountingIds, CrashingDatabase, FakeClock
from tests.services.learning_world import World, a_world
from tests.waiting import PATIENCE


@pytest.fixture
async def world(database: Database, tmp_path: Path, clock: FakeClock) -> World:
    world = a_world(database, tmp_path, clock)
    await database.write(lambda tx: lease.acquire(tx, "me"))
    return world


def a_collector(database: Database, token: str = "me") -> Follower:
    return collector(database, ids=CountingIds("example"), token=token, gate_share=0.2)


async def rows(database: Database, model: type[SQLModel] = ExampleRow) -> list[Any]:
    return await database.read(lambda tx: list(tx.execute(table_of(model).select())))


async def test_a_resolution_becomes_one_example_with_its_provenance(world: World) -> None:
    message = await world.resolve("my money", "refund", gate=True)
    assert await a_collector(world.database).catch_up() == 1
    assert await a_collector(world.database).catch_up() == 0
    (row,) = await rows(world.database)
    assert (row.message_id, row.label, row.split, row.source, row.by) == (
        message,
        "refund",
        "gate",
        "resolution",
        "ana",
    )
    assert row.resolution == "resolution-1" and row.excluded_at is None


async def test_no_example_without_permission_or_messages(world: World) -> None:
    await world.resolve("private", "refund", learn=False)
    await world.resolve("nothing said", "refund", message_ids=[])
    assert await a_collector(world.database).catch_up() == 2
    assert await rows(world.database) == [] and await rows(world.database, ParkedEvent) == []


async def test_what_cannot_be_processed_is_parked_and_the_next_are_not_lost(world: World) -> None:
    await world.resolve("good", "refund")
    bad = NewEvent("SomethingElse", 1, {}, "system")
    await world.database.write(lambda tx: append(tx, RESOLUTIONS, bad))
    await world.resolve("no label", 7)  # type: ignore[arg-type]
    await world.resolve("gone", "refund", message_ids=["erased"])
    await world.resolve("good too", "refund")
    assert await a_collector(world.database).catch_up() == 5
    assert len(await rows(world.database)) == 2
    parked = await rows(world.database, ParkedEvent)
    assert [row.seq for row in parked] == [2, 3, 4]
    assert "SomethingElse" in parked[0].error and "label" in parked[1].error and "words" in parked[2].error


async def test_a_withdrawn_resolution_trains_nothing_and_may_be_made_anew(world: World) -> None:
    await world.import_shop()
    message = await world.resolve("track it", "refund")
    await a_collector(world.database).catch_up()
    await world.withdraw("resolution-1")
    await a_collector(world.database).catch_up()
    dataset = await world.database.read(datasets.load)
    assert dataset.collected == ()
    again = {"resolution_id": "resolution-9", "message_ids": [message]}
    await world.resolve("unused words", "order_status", **again)
    await a_collector(world.database).catch_up()
    (row,) = await rows(world.database)
    assert (row.label, row.resolution, row.excluded_at) == ("order_status", "resolution-9", None)


async def test_fast_refits_are_rung_for_what_was_collected(world: World) -> None:
    bell = Doorbell(world.bus, [CHANGED])
    await world.resolve("my money", "refund")
    assert not await bell.wait(0.01)
    await a_collector(world.database).catch_up()
    assert await bell.wait(PATIENCE)


async def test_a_withdrawn_resolution_told_again_stays_withdrawn(world: World) -> None:
    """After a restore events may be told twice; only another resolution brings the message back."""
    message = await world.resolve("track it", "refund")
    await a_collector(world.database).catch_up()
    await world.withdraw("resolution-1")
    await world.resolve("unused words", "refund", resolution_id="resolution-1", message_ids=[message])
    await a_collector(world.database).catch_up()
    (row,) = await rows(world.database)
    assert row.excluded_at is not None and row.excluded_because == "resolution withdrawn"


async def test_another_learner_is_fenced_off(world: World) -> None:
    await world.resolve("my money", "refund")
    with pytest.raises(LeaseLost):
        await a_collector(world.database, "another").catch_up()
    assert await rows(world.database) == []
    assert await world.database.read(lambda tx: position(tx, NAME)) == 0


async def test_more_than_a_chunk_is_collected_in_order(world: World) -> None:
    for number in range(230):
        await world.resolve(f"text {number}", "refund")
    assert await a_collector(world.database).catch_up() == 230
    assert len(await rows(world.database)) == 230


async def test_pages_of_examples_go_back_in_time_and_can_be_filtered(world: World) -> None:
    for number in range(5):
        world.clock.advance(1)
        await world.resolve(f"text {number}", "refund" if number % 2 else None)
    await a_collector(world.database).catch_up()
    first = await world.database.read(lambda tx: examples.page(tx, 2, None, None, None))
    rest = await world.database.read(lambda tx: examples.page(tx, 9, first.next, None, None))
    texts = [row.text for row in (*first.examples, *rest.examples)]
    assert sorted(texts) == [f"text {n}" for n in range(5)] and rest.next is None
    labelled = await world.database.read(lambda tx: examples.page(tx, 9, None, "refund", "resolution"))
    outside = await world.database.read(lambda tx: examples.page(tx, 9, None, "", None))
    assert (len(labelled.examples), len(outside.examples)) == (2, 3)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("resolve"), st.integers(0, 4), st.sampled_from(["a", "b", None]), st.booleans()),
        st.tuples(st.just("revoke"), st.integers(0, 12)),
        st.tuples(st.just("collect")),
        st.tuples(st.just("crash")),
    ),
    max_size=14,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_however_it_is_interrupted_each_message_has_the_example_of_its_last_standing_resolution(
    steps: list[tuple[Any, ...]], file_with_tables: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = Database.open(copy_of_tables(file_with_tables, tmp_path_factory.mktemp("c")), clock=FakeClock())
    try:
        database.write_now(start_log)
        world = World(database, Path(), None, FakeClock())  # type: ignore[arg-type]
        await database.write(lambda tx: lease.acquire(tx, "me"))
        examples, expected, made = a_collector(database), {}, []
        for message in range(5):
            await world.resolve(f"words {message}", None, learn=False)
        for step in steps:
            match step:
                case ("resolve", message, label, learn):
                    id, key = f"made-{len(made)}", f"message-{message + 1}"
                    made.append(id)
                    await world.resolve("x", label, resolution_id=id, message_ids=[key], learn=learn)
                    if learn:
                        expected.setdefault(key, (id, label))
                case ("revoke", number) if number < len(made):
                    await world.withdraw(made[number])
                    expected = {key: row for key, row in expected.items() if row[0] != made[number]}
                case ("collect",):
                    await examples.catch_up()
                case ("crash",):
                    with pytest.raises(ConnectionAbortedError):
                        await a_collector(CrashingDatabase(database)).catch_up()  # type: ignore[arg-type]
        await examples.catch_up()
        standing = {row.message_id: (row.resolution, row.label) for row in await rows(database) if not row.excluded_at}
        assert standing == expected
    finally:
        database.close()


async def test_what_intents_have_from_resolutions_is_counted_as_it_is_learnt_from(world: World) -> None:
    for text in ("my money", "money back"):
        await world.resolve(text, "refund")
    await world.resolve("held back", "refund", gate=True)
    await world.resolve("nonsense", None)
    await a_collector(world.database).catch_up()
    assert await world.database.read(examples.collected) == {"refund": 2}
    left_out = next(row.id for row in await rows(world.database) if row.split == "train" and row.label)
    await world.database.write(lambda tx: examples.exclude(tx, left_out, True))
    assert await world.database.read(examples.collected) == {"refund": 1}
