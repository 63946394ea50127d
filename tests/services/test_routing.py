"""Push: the service offers waiting conversations to agents, one after the other, and says why."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from escalation.conversations.service import Customer
from escalation.database import table_of
from escalation.desk.routing import reading
from escalation.desk.routing.rules import QueueRules, Takes
from escalation.desk.routing.service import Router
from escalation.desk.routing.tables import OfferRow
from escalation.desk.routing.trials import tried
from escalation.desk.tables import AgentRow, AssignmentRow
from escalation.kernel.errors import Invalid
from escalation.people.scope import EVERYTHING
from escalation.people.tables import StaffRow
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.desk import SetPresence
from escalation.protocol.rest.routing import RoutingDecision
from escalation.protocol.states import Status
from escalation.security import Actor
from tests.services.acting import claimed
from tests.services.company import LI, MARIA, Company, a_prediction, an_id

ADMIN = Actor("sue", "")


async def push(company: Company, queue: str = "general", **rules: Any) -> None:
    await company.queues.change(queue, QueueRules("push", **rules), ADMIN)


async def offered_to(company: Company, conversation: str) -> str | None:
    return (await company.state(conversation)).offered_to


async def decisions(company: Company, conversation: str) -> list[RoutingDecision]:
    return (await company.database.read(lambda tx: reading.history(tx, conversation, EVERYTHING))).decisions


async def can(company: Company, agent: str, **columns: Any) -> None:
    staff = table_of(StaffRow)
    statement = update(staff).where(staff.c.id == agent).values(**columns)
    await company.database.write(lambda tx: tx.execute(statement) and None)


async def test_a_queue_is_pulled_from_until_somebody_chooses_push(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.waiting()
    assert await company.router.step() == 0
    await push(company)
    assert await company.router.step() == 1
    assert await offered_to(company, conversation) == "ana"
    until = (await company.state(conversation)).offered_until
    assert until is not None and until - company.clock.now() == timedelta(seconds=20)


async def test_an_offer_that_runs_out_goes_to_the_next_agent_with_its_queue_time(company: Company) -> None:
    await push(company)
    await company.arrive("ana")
    conversation = await company.waiting()
    since = (await company.state(conversation)).waiting_since
    await company.router.step()
    await company.arrive("tom")
    company.clock.advance(20)
    await company.timers.step()
    await company.router.step()
    state = await company.state(conversation)
    assert (state.offered_to, state.waiting_since) == ("tom", since)
    await company.staff("tom", talk.AcceptOffer, conversation)
    assert (await company.state(conversation)).controller == "tom"
    assert [(row.agent, row.how) for row in await company.rows(OfferRow)] == [("ana", "timed_out"), ("tom", "accepted")]


async def test_who_declines_is_not_asked_again_for_a_while(company: Company) -> None:
    await push(company)
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.router.step()
    await company.staff("ana", talk.DeclineOffer, conversation)
    assert await company.router.step() == 0
    other = await company.waiting(LI)
    await company.router.step()
    assert await offered_to(company, other) == "ana", "another conversation is offered at once"
    await company.staff("ana", talk.DeclineOffer, other)
    company.clock.advance(301)
    await company.arrive("ana")
    await company.router.step()
    assert await offered_to(company, conversation) == "ana"


async def test_three_missed_offers_in_a_row_set_an_agent_to_away_and_they_are_told_why(company: Company) -> None:
    await push(company)
    await company.employ("eve")
    for number in range(3):
        await company.waiting(Customer(f"customer-{number}", "shop", "en"))
    for _ in range(3):
        company.clock.advance(31)
        await company.arrive("eve")
        await company.router.step()
        company.clock.advance(20)
        await company.timers.step()
    await company.arrive("eve")
    assert await company.router.step() == 0
    told = [each.payload for each in await company.log("desk") if each.payload.get("id") == "eve"]
    assert (told[-1]["availability"], told[-1]["away_because"]) == ("away", "missed_offers")
    await company.as_agent("eve", SetPresence(command_id=an_id(), availability="online"))
    told = [each.payload for each in await company.log("desk") if each.payload.get("id") == "eve"]
    assert (told[-1]["availability"], told[-1]["away_because"]) == ("online", None)
    company.clock.advance(301)
    await company.arrive("eve")
    await company.router.step()
    company.clock.advance(20)
    await company.timers.step()
    (row,) = [row for row in await company.rows(AgentRow) if row.id == "eve"]
    assert row.wants == "online", "what was missed before they came back counts no longer"


async def test_auto_accept_gives_within_capacity_and_no_further(company: Company) -> None:
    await push(company, auto_accept=True)
    await company.arrive("tom", "ana")
    for number in range(7):
        await company.waiting(Customer(f"customer-{number}", "shop", "en"))
    assert await company.router.step() == 5
    held = [row.agent for row in await company.rows(AssignmentRow)]
    assert sorted(held) == ["ana"] * 4 + ["tom"]
    assert await company.router.step() == 0


async def test_language_and_skills_decide_and_the_decision_says_so(company: Company) -> None:
    await push(company, "billing", skills=frozenset({"billing"}))
    await can(company, "ana", languages=["de"])
    await can(company, "sue", skills=["billing"])
    await company.arrive("ana", "tom", "sue")
    conversation = await claimed(company, LI)
    await company.staff("ana", talk.Transfer, conversation, queue="billing")
    await company.router.step()
    assert await offered_to(company, conversation) == "sue"
    (made,) = await decisions(company, conversation)
    assert (made.gave, made.agent_name) == ("offer", "Sue")
    assert {each.agent_name: each.why for each in made.considered} == {"Ana": "language", "Tom": "skill"}


async def test_that_nobody_fits_is_told_once_a_wait(company: Company) -> None:
    await push(company)
    conversation = await company.waiting()
    await company.router.step()
    company.clock.advance(5)
    await company.router.step()
    (made,) = await decisions(company, conversation)
    assert (made.gave, made.agent, {each.why for each in made.considered}) == ("nobody", None, {"offline"})


async def test_a_claim_is_possible_while_somebody_else_is_asked(company: Company) -> None:
    await push(company)
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.router.step()
    await company.arrive("tom")
    await company.staff("tom", talk.Claim, conversation)
    assert (await company.state(conversation)).controller == "tom"
    assert [row.how for row in await company.rows(OfferRow)] == ["overtaken"]


async def test_two_processes_give_no_agent_two_offers_and_no_conversation_two_agents(company: Company) -> None:
    await push(company)
    await company.arrive("ana", "tom", "sue")
    waiting = [await company.waiting(Customer(f"customer-{number}", "shop", "en")) for number in range(6)]
    other = Router(company.database, company.conversations, company.rules.queues, company.ids)
    given = await asyncio.gather(company.router.step(), other.step(), company.router.step())
    assert sum(given) == 3
    asked = [await offered_to(company, each) for each in waiting]
    assert sorted(filter(None, asked)) == ["ana", "sue", "tom"]
    assert asked[:3].count(None) == 0, "the longest waits first"


async def test_what_was_decided_under_an_old_epoch_is_dropped(company: Company) -> None:
    await push(company)
    await company.arrive("ana")
    conversation = await company.waiting(MARIA)
    await company.router.step()
    await company.staff("ana", talk.AcceptOffer, conversation)
    company.clock.advance(30)
    await company.timers.step()
    state = await company.state(conversation)
    assert (state.status, state.controller) == (Status.ASSIGNED, "ana"), "the old deadline does nothing"


async def test_a_handoff_goes_to_the_queue_that_takes_its_intent_and_a_dry_run_says_so(company: Company) -> None:
    billing = QueueRules(takes=Takes(intents=frozenset({"complaint"})))
    company.predictor.says = a_prediction("complaint")
    before = await company.say("this is a disgrace")
    await company.bot()
    rules = await company.queues.all(), await company.queues.tried("billing", billing)
    found = await company.database.read(lambda tx: tried(tx, *rules, EVERYTHING))
    assert (found.handoffs, {each.queue: (each.now, each.then) for each in found.queues}) == (
        1,
        {"general": (1, 0), "billing": (0, 1)},
    )
    await company.queues.change("billing", billing, ADMIN)
    after = await company.say("what a disgrace", LI)
    await company.bot()
    assert [(await company.state(each)).queue for each in (before, after)] == ["general", "billing"]
    with pytest.raises(Invalid, match="takes what no other queue does"):
        await company.queues.change("general", billing, ADMIN)
