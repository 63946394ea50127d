"""Agents' commands as frames: who wins a race, what is refused by which code, what learning is told and when."""

import asyncio
from datetime import timedelta

import pytest

from escalation.conversations.tables import MessageRow, ResolutionRow
from escalation.desk.tables import AssignmentRow, HandoffRow
from escalation.kernel.errors import EscalationError
from escalation.protocol.frames import conversation as talk
from escalation.protocol.states import Status
from tests.services.acting import claimed, ordered, outcome, refused, resolve
from tests.services.company import LI, Company, a_prediction, an_id


async def test_claim_reply_and_resolve(company: Company) -> None:
    conversation = await claimed(company)
    await company.staff("ana", talk.Reply, conversation, text="It is on its way.")
    await resolve(company, conversation)
    assert await company.thread(conversation) == [
        "customer: it is broken",
        "customer: let me talk to a person please",
        "system: handed_off",
        "system: agent_joined",
        "agent: It is on its way.",
    ]
    state = await company.state(conversation)
    assert (state.status, state.outcome) == (Status.CLOSED, "resolved")
    (row,) = await company.rows(AssignmentRow)
    assert (row.agent, row.how, row.released_at) == ("ana", "claim", company.clock.now())
    (handoff,) = await company.rows(HandoffRow)
    assert (handoff.reason, handoff.ended_how) == ("asked_for_human", "assigned")


@pytest.mark.parametrize("frame", [talk.Claim, talk.Reply, talk.TakeOver])
async def test_two_agents_at_once(company: Company, frame: type[talk.StaffCommand]) -> None:
    for agent in ("kim", "lou", "mo"):
        await company.employ(agent)
    await company.arrive("kim", "lou", "mo")
    conversation = await company.waiting()
    epoch = (await company.state(conversation)).epoch
    tries = [
        company.staff(agent, frame, conversation, epoch=epoch, **({"text": "Hi."} if frame is talk.Reply else {}))
        for agent in ("kim", "lou", "mo")
    ]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    lost = [each for each in outcomes if isinstance(each, EscalationError)]
    assert len(lost) == 2
    assert {each.code for each in lost} <= {"not_owner", "not_allowed_now"}
    assert len(await company.rows(AssignmentRow)) == 1
    assert (await company.thread(conversation)).count("system: agent_joined") == 1


async def test_one_agent_in_two_tabs(company: Company) -> None:
    conversation = await company.waiting()
    await company.arrive("ana")
    epoch = (await company.state(conversation)).epoch
    claim = talk.Claim(command_id=an_id(), conversation=conversation, epoch=epoch)
    first, again = await asyncio.gather(company.as_agent("ana", claim), company.as_agent("ana", claim))
    assert first == again, "the same command sent twice has one answer"
    await refused(company, "not_allowed_now", "ana", talk.Claim, conversation, epoch=epoch)
    with_old_epoch = await outcome(company, "ana", talk.Hold, conversation, epoch=epoch)
    assert with_old_epoch == "stale_epoch"
    assert len(await company.rows(AssignmentRow)) == 1


async def test_a_reply_after_the_transfer_is_refused(company: Company) -> None:
    conversation = await claimed(company)
    epoch = (await company.state(conversation)).epoch
    company.clock.advance(60)
    await company.staff("ana", talk.Transfer, conversation, queue="billing")
    await refused(company, "stale_epoch", "ana", talk.Reply, conversation, epoch=epoch, text="one more thing")
    state = await company.state(conversation)
    assert (state.status, state.queue) == (Status.WAITING, "billing")
    assert state.waiting_since == company.clock.now() - timedelta(minutes=1), (
        "the customer keeps the place in the queue"
    )
    await company.arrive("sue")
    await company.staff("sue", talk.Claim, conversation)
    await refused(company, "not_owner", "ana", talk.Reply, conversation, epoch=epoch, text="one more thing")


async def test_resolve_against_a_new_message(company: Company) -> None:
    conversation = await claimed(company)
    seen = (await company.state(conversation)).seq
    await company.say("wait, one more")
    await refused(company, "customer_wrote_since", "ana", talk.Resolve, conversation, label="order", last_seen_seq=seen)
    assert (await company.state(conversation)).status is Status.ASSIGNED
    assert await company.rows(ResolutionRow) == []


async def test_a_message_and_a_resolution_at_once_lose_nothing(company: Company) -> None:
    conversation = await claimed(company)
    seen = (await company.state(conversation)).seq
    outcomes = await asyncio.gather(
        company.say("wait, one more"),
        company.staff("ana", talk.Resolve, conversation, label="order", last_seen_seq=seen),
        return_exceptions=True,
    )
    state = await company.state(conversation)
    if isinstance(outcomes[1], EscalationError):
        assert outcomes[1].code == "customer_wrote_since"
        assert state.status is Status.ASSIGNED
    else:
        assert state.status is Status.ASSIGNED, "resolved, then reopened to the same agent, who is present"
    assert (await company.thread(conversation))[-1] == "customer: wait, one more"


async def test_a_customer_writes_during_the_handoff(company: Company) -> None:
    company.predictor.says = a_prediction("complaint")
    conversation = await company.say("a disgrace")
    company.clock.advance(0.6)
    await asyncio.gather(company.bot(after=0), company.say("hello?"))
    await company.bot()
    state = await company.state(conversation)
    assert state.status is Status.WAITING
    assert (await company.thread(conversation)).count("customer: hello?") == 1
    assert len(state.handoff_message_ids) in {1, 2}


async def test_a_customer_cancels_while_an_agent_claims(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.waiting()
    outcomes = await asyncio.gather(
        company.as_customer(talk.CancelHandoff(command_id=an_id())),
        company.staff("ana", talk.Claim, conversation),
        return_exceptions=True,
    )
    (lost,) = [each for each in outcomes if isinstance(each, BaseException)]
    assert isinstance(lost, EscalationError) and lost.code in {"not_allowed_now", "stale_epoch"}


async def test_only_supervisors_take_from_others_and_the_owner_hears_of_it(company: Company) -> None:
    conversation = await claimed(company)
    await company.arrive("tom", "sue")
    await refused(company, "not_owner", "tom", talk.TakeOver, conversation)
    await refused(company, "not_owner", "tom", talk.Resolve, conversation, label="order", last_seen_seq=99)
    await company.staff("sue", talk.TakeOver, conversation)
    assert [(row.agent, row.released_at is None) for row in await ordered(company, AssignmentRow)] == [
        ("ana", False),
        ("sue", True),
    ]


async def test_a_supervisor_assigns_to_who_is_there(company: Company) -> None:
    await company.arrive("sue", "ana")
    conversation = await company.waiting()
    await refused(company, "forbidden", "ana", talk.Assign, conversation, agent="ana")
    await refused(company, "agent_absent", "sue", talk.Assign, conversation, agent="tom")
    await refused(company, "not_found", "sue", talk.Assign, conversation, agent="nobody")
    await company.staff("sue", talk.Assign, conversation, agent="ana")
    assert (await company.state(conversation)).controller == "ana"


async def test_a_note_reaches_no_public_thread(company: Company) -> None:
    conversation = await claimed(company)
    note = talk.Note(client_message_id=an_id(), conversation=conversation, text="rude, but right")
    done = await company.as_agent("ana", note)
    assert await company.as_agent("ana", note) == done
    assert not any("rude" in line for line in await company.thread(conversation))
    assert [row.internal for row in await company.rows(MessageRow) if row.author == "agent"] == [True]


async def test_hold_and_snooze(company: Company) -> None:
    conversation = await claimed(company)
    await company.staff("ana", talk.Hold, conversation)
    await company.staff("ana", talk.Unhold, conversation)
    assert (await company.thread(conversation))[-2:] == ["system: on_hold", "system: off_hold"]
    until = company.clock.now() + timedelta(hours=1)
    await company.staff("ana", talk.Snooze, conversation, until=until)
    assert (await company.state(conversation)).snoozed_until == until
    await company.say("hello?")
    assert (await company.state(conversation)).snoozed_until is None, "a reply wakes it"


async def test_a_snooze_ends_at_a_time_to_come(company: Company) -> None:
    conversation = await claimed(company)
    await refused(company, "invalid", "ana", talk.Snooze, conversation, until=company.clock.now())


async def test_a_command_for_no_conversation(company: Company) -> None:
    await refused(company, "not_found", "ana", talk.Claim, "nowhere", epoch=1)


async def test_a_disabled_agent_asks_in_vain_and_loses_what_they_hold(company: Company) -> None:
    await company.employ("ben")
    await company.arrive("ben", "tom")
    held, free = await company.waiting(), await company.waiting(LI)
    await company.staff("ben", talk.Claim, held)
    await company.accounts.set_disabled("ben", True)
    await refused(company, "not_signed_in", "ben", talk.Claim, free)
    await refused(company, "agent_absent", "sue", talk.Assign, free, agent="ben")
    assert await company.attendance.sweep() == 1, "nobody waits for somebody who cannot come back"
    state = await company.state(held)
    assert (state.status, state.controller) == ("waiting", "nobody")
    assert (await company.thread(held))[-1] == "system: agent_left"
    await company.staff("tom", talk.Claim, held)
    assert await company.findings() == []
