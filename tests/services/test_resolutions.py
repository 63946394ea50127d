"""Resolutions: what learning is told and when, how they are taken back, which labels and answers they may carry."""

import asyncio

import pytest

from escalation.conversations import history
from escalation.conversations.tables import EpisodeRow, MessageRow, ResolutionRow
from escalation.kernel.errors import Invalid, NotFound
from escalation.people.permissions import GRANTS, Grant, Permission
from escalation.protocol.frames import conversation as talk
from escalation.protocol.states import Status
from tests.services.acting import claimed, ordered, published, refused, resolve
from tests.services.company import LI, Company


async def test_a_resolution_is_published_once_when_its_ten_seconds_are_over(company: Company) -> None:
    conversation = await claimed(company)
    reply = await company.staff("ana", talk.Reply, conversation, text="Sent today.")
    answer = next(row for row in await company.rows(MessageRow) if row.seq == reply.seq)
    await resolve(company, conversation, label="order", answer_message_id=answer.id)
    await company.timers.step()
    assert await published(company) == []
    assert "system: resolved" not in await company.thread(conversation), "the customer is not told before either"
    company.clock.advance(10)
    await company.timers.step()
    await company.timers.step()
    (event,) = await published(company)
    (row,) = await company.rows(ResolutionRow)
    question = next(row for row in await company.rows(MessageRow) if row.author == "customer")
    assert event.type == "ResolutionPublished"
    assert event.payload == {
        "resolution_id": row.id,
        "agent": "ana",
        "label": "order",
        "outcome": "solved",
        "learn": True,
        "message_ids": [question.id],
        "answer_message_id": answer.id,
        "parts": [],
    }
    assert (await company.thread(conversation)).count("system: resolved") == 1


async def test_what_a_resolution_would_label_can_be_read_before_it_is_made(company: Company) -> None:
    conversation = await claimed(company)
    shown = await company.database.read(lambda tx: history.labelled(tx, conversation))
    await resolve(company, conversation)
    (row,) = await company.rows(ResolutionRow)
    assert shown.message_ids == row.message_ids != []
    with pytest.raises(NotFound):
        await company.database.read(lambda tx: history.labelled(tx, "none"))


async def test_withdrawn_within_ten_seconds_nobody_hears_of_it(company: Company) -> None:
    conversation = await claimed(company)
    began = (await ordered(company, EpisodeRow))[-1].began_at
    await resolve(company, conversation)
    company.clock.advance(9)
    await company.staff("ana", talk.WithdrawResolution, conversation)
    company.clock.advance(10)
    await company.timers.step()
    assert await published(company) == []
    assert not {"system: resolved", "system: reopened"} & set(await company.thread(conversation))
    assert (await company.state(conversation)).controller == "ana"
    last = (await ordered(company, EpisodeRow))[-1]
    assert (last.began_at, last.ended_at) == (began, None), "the episode goes on"


async def test_later_only_a_supervisor_withdraws_and_learning_hears_of_it(company: Company) -> None:
    conversation = await claimed(company)
    await resolve(company, conversation)
    company.clock.advance(11)
    await company.timers.step()
    await refused(company, "too_late", "ana", talk.WithdrawResolution, conversation)
    await company.arrive("sue")
    await company.staff("sue", talk.WithdrawResolution, conversation)
    assert [event.type for event in await published(company)] == ["ResolutionPublished", "ResolutionRevoked"]
    state = await company.state(conversation)
    assert (state.status, state.controller) == (Status.ASSIGNED, "sue")
    assert (await company.thread(conversation))[-1] == "system: reopened"


async def test_a_withdrawal_opens_no_second_conversation(company: Company) -> None:
    conversation = await claimed(company)
    await resolve(company, conversation)
    company.clock.advance(11)
    await company.timers.step()
    company.clock.advance(8 * 86_400)
    other = await company.say("something new")
    assert other != conversation
    await company.arrive("sue")
    await refused(company, "not_allowed_now", "sue", talk.WithdrawResolution, conversation)


async def test_who_writes_before_it_settles_costs_no_example(company: Company) -> None:
    conversation = await claimed(company)
    await resolve(company, conversation)
    company.clock.advance(3)
    await company.say("thank you!")
    state = await company.state(conversation)
    assert (state.status, state.controller) == (Status.ASSIGNED, "ana"), "the same agent, who is still there"
    company.clock.advance(10)
    await company.timers.step()
    assert [event.type for event in await published(company)] == ["ResolutionPublished"]
    await resolve(company, conversation)
    company.clock.advance(11)
    await company.timers.step()
    ids = [event.payload["resolution_id"] for event in await published(company)]
    assert len(set(ids)) == len(ids) == 2


async def test_who_writes_when_the_agent_is_gone_gets_the_bot(company: Company) -> None:
    conversation = await claimed(company)
    await resolve(company, conversation)
    await company.attendance.leave("ana", "tab-of-ana")
    company.clock.advance(20)
    await company.timers.step()
    await company.say("where is it?")
    await company.bot()
    assert (await company.thread(conversation))[-1] == "bot: Look under My orders."


async def test_an_unknown_label_is_offered_as_new_and_never_created_by_mistake(company: Company) -> None:
    conversation = await claimed(company)
    await refused(company, "unknown_intent", "ana", talk.Resolve, conversation, label="oder", last_seen_seq=99)
    assert "oder" not in (await company.catalogues.load()).names
    await company.staff("ana", talk.Resolve, conversation, label="gift_card", new_intent=True, last_seen_seq=99)
    intent = (await company.catalogues.load()).get("gift_card")
    assert not intent.answerable


async def test_only_who_may_name_intents_creates_one(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GRANTS, Permission.NAME_INTENT, Grant("", frozenset({"supervisor"})))
    conversation = await claimed(company)
    named = {"label": "gift_card", "new_intent": True, "last_seen_seq": 99}
    await refused(company, "forbidden", "ana", talk.Resolve, conversation, **named)
    assert "gift_card" not in (await company.catalogues.load()).names


async def test_two_agents_create_the_same_intent_at_once(company: Company) -> None:
    await company.arrive("ana", "sue")
    mine, theirs = await company.waiting(), await company.waiting(LI)
    await company.staff("ana", talk.Claim, mine)
    await company.staff("sue", talk.Claim, theirs)
    fields = {"label": "gift_card", "new_intent": True, "last_seen_seq": 99}
    await asyncio.gather(
        company.staff("ana", talk.Resolve, mine, **fields), company.staff("sue", talk.Resolve, theirs, **fields)
    )
    assert len(await company.rows(ResolutionRow)) == 2


async def test_only_an_agents_public_reply_is_an_answer_to_learn(company: Company) -> None:
    conversation = await claimed(company)
    await company.staff("ana", talk.Note, conversation, text="internal")
    messages = await company.rows(MessageRow)
    wrong = [row.id for row in messages if row.internal or row.author == "customer"]
    for answer in (*wrong, "no-such-message"):
        with pytest.raises(Invalid, match="no reply of an agent"):
            await resolve(company, conversation, answer_message_id=answer)


async def test_out_of_scope_and_not_for_training_are_told_as_they_are(company: Company) -> None:
    conversation = await claimed(company)
    await resolve(company, conversation, label=None, learn=False)
    company.clock.advance(11)
    await company.timers.step()
    (event,) = await published(company)
    assert (event.payload["label"], event.payload["learn"]) == (None, False)
