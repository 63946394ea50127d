"""Mode and accepted error as rows: who chose them, when they take effect, and what each mode lets the bot do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select

from escalation.classifier.confidence.threshold import Choice
from escalation.conversations import history
from escalation.conversations.service import Customer
from escalation.conversations.tables import DecisionRow
from escalation.database import Database, table_of
from escalation.kernel.errors import NotFound
from escalation.proof import policy, risk_dial, rows
from escalation.proof.operator import PolicyChange, ProofOperator
from escalation.proof.policy import AnsweringPolicy
from escalation.proof.tables import WindowRow
from escalation.proof.values import ProofSettings
from escalation.protocol.frames.conversation import Claim, Resolve
from escalation.protocol.states import Status
from escalation.security import Actor
from escalation.security.tables import SecurityLogRow
from tests.fakes import FakeClock
from tests.services.company import LI, MARIA, POLICY, Company, a_prediction
from tests.services.proven_window import DAY, ProvenWindow, settings

ADMIN = Actor("sue")
NEW = ProofSettings(b"secret")


async def started(company: Company, settings: ProofSettings = NEW) -> AnsweringPolicy:
    """Start a process of the service; return what holds then."""
    company.proof_settings = settings
    company.build()
    await company.proof.open()
    return await company.database.read(policy.current)


async def governed(company: Company, reason: str = "we tried it", **change: Any) -> None:
    await ProofOperator(company.database).govern(ADMIN, PolicyChange(**change), reason)


async def asked(company: Company, customer: Customer = MARIA) -> str:
    """A customer asks what the bot is sure of; returns the conversation."""
    conversation = await company.say("where is it?", customer)
    await company.bot()
    return conversation


async def is_answered(company: Company, customer: Customer = MARIA) -> bool:
    return (await company.state(await asked(company, customer))).status is Status.BOT


async def is_chosen(company: Company) -> bool:
    return await company.database.read(policy.is_chosen)


async def windows(company: Company) -> list[Row[Any]]:
    table = table_of(WindowRow)
    return await company.rows(select(table).order_by(table.c.number))


async def noted(company: Company) -> list[tuple[str, str]]:
    table = table_of(SecurityLogRow)
    return [(row.kind, row.facts["reason"]) for row in await company.rows(select(table).order_by(table.c.seq))]


async def test_a_new_installation_begins_in_shadow_until_somebody_chooses(company: Company) -> None:
    assert (await started(company)).mode == "shadow" and not await is_chosen(company)
    conversation = await asked(company)
    assert (await company.state(conversation)).reason == "not_certified"
    await governed(company, mode="provisional")
    assert await is_chosen(company) and await is_answered(company, LI)
    assert await noted(company) == [("answering_mode_changed", "we tried it")]


async def test_that_it_stays_in_shadow_can_be_chosen_too(company: Company) -> None:
    await started(company)
    await governed(company, "labels first", mode="shadow")
    assert await is_chosen(company) and await noted(company) == [("answering_mode_changed", "labels first")]


async def test_an_installation_that_answered_before_goes_on_answering(company: Company) -> None:
    await asked(company)
    assert (await started(company)).mode == "provisional" and await is_chosen(company)


async def test_the_settings_hold_until_an_admin_says_otherwise(company: Company) -> None:
    first = await started(company, replace(NEW, mode="strict", alpha=0.05))
    assert (first.mode, first.alpha) == ("strict", 0.05) and await is_chosen(company)
    assert (await started(company, replace(NEW, mode=None, alpha=0.03))).mode == "strict"
    await governed(company, mode="provisional", alpha=0.01)
    after = await started(company, replace(NEW, mode="strict", alpha=0.05))
    assert (after.mode, after.alpha) == ("provisional", 0.01)


async def test_another_process_answers_otherwise_at_its_next_turn(company: Company) -> None:
    await started(company, replace(NEW, mode="provisional"))
    other = Company(company.database, company.clock)
    await other.catalogues.load()
    assert await is_answered(other)
    await governed(company, mode="shadow")
    assert not await is_answered(other, LI)


async def test_another_accepted_error_has_another_threshold_and_begins_another_window(company: Company) -> None:
    await started(company, replace(NEW, mode="provisional"))
    limits = replace(POLICY, clarify_floor=1.1, by_error=((0.01, 0.95), (0.02, 0.7), (0.05, 0.6)))
    company.predictor.says = a_prediction(policy=limits)
    assert await is_answered(company)
    await governed(company, alpha=0.01)
    conversation = await asked(company, LI)
    assert (await company.state(conversation)).status is Status.WAITING
    [decision] = await company.rows(select(table_of(DecisionRow)).where(table_of(DecisionRow).c.action == "hand_off"))
    assert decision.threshold == 0.95
    await company.proof.step()
    first, second = await windows(company)
    assert (first.alpha, first.ended_because, second.alpha) == (0.02, "terms", 0.01)
    await governed(company, alpha=0.04)
    assert await is_answered(company, Customer("kim", "shop")), "the threshold of the next stricter error known"
    await governed(company, alpha=0.005)
    assert not await is_answered(company, Customer("joe", "shop")), "none is known to be strict enough"


async def test_the_breaker_begins_anew_with_another_accepted_error(company: Company) -> None:
    await started(company)
    await company.database.write(lambda tx: rows.change(tx, breaker_level=3.0))
    await governed(company, alpha=0.05)
    assert (await company.database.read(rows.state)).breaker_level == 0.0  # type: ignore[union-attr]


async def test_saying_what_holds_already_is_no_change(company: Company) -> None:
    await started(company, replace(NEW, mode="provisional"))
    await company.proof.step()
    await governed(company, alpha=0.02)
    assert [row.ended_at for row in await windows(company)] == [None] and await noted(company) == []


async def test_in_shadow_nobody_sees_what_the_model_made_of_it(company: Company) -> None:
    await started(company)
    conversation = await asked(company)
    [row] = await company.rows(DecisionRow)
    assert (row.blind, row.label, row.confidence) == (True, "order", 0.9), "it is stored all the same"
    page = await company.database.read(lambda tx: history.decisions(tx, conversation, None, 10))
    [shown] = page.decisions
    assert (shown.blind, shown.label, shown.confidence, shown.guesses, shown.neighbours) == (True, None, None, [], [])
    with pytest.raises(NotFound):
        await company.database.read(lambda tx: history.guessed(tx, row.id))


async def test_the_labels_of_the_shadow_mode_are_a_census_of_would_be_answers(company: Company) -> None:
    await started(company)
    await company.arrive("ana", "tom")
    for number, label in enumerate(("order", "refund", None)):
        conversation = await asked(company, Customer(f"customer-{number}", "shop"))
        await company.staff("ana", Claim, conversation)
        await company.staff("ana", Resolve, conversation, label=label, last_seen_seq=99)
    company.clock.advance(11)
    await company.timers.step()
    choices = ((0.02, Choice(0.7, 0.5, 0.01, 0.02)),)
    dial = await company.database.read(lambda tx: risk_dial.risk_dial(tx, NEW, choices))
    assert (dial.would_be, dial.agreed, dial.requests, dial.grounds) == (3, 1, 3, "out_of_fold")
    assert [(each.alpha, each.coverage, each.wrong) for each in dial.positions] == [(0.02, 0.5, 0.01)]


async def test_the_dial_tells_of_the_probation_lane_what_the_lane_goes_by(company: Company) -> None:
    chosen = replace(NEW, probation_share=0.03, probation_budget=4)
    await started(company, chosen)
    for told in ((0.03, 4), (0.0, 4)):
        dial = await company.database.read(lambda tx: risk_dial.risk_dial(tx, chosen, ()))
        assert (dial.probation_share, dial.probation_budget) == told, "an admin's word comes before the settings'"
        await governed(company, probation_share=0.0)


@pytest.fixture
async def proven(company_database: Database, clock: FakeClock) -> ProvenWindow:
    """A service in strict mode whose window was certified in provisional mode."""
    window = ProvenWindow(company_database, clock, settings())
    await window.live(timedelta(days=80))
    await governed(window.company, mode="strict")
    return window


async def test_strict_answers_while_a_certificate_is_fresh(proven: ProvenWindow) -> None:
    company = proven.company
    assert not await is_answered(company), "nobody has looked yet"
    await company.proof.step()
    assert await is_answered(company, LI)
    company.clock.advance(DAY.total_seconds() * 60)
    await company.proof.step()
    await company.proof.step()
    assert not await is_answered(company, Customer("late", "shop")), "the certified window is over"


async def test_strict_answers_nothing_where_nothing_is_proven(company: Company) -> None:
    await started(company, replace(NEW, mode="strict"))
    assert not await is_answered(company)
