"""Proposed answers: what becomes of a reply to learn, who decides, and what takes it away again."""

from typing import Any

import pytest

from escalation.catalogue.errors import CatalogueInvalid
from escalation.conversations import commands as c
from escalation.conversations import repository
from escalation.conversations.ports import SYSTEM
from escalation.conversations.streams import PUBLISHED, RESOLUTIONS
from escalation.conversations.tables import EditedAnswerRow, MessageRow
from escalation.database import Transaction
from escalation.events import NewEvent, append
from escalation.events.tables import ParkedEvent
from escalation.kernel.errors import Invalid
from escalation.kernel.ids import new_id
from escalation.learning import lease
from escalation.learning.collector import collector
from escalation.people import staff
from escalation.people.staff import Member
from escalation.proposals.errors import ProposalDecided, ProposalNotDeclined, ProposalUnknown
from escalation.proposals.follower import proposal_follower
from escalation.proposals.tables import ProposalRow
from escalation.protocol.frames import conversation as talk
from escalation.protocol.rest.proposals import ProposalView
from tests.services.acting import claimed, resolve
from tests.services.company import LI, MARIA, Company, Customer, a_prediction

OWN = ["en"]
"""The catalogue's own locale."""


async def answered(company: Company, text: str, customer: Customer = MARIA, **fields: Any) -> str:
    """Ana answers a customer with `text` and resolves it with that reply to learn; returns the conversation."""
    conversation = await claimed(company, customer)
    reply = await company.staff("ana", talk.Reply, conversation, text=text)
    said = [row for row in await company.rows(MessageRow) if row.conversation == conversation and row.seq == reply.seq]
    await resolve(company, conversation, **{"label": "unanswered", "answer_message_id": said[0].id} | fields)
    return conversation


async def settled(company: Company) -> None:
    """The ten seconds are over, and what follows the resolutions has seen them."""
    company.clock.advance(11)
    await company.timers.step()
    await followed(company)


async def followed(company: Company) -> None:
    await proposal_follower(company.database).catch_up()


async def proposed(company: Company, **of: Any) -> list[ProposalView]:
    return (await company.proposals.list(**{"state": "proposed"} | of)).proposals


async def person(company: Company, id: str = "sue") -> Member:
    return await company.database.read(lambda tx: staff.member(tx, id))


async def answer_of(company: Company, intent: str = "unanswered") -> str | None:
    return (await company.catalogues.load()).get(intent).answer


async def erase(company: Company, conversation: str) -> None:
    def work(tx: Transaction) -> None:
        company.conversations.apply(tx, repository.load(tx, conversation), c.Erase(actor=SYSTEM))

    await company.database.write(work)


async def test_complaint_a_reply_to_learn_is_read_it_becomes_a_proposed_answer(company: Company) -> None:
    conversation = await answered(company, "We open at nine.")
    await followed(company)
    assert await proposed(company) == [], "it can still be undone"
    await settled(company)
    (one,) = await proposed(company, intent="unanswered")
    assert (one.text, one.proposed_by, one.conversation, one.times) == ("We open at nine.", "Ana", conversation, 1)
    assert (one.locale, one.decided_by, one.edited) == ("es", None, False)
    assert await proposed(company, intent="order") == []
    (told,) = await company.log("proposals")
    assert (told.type, told.payload) == ("ProposalsChanged", {"intents": ["unanswered"]})


async def test_an_approved_proposal_is_what_the_very_next_customer_reads(company: Company) -> None:
    company.predictor.says = a_prediction("unanswered")
    before = await company.say("when do you open?", LI)
    await company.bot()
    assert (await company.state(before)).reason == "no_answer"
    await company.arrive("ana")
    await company.staff("ana", talk.Claim, before)
    reply = await company.staff("ana", talk.Reply, before, text="We open at nine.")
    said = next(r for r in await company.rows(MessageRow) if (r.conversation, r.seq) == (before, reply.seq))
    await resolve(company, before, label="unanswered", answer_message_id=said.id)
    await settled(company)
    (one,) = await proposed(company)
    await company.proposals.approve(one.id, await person(company), OWN)
    assert await answer_of(company) == "We open at nine."
    after = await company.say("when do you open?", MARIA)
    await company.bot()
    assert (await company.thread(after))[-1] == "bot: We open at nine."
    (decided,) = (await company.proposals.list(state="approved")).proposals
    assert (decided.decided_by, decided.edited) == ("Sue", False)
    (changed,) = [event for event in await company.log("catalogue") if event.payload["change"] == "answered"]
    assert (changed.actor, changed.payload["intents"]) == ("agent:sue", ["unanswered"])


async def test_a_new_intent_gets_its_first_answer_from_the_reply_that_made_it(company: Company) -> None:
    await answered(company, "Yes, to the whole EU.", label="shipping_abroad", new_intent=True)
    await settled(company)
    (one,) = await proposed(company, intent="shipping_abroad")
    await company.proposals.approve(one.id, await person(company), OWN)
    assert await answer_of(company, "shipping_abroad") == "Yes, to the whole EU."


async def test_other_words_may_be_approved_in_its_place(company: Company) -> None:
    await answered(company, "At nine, Maria.")
    await settled(company)
    (one,) = await proposed(company)
    with pytest.raises(CatalogueInvalid, match="blank"):
        await company.proposals.approve(one.id, await person(company), OWN, "  ")
    assert len(await proposed(company)) == 1, "what was refused left the proposal as it was"
    await company.proposals.approve(one.id, await person(company), OWN, "We open at nine.")
    assert await answer_of(company) == "We open at nine."
    (decided,) = (await company.proposals.list(state="approved")).proposals
    assert (decided.text, decided.edited) == ("At nine, Maria.", True)


async def test_a_reply_edited_for_learning_is_proposed_as_edited(company: Company) -> None:
    conversation = await answered(company, "At nine, Maria.", answer_text="We open at nine.")
    await settled(company)
    assert [one.text for one in await proposed(company)] == ["We open at nine."]
    assert "agent: At nine, Maria." in await company.thread(conversation), "the customer's thread stays as it was"


async def test_an_edited_answer_names_the_reply_it_was_made_of(company: Company) -> None:
    conversation = await claimed(company)
    with pytest.raises(Invalid, match="needs the reply"):
        await resolve(company, conversation, answer_text="We open at nine.")
    assert await company.rows(EditedAnswerRow) == []


async def test_an_intent_with_an_answer_gets_a_replacement_proposed(company: Company) -> None:
    await answered(company, "Look under My orders.", label="order")
    await answered(company, "Look under Orders in the app.", LI, label="order")
    await settled(company)
    (one,) = await proposed(company, intent="order")
    assert one.text == "Look under Orders in the app.", "what is the answer already is not proposed"
    assert await answer_of(company, "order") == "Look under My orders."
    await company.proposals.approve(one.id, await person(company), OWN)
    assert await answer_of(company, "order") == "Look under Orders in the app."


async def test_the_same_words_for_the_same_intent_are_proposed_once(company: Company) -> None:
    await answered(company, "We open at nine.")
    await answered(company, "We open  at nine.\n", LI)
    await settled(company)
    (one,) = await proposed(company)
    assert one.times == 2
    await company.proposals.decline(one.id, await person(company))
    assert await proposed(company) == []
    await answered(company, "We open at nine.", Customer("kim", "shop", "en"))
    await settled(company)
    assert await proposed(company) == [], "declined once is declined"
    await answered(company, "We open at nine.", Customer("lou", "shop", "en"), label="order")
    await settled(company)
    assert [each.intent for each in await proposed(company)] == ["order"], "for another intent it may be right"


async def test_of_two_who_proposed_the_same_one_may_withdraw(company: Company) -> None:
    conversation = await answered(company, "We open at nine.")
    await answered(company, "We open at nine.", LI)
    await settled(company)
    await company.arrive("sue")
    await company.staff("sue", talk.WithdrawResolution, conversation)
    await followed(company)
    (one,) = await proposed(company)
    assert one.times == 1


@pytest.mark.parametrize(
    "fields",
    [{"label": None}, {"learn": False}, {"label": "complaint"}, {"answer_message_id": None}],
    ids=["out of scope", "not for training", "always a person", "no reply"],
)
async def test_what_the_bot_could_never_say_is_not_proposed(company: Company, fields: dict[str, Any]) -> None:
    edited = {} if "answer_message_id" in fields else {"answer_text": "Sorry to hear that."}
    await answered(company, "Sorry.", **fields, **edited)
    await settled(company)
    assert await company.rows(ProposalRow) == []
    assert await company.rows(EditedAnswerRow) == [], "words nobody will read are not kept"


async def test_withdrawn_within_ten_seconds_nothing_is_proposed(company: Company) -> None:
    conversation = await answered(company, "We open at nine.", answer_text="At nine.")
    company.clock.advance(5)
    await company.staff("ana", talk.WithdrawResolution, conversation)
    await settled(company)
    assert await company.rows(ProposalRow) == [] and await company.rows(EditedAnswerRow) == []


async def test_withdrawn_later_the_proposal_is_gone_unless_it_was_approved(company: Company) -> None:
    first = await answered(company, "We open at nine.")
    second = await answered(company, "We open at ten.", LI)
    await settled(company)
    ten, nine = sorted(await proposed(company), key=lambda one: one.text, reverse=True)
    await company.proposals.approve(nine.id, await person(company), OWN)
    await company.arrive("sue")
    for conversation in (first, second):
        await company.staff("sue", talk.WithdrawResolution, conversation)
    await followed(company)
    assert await proposed(company) == []
    assert await answer_of(company) == "We open at nine."
    with pytest.raises(ProposalUnknown):
        await company.proposals.approve(ten.id, await person(company), OWN)


async def test_erased_words_are_proposed_no_longer(company: Company) -> None:
    conversation = await answered(company, "We open at nine.", answer_text="At nine.")
    await settled(company)
    (one,) = await proposed(company)
    await erase(company, conversation)
    assert await proposed(company) == [], "at once, even before the follower has seen it"
    with pytest.raises(ProposalUnknown):
        await company.proposals.approve(one.id, await person(company), OWN)
    await followed(company)
    assert await company.rows(ProposalRow) == [] and await company.rows(EditedAnswerRow) == []
    assert len(await company.log("proposals")) == 2, "open consoles are told"


async def test_words_erased_before_the_proposal_are_never_proposed(company: Company) -> None:
    conversation = await answered(company, "We open at nine.")
    company.clock.advance(11)
    await company.timers.step()
    await erase(company, conversation)
    await followed(company)
    assert await company.rows(ProposalRow) == [] and await company.rows(ParkedEvent) == []


async def test_an_erasure_is_nothing_the_collector_stumbles_over(company: Company) -> None:
    conversation = await answered(company, "We open at nine.")
    await settled(company)
    await company.database.write(lambda tx: lease.acquire(tx, "me"))
    examples = collector(company.database, ids=new_id, token="me", gate_share=0.2)
    await examples.catch_up()
    await erase(company, conversation)
    assert await examples.catch_up() == 1
    assert await company.rows(ParkedEvent) == []


async def test_what_was_decided_is_decided_once(company: Company) -> None:
    await answered(company, "We open at nine.")
    await settled(company)
    (one,) = await proposed(company)
    sue = await person(company)
    await company.proposals.decline(one.id, sue)
    with pytest.raises(ProposalDecided):
        await company.proposals.approve(one.id, sue, OWN)
    assert await answer_of(company) is None, "a refused approval changes no answer"
    with pytest.raises(ProposalUnknown):
        await company.proposals.decline("no-such-resolution", sue)


async def test_a_decline_is_undone_for_all_who_proposed_the_same(company: Company) -> None:
    await answered(company, "We open at nine.")
    await answered(company, "We open at nine.", LI)
    await settled(company)
    (one,) = await proposed(company)
    sue = await person(company)
    with pytest.raises(ProposalNotDeclined, match="proposed"):
        await company.proposals.restore(one.id, sue)
    await company.proposals.decline(one.id, sue)
    (declined,) = (await company.proposals.list(state="declined")).proposals
    assert (declined.decided_by, declined.times) == ("Sue", 2)
    assert declined.decided_at == company.clock.now()
    await company.proposals.restore(one.id, sue)
    (again,) = await proposed(company)
    assert (again.id, again.times, again.decided_by, again.decided_at) == (one.id, 2, None, None)
    await company.proposals.approve(one.id, sue, OWN)
    with pytest.raises(ProposalNotDeclined, match="approved"):
        await company.proposals.restore(one.id, sue)
    with pytest.raises(ProposalUnknown):
        await company.proposals.restore("no-such-resolution", sue)


async def test_told_twice_it_is_proposed_once(unchecked: Company) -> None:
    """After a restore events may be told twice."""
    await answered(unchecked, "We open at nine.")
    await settled(unchecked)
    (event,) = await unchecked.log("resolutions")
    again = NewEvent(PUBLISHED, 1, dict(event.payload), "system", conversation=event.conversation)
    await unchecked.database.write(lambda tx: append(tx, RESOLUTIONS, again))
    await followed(unchecked)
    (one,) = await proposed(unchecked)
    assert one.times == 1


async def test_an_answer_may_be_written_by_hand(company: Company) -> None:
    await company.proposals.write_answer("unanswered", "We open at nine.", await person(company), OWN)
    assert await answer_of(company) == "We open at nine."
