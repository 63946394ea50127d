"""Passwords are hashed in a queue of their own, that has an end."""

import asyncio
import threading

import pytest

from escalation.people.errors import TooManySignIns
from escalation.people.passwords import RETRY_SECONDS, HashingQueue
from tests.waiting import interleave, until


async def test_few_are_hashed_at_once_few_wait_and_the_rest_are_told_to_come_back() -> None:
    queue, gate = HashingQueue(threads=2, most_waiting=3), threading.Event()
    running: list[int] = []

    def work() -> str:
        running.append(1)
        gate.wait(60)
        return "hashed"

    taken = [asyncio.create_task(queue.run(work)) for _ in range(5)]
    await until(lambda: len(running) == 2)
    refused = await asyncio.gather(*(queue.run(work) for _ in range(195)), return_exceptions=True)
    assert all(isinstance(each, TooManySignIns) and each.retry_after == RETRY_SECONDS for each in refused)
    assert len(running) == 2
    gate.set()
    assert await asyncio.gather(*taken) == ["hashed"] * 5
    assert await queue.run(work) == "hashed"


async def test_who_hangs_up_keeps_the_place_until_the_work_is_done() -> None:
    queue, gate = HashingQueue(threads=1, most_waiting=0), threading.Event()
    left = asyncio.create_task(queue.run(lambda: gate.wait(60)))
    await interleave(1)
    left.cancel()
    await asyncio.wait({left})
    with pytest.raises(TooManySignIns):
        await queue.run(lambda: None)
    gate.set()

    async def goes() -> bool:
        try:
            return await queue.run(lambda: True)
        except TooManySignIns:
            return False

    assert await until(goes)


async def test_what_fails_leaves_its_place() -> None:
    queue = HashingQueue(threads=1, most_waiting=0)

    def fail() -> None:
        raise ValueError("no")

    for _ in range(3):
        with pytest.raises(ValueError, match="no"):
            await queue.run(fail)
