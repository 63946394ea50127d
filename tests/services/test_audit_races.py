"""Audits while several people and several processes are at it: nothing is judged twice, nothing is lost."""

import asyncio
import random
from collections import Counter

import pytest
from sqlalchemy import select

from escalation.conversations.service import Customer
from escalation.database import Transaction, table_of
from escalation.people.members import Member, members
from escalation.proof import rows
from escalation.proof.bench import AuditBench
from escalation.proof.errors import AlreadyLabelled, AuditHeld, AuditOver, AuditUnknown, HandledByAuditor, UndoOver
from escalation.proof.keeper import ProofKeeper
from escalation.proof.tables import AuditLabelRow, AuditRow, AutomaticAnswerRow, WindowRow
from escalation.protocol.rest.proof import AuditLabel
from tests.fakes import CrashingDatabase
from tests.services.company import Company

NAMES = ("ann", "bob", "cho", "dan", "eve")
ROUNDS = 12
REFUSED = (AuditHeld, AuditOver, AlreadyLabelled, AuditUnknown, HandledByAuditor, UndoOver)
ORDER = AuditLabel(intents=["order"])


@pytest.fixture
async def auditors(company: Company) -> list[Member]:
    for name in NAMES:
        await company.employ(name, "auditor")
    await company.proof.step()
    return [each for each in await company.database.read(members) if each.id in NAMES]


async def one_thing(bench: AuditBench, auditor: Member, draw: random.Random) -> None:
    """What an auditor may do in a moment: label right or wrong, take it back, leave it to others."""
    task = (await bench.next(auditor)).task
    if task is None:
        return
    try:
        match draw.randrange(5):
            case 0:
                await bench.skip(auditor, task.id)
            case 1:
                await bench.label(auditor, task.id, ORDER)
                await bench.undo(auditor, task.id)
            case 2:
                await bench.label(auditor, task.id, AuditLabel(intents=["refund"]))
            case _:
                await bench.label(auditor, task.id, ORDER)
    except REFUSED:
        pass


async def test_auditors_and_keepers_of_two_processes(company: Company, auditors: list[Member]) -> None:
    draw = random.Random(20261129)
    benches = [AuditBench(company.database, company.catalogues, company.proof_settings) for _ in range(2)]
    keepers = [ProofKeeper(company.database, company.proof_settings) for _ in range(2)]
    for number in range(ROUNDS):
        for customer in range(3):
            await company.say(customer=Customer(f"customer-{number}-{customer}", "shop"))
        await company.bot()
        people = [one_thing(draw.choice(benches), each, random.Random(draw.random())) for each in auditors]
        await asyncio.gather(*people, *(keeper.step() for keeper in keepers))
        company.clock.advance(draw.choice([1, 6, 11]))
    company.clock.advance(11)
    await asyncio.gather(*(keeper.step() for keeper in keepers))

    audits, labels = await company.rows(AuditRow), await company.rows(AuditLabelRow)
    assert len(audits) == len(await company.rows(AutomaticAnswerRow)) == 3 * ROUNDS
    assert len(await company.rows(WindowRow)) == 1
    assert all(label.counted for label in labels)
    decided = Counter(audit.verdict for audit in audits)
    assert decided["right"] > 0 < decided["wrong"] + decided[None]
    counted = await company.database.read(lambda tx: rows.counted(tx, rows.running(tx)[0]))
    assert (counted.right, counted.wrong, counted.pending) == (decided["right"], decided["wrong"], decided[None])


async def test_two_who_label_one_message_at_the_same_moment(company: Company, auditors: list[Member]) -> None:
    await company.say()
    await company.bot()
    bench = AuditBench(company.database, company.catalogues, company.proof_settings)
    (audit,) = await company.rows(AuditRow)
    labelled = await asyncio.gather(
        *(bench.label(each, audit.message_id, ORDER) for each in auditors), return_exceptions=True
    )
    assert Counter(type(each) for each in labelled) == {type(None): 1, AuditHeld: len(auditors) - 1}
    assert len(await company.rows(AuditLabelRow)) == 1


async def test_a_process_that_dies_with_an_answer_leaves_neither_answer_nor_audit(company: Company) -> None:
    await company.proof.step()
    await company.say()
    company.clock.advance(0.6)
    turn = (await company.turns.database.read(company.turns._due))[0][0]
    company.turns.database = CrashingDatabase(company.database)  # type: ignore[assignment]
    with pytest.raises(ConnectionAbortedError):
        await company.turns.decide(turn)
    for table in (AutomaticAnswerRow, AuditRow):
        assert await company.rows(table) == []
    company.turns.database = company.database
    await company.bot()
    assert len(await company.rows(AutomaticAnswerRow)) == len(await company.rows(AuditRow)) == 1
    assert (await company.thread((await company.rows(AuditRow))[0].conversation))[-1].startswith("bot: ")


async def test_a_breaker_that_trips_while_the_bot_predicts_stops_this_very_answer(company: Company) -> None:
    await company.proof.step()

    async def trip() -> None:
        company.predictor.meanwhile = None

        def work(tx: Transaction) -> None:
            rows.hold(tx)
            rows.change(tx, tripped_at=tx.now)

        await company.database.write(work)

    company.predictor.meanwhile = trip
    conversation = await company.say()
    await company.bot()
    assert (await company.state(conversation)).reason == "not_certified"
    query = select(table_of(AutomaticAnswerRow))
    assert await company.database.read(lambda tx: tx.execute(query).all()) == []
