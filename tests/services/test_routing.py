"""Push: the service offers waiting conversations to agents, one after the other, and says why."""

import asyncio
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from escalation.conversations.service import Customer
from escalation.conversations.tables import TimerRow
from escalation.database import table_of
from escalation.desk.errors import AtCapacity, TeamUnknown
from escalation.desk.hours import OpeningHours, Shift
from escalation.desk.reading import snapshot
from escalation.desk.routing import reading
from escalation.desk.routing.rules import QueueRules, Takes
from escalation.desk.routing.service import Router
from escalation.desk.routing.tables import OfferRow
from escalation.desk.routing.teams import Teams
from escalation.desk.routing.trials import tried
from escalation.desk.routing.work import Work
from escalation.desk.sla_watch import SlaWatch
from escalation.desk.tables import AgentRow, AssignmentRow, SlaClockRow
from escalation.kernel.errors import Invalid
from escalation.people.scope import EVERYTHING
from escalation.people.tables import StaffRow
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.desk import SetPresence
from escalation.protocol.rest.routing import MissedServiceLevel, RoutingDecision
from escalation.protocol.rest.teams import TeamBody
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


async def missed_of(company: Company, conversation: str) -> list[MissedServiceLevel]:
    return (await company.database.read(lambda tx: reading.history(tx, conversation, EVERYTHING))).missed


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


async def test_the_backlog_is_not_routed_when_agents_return_or_finish(company: Company) -> None:
    await push(company)
    waiting = []
    for number in range(3):
        waiting.append(await company.waiting(Customer(f"customer-{number}", "shop", "en")))
        company.clock.advance(1)
    await company.employ("eve", capacity=1)
    assert await company.router.step() == 0
    await company.arrive("eve")
    assert await company.router.step() == 1, "she returns, and the oldest of the backlog is hers"
    await company.staff("eve", talk.AcceptOffer, waiting[0])
    assert await company.router.step() == 0, "she has no room"
    seen = (await company.state(waiting[0])).seq
    await company.staff("eve", talk.Resolve, waiting[0], label="order", last_seen_seq=seen)
    assert await company.router.step() == 1, "she has finished one"
    assert [await offered_to(company, each) for each in waiting] == [None, "eve", None]


async def test_who_declines_is_not_asked_again_for_a_while(company: Company) -> None:
    await push(company)
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.router.step()
    await company.staff("ana", talk.DeclineOffer, conversation)
    assert await company.router.step() == 0
    other = await company.waiting(Customer("customer-2", "shop", "en"))
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


async def test_load_counts_units_by_intent_and_never_exceeds_capacity(company: Company) -> None:
    company.predictor.says = a_prediction("complaint")
    complaint = await company.say("this is a disgrace", LI)
    await company.bot()
    await push(company, auto_accept=True, work=Work(weight=2, weights={"complaint": 3}))
    await company.arrive("ana")
    await company.router.step()
    others = [await company.waiting(Customer(f"customer-{number}", "shop", "en")) for number in range(2)]
    await company.router.step()
    assert (await company.state(complaint)).weight == 3
    assert [(await company.state(each)).status for each in others] == [Status.WAITING] * 2, "one unit is left of four"
    shown = [each.payload for each in await company.log("desk") if each.payload.get("id") == "ana"]
    assert (shown[-1]["load"], shown[-1]["capacity"]) == (3, 4)
    with pytest.raises(AtCapacity, match=r"load is 3 and your capacity is 4\. This one takes 2"):
        await company.staff("ana", talk.Claim, others[0])
    await push(company, auto_accept=True)
    company.clock.advance(20)
    await company.arrive("ana")
    assert await company.router.step() == 1, "by the weight that holds now, beside the three units taken before"


async def test_who_finishes_keeps_what_they_have_gets_nothing_new_and_is_away_at_the_end(company: Company) -> None:
    await push(company, auto_accept=True)
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.router.step()
    await company.as_agent("ana", SetPresence(command_id=an_id(), availability="finishing"))
    await company.waiting(LI)
    assert await company.router.step() == 0
    await company.staff("ana", talk.Reply, conversation, text="Good morning")
    await company.staff("ana", talk.HandBack, conversation)
    told = [each.payload for each in await company.log("desk") if each.payload.get("id") == "ana"]
    assert [(one["availability"], one["away_because"], one["load"]) for one in told[-2:]] == [
        ("away", "finishing", 1),
        ("away", None, 0),
    ]
    await company.as_agent("ana", SetPresence(command_id=an_id(), availability="finishing"))
    (row,) = [row for row in await company.rows(AgentRow) if row.id == "ana"]
    assert (row.wants, row.away_because) == ("away", None), "with nothing to finish they are away at once"


async def test_a_missed_service_level_is_warned_of_and_told_once(company: Company) -> None:
    await push(company, work=Work(first_response=timedelta(minutes=5)))
    conversation = await company.waiting()
    watch = SlaWatch(company.database)
    assert await watch.step() == 0
    company.clock.advance(4 * 60)
    assert (await watch.step(), await watch.step()) == (1, 0)
    company.clock.advance(60)
    assert (await watch.step(), await watch.step()) == (1, 0)
    told = [each for each in await company.log("desk") if each.type.startswith("Sla")]
    assert [(each.type, each.conversation, each.payload["target"]) for each in told] == [
        ("SlaWarned", conversation, "first_response"),
        ("SlaBreached", conversation, "first_response"),
    ]
    (row,) = (await company.database.read(lambda tx: snapshot(tx, "ana"))).rows
    assert row.sla is not None and row.sla.due_at == company.clock.now()
    missed = await missed_of(company, conversation)
    assert [(one.target, one.since, one.ended) for one in missed] == [("first_response", company.clock.now(), None)]
    await company.arrive("ana")
    await company.staff("ana", talk.Claim, conversation)
    company.clock.advance(20)
    await company.staff("ana", talk.Reply, conversation, text="Good morning")
    (row,) = (await company.database.read(lambda tx: snapshot(tx, "ana"))).rows
    assert row.sla is None and await company.rows(SlaClockRow) == []
    missed = await missed_of(company, conversation)
    assert [(one.target, one.since, one.ended) for one in missed] == [("first_response", None, company.clock.now())]


async def test_a_queue_of_a_team_is_offered_to_its_members_until_the_team_is_gone(company: Company) -> None:
    teams = Teams(company.database, company.rules.queues)
    await push(company, relax_after=None, work=Work(teams=frozenset({"wine"})))
    await teams.put("wine", TeamBody(members=["tom"]))
    await company.arrive("ana")
    conversation = await company.waiting()
    assert await company.router.step() == 0
    (made,) = await decisions(company, conversation)
    assert ("Ana", "team") in [(each.agent_name, each.why) for each in made.considered]
    (shown,) = (await teams.all()).teams
    assert ([each.name for each in shown.members], shown.queues) == (["Tom"], ["general"])
    with pytest.raises(Invalid, match="nobody with the id bob"):
        await teams.put("wine", TeamBody(members=["bob"]))
    await teams.delete("wine")
    with pytest.raises(TeamUnknown):
        await teams.delete("wine")
    assert await company.router.step() == 1
    assert await offered_to(company, conversation) == "ana", "nobody waits for a team that is gone"


async def test_what_teaches_most_is_offered_first_if_that_is_set(company: Company) -> None:
    await push(company)
    asked = {}
    for name, score, customer in (("sure", 0.75, MARIA), ("unsure", 0.51, LI)):
        company.predictor.says = a_prediction("complaint", score)
        asked[name] = await company.say("this is a disgrace", customer)
        await company.bot()
    await company.arrive("ana")
    teaching = Router(company.database, company.conversations, company.rules.queues, company.ids, timedelta(hours=1))
    await teaching.step()
    assert await offered_to(company, asked["unsure"]) == "ana"


async def test_service_levels_count_while_the_queue_is_open(company: Company) -> None:
    hours = OpeningHours("UTC", ((Shift(time(9), time(10)),),) * 7)
    await push(company, hours=hours, work=Work(first_response=timedelta(hours=1)))
    company.clock.advance(30 * 60)
    await company.waiting()
    (clock,) = await company.rows(SlaClockRow)
    assert (clock.due_at.time(), clock.due_at.date() - company.clock.now().date()) == (time(9, 30), timedelta(days=1))
    company.clock.advance(12 * 3600)
    assert await SlaWatch(company.database).step() == 0, "nothing is late at night"
    await company.timers.step()


async def answered_late(company: Company, conversation: str) -> None:
    """Three minutes without a word of the agent, who stays connected."""
    for _ in range(10):
        company.clock.advance(18)
        await company.arrive("ana", "tom")
    await company.timers.step()


async def test_without_a_first_reply_it_goes_back_and_to_somebody_else(company: Company) -> None:
    await push(company, auto_accept=True, work=Work(reply_within=timedelta(minutes=3)))
    await company.arrive("ana")
    conversation = await company.waiting()
    since = (await company.state(conversation)).waiting_since
    await company.router.step()
    got = await company.state(conversation)
    assert (got.controller, got.reply_by) == ("ana", company.clock.now() + timedelta(minutes=3))
    await answered_late(company, conversation)
    back = await company.state(conversation)
    assert (back.status, back.waiting_since, back.reply_by) == (Status.WAITING, since, None)
    assert (await company.thread(conversation))[-1] == "system: agent_left"
    told = [each.payload for each in await company.log("desk") if each.payload.get("id") == "ana"]
    assert (told[-1]["availability"], told[-1]["away_because"]) == ("online", None), "once may happen to anybody"
    other = await company.waiting(Customer("customer-2", "shop", "en"))
    await company.router.step()
    assert (await company.state(conversation)).controller == "tom", "not to who did not answer it"
    assert (await company.state(other)).controller == "nobody", "who missed one gets nothing for half a minute"
    company.clock.advance(31)
    await company.arrive("ana")
    await company.router.step()
    assert (await company.state(other)).controller == "ana"


@pytest.mark.parametrize("answered", [False, True], ids=["three in a row", "one answered in between"])
async def test_three_missed_replies_in_a_row_set_an_agent_to_away(company: Company, answered: bool) -> None:
    await push(company, auto_accept=True, work=Work(reply_within=timedelta(minutes=3)))
    told = []
    for number in range(3):
        await company.arrive("ana")
        conversation = await company.waiting(Customer(f"customer-{number}", "shop", "en"))
        await company.router.step()
        if number == 1 and answered:
            await company.staff("ana", talk.Reply, conversation, text="Good morning")
        await answered_late(company, conversation)
        told += [each.payload for each in await company.log("desk") if each.payload.get("id") == "ana"][-1:]
        company.clock.advance(31)
    online = ("online", None)
    last = online if answered else ("away", "no_reply")
    assert [(each["availability"], each["away_because"]) for each in told] == [online, online, last]
    await company.arrive("ana")
    newest = await company.waiting(LI)
    await company.router.step()
    assert (await company.state(newest)).controller == ("ana" if answered else "nobody")


async def test_a_reply_ends_the_deadline(company: Company) -> None:
    await push(company, auto_accept=True, work=Work(reply_within=timedelta(minutes=3)))
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.router.step()
    await company.staff("ana", talk.Reply, conversation, text="Good morning")
    assert await company.rows(TimerRow) == []
    await answered_late(company, conversation)
    assert (await company.state(conversation)).controller == "ana"


async def test_a_deadline_follows_the_agent_who_takes_over(company: Company) -> None:
    await push(company, auto_accept=True, work=Work(reply_within=timedelta(minutes=3)))
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.router.step()
    company.clock.advance(100)
    await company.staff("sue", talk.TakeOver, conversation)
    taken = await company.state(conversation)
    assert taken.reply_by == company.clock.now() + timedelta(minutes=3)
    company.clock.advance(100)
    await company.timers.step()
    assert (await company.state(conversation)).controller == "sue", "the first agent's deadline is over"


@pytest.mark.parametrize("minutes", [0, 61])
async def test_a_deadline_is_one_to_sixty_minutes(company: Company, minutes: int) -> None:
    with pytest.raises(Invalid, match="1 to 60"):
        await push(company, work=Work(reply_within=timedelta(minutes=minutes)))


async def test_auto_accept_gives_within_capacity_and_no_further(company: Company) -> None:
    await push(company, auto_accept=True)
    await company.arrive("tom", "ana")
    for number in range(7):
        await company.waiting(Customer(f"customer-{number}", "shop", "en"))
    assert await company.router.step() == 3, "two a minute for who has just come"
    company.clock.advance(20)
    await company.arrive("tom", "ana")
    assert await company.router.step() == 0
    company.clock.advance(29)
    await company.arrive("tom", "ana")
    company.clock.advance(12)
    assert await company.router.step() == 2
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
