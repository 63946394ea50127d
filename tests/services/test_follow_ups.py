"""Follow-ups: rows that fall due, in whichever state they find their conversation, also after a restart."""

from datetime import timedelta

import pytest

from escalation.conversations.consequences import FOLLOW_UP
from escalation.conversations.events import parse_event
from escalation.conversations.tables import MessageRow, TimerRow
from escalation.desk import reading
from escalation.desk.service import SNOOZE_AT_MOST
from escalation.desk.tables import HandoffRow
from escalation.events import Envelope
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.desk import RowView
from escalation.protocol.states import Status
from escalation.reports.cases import cases_of
from tests.services.acting import claimed, refused, resolve
from tests.services.company import Company

DAY = timedelta(days=1)


async def planned(company: Company, *, note: str | None = None) -> str:
    """Resolved by Ana, who means to write again tomorrow."""
    conversation = await claimed(company)
    await company.staff("ana", talk.PlanFollowUp, conversation, at=company.clock.now() + DAY, note=note)
    await resolve(company, conversation)
    company.clock.advance(timedelta(minutes=1))
    await company.timers.step()
    return conversation


async def timers(company: Company) -> list[str]:
    return [row.kind for row in await company.rows(TimerRow)]


async def a_day_later(company: Company, *there: str) -> None:
    company.clock.advance(DAY)
    await company.arrive(*there)
    await company.timers.step()
    assert await company.findings() == []


async def test_it_comes_back_to_who_planned_it_after_a_restart(company: Company) -> None:
    conversation = await planned(company)
    told = await company.thread(conversation)
    company.build()
    await a_day_later(company, "ana")
    state = await company.state(conversation)
    assert (state.status, state.controller, state.reply_by, state.follow_up) == (Status.ASSIGNED, "ana", None, None)
    assert await company.thread(conversation) == told, "its customer is told nothing"
    assert FOLLOW_UP not in await timers(company)
    await company.staff("ana", talk.Reply, conversation, text="Has it arrived?")
    assert (await company.thread(conversation))[len(told) :] == ["agent: Has it arrived?"]
    assert not (await company.state(conversation)).unannounced


async def test_it_waits_in_its_queue_where_its_agent_is_not_there(company: Company) -> None:
    conversation = await planned(company)
    await a_day_later(company)
    state = await company.state(conversation)
    assert (state.status, state.reason, state.deadline) == (Status.WAITING, "follow_up", None)
    (handoff,) = [row for row in await company.rows(HandoffRow) if row.ended_at is None]
    assert (handoff.reason, handoff.told) == ("follow_up", None)
    row = next(each for each in await listed(company) if each.conversation == conversation)
    assert row.sla is None, "nobody waits for it"


async def listed(company: Company) -> tuple[RowView, ...]:
    return tuple((await company.database.read(lambda tx: reading.snapshot(tx, "ana"))).rows)


@pytest.mark.parametrize("customer_writes", [False, True])
async def test_the_case_goes_on_unless_the_customer_comes_back(company: Company, customer_writes: bool) -> None:
    """A reopening by an agent is no return of the customer, nor is anything late in it."""
    conversation = await planned(company)
    await a_day_later(company, *([] if customer_writes else ["ana"]))
    if customer_writes:
        await company.say("hello again")
    cases = cases_of((parse_event(each.type, each.payload), each.at) for each in await envelopes(company, conversation))
    assert [case.reopened for case in cases] == ([False, True] if customer_writes else [False])
    assert (cases[0].ended is None) is not customer_writes


async def envelopes(company: Company, conversation: str) -> list[Envelope]:
    return await company.log(f"conversation:{conversation}")


async def test_a_plan_is_listed_however_long_ago_it_was_closed(company: Company) -> None:
    conversation = await claimed(company)
    await resolve(company, conversation)
    company.clock.advance(timedelta(hours=5))
    assert await listed(company) == ()
    at = company.clock.now() + DAY
    await company.staff("ana", talk.PlanFollowUp, conversation, at=at)
    (row,) = await listed(company)
    assert row.follow_up == talk.FollowUpView(agent_id="ana", at=at)


async def test_the_note_is_kept_as_notes_are_and_erased_with_the_customer(company: Company) -> None:
    conversation = await planned(company, note="Ask about the parcel.")
    (note,) = [row for row in await company.rows(MessageRow) if row.internal]
    assert note.body["text"] == "Ask about the parcel."
    await company.erase(conversation)
    assert FOLLOW_UP not in await timers(company)
    await a_day_later(company)
    assert (await company.state(conversation)).status is Status.CLOSED


async def test_the_newest_plan_counts(company: Company) -> None:
    conversation = await planned(company)
    await company.staff("ana", talk.PlanFollowUp, conversation, at=company.clock.now() + 2 * DAY)
    await a_day_later(company)
    assert (await company.state(conversation)).status is Status.CLOSED
    await a_day_later(company, "ana")
    assert (await company.state(conversation)).status is Status.ASSIGNED


async def test_one_given_up_does_not_come(company: Company) -> None:
    conversation = await planned(company)
    await refused(company, "not_owner", "tom", talk.CancelFollowUp, conversation)
    await company.staff("ana", talk.CancelFollowUp, conversation)
    assert FOLLOW_UP not in await timers(company)
    await a_day_later(company)
    assert (await company.state(conversation)).status is Status.CLOSED


async def test_the_customer_who_comes_back_first_ends_the_plan(company: Company) -> None:
    conversation = await planned(company)
    assert await company.say("hello again") == conversation
    assert (await company.state(conversation)).follow_up is None
    assert FOLLOW_UP not in await timers(company)


async def test_a_newer_open_conversation_of_the_customer_stays_the_open_one(company: Company) -> None:
    conversation = await claimed(company)
    await resolve(company, conversation)
    company.clock.advance(timedelta(days=8))
    newer = await company.say("something else")
    assert newer != conversation
    await company.staff("ana", talk.PlanFollowUp, conversation, at=company.clock.now() + timedelta(minutes=1))
    company.clock.advance(timedelta(minutes=1))
    await company.timers.step()
    states = [await company.state(each) for each in (conversation, newer)]
    assert [state.status for state in states] == [Status.CLOSED, Status.BOT]
    assert states[0].follow_up is None and (await company.types(conversation))[-2] == "FollowUpDue"
    *_, line = [row for row in await company.rows(MessageRow) if row.conversation == conversation and row.internal]
    assert (line.author, line.internal) == ("system", True), "staff read why, and where the customer writes now"
    assert (line.body["code"], line.body["params"]) == ("follow_up_ended", {"conversation": newer})
    assert await company.findings() == []


async def test_a_customer_who_writes_while_it_waits_meets_the_bot(company: Company) -> None:
    conversation = await planned(company)
    await a_day_later(company)
    assert await company.say("hello again") == conversation
    assert (await company.state(conversation)).status is Status.BOT
    assert await company.findings() == []


async def test_a_clock_that_is_set_back_lets_it_come_in_time(company: Company) -> None:
    conversation = await planned(company)
    company.timers.longest = {FOLLOW_UP: SNOOZE_AT_MOST}
    company.clock.advance(timedelta(days=-60))
    await company.timers.step()
    company.clock.advance(SNOOZE_AT_MOST)
    await company.timers.step()
    assert (await company.state(conversation)).follow_up is None


@pytest.mark.parametrize("away", [timedelta(0), SNOOZE_AT_MOST + timedelta(seconds=1)])
async def test_it_is_planned_for_a_time_to_come_within_thirty_days(company: Company, away: timedelta) -> None:
    conversation = await claimed(company)
    await refused(company, "invalid", "ana", talk.PlanFollowUp, conversation, at=company.clock.now() + away)


async def test_a_resolution_plans_it_and_one_that_is_refused_plans_nothing(company: Company) -> None:
    conversation = await claimed(company)
    now = company.clock.now()
    said = {"last_seen_seq": (await company.state(conversation)).seq, "follow_up": now + DAY}
    await refused(company, "unknown_intent", "ana", talk.Resolve, conversation, label="no_such", **said)
    await refused(company, "invalid", "ana", talk.Resolve, conversation, label="order", **said | {"follow_up": now})
    assert (await company.state(conversation)).follow_up is None
    await resolve(company, conversation, follow_up=said["follow_up"])
    plan = (await company.state(conversation)).follow_up
    assert plan is not None and (plan.agent, plan.at) == ("ana", said["follow_up"])
    await a_day_later(company, "ana")
    assert (await company.state(conversation)).status is Status.ASSIGNED


async def test_sent_twice_it_is_one_plan(company: Company) -> None:
    conversation = await claimed(company)
    sent = {"at": company.clock.now() + DAY, "note": "Ask.", "command_id": "0190f3a0-0000-7000-8000-000000000001"}
    for _ in range(2):
        await company.staff("ana", talk.PlanFollowUp, conversation, **sent)
    assert (await company.types(conversation)).count("FollowUpPlanned") == 1
