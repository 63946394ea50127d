"""What audits teach the calibration at a swap: which rows are read, with which chance, and that they are used."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from escalation.classifier.confidence.traffic import FEWEST_AUDITED
from escalation.conversations.lanes import Lane
from escalation.conversations.tables import MessageRow
from escalation.database import Database, Transaction, table_of
from escalation.learning.tables import AnchorRow, EmbeddingRow, ExampleRow
from escalation.proof import labelled_traffic, rows
from escalation.proof.anchoring import anchor_swaps
from escalation.proof.labelled_traffic import LabelledTraffic
from escalation.proof.swaps import SwapPace
from escalation.proof.tables import AuditLabelRow, AuditRow, AutomaticAnswerRow, WindowRow
from escalation.proof.values import ProofSettings
from tests.fakes import FakeClock
from tests.services.learning_world import SHOP, World, a_world, running
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.timeout(7 * PATIENCE)

GATE_SHARE = 0.2
SOON = ProofSettings(b"", 0.02, swaps=SwapPace(timedelta(seconds=0.1), 1))


@pytest.fixture
def world(database: Database, tmp_path: Path, clock: FakeClock) -> World:
    return a_world(database, tmp_path, clock)


def a_window(tx: Transaction, number: int, chance: float, last: int | None = None) -> None:
    ended = None if last is None else tx.now
    row = {"number": number, "id": f"window-{number}", "started_at": tx.now, "chance": chance, "alpha": 0.02}
    row |= {"commitment": "", "ended_at": ended, "ended_because": None, "last_period": last}
    tx.execute(table_of(WindowRow).insert(), row)


def an_audit(tx: Transaction, id: str, text: str, *said: tuple[str, ...], **given: Any) -> None:
    """An answer with its audit, and a label of each auditor."""
    message = {"id": id, "conversation": f"about {id}", "seq": 1, "at": tx.now, "author": "customer"}
    message |= {"author_id": "c", "kind": "text", "internal": False, "client_message_id": id}
    body = {"kind": "text", "text": text}
    tx.execute(table_of(MessageRow).insert(), {**message, "body": body})
    row = {"message_id": id, "conversation": f"about {id}", "intent": "refund", "also": [], "at": tx.now}
    row |= {"lane": Lane.CERTIFIED.value, "period": 1, "draw": 0.0} | given
    tx.execute(table_of(AutomaticAnswerRow).insert(), {**row, "model": "starter"})
    verdict = rows.RIGHT if said else None
    tx.execute(table_of(AuditRow).insert(), {**row, "message_ids": [id], "purpose": rows.ANSWER, "verdict": verdict})
    for number, intents in enumerate(said):
        label = {"message_id": id, "auditor": f"auditor-{number}", "at": tx.now, "intents": list(intents)}
        label |= {"cannot_tell": False, "unserved": False, "counted": True}
        tx.execute(table_of(AuditLabelRow).insert(), label)


def an_example(tx: Transaction, id: str) -> None:
    row = {"id": id, "at": tx.now, "source": "resolution", "message_id": id, "message_ids": [id], "starts": 0}
    row |= {"ends": None, "conversation": id, "resolution": id, "label": "refund", "split": "train", "by": "ana"}
    tx.execute(table_of(ExampleRow).insert(), {**row, "excluded_at": None, "excluded_because": None})


async def counted(world: World, query: Any, least: int) -> None:
    async def looked() -> bool:
        return bool(await world.database.read(lambda tx: tx.execute(query).scalar_one()) >= least)

    condition: Callable[[], bool | Awaitable[bool]] = looked
    await until(condition)


def read(tx: Transaction) -> LabelledTraffic:
    return labelled_traffic.load(tx, GATE_SHARE)


async def test_an_audit_was_seen_with_the_greatest_chance_of_the_windows_that_hold_it(world: World) -> None:
    def work(tx: Transaction) -> None:
        a_window(tx, 1, 0.5, last=2)
        a_window(tx, 2, 0.1)
        a_window(tx, 3, 0.25)
        for period in (1, 2, 3):
            an_audit(tx, f"m{period}", f"text {period}", ("refund",), period=period)
        an_audit(tx, "alone", "text 4", ("refund",), period=3, lane=Lane.PROBATION.value)

    await world.database.write(work)
    found = await world.database.read(read)
    assert {each.text: each.chance for each in found.audited} == {
        "text 1": 0.5, "text 2": 0.5, "text 3": 0.25, "text 4": 1.0
    }  # fmt: skip


async def test_only_what_auditors_agree_on_is_read_and_nothing_of_several_requests(world: World) -> None:
    def work(tx: Transaction) -> None:
        a_window(tx, 1, 0.5)
        an_audit(tx, "agreed", "agreed", ("password",), ("refund",), ("refund",))
        an_audit(tx, "split", "split", ("password",), ("refund",))
        an_audit(tx, "waits", "waits")
        an_audit(tx, "both", "both", ("refund",), also=["password"])
        an_audit(tx, "nothing", "nothing", ())

    await world.database.write(work)
    found = await world.database.read(read)
    assert {each.text: set(each.intents) for each in found.audited} == {"agreed": {"refund"}, "nothing": set()}


async def test_a_handoff_was_seen_unless_the_gate_took_it_and_an_answer_by_its_audit_alone(world: World) -> None:
    await world.import_shop()
    world.build()
    await world.database.write(lambda tx: a_window(tx, 1, 0.5))
    async with running(world.learning()) as learning:
        await until(lambda: learning.describe().model == "starter.1")
        handed = await world.resolve("zebra please", "refund")
        answered = await world.resolve("otter please", "refund")
        await world.resolve("walrus please", "refund", gate=True)
        await counted(world, select(func.count()).select_from(table_of(ExampleRow)), 3)

    def work(tx: Transaction) -> None:
        row = {"message_id": answered, "conversation": "c", "at": tx.now, "intent": "refund", "also": []}
        row |= {"model": "starter", "lane": Lane.CERTIFIED.value, "period": 1, "draw": 0.9}
        tx.execute(table_of(AutomaticAnswerRow).insert(), row)

    await world.database.write(work)
    found = await world.database.read(read)
    table = table_of(ExampleRow)
    ids = await world.database.read(lambda tx: {row.message_id: row.id for row in tx.execute(select(table))})
    assert found.examples == {ids[handed]: 1 - GATE_SHARE, ids[answered]: 0.0}


async def test_before_the_first_window_nothing_was_audited_so_that_nothing_counts(world: World) -> None:
    await world.database.write(lambda tx: an_example(tx, "early"))
    assert (await world.database.read(read)) == LabelledTraffic({}, [])
    world.clock.advance(60)
    await world.database.write(lambda tx: a_window(tx, 1, 0.5))
    await world.database.write(lambda tx: an_example(tx, "late"))
    assert (await world.database.read(read)).examples == {"early": 0.0, "late": 1 - GATE_SHARE}


async def test_with_more_audits_than_are_read_older_handoffs_do_not_count(world: World) -> None:
    def old(tx: Transaction) -> None:
        a_window(tx, 1, 0.5)
        an_audit(tx, "first", "first", ("refund",))
        an_example(tx, "early")

    def new(tx: Transaction) -> None:
        for number in range(2):
            an_audit(tx, f"later-{number}", f"later {number}", ("refund",))
        an_example(tx, "late")

    await world.database.write(old)
    world.clock.advance(60)
    await world.database.write(new)
    few = await world.database.read(lambda tx: labelled_traffic.load(tx, GATE_SHARE, most=2))
    assert few.examples == {"early": 0.0, "late": 0.8} and len(few.audited) == 2
    assert (await world.database.read(read)).examples == {"early": 0.8, "late": 0.8}


async def test_a_swap_calibrates_on_audits_and_keeps_no_vector_of_them(world: World) -> None:
    """Audits that call most answers wrong: the same head, published again, is less sure of itself."""
    await world.import_shop()
    world.build()

    def audits(tx: Transaction) -> None:
        a_window(tx, 1, 0.5)
        texts = [text for texts in SHOP.values() for text in texts]
        for number in range(FEWEST_AUDITED + 10):
            an_audit(tx, f"a{number}", texts[number % len(texts)], ())

    async with running(world.learning()) as learning:
        await until(lambda: learning.describe().model == "starter.1")
        await world.resolve("zebra giraffe lion tiger", "refund")
        await until(lambda: learning.describe().model == "starter.2")
        before = await learning.predictor.predict("refund please")
    await world.database.write(audits)
    async with running(world.learning(also=[anchor_swaps(SOON)])) as learning:
        await until(lambda: learning.describe().model == "starter.3")
        after = await learning.predictor.predict("refund please")
        tried = table_of(AnchorRow)
        await counted(world, select(func.count()).where(tried.c.model == "starter.3"), 1)
    assert after.guesses[0].label == before.guesses[0].label and after.confidence < before.confidence
    vectors = table_of(EmbeddingRow)
    kept = await world.database.read(lambda tx: set(tx.execute(select(vectors.c.example)).scalars()))
    assert not any(id.startswith("a") and id[1:].isdigit() for id in kept)


async def test_with_few_audits_the_live_head_is_swapped_as_it_is(world: World) -> None:
    await world.import_shop()
    world.build()

    def audits(tx: Transaction) -> None:
        a_window(tx, 1, 0.5)
        for number in range(FEWEST_AUDITED - 1):
            an_audit(tx, f"a{number}", "refund please", ())

    await world.database.write(audits)
    async with running(world.learning(also=[anchor_swaps(SOON)])) as learning:
        await until(lambda: learning.describe().model == "starter.1")
        await world.resolve("zebra giraffe lion tiger", "refund")
        await until(lambda: learning.describe().anchor == "starter.2")
        assert learning.describe().model == "starter.2"
