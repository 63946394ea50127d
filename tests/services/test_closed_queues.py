"""Outside opening hours: what customers are told, who waits over night, and what happens in the morning."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from escalation.conversations.consequences import EXPIRE
from escalation.conversations.tables import MessageRow, TimerRow
from escalation.database import table_of
from escalation.desk import contacts
from escalation.desk.hours import OpeningHours, Shift
from escalation.desk.routing.rules import QueueRules
from escalation.people.scope import EVERYTHING
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.desk import SetPresence
from escalation.protocol.states import Status
from escalation.security import Actor
from tests.services.company import LI, MARIA, Company, an_id

ADMIN = Actor("sue", "")
OFFICE = OpeningHours("Europe/Berlin", ((Shift(time(9), time(17)),),) * 5 + ((), ()))
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)


async def opened(company: Company, hours: OpeningHours | None = OFFICE, way: Any = "push") -> None:
    await company.queues.change("general", QueueRules(way, hours=hours), ADMIN)


async def evening(company: Company) -> None:
    """The queue has hours; it is Monday, 22:00 in Berlin."""
    await opened(company)
    company.clock.advance(12 * HOUR)


async def told(company: Company, conversation: str) -> list[str]:
    return [each.partition(": ")[2] for each in await company.thread(conversation) if each.startswith("system")]


async def notices(company: Company, conversation: str, code: str) -> list[dict[str, Any]]:
    messages = table_of(MessageRow)
    rows = await company.rows(messages.select().where(messages.c.conversation == conversation))
    return [row.body["params"] for row in rows if row.body.get("code") == code]


async def timers(company: Company) -> dict[str, datetime]:
    query = table_of(TimerRow).select().where(table_of(TimerRow).c.kind == EXPIRE)
    return {row.subject: row.due_at for row in await company.rows(query)}


async def test_at_night_the_customer_is_told_when_somebody_is_back_and_asked_for_an_address(company: Company) -> None:
    await evening(company)
    await company.arrive("ana")
    conversation = await company.waiting()
    (params,) = await notices(company, conversation, "closed_now")
    assert params == {"opens_at": "2026-03-03T08:00:00+00:00"}, "nine o'clock in Berlin"
    await company.conversations.leave_contact(MARIA, an_id(), "maria@example.com", "Maria")
    page = await company.database.read(lambda tx: contacts.page(tx, "open", None, 10, EVERYTHING))
    assert [(each.conversation, each.email) for each in page.contacts] == [(conversation, "maria@example.com")]


async def test_who_waits_over_night_is_offered_when_the_queue_opens_the_longest_wait_first(company: Company) -> None:
    await evening(company)
    first = await company.waiting()
    since = (await company.state(first)).waiting_since
    company.clock.advance(HOUR)
    second = await company.waiting(LI)
    await company.arrive("tom", "ana")
    assert await company.router.step() == 0, "nobody is offered anything while it is closed"
    company.clock.advance(9 * HOUR)
    await company.timers.step()
    assert await company.router.step() == 0
    company.clock.advance(timedelta(minutes=59, seconds=59))
    assert await company.router.step() == 0
    company.clock.advance(1)
    await company.arrive("tom")
    await company.as_agent("ana", SetPresence(command_id=an_id(), availability="away"))
    assert await company.router.step() == 1
    found = await company.state(first)
    assert (found.status, found.offered_to, found.waiting_since) == (Status.WAITING, "tom", since)
    assert (await company.state(second)).offered_to is None


async def test_a_wait_over_night_ends_half_an_hour_after_opening(company: Company) -> None:
    await evening(company)
    conversation = await company.waiting()
    assert (await company.state(conversation)).deadline == datetime.fromisoformat("2026-03-03T08:30:00+00:00")
    company.clock.advance(11 * HOUR + timedelta(minutes=29))
    await company.timers.step()
    assert (await company.state(conversation)).status is Status.WAITING
    company.clock.advance(timedelta(minutes=1))
    await company.timers.step()
    assert (await company.state(conversation)).outcome == "expired"


async def test_a_wait_is_counted_in_open_time_over_the_weekend_and_a_holiday(company: Company) -> None:
    await opened(company, OpeningHours("Europe/Berlin", OFFICE.week, {date(2026, 3, 9): ()}))
    company.clock.advance(4 * timedelta(days=1) + 6 * HOUR + timedelta(minutes=50))  # Friday, 16:50 in Berlin
    conversation = await company.waiting()
    assert (await company.state(conversation)).deadline == datetime.fromisoformat("2026-03-10T08:20:00+00:00")


async def test_an_agent_who_is_there_claims_at_night(company: Company) -> None:
    await evening(company)
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.staff("ana", talk.Claim, conversation)
    await company.staff("ana", talk.Release, conversation)
    found = await company.state(conversation)
    assert found.deadline == datetime.fromisoformat("2026-03-03T08:30:00+00:00"), "put back, it waits for the morning"


async def test_when_it_opens_and_somebody_is_there_the_customer_hears_of_it_once(company: Company) -> None:
    await evening(company)
    conversation = await company.waiting()
    company.clock.advance(11 * HOUR)
    await company.attendance.sweep()
    assert await told(company, conversation) == ["closed_now"], "it is open, and nobody has come yet"
    await company.arrive("ana")
    await company.attendance.sweep()
    await company.attendance.sweep()
    assert await told(company, conversation) == ["closed_now", "somebody_online"]
    assert not (await company.state(conversation)).contact_asked


async def test_when_it_closes_who_waits_is_told_once(company: Company) -> None:
    await opened(company)
    company.clock.advance(6 * HOUR + timedelta(minutes=50))
    await company.arrive("ana")
    conversation = await company.waiting()
    other = await company.waiting(LI)
    assert await told(company, conversation) == ["handed_off"]
    await company.staff("ana", talk.Claim, other)
    company.clock.advance(timedelta(minutes=10))
    await company.arrive("ana")
    await company.attendance.sweep()
    await company.attendance.sweep()
    assert await told(company, conversation) == ["handed_off", "closed_now"]
    assert (await notices(company, conversation, "closed_now"))[0]["opens_at"] == "2026-03-03T08:00:00+00:00"
    assert (await company.state(conversation)).takes_contact


async def test_who_waits_hears_once_of_hours_that_change_when_somebody_is_back(company: Company) -> None:
    await evening(company)
    await company.arrive("ana")
    conversation = await company.waiting()
    earlier = OpeningHours("Europe/Berlin", ((Shift(time(7), time(17)),),) * 7)
    await opened(company, earlier)
    await company.attendance.sweep()
    await company.attendance.sweep()
    times = [each["opens_at"] for each in await notices(company, conversation, "closed_now")]
    assert times == ["2026-03-03T08:00:00+00:00", "2026-03-03T06:00:00+00:00"]

    await opened(company, OpeningHours("Europe/Berlin", ((Shift(time(7), time(12)),),) * 7))
    await company.attendance.sweep()
    assert len(await notices(company, conversation, "closed_now")) == 2, "what they were told is still true"


async def test_who_waits_hears_that_somebody_is_there_when_the_hours_are_gone(company: Company) -> None:
    await evening(company)
    await company.arrive("ana")
    conversation = await company.waiting()
    await opened(company, None)
    await company.attendance.sweep()
    await company.attendance.sweep()
    assert await told(company, conversation) == ["closed_now", "somebody_online"]


async def test_hours_set_later_keep_who_waits_already(company: Company) -> None:
    conversation = await company.waiting()
    await opened(company, OpeningHours("UTC", ((Shift(time(18), time(20)),),) * 7))
    company.clock.advance(HOUR)
    await company.timers.step()
    assert (await company.state(conversation)).status is Status.WAITING
    assert (await timers(company))[conversation] == datetime.fromisoformat("2026-03-02T18:30:00+00:00")


async def test_a_wait_over_night_is_no_sign_of_a_clock_that_was_set_back(company: Company) -> None:
    await evening(company)
    conversation = await company.waiting()
    before = await timers(company)
    await company.timers.step()
    assert await timers(company) == before
    company.clock.advance(timedelta(days=-3))
    await company.timers.step()
    assert (await timers(company))[conversation] < before[conversation]


async def test_without_hours_nothing_changes_at_night(company: Company) -> None:
    await opened(company, None)
    company.clock.advance(12 * HOUR)
    await company.arrive("ana")
    conversation = await company.waiting()
    assert await told(company, conversation) == ["handed_off"]
    assert await company.router.step() == 1
    assert (await company.state(conversation)).deadline == company.clock.now() + company.rules.wait_at_most


async def test_skills_are_needed_until_the_wait_was_long_in_open_hours(company: Company) -> None:
    rules = QueueRules("push", skills=frozenset({"wine"}), relax_after=timedelta(minutes=10), hours=OFFICE)
    await company.queues.change("general", rules, ADMIN)
    company.clock.advance(12 * HOUR)
    conversation = await company.waiting()
    company.clock.advance(11 * HOUR + timedelta(minutes=5))
    await company.arrive("ana")
    assert await company.router.step() == 0
    company.clock.advance(timedelta(minutes=5))
    await company.arrive("ana")
    assert await company.router.step() == 1
    assert (await company.state(conversation)).offered_to == "ana"
