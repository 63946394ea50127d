"""Transfer to a person: a proposal for a minute, during which the old owner keeps control."""

import pytest

from escalation.conversations.tables import MessageRow, TimerRow
from escalation.desk.errors import AtCapacity
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.desk import OfferView, SetPresence
from escalation.protocol.states import Status
from tests.services.acting import claimed, outcome, refused
from tests.services.company import LI, Company, an_id


async def offered(company: Company, agent: str = "tom") -> str:
    """Ana's conversation, proposed to another agent."""
    conversation = await claimed(company)
    await company.arrive(agent)
    await company.staff("ana", talk.Offer, conversation, agent=agent)
    return conversation


async def offer_of(company: Company, conversation: str) -> OfferView | None:
    """The offer as the newest row of the list shows it."""
    told = [each.payload for each in await company.log("desk") if each.payload.get("conversation") == conversation]
    return OfferView.model_validate(told[-1]["offer"]) if told[-1]["offer"] else None


async def test_the_owner_keeps_control_until_the_offer_is_accepted(company: Company) -> None:
    conversation = await offered(company)
    shown = await offer_of(company, conversation)
    assert shown is not None and (shown.agent_id, shown.ended) == ("tom", None)
    assert shown.until is not None and (shown.until - company.clock.now()).total_seconds() == 60
    await company.staff("ana", talk.Reply, conversation, text="One moment, I ask a colleague.")
    await company.staff("tom", talk.AcceptOffer, conversation)
    assert (await company.state(conversation)).controller == "tom"
    assert await offer_of(company, conversation) is None
    await refused(company, "not_owner", "ana", talk.Reply, conversation, text="one more thing")
    assert (await company.thread(conversation))[-1] == "system: agent_joined"


async def test_an_ignored_offer_runs_out_and_its_author_learns_it(company: Company) -> None:
    conversation = await offered(company)
    company.clock.advance(59)
    assert await company.timers.step() == 0
    company.clock.advance(1)
    assert await company.timers.step() == 1
    state = await company.state(conversation)
    assert (state.controller, state.offered_to) == ("ana", None)
    shown = await offer_of(company, conversation)
    assert shown is not None and (shown.agent_id, shown.ended) == ("tom", "timed_out")
    await refused(company, "not_allowed_now", "tom", talk.AcceptOffer, conversation)
    assert await company.rows(TimerRow) == []


async def test_an_offer_can_be_declined_and_made_to_somebody_else(company: Company) -> None:
    conversation = await offered(company)
    await company.staff("tom", talk.DeclineOffer, conversation)
    shown = await offer_of(company, conversation)
    assert shown is not None and (shown.agent_id, shown.ended) == ("tom", "declined")
    await company.arrive("sue")
    await company.staff("ana", talk.Offer, conversation, agent="sue")
    await company.staff("tom", talk.DeclineOffer, conversation)
    assert (await company.state(conversation)).offered_to == "sue", "a late refusal leaves the new offer alone"


async def test_only_its_owner_or_a_supervisor_takes_an_offer_back(company: Company) -> None:
    conversation = await offered(company)
    await refused(company, "not_owner", "tom", talk.CancelOffer, conversation)
    await company.staff("ana", talk.CancelOffer, conversation)
    shown = await offer_of(company, conversation)
    assert shown is not None and shown.ended == "cancelled"
    await company.staff("ana", talk.Offer, conversation, agent="tom")
    await company.staff("sue", talk.CancelOffer, conversation)
    assert (await company.state(conversation)).offered_to is None


async def test_nobody_offers_what_another_owns_nor_a_waiting_one(company: Company) -> None:
    conversation = await claimed(company)
    await company.arrive("tom", "sue")
    await refused(company, "not_owner", "tom", talk.Offer, conversation, agent="sue")
    waiting = await company.waiting(LI)
    await refused(company, "forbidden", "ana", talk.Offer, waiting, agent="tom")
    await company.staff("sue", talk.Offer, waiting, agent="tom")
    await company.staff("tom", talk.AcceptOffer, waiting)
    assert (await company.state(waiting)).controller == "tom"


async def test_forwarding_to_somebody_offline_or_away_is_refused(company: Company) -> None:
    conversation = await claimed(company)
    await refused(company, "agent_absent", "ana", talk.Offer, conversation, agent="tom")
    await company.arrive("tom")
    await company.as_agent("tom", SetPresence(command_id=an_id(), availability="away"))
    await refused(company, "agent_absent", "ana", talk.Offer, conversation, agent="tom")
    await refused(company, "not_found", "ana", talk.Offer, conversation, agent="nobody")


async def test_an_offer_counts_the_other_agents_room_when_made_and_when_accepted(company: Company) -> None:
    conversation = await offered(company)
    await company.staff("tom", talk.Claim, await company.waiting(LI))
    await refused(company, "at_capacity", "tom", talk.AcceptOffer, conversation)
    await company.staff("ana", talk.CancelOffer, conversation)
    with pytest.raises(AtCapacity, match="Tom has a load of 1 of 1"):
        await company.staff("ana", talk.Offer, conversation, agent="tom")
    assert (await company.state(conversation)).controller == "ana"


async def test_a_transfer_to_a_queue_ends_an_open_offer(company: Company) -> None:
    conversation = await offered(company)
    epoch = (await company.state(conversation)).epoch
    await company.staff("ana", talk.Transfer, conversation, queue="billing")
    assert await outcome(company, "tom", talk.AcceptOffer, conversation, epoch=epoch) == "stale_epoch"
    assert (await company.state(conversation)).offered_to is None
    company.clock.advance(61)
    await company.timers.step()
    assert (await company.state(conversation)).status is Status.WAITING


async def test_a_note_comes_with_an_offer_and_gives_time_to_read_it(company: Company) -> None:
    conversation = await claimed(company)
    await company.arrive("tom")
    await company.staff("ana", talk.Offer, conversation, agent="tom", note="She wants it by Friday.")
    shown = await offer_of(company, conversation)
    assert shown is not None and shown.until is not None
    assert (shown.until - company.clock.now()).total_seconds() == 300
    await company.staff("tom", talk.Note, conversation, text="Which Friday?")
    await refused(company, "not_owner", "tom", talk.Reply, conversation, text="Hello, I am Tom.")
    notes = [row.body["text"] for row in await company.rows(MessageRow) if row.internal]
    assert notes == ["She wants it by Friday.", "Which Friday?"]
    assert not any("Friday" in said for said in await company.thread(conversation))
    await company.staff("ana", talk.CancelOffer, conversation)
    await refused(company, "not_allowed_now", "tom", talk.AcceptOffer, conversation)
