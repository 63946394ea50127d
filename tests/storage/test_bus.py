"""The doorbell's promises, for every bus there is (now: memory)."""

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from escalation.database import Database
from escalation.events import Bus, Doorbell, MemoryBus, NewEvent, append, heads
from tests.waiting import PATIENCE, settled


@pytest.fixture(params=[MemoryBus])
def bus(request: pytest.FixtureRequest) -> Bus:
    make: Callable[[], Bus] = request.param
    return make()


async def test_every_listener_hears_the_names(bus: Bus) -> None:
    ears = [bus.listen(), bus.listen()]
    bus.ring(["a", "b"])
    assert [await ear.wait(PATIENCE) for ear in ears] == [frozenset("ab")] * 2


async def test_nothing_rung_is_an_empty_answer_in_time(bus: Bus) -> None:
    ear = bus.listen()
    start = time.monotonic()
    assert await ear.wait(0.05) == frozenset()
    assert 0.04 < time.monotonic() - start < PATIENCE


async def test_rings_coalesce_until_somebody_looks(bus: Bus) -> None:
    ear = bus.listen()
    for name in "abacab":
        bus.ring([name])
    assert await ear.wait(PATIENCE) == frozenset("abc")
    assert await ear.wait(0.01) == frozenset()
    bus.ring(["a"])
    assert await ear.wait(PATIENCE) == frozenset("a")


async def test_what_was_rung_before_listening_is_not_heard(bus: Bus) -> None:
    bus.ring(["a"])
    assert await bus.listen().wait(0.01) == frozenset()


async def test_ringing_nothing_wakes_nobody(bus: Bus) -> None:
    ear = bus.listen()
    bus.ring([])
    assert await ear.wait(0.01) == frozenset()


async def test_other_threads_ring_a_waiting_listener(bus: Bus) -> None:
    ear = bus.listen()
    names = {f"{thread}:{number}" for thread in range(4) for number in range(200)}

    def ring(thread: int) -> None:
        for number in range(200):
            bus.ring([f"{thread}:{number}"])

    threads = [threading.Thread(target=ring, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    heard: set[str] = set()
    while heard != names:
        new = await ear.wait(PATIENCE)
        assert new
        heard |= new
    for thread in threads:
        thread.join()


async def test_close_ends_a_wait_and_the_listening(bus: Bus) -> None:
    ear = bus.listen()
    waiting = asyncio.create_task(ear.wait(PATIENCE))
    await settled()
    ear.close()
    ear.close()
    assert await waiting == frozenset()
    bus.ring(["a"])
    assert await ear.wait(0.01) == frozenset()


def test_a_listener_of_a_dead_loop_harms_nobody(bus: Bus) -> None:
    async def leave() -> None:
        bus.listen()

    asyncio.run(leave())
    for _ in range(2):
        bus.ring(["a"])


async def test_who_wakes_finds_the_events_in_the_log(bus: Bus, database: Database) -> None:
    database.on_commit(bus.ring)
    ear = bus.listen()
    event = NewEvent("TestSaid", 1, {}, "system")
    for number in range(1, 30):
        writing = asyncio.create_task(database.write(lambda tx: [append(tx, name, event) for name in ("a", "desk")]))
        assert await ear.wait(PATIENCE) == {"a", "desk"}
        assert await database.read(lambda tx: heads(tx, ["a", "desk"])) == {"a": number, "desk": number}
        await writing


async def test_a_doorbell_wakes_for_its_own_streams_only(bus: Bus) -> None:
    bell = Doorbell(bus, ["a", "b"])
    bus.ring(["c"])
    assert not await bell.wait(0.02)
    bus.ring(["c", "b"])
    assert await bell.wait(PATIENCE)
    assert not await bell.wait(0.0)


async def test_closing_a_doorbell_ends_its_wait(bus: Bus) -> None:
    bell = Doorbell(bus, ["a"])
    waiting = asyncio.create_task(bell.wait(60))
    bell.close()
    async with asyncio.timeout(PATIENCE):
        assert not await waiting
