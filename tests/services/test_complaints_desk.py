"""Complaints about desks, each by its name: work that finds nobody, and desk actions that are not safe."""

from datetime import timedelta

import pytest

from escalation.desk.service import SNOOZE_AT_MOST
from escalation.kernel.errors import EscalationError
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.desk import SetPresence
from escalation.protocol.states import Status
from tests.services.acting import claimed, outcome, refused
from tests.services.company import LI, Company, Customer, a_prediction, an_id


async def test_waiting_customers_still_read_nobody_is_here_after_an_agent_came(company: Company) -> None:
    conversation = await company.waiting()
    await company.attendance.sweep()
    assert (await company.thread(conversation))[-1] == "system: nobody_online"
    await company.arrive("ana")
    await company.attendance.sweep()
    assert (await company.thread(conversation))[-1] == "system: somebody_online"
    assert (await company.state(conversation)).status is Status.WAITING


async def test_an_agent_who_comes_and_goes_is_told_of_once(company: Company) -> None:
    conversation = await company.waiting()
    for tab in range(3):
        await company.attendance.arrive("ana", f"tab-{tab}")
        await company.attendance.sweep()
        await company.attendance.leave("ana", f"tab-{tab}")
        await company.attendance.sweep()
    assert (await company.thread(conversation)).count("system: somebody_online") == 1


async def test_customers_hear_of_nobody_who_is_away_and_of_a_long_wait_where_that_is_true(company: Company) -> None:
    waiting = [await company.waiting(Customer(f"customer-{number}", "shop")) for number in range(6)]
    await company.arrive("tom")
    await company.as_agent("tom", SetPresence(command_id=an_id(), availability="away"))
    await company.attendance.sweep()
    assert (await company.thread(waiting[0]))[-1] == "system: nobody_online"
    await company.as_agent("tom", SetPresence(command_id=an_id(), availability="online"))
    await company.attendance.sweep()
    assert (await company.thread(waiting[0]))[-1] == "system: too_busy", "six wait for one place"


async def test_a_customer_who_was_promised_a_person_is_told_nothing_new(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.arrive("tom")
    await company.attendance.sweep()
    assert (await company.thread(conversation))[-1] == "system: handed_off"


async def test_all_is_well_with_nobody_online_after_a_conversation_is_put_back(company: Company) -> None:
    conversation = await claimed(company)
    await company.attendance.leave("ana", "tab-of-ana")
    await company.staff("sue", talk.Release, conversation)
    for _ in range(2):
        await company.attendance.sweep()
    assert (await company.thread(conversation))[-2:] == ["system: agent_left", "system: nobody_online"]
    assert (await company.state(conversation)).takes_contact, "an address can be left"
    await company.arrive("tom")
    await company.attendance.sweep()
    assert (await company.thread(conversation))[-1] == "system: somebody_online"
    assert not (await company.state(conversation)).takes_contact
    assert await company.findings() == []


async def test_who_is_put_back_while_somebody_is_there_is_told_nothing_more(company: Company) -> None:
    conversation = await claimed(company)
    await company.staff("ana", talk.Release, conversation)
    await company.attendance.sweep()
    assert (await company.thread(conversation))[-1] == "system: agent_left"


async def test_a_transfer_to_a_queue_that_does_not_exist_is_refused(company: Company) -> None:
    conversation = await claimed(company)
    with pytest.raises(EscalationError, match="Choose one of general, billing") as unknown:
        await company.staff("ana", talk.Transfer, conversation, queue="biling")
    assert unknown.value.code == "unknown_queue"
    assert (await company.state(conversation)).controller == "ana"


async def test_a_snooze_until_the_year_9999_is_refused(company: Company) -> None:
    conversation = await claimed(company)
    latest = company.clock.now() + SNOOZE_AT_MOST
    with pytest.raises(EscalationError, match="at most 30 days"):
        await company.staff("ana", talk.Snooze, conversation, until=latest.replace(year=9999))
    await refused(company, "invalid", "ana", talk.Snooze, conversation, until=latest + timedelta(seconds=1))
    await company.staff("ana", talk.Snooze, conversation, until=latest)
    assert (await company.state(conversation)).snoozed_until == latest
    await company.staff("ana", talk.Wake, conversation)
    assert (await company.state(conversation)).snoozed_until is None


@pytest.mark.parametrize("frame", [talk.TakeOver, talk.Reply])
async def test_no_capacity_a_takeover_and_a_reply_count_like_a_claim(company: Company, frame: type[talk.Frame]) -> None:
    await company.arrive("tom")
    await company.staff("tom", talk.Claim, await company.waiting())
    await refused(company, "at_capacity", "tom", frame, await company.waiting(LI), text="Hello.")
    with_bot = await company.say("hello", Customer("kim", "shop"))
    await refused(company, "at_capacity", "tom", frame, with_bot, text="Hello.")


async def test_a_full_agent_replies_in_their_own_conversation(company: Company) -> None:
    await company.arrive("tom")
    conversation = await company.waiting()
    await company.staff("tom", talk.Claim, conversation)
    await company.staff("tom", talk.Reply, conversation, text="Hello.")
    assert (await company.thread(conversation))[-1] == "agent: Hello."


async def test_a_full_supervisor_takes_over_from_an_owner_and_from_nobody_else(company: Company) -> None:
    await company.employ("max", "supervisor", capacity=1)
    await company.arrive("max")
    theirs = await claimed(company)
    await company.staff("max", talk.Claim, await company.waiting(LI))
    waiting = await company.waiting(Customer("kim", "shop"))
    await refused(company, "at_capacity", "max", talk.TakeOver, waiting)
    await company.staff("max", talk.TakeOver, theirs)
    assert (await company.state(theirs)).controller == "max"


async def test_a_supervisor_puts_an_agents_conversation_back_into_the_queue(company: Company) -> None:
    conversation = await claimed(company)
    assert await outcome(company, "tom", talk.Release, conversation) == "not_owner"
    await company.staff("sue", talk.Release, conversation)
    assert (await company.state(conversation)).status is Status.WAITING
    put_back = next(each for each in await company.log(f"conversation:{conversation}") if each.type == "Requeued")
    assert put_back.payload["cause"] == "requeue"


async def test_an_agent_who_is_away_may_still_claim(company: Company) -> None:
    await company.arrive("ana")
    await company.as_agent("ana", SetPresence(command_id=an_id(), availability="away"))
    conversation = await company.waiting()
    await company.staff("ana", talk.Claim, conversation)
    assert (await company.state(conversation)).controller == "ana"


async def test_a_spanish_message_is_no_longer_marked_en_because_of_the_page(company: Company) -> None:
    company.predictor.says = a_prediction(language="es", language_known=False)
    conversation = await company.say("¿Dónde está mi pedido?", LI)
    await company.bot()
    rows = [each.payload for each in await company.log("desk") if each.payload.get("conversation") == conversation]
    assert (rows[-1]["language"], rows[-1]["locale"]) == ("es", "en")
