"""Audits on the running service: what is drawn, who labels what, what it comes to, and what stops answers."""

from typing import Any

import pytest
from sqlalchemy import Row, select

from escalation.conversations.service import Customer
from escalation.database import table_of
from escalation.people.members import Member, members
from escalation.proof import complaints, returns, rolling, rows
from escalation.proof.bench import AuditBench
from escalation.proof.certificate import AUDIT_WITHIN, LONGEST
from escalation.proof.claims import Claims
from escalation.proof.coins import draw, period_key
from escalation.proof.errors import AlreadyLabelled, AuditHeld, AuditOver, AuditUnknown, HandledByAuditor, UndoOver
from escalation.proof.operator import ProofOperator
from escalation.proof.tables import AuditRow, AutomaticAnswerRow, WindowRow
from escalation.proof.values import ProofSettings
from escalation.protocol.frames.conversation import Claim
from escalation.protocol.rest.proof import AuditLabel, AuditTask
from escalation.security import Actor
from tests.services.company import LI, MARIA, Company, a_prediction

ORDER, REFUND = AuditLabel(intents=["order"]), AuditLabel(intents=["refund"])
MANY = 100


class Office:
    """A company with auditors: `ann`, `bob` and `cho` audit, agents do not."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.bench = AuditBench(company.database, company.catalogues, company.proof_settings)
        self.claims = Claims(company.database, company.proof_settings)

    async def who(self, id: str) -> Member:
        everybody = await self.company.database.read(members)
        return next(each for each in everybody if each.id == id)

    async def answered(self, customer: Customer = MARIA, text: str = "where is it?") -> str:
        """A customer whom the bot answers; returns the conversation."""
        conversation = await self.company.say(text, customer)
        await self.company.bot()
        return conversation

    async def task(self, auditor: str) -> AuditTask:
        found = (await self.bench.next(await self.who(auditor))).task
        assert found is not None
        return found

    async def label(self, auditor: str, label: AuditLabel, task: str | None = None) -> str:
        """Let somebody label what they get next (or `task`), and let the label count."""
        id = task or (await self.task(auditor)).id
        await self.bench.label(await self.who(auditor), id, label)
        self.company.clock.advance(11)
        await self.company.proof.step()
        return id

    async def audits(self) -> list[Row[Any]]:
        table = table_of(AuditRow)
        query = select(table).order_by(table.c.at, table.c.message_id)
        return await self.company.database.read(lambda tx: list(tx.execute(query).all()))

    async def answers(self) -> list[Row[Any]]:
        query = select(table_of(AutomaticAnswerRow))
        return await self.company.database.read(lambda tx: list(tx.execute(query).all()))

    async def windows(self) -> list[Row[Any]]:
        table = table_of(WindowRow)
        return await self.company.database.read(lambda tx: list(tx.execute(select(table).order_by(table.c.number))))


@pytest.fixture
async def office(company: Company) -> Office:
    for name in ("ann", "bob", "cho"):
        await company.employ(name, "auditor")
    await company.proof.step()
    return Office(company)


async def test_an_answer_and_its_audit_are_written_together(office: Office) -> None:
    conversation = await office.answered()
    (answer,), (audit,), (window,) = await office.answers(), await office.audits(), await office.windows()
    assert (answer.conversation, answer.intent, answer.model, answer.period) == (conversation, "order", "v1", 1)
    assert answer.draw == draw(period_key(b"secret", window.id), answer.message_id) < window.chance == 1.0
    assert (audit.message_id, audit.intent, audit.purpose) == (answer.message_id, "order", "answer")


async def test_small_talk_and_handoffs_are_no_automatic_answers(office: Office) -> None:
    office.company.predictor.says = a_prediction("thanks")
    await office.answered()
    office.company.predictor.says = a_prediction("complaint")
    await office.answered(LI)
    assert await office.answers() == [] == await office.audits()


async def test_the_coin_draws_the_share_that_the_window_says(company: Company) -> None:
    office = Office(company)
    await company.proof.step()
    await company.database.write(lambda tx: tx.execute(table_of(WindowRow).update().values(chance=0.3)) and None)
    for number in range(MANY):
        await office.answered(Customer(f"customer-{number}", "shop"))
    drawn = {row.message_id for row in await office.audits()}
    for answer in await office.answers():
        assert (answer.draw < 0.3) == (answer.message_id in drawn)
    assert 0.1 < len(drawn) / MANY < 0.5


async def test_an_auditor_sees_the_conversation_up_to_the_message_and_nothing_later(office: Office) -> None:
    await office.answered(text="where is it?")
    await office.company.say("thanks, and one more thing")
    task = await office.task("ann")
    assert [(each.author, each.body.kind, each.asked) for each in task.messages] == [("customer", "text", True)]
    shown = task.model_dump_json()
    assert "Look under" not in shown and "one more thing" not in shown and "order" not in shown.replace("where", "")


async def test_a_label_counts_after_ten_seconds_and_can_be_taken_back_until_then(office: Office) -> None:
    await office.answered()
    ann, task = await office.who("ann"), await office.task("ann")
    await office.bench.label(ann, task.id, REFUND)
    await office.bench.undo(ann, task.id)
    await office.bench.label(ann, task.id, ORDER)
    office.company.clock.advance(9)
    await office.company.proof.step()
    assert (await office.audits())[0].verdict is None
    office.company.clock.advance(2)
    await office.company.proof.step()
    assert (await office.audits())[0].verdict == "right"
    with pytest.raises(UndoOver):
        await office.bench.undo(ann, task.id)


async def test_what_disagrees_goes_on_to_others_until_two_agree(office: Office) -> None:
    await office.answered()
    task = await office.label("ann", REFUND)
    assert (await office.audits())[0].verdict is None
    assert (await office.bench.next(await office.who("ann"))).task is None
    assert await office.label("bob", REFUND) == task
    (audit,) = await office.audits()
    assert (audit.verdict, audit.most) == ("wrong", 3)
    found = await office.claims.certificate()
    assert (found.right, found.wrong, found.pending, found.answers) == (0, 1, 0, 1)


async def test_two_labels_for_the_answer_outweigh_one_against_it(office: Office) -> None:
    await office.answered()
    task = await office.label("ann", AuditLabel())
    for name in ("bob", "cho"):
        assert await office.label(name, AuditLabel(intents=["order", "refund"])) == task
    assert (await office.audits())[0].verdict == "right"


@pytest.mark.parametrize(
    "label", [AuditLabel(intents=["order"], cannot_tell=True), AuditLabel(intents=["order"], unserved=True)]
)
async def test_what_cannot_be_told_or_leaves_something_open_is_wrong(office: Office, label: AuditLabel) -> None:
    await office.answered()
    await office.label("ann", label)
    await office.label("bob", label)
    assert (await office.audits())[0].verdict == "wrong"


async def test_one_message_is_with_one_auditor_at_a_time(office: Office) -> None:
    await office.answered()
    await office.answered(LI)
    first, second = await office.task("ann"), await office.task("bob")
    assert first.id != second.id == (await office.task("bob")).id
    with pytest.raises(AuditHeld):
        await office.bench.label(await office.who("bob"), first.id, ORDER)
    office.company.clock.advance(601)
    await office.bench.label(await office.who("bob"), first.id, ORDER)
    with pytest.raises(AuditHeld):
        await office.bench.label(await office.who("ann"), first.id, ORDER)


async def test_who_labelled_or_left_a_message_does_not_get_it_again(office: Office) -> None:
    await office.answered()
    task = await office.task("ann")
    await office.bench.skip(await office.who("ann"), task.id)
    assert (await office.bench.next(await office.who("ann"))).task is None
    assert await office.label("bob", REFUND) == task.id
    with pytest.raises(AlreadyLabelled):
        await office.bench.label(await office.who("bob"), task.id, ORDER)


async def test_nobody_audits_a_conversation_they_took_part_in(office: Office) -> None:
    conversation = await office.answered()
    await office.company.arrive("ann")
    await office.company.say("let me talk to a person please")
    await office.company.staff("ann", Claim, conversation)
    assert (await office.bench.next(await office.who("ann"))).task is None
    with pytest.raises(HandledByAuditor):
        await office.bench.label(await office.who("ann"), (await office.audits())[0].message_id, ORDER)
    assert await office.task("bob")


async def test_a_single_auditor_decides_alone_also_what_they_took_part_in(company: Company) -> None:
    office = Office(company)  # of its staff, only sue may audit
    await company.proof.step()
    conversation = await office.answered()
    await company.arrive("sue")
    await company.say("let me talk to a person please")
    await company.staff("sue", Claim, conversation)
    await office.bench.skip(await office.who("sue"), (await office.task("sue")).id)
    await office.label("sue", REFUND)
    assert (await office.audits())[0].verdict == "wrong"


async def test_what_is_not_audited_in_seven_days_is_wrong(office: Office) -> None:
    await office.answered()
    task = await office.task("ann")
    office.company.clock.advance(AUDIT_WITHIN.total_seconds() + 1)
    with pytest.raises(AuditOver):
        await office.bench.label(await office.who("ann"), task.id, ORDER)
    await office.company.proof.step()
    assert (await office.audits())[0].verdict == "wrong"


async def test_erased_words_cannot_be_audited_and_count_as_wrong_in_time(office: Office) -> None:
    conversation = await office.answered()
    task = await office.task("ann")
    await office.company.erase(conversation)
    assert (await office.bench.next(await office.who("bob"))).task is None
    with pytest.raises(AuditUnknown):
        await office.bench.label(await office.who("ann"), task.id, ORDER)
    office.company.clock.advance(AUDIT_WITHIN.total_seconds() + 1)
    await office.company.proof.step()
    assert (await office.audits())[0].verdict == "wrong"


async def test_too_many_wrong_answers_stop_the_bot_until_an_admin_resumes(office: Office) -> None:
    asked = 0
    while not office.company.proof.tripped:
        asked += 1
        await office.answered(Customer(f"customer-{asked}", "shop"))
        await office.label("ann", REFUND)
        await office.label("bob", REFUND)
        assert asked < 20
    conversation = await office.answered(Customer("after", "shop"))
    assert (await office.company.state(conversation)).reason == "not_certified"
    assert len(await office.answers()) == asked
    assert (await office.claims.certificate()).stopped_at is not None

    restarted = Company(office.company.database, office.company.clock)
    await restarted.proof.step()
    assert restarted.proof.tripped
    await ProofOperator(office.company.database).resume(Actor("sue"), "the catalogue was wrong")
    await office.company.proof.step()
    assert not office.company.proof.tripped
    await office.answered(Customer("later", "shop"))
    assert len(await office.answers()) == asked + 1


async def test_a_window_lasts_ninety_days_and_the_next_begins_half_way(office: Office) -> None:
    half = LONGEST.total_seconds() / 2
    for _ in range(2):
        office.company.clock.advance(half)
        await office.company.proof.step()
    first, second, third = await office.windows()
    assert (first.ended_because, first.last_period) == ("over", 2)
    assert second.ended_at is None and third.started_at - second.started_at == LONGEST / 2
    assert len({row.commitment for row in (first, second, third)}) == 3


async def test_no_answer_is_in_a_window_that_ended_before_it(office: Office) -> None:
    """Both windows' clocks are looked at about once a second, so the first ends before the third would be due."""
    half = LONGEST.total_seconds() / 2
    office.company.clock.advance(half + 1)
    await office.company.proof.step()
    office.company.clock.advance(half - 1)
    await office.company.proof.step()
    await office.answered()
    first, second, third = await office.windows()
    assert (first.last_period, second.ended_at, third.started_at) == (2, None, first.ended_at)
    assert [answer.period for answer in await office.answers()] == [3]


async def test_a_window_that_costs_far_more_than_the_budget_is_replaced(company: Company) -> None:
    company.proof_settings = ProofSettings(b"secret", audits_a_day=5)
    company.build()
    office = Office(company)
    await company.proof.step()
    for number in range(12):
        await office.answered(Customer(f"customer-{number}", "shop"))
    company.clock.advance(3600)
    await company.proof.step()
    first, second = await office.windows()
    assert (first.chance, first.ended_because) == (1.0, "traffic") and second.chance == pytest.approx(
        5 / (12 * 24), 0.1
    )


async def test_another_accepted_share_begins_another_window(office: Office) -> None:
    office.company.proof_settings = ProofSettings(b"secret", alpha=0.05)
    office.company.build()
    await office.company.proof.open()
    first, second = await office.windows()
    assert (first.ended_because, second.alpha, second.ended_at) == ("terms", 0.05, None)


async def test_with_another_key_the_window_ends_unproven(office: Office) -> None:
    office.company.proof_settings = ProofSettings(b"another secret")
    office.company.build()
    await office.company.proof.step()
    first, second = await office.windows()
    assert first.ended_because == "key" and second.ended_at is None


async def test_a_restored_database_begins_another_window(office: Office) -> None:
    await office.company.database.write(lambda tx: rolling.end_all(tx, "restored"))
    await office.company.proof.step()
    first, second = await office.windows()
    assert first.ended_because == "restored" and second.ended_at is None


async def test_a_clock_set_back_loses_and_repeats_nothing(office: Office) -> None:
    await office.answered()
    office.company.clock.advance(-3600)
    await office.answered(LI)
    await office.company.proof.step()
    for _ in range(2):
        await office.label("ann", ORDER)
    found = await office.claims.certificate()
    assert (found.answers, found.right, len(await office.windows())) == (2, 2, 1)


async def test_counts_of_a_window_are_those_of_its_rows(office: Office) -> None:
    for number in range(6):
        await office.answered(Customer(f"customer-{number}", "shop"))
    for _ in range(4):
        await office.label("ann", ORDER)
    (window,) = await office.windows()
    counted = await office.company.database.read(lambda tx: rows.counted(tx, window))
    places = await office.company.database.read(lambda tx: rows.drawn_answers(tx, window))
    assert (counted.answers, counted.right, counted.pending) == (6, 4, 2)
    assert [each.place for each in places] == [1, 2, 3, 4, 5, 6]
    assert [each.right for each in places] == [True] * 4 + [None] * 2


async def test_customers_who_complain_far_more_than_before_stop_the_bot(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaints, "RECENT", 8)
    monkeypatch.setattr(complaints, "FEWEST_EARLIER", 10)
    for number in range(10):
        await office.answered(Customer(f"content-{number}", "shop"))
    for number in range(8):
        customer = Customer(f"cross-{number}", "shop")
        conversation = await office.answered(customer)
        await office.company.conversations.mark_unhelpful(
            customer, f"cmd-{number}", await last_of(office, conversation)
        )
    assert not office.company.proof.tripped
    office.company.clock.advance(700)
    await office.company.proof.step()
    found = await office.claims.certificate()
    assert office.company.proof.tripped and found.stopped_because == "complaints"
    await ProofOperator(office.company.database).resume(Actor("sue"), "an answer was out of date")
    office.company.clock.advance(61)
    await office.company.proof.step()
    assert not office.company.proof.tripped, "complaints of answers before that no longer count"


async def test_customers_who_come_back_far_more_than_before_stop_the_bot(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaints, "RECENT", 8)
    monkeypatch.setattr(complaints, "FEWEST_EARLIER", 10)
    for number in range(20):
        await office.answered(Customer(f"customer-{number}", "shop"))
    office.company.clock.advance(31 * 60)
    await office.company.timers.step()  # they were silent: the bot closes
    office.company.clock.advance(60)
    for number in range(12, 20):
        await office.company.say("it is still not there", Customer(f"customer-{number}", "shop"))
    await office.company.proof.step()
    assert not office.company.proof.tripped, "others may still come back"
    office.company.clock.advance(3 * 3600)
    await office.company.proof.step()
    found = await office.claims.certificate()
    assert office.company.proof.tripped and found.stopped_because == "returns"


async def test_who_was_handed_to_a_person_has_not_come_back(office: Office) -> None:
    for number in range(3):
        customer = Customer(f"customer-{number}", "shop")
        await office.answered(customer)
        await office.company.say("let me talk to a person please", customer)
    office.company.clock.advance(4 * 3600)
    await office.company.timers.step()
    assert await office.company.database.read(returns._returned) == [False] * 3


async def last_of(office: Office, conversation: str) -> str:
    found = (await office.company.state(conversation)).last_message_id
    assert found is not None
    return found
