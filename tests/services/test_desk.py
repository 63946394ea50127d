"""The desk: who is there by lease, who owns what, what agents who vanish leave behind, what a handoff promises."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from escalation.conversations.moments import Words
from escalation.conversations.tables import TimerRow
from escalation.database import table_of
from escalation.desk import assignments, presence, rows
from escalation.desk.tables import AssignmentRow, HandoffRow, ReadMarkRow
from escalation.desk.views import ADDED, ADDED_TO_AGENTS, row_view
from escalation.kernel.errors import EscalationError
from escalation.people.tables import StaffRow
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.desk import MarkRead, ReleaseAll, SetPresence
from escalation.protocol.states import Status
from tests.services.acting import claimed
from tests.services.company import LI, Company, Customer, a_prediction, an_id

GOLDEN = Path(__file__).parent.parent / "storage" / "golden"


async def test_an_agent_is_there_while_a_connection_renews(company: Company) -> None:
    await company.arrive("ana")
    assert await availability(company) == {"ana": "online"}
    for _ in range(6):
        company.clock.advance(10)
        await company.attendance.renew({"tab-of-ana": "ana"})
        await company.attendance.sweep()
    assert await availability(company) == {"ana": "online"}
    assert [told["availability"] for told in await agents_told(company)] == ["online"], "renewal appends nothing"
    company.clock.advance(30)
    assert await availability(company) == {"ana": "offline"}
    await company.attendance.sweep()
    await company.attendance.sweep()
    assert [told["availability"] for told in await agents_told(company)] == ["online", "offline"]


async def test_two_tabs_are_one_agent(company: Company) -> None:
    await company.arrive("ana")
    await company.attendance.arrive("ana", "second-tab")
    await company.attendance.leave("ana", "tab-of-ana")
    assert await availability(company) == {"ana": "online"}
    await company.attendance.leave("ana", "second-tab")
    assert await availability(company) == {"ana": "offline"}
    assert [told["availability"] for told in await agents_told(company)] == ["online", "offline"]


async def test_tabs_that_close_at_once_leave_nobody_online(company: Company) -> None:
    tabs = [f"tab-{number}" for number in range(6)]
    await asyncio.gather(*(company.attendance.arrive("ana", tab) for tab in tabs))
    await asyncio.gather(*(company.attendance.leave("ana", tab) for tab in tabs))
    assert [told["availability"] for told in await agents_told(company)] == ["online", "offline"]


async def test_a_lease_swept_away_while_the_process_stood_still_comes_back(company: Company) -> None:
    await company.arrive("ana")
    company.clock.advance(600)
    await company.attendance.sweep()
    assert await availability(company) == {"ana": "offline"}
    await company.attendance.renew({"tab-of-ana": "ana"})
    await company.attendance.sweep()
    assert await availability(company) == {"ana": "online"}
    assert [told["availability"] for told in await agents_told(company)] == ["online", "offline", "online"]


async def test_away_is_chosen_and_kept(company: Company) -> None:
    await company.arrive("ana")
    away = SetPresence(command_id=an_id(), availability="away")
    await company.as_agent("ana", away)
    await company.as_agent("ana", away)
    await company.attendance.arrive("ana", "second-tab")
    assert await availability(company) == {"ana": "away"}
    assert [told["availability"] for told in await agents_told(company)] == ["online", "away"]


async def test_a_lost_agents_conversations_go_back_with_their_queue_time(company: Company) -> None:
    conversation = await claimed(company)
    first_waited = (await company.state(conversation)).waiting_since
    await company.attendance.leave("ana", "tab-of-ana")
    company.clock.advance(44)
    assert await company.attendance.sweep() == 0, "the grace is 45 s"
    company.clock.advance(2)
    assert await company.attendance.sweep() == 1
    assert await company.attendance.sweep() == 0
    state = await company.state(conversation)
    assert (state.status, state.waiting_since) == (Status.WAITING, first_waited)
    assert (await company.thread(conversation))[-2:] == ["system: agent_left", "system: nobody_online"]
    handoffs = sorted(await company.rows(HandoffRow), key=lambda row: row.id)
    assert [(row.reason, row.waiting_since) for row in handoffs] == [
        ("asked_for_human", first_waited),
        ("agent_lost", first_waited),
    ]
    assert [row.kind for row in await company.rows(TimerRow)] == ["expire"], "it waits no longer than the rest"


async def test_who_is_back_within_the_grace_keeps_everything(company: Company) -> None:
    conversation = await claimed(company)
    await company.attendance.leave("ana", "tab-of-ana")
    company.clock.advance(40)
    await company.attendance.arrive("ana", "new-tab")
    company.clock.advance(20)
    assert await company.attendance.sweep() == 0
    assert (await company.state(conversation)).controller == "ana"


async def test_who_comes_back_during_the_sweep_keeps_them_too(company: Company) -> None:
    conversation = await claimed(company)
    company.clock.advance(100)
    lost = await company.database.write(presence.sweep)
    assert lost == ["ana"]
    await company.arrive("ana")
    assert await company.attendance._release("ana", conversation)
    assert (await company.state(conversation)).controller == "ana"


async def test_one_release_that_fails_stops_no_other(company: Company) -> None:
    mine, theirs = await claimed(company), await claimed(company, LI)
    company.clock.advance(100)
    original = company.conversations.perform_as_system

    async def sometimes(conversation: str, build: Any) -> None:
        if conversation == mine:
            raise RuntimeError("this one fails")
        await original(conversation, build)

    company.conversations.perform_as_system = sometimes  # type: ignore[method-assign]
    assert await company.attendance.sweep() == 1
    assert (await company.state(theirs)).status is Status.WAITING
    del company.conversations.perform_as_system  # type: ignore[method-assign]
    assert await company.attendance.sweep() == 1
    assert (await company.state(mine)).status is Status.WAITING


# --- the end of one's day ---------------------------------------------------------------------------------------------


async def test_an_agent_puts_back_all_they_have_and_nobody_elses(company: Company) -> None:
    mine = [await claimed(company), await claimed(company, LI)]
    first_waited = [(await company.state(each)).waiting_since for each in mine]
    await company.arrive("tom")
    theirs = await company.waiting(Customer("third", "shop"))
    await company.staff("tom", talk.Claim, theirs)
    company.clock.advance(60)
    everything = ReleaseAll(command_id=an_id())
    for _ in range(2):  # sent again, it finds nothing to do
        await company.as_agent("ana", everything)
    states = [await company.state(each) for each in mine]
    assert [(state.status, state.waiting_since) for state in states] == [
        (Status.WAITING, since) for since in first_waited
    ]
    assert [row.reason for row in await company.rows(HandoffRow)].count("release") == 2
    assert (await load(company, "ana"), await load(company, "tom")) == (0, 1)
    assert (await company.state(theirs)).controller == "tom"


async def test_what_somebody_took_over_meanwhile_is_not_put_back(company: Company) -> None:
    conversation = await claimed(company)
    await company.arrive("sue")
    original = company.conversations.perform_as_system

    async def overtaken(id: str, build: Any) -> None:
        await company.staff("sue", talk.TakeOver, id)
        await original(id, build)

    company.conversations.perform_as_system = overtaken  # type: ignore[method-assign]
    await company.as_agent("ana", ReleaseAll(command_id=an_id()))
    assert (await company.state(conversation)).controller == "sue"


# --- capacity --------------------------------------------------------------------------------------------------------


async def test_a_claim_over_capacity_is_refused(company: Company) -> None:
    await company.arrive("tom")
    first, second = await company.waiting(), await company.waiting(LI)
    await company.staff("tom", talk.Claim, first)
    with pytest.raises(EscalationError, match="capacity is 1") as refused:
        await company.staff("tom", talk.Claim, second)
    assert refused.value.code == "at_capacity"
    assert (await company.state(second)).status is Status.WAITING
    await company.staff("tom", talk.HandBack, first)
    await company.staff("tom", talk.Claim, second)


async def test_claims_at_once_stay_within_capacity(company: Company) -> None:
    await company.employ("kim", capacity=2)
    await company.arrive("kim")
    waiting = [await company.waiting(Customer(f"customer-{number}", "shop")) for number in range(6)]
    outcomes = await asyncio.gather(
        *(company.staff("kim", talk.Claim, each) for each in waiting), return_exceptions=True
    )
    codes = [each.code for each in outcomes if isinstance(each, EscalationError)]
    assert codes == ["at_capacity"] * 4
    assert await load(company, "kim") == 2


async def test_a_claim_sent_again_by_a_full_agent_has_the_same_answer(company: Company) -> None:
    await company.arrive("tom")
    conversation = await company.waiting()
    claim = talk.Claim(command_id=an_id(), conversation=conversation, epoch=2)
    assert await company.as_agent("tom", claim) == await company.as_agent("tom", claim)


async def test_what_a_supervisor_assigns_may_exceed_the_capacity(company: Company) -> None:
    await company.arrive("tom", "sue")
    await company.staff("tom", talk.Claim, await company.waiting())
    await company.staff("sue", talk.Assign, await company.waiting(LI), agent="tom")
    assert await load(company, "tom") == 2


async def test_a_capacity_changed_meanwhile_counts(company: Company) -> None:
    await company.arrive("tom")
    await company.staff("tom", talk.Claim, await company.waiting())
    staff = table_of(StaffRow)
    more = staff.update().where(staff.c.id == "tom").values(capacity=2)
    await company.database.write(lambda tx: tx.execute(more) and None)
    await company.staff("tom", talk.Claim, await company.waiting(LI))
    assert await load(company, "tom") == 2


# --- what is told ----------------------------------------------------------------------------------------------------


async def test_followers_hear_every_change_of_load(company: Company) -> None:
    await company.arrive("ana", "sue")
    mine, theirs = await company.waiting(), await company.waiting(LI)
    await company.staff("ana", talk.Claim, mine)
    await company.staff("ana", talk.Claim, theirs)
    await company.staff("sue", talk.TakeOver, theirs)
    await company.staff("ana", talk.HandBack, mine)
    told = [(each["id"], each["load"], each["capacity"]) for each in (await agents_told(company))[2:]]
    assert told == [("ana", 1, 4), ("ana", 2, 4), ("ana", 1, 4), ("sue", 1, 4), ("ana", 0, 4)]


async def test_the_last_load_told_is_the_true_one(company: Company) -> None:
    await company.employ("kim", capacity=10)
    await company.arrive("kim")
    waiting = [await company.waiting(Customer(f"customer-{number}", "shop")) for number in range(6)]
    await asyncio.gather(*(company.staff("kim", talk.Claim, each) for each in waiting))
    assert [each["load"] for each in await agents_told(company)] == [0, 1, 2, 3, 4, 5, 6]


async def test_the_list_hears_of_control_and_not_of_every_message_to_the_bot(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.say("one")
    await company.say("two")
    assert len(await rows_told(company)) == 1, "not of every message while the bot has control"
    await company.say("a human please")
    await company.say("hello?")
    await company.staff("ana", talk.Claim, conversation)
    last = (await rows_told(company))[-1]
    state = await company.state(conversation)
    assert last == rows.row_of(state)
    assert (last["status"], last["agent_id"], last["seq"]) == ("assigned", "ana", state.seq)
    assert len(await rows_told(company)) == 4


async def test_the_list_hears_what_the_bot_answered(company: Company) -> None:
    conversation = await company.say("where is my order?")
    assert [each["last_author"] for each in await rows_told(company)] == ["customer"]
    await company.bot()
    await company.say("and my refund?")
    last = (await rows_told(company))[-1]
    assert (last["last_author"], last["language"]) == ("bot", "en"), "the second question waits for its answer"
    company.predictor.says = a_prediction("refund")
    await company.bot()
    told = await rows_told(company)
    assert [each["last_author"] for each in told] == ["customer", "bot", "bot"]
    assert told[-1] == rows.row_of(await company.state(conversation))


async def test_what_is_told_has_the_shape_of_its_golden_file(company: Company) -> None:
    await claimed(company)
    for name, told in (("RowChanged", await rows_told(company)), ("AgentChanged", await agents_told(company))):
        golden = json.loads((GOLDEN / f"{name}.v1.json").read_text("utf-8"))["stored"]
        added = set(ADDED if name == "RowChanged" else ADDED_TO_AGENTS)
        assert all(set(payload) == set(golden) | added for payload in told)
        if name == "RowChanged":
            earlier = row_view(golden, Words())
            assert (earlier.offer, earlier.language) == (None, None), "a row of an earlier release"


async def test_a_handoff_promises_only_what_is_true(company: Company) -> None:
    assert (await company.thread(await company.waiting()))[-1] == "system: nobody_online"
    await company.arrive("tom")
    assert (await company.thread(await company.waiting(LI)))[-1] == "system: handed_off"
    for number in range(4):
        await company.waiting(Customer(f"customer-{number}", "shop"))
    late = await company.waiting(Customer("late", "shop"))
    assert (await company.thread(late))[-1] == "system: too_busy", "six wait for one place"
    await company.as_agent("tom", SetPresence(command_id=an_id(), availability="away"))
    gone = await company.waiting(Customer("gone", "shop"))
    assert (await company.thread(gone))[-1] == "system: nobody_online"


async def test_a_customer_who_is_back_soon_gets_the_same_agent_and_later_the_bot(company: Company) -> None:
    conversation = await resolved(company)
    company.clock.advance(20)
    await company.attendance.renew({"tab-of-ana": "ana"})
    await company.say("one more thing")
    assert (await company.state(conversation)).controller == "ana"
    await resolved(company, conversation)
    company.clock.advance(timedelta(minutes=6))
    await company.timers.step()
    await company.attendance.renew({"tab-of-ana": "ana"})
    await company.say("where is it")
    assert (await company.state(conversation)).controller == "bot"
    await company.bot()


async def test_a_read_mark_never_goes_back(company: Company) -> None:
    for seq in (5, 9, 7):
        await company.as_agent("ana", MarkRead(command_id=an_id(), conversation="any", seq=seq))
    assert [row.seq for row in await company.rows(ReadMarkRow)] == [9]


async def test_read_on_one_device_is_told_to_the_others_once(company: Company) -> None:
    for seq in (5, 5, 9, 7):
        await company.as_agent("ana", MarkRead(command_id=an_id(), conversation="any", seq=seq))
    told = await company.log("staff:ana")
    assert [(event.type, event.payload) for event in told] == [
        ("ConversationRead", {"conversation": "any", "up_to": seq}) for seq in (5, 9)
    ]
    assert await company.log("staff:tom") == []


async def test_the_database_itself_refuses_a_second_owner(company: Company) -> None:
    conversation = await claimed(company)
    row = {"id": "second", "conversation": conversation, "agent": "tom", "how": "claim", "epoch": 9}
    row |= {"taken_at": company.clock.now(), "released_at": None, "weight": 1}
    with pytest.raises(Exception, match=r"(?i)unique"):
        await company.database.write(lambda tx: tx.execute(table_of(AssignmentRow).insert(), row) and None)


async def resolved(company: Company, conversation: str | None = None) -> str:
    conversation = conversation or await claimed(company)
    await company.staff("ana", talk.Resolve, conversation, label="order", last_seen_seq=99)
    return conversation


async def availability(company: Company) -> dict[str, str]:
    return dict(await company.database.read(presence.availabilities))


async def load(company: Company, agent: str) -> int:
    return await company.database.read(lambda tx: assignments.load_of(tx, agent))


async def agents_told(company: Company) -> list[dict[str, Any]]:
    return [each.payload for each in await company.log("desk") if each.type == "AgentChanged"]


async def rows_told(company: Company) -> list[dict[str, Any]]:
    return [each.payload for each in await company.log("desk") if each.type == "RowChanged"]
