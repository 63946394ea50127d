"""A command is carried out once, however often and however simultaneously it is sent."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from escalation.database import Database, Transaction, table_of
from escalation.events import NewEvent, append, heads
from escalation.events.commands import KEPT_FOR, digest, once, purge
from escalation.events.errors import CommandConflict
from escalation.events.tables import CommandResult
from tests.fakes import FakeClock
from tests.waiting import PATIENCE, settled

BODY = {"conversation": "42", "label": "refund"}


def claim(
    command_id: str = "c1",
    actor: str = "agent:ana",
    body: dict[str, Any] = BODY,
    result: Any = "done",
    until: threading.Event | None = None,
) -> Callable[[Transaction], Any]:
    """A command that waits for `until`, appends one event, and answers `result`."""

    def work(tx: Transaction) -> Any:
        assert until is None or until.wait(PATIENCE)
        append(tx, "desk", NewEvent("TestClaimed", 1, {}, actor))
        return result

    return lambda tx: once(tx, actor, command_id, digest(body), lambda: work(tx))


async def done(database: Database) -> int:
    return (await database.read(lambda tx: heads(tx, ["desk"])))["desk"]


@pytest.mark.parametrize("result", ["done", {"seq": 3, "ids": ["a"]}, None, [], 0])
async def test_a_retry_gets_the_first_answer(database: Database, result: object) -> None:
    assert await database.write(claim(result=result)) == result
    assert await database.write(claim(result="another")) == result
    assert await done(database) == 1


async def test_twenty_copies_at_once_are_carried_out_once(database: Database) -> None:
    all_sent = threading.Event()
    copies = [asyncio.create_task(database.write(claim(result=number, until=all_sent))) for number in range(20)]
    await settled()
    all_sent.set()
    answers = await asyncio.gather(*copies)
    assert len(set(answers)) == 1
    assert await done(database) == 1


async def test_another_body_is_a_conflict(database: Database) -> None:
    await database.write(claim())
    with pytest.raises(CommandConflict) as caught:
        await database.write(claim(body=BODY | {"label": "other"}))
    assert caught.value.code == "conflict"
    assert await done(database) == 1


async def test_ids_belong_to_their_actor(database: Database) -> None:
    await database.write(claim(actor="agent:ana"))
    await database.write(claim(actor="agent:tom"))
    assert await done(database) == 2


async def test_a_command_that_failed_may_be_tried_again(database: Database) -> None:
    def fail(tx: Transaction) -> None:
        claim()(tx)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fail)
    assert await database.write(claim(result="second")) == "second"
    assert await done(database) == 1


async def test_purge_takes_the_old_ones_in_chunks(database: Database, clock: FakeClock) -> None:
    for number in range(5):
        await database.write(claim(f"old-{number}"))
    clock.advance(KEPT_FOR - timedelta(seconds=1))
    await database.write(claim("new"))
    assert await database.write(lambda tx: purge(tx, tx.now)) == 0
    clock.advance(2)
    assert [await database.write(lambda tx: purge(tx, tx.now, limit=3)) for _ in range(3)] == [3, 2, 0]
    left = await database.read(lambda tx: tx.execute(table_of(CommandResult).select()).all())
    assert [row.command_id for row in left] == ["new"]


def test_a_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest({"a": 1, "b": [1, 2]}) == digest({"b": [1, 2], "a": 1})
    assert digest({"a": 1}) != digest({"a": "1"})
    assert digest({"a": "\ud800"}) != digest({"a": "?"})
