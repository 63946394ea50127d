"""Timers are rows: what falls due happens once, also after a restart, and one that fails stops no other."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from escalation.conversations.tables import ConversationRow, TimerRow
from escalation.database import table_of
from escalation.protocol.frames import conversation as talk
from escalation.protocol.states import Status
from tests.services.company import LI, MARIA, Company, an_id
from tests.waiting import until


async def test_nobody_came_by_the_deadline(company: Company) -> None:
    conversation = await company.waiting()
    company.clock.advance(timedelta(minutes=29))
    assert await company.timers.step() == 0
    company.clock.advance(timedelta(minutes=1))
    assert await company.timers.step() == 1
    state = await company.state(conversation)
    assert (state.status, state.outcome) == (Status.CLOSED, "expired")
    assert (await company.thread(conversation))[-1] == "system: expired"
    assert await company.rows(TimerRow) == []


async def test_a_claim_in_time_stops_the_deadline(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.staff("ana", talk.Claim, conversation)
    company.clock.advance(timedelta(hours=1))
    await company.timers.step()
    assert (await company.state(conversation)).status is Status.ASSIGNED


async def test_a_conversation_put_back_gets_a_new_deadline(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.waiting()
    company.clock.advance(timedelta(minutes=20))
    await company.staff("ana", talk.Claim, conversation)
    await company.staff("ana", talk.Release, conversation)
    company.clock.advance(timedelta(minutes=20))
    await company.timers.step()
    assert (await company.state(conversation)).status is Status.WAITING
    company.clock.advance(timedelta(minutes=10))
    await company.timers.step()
    assert (await company.state(conversation)).outcome == "expired"


async def test_a_claim_against_the_deadline(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.waiting()
    company.clock.advance(timedelta(minutes=30))
    await asyncio.gather(company.timers.step(), company.staff("ana", talk.Claim, conversation), return_exceptions=True)
    assert (await company.state(conversation)).status in {Status.CLOSED, Status.ASSIGNED}


async def test_a_snooze_ends_at_its_time_and_not_at_an_earlier_one(company: Company) -> None:
    conversation = await snoozed(company, minutes=10)
    await company.staff("ana", talk.Snooze, conversation, until=company.clock.now() + timedelta(minutes=20))
    company.clock.advance(timedelta(minutes=11))
    await company.timers.step()
    assert (await company.state(conversation)).snoozed_until is not None
    company.clock.advance(timedelta(minutes=9))
    await company.timers.step()
    assert (await company.state(conversation)).snoozed_until is None


async def test_timers_survive_the_process(company: Company) -> None:
    conversation = await snoozed(company, minutes=10)
    waiting = await company.waiting(LI)
    company.build()
    company.clock.advance(timedelta(hours=2))
    await company.timers.step()
    assert (await company.state(conversation)).snoozed_until is None
    assert (await company.state(waiting)).outcome == "expired"


async def test_two_processes_fire_a_timer_once(company: Company) -> None:
    conversation = await company.waiting()
    company.clock.advance(timedelta(minutes=30))
    first = company.timers
    company.build()
    await asyncio.gather(first.step(), company.timers.step())
    assert (await company.thread(conversation)).count("system: expired") == 1


@pytest.mark.parametrize("poison", [{"subject": "nowhere"}, {"kind": "settle", "detail": "nothing"}])
async def test_a_timer_that_fails_stops_no_other(unchecked: Company, poison: dict[str, Any]) -> None:
    company = unchecked
    await company.arrive("ana")
    broken, good = await company.waiting(), await company.waiting(LI)
    row = {"kind": "expire", "subject": broken, "due_at": company.clock.now(), "epoch": 2, "detail": ""} | poison
    await company.database.write(lambda tx: tx.execute(table_of(TimerRow).insert(), row) and None)
    original = company.conversations.perform_as_system

    async def sometimes(conversation: str, build: Any) -> None:
        if conversation == broken:
            raise RuntimeError("this one fails")
        await original(conversation, build)

    company.conversations.perform_as_system = sometimes  # type: ignore[method-assign]
    company.clock.advance(timedelta(minutes=30))
    await company.timers.step()
    assert (await company.state(good)).outcome == "expired"
    assert (await company.state(broken)).status is Status.WAITING
    del company.conversations.perform_as_system  # type: ignore[method-assign]
    await company.timers.step()
    assert (await company.state(broken)).outcome == "expired", "it stayed due"


async def test_long_silence_closes_what_the_bot_answered(company: Company) -> None:
    conversation = await company.say()
    await company.bot()
    company.clock.advance(timedelta(minutes=29))
    assert await company.timers.step() == 0
    company.clock.advance(timedelta(minutes=2))
    assert await company.timers.step() == 1
    state = await company.state(conversation)
    assert (state.status, state.outcome) == (Status.CLOSED, "answered")
    assert (await company.thread(conversation))[-1] == "system: closed_after_silence"
    assert await company.timers.step() == 0


async def test_it_is_no_silence_while_an_answer_is_owed(company: Company) -> None:
    conversation = await company.say()
    company.clock.advance(timedelta(hours=1))
    assert await company.timers.step() == 0
    assert (await company.state(conversation)).status is Status.BOT
    await company.bot()


async def test_a_message_during_the_sweep_keeps_the_conversation_open(company: Company) -> None:
    await company.say()
    await company.bot()
    company.clock.advance(timedelta(hours=1))
    await asyncio.gather(company.timers.step(), company.say("are you there?"))
    (row,) = await company.rows(ConversationRow)
    assert row.status == "bot", "closed and opened again, or never closed"
    await company.bot()


async def test_people_are_not_hurried_by_silence(company: Company) -> None:
    conversation = await snoozed(company, minutes=10)
    company.clock.advance(timedelta(hours=5))
    await company.timers.step()
    assert (await company.state(conversation)).status is Status.ASSIGNED


async def test_the_sweep_goes_on_by_itself(company: Company) -> None:
    conversation = await company.waiting(MARIA)
    company.clock.advance(timedelta(minutes=31))
    company.timers.poll_seconds = 0.01
    task = asyncio.create_task(company.timers.run())

    async def closed() -> bool:
        return (await company.state(conversation)).status is Status.CLOSED

    await until(closed)
    task.cancel()
    await asyncio.wait({task})


async def snoozed(company: Company, *, minutes: int) -> str:
    """A conversation Ana holds and put off."""
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.staff("ana", talk.Claim, conversation)
    until = company.clock.now() + timedelta(minutes=minutes)
    await company.staff("ana", talk.Snooze, conversation, until=until, command_id=an_id())
    return conversation
