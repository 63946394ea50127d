"""Whispers: between supervisors and the agent who has the conversation, in no thread, and gone with an erasure."""

import pytest

from escalation.conversations.search import Wanted, find
from escalation.conversations.tables import CallRow, MessageRow, WhisperRow
from escalation.desk import reading
from escalation.desk.whispers import Whispers
from escalation.kernel.errors import EscalationError
from escalation.people.scope import Scope
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.desk import MarkRead
from tests.services.acting import claimed
from tests.services.company import LI, Company

WORD = "offer-quetzal"


@pytest.fixture
def whispers(company: Company) -> Whispers:
    return Whispers(company.database, company.ids)


async def seen(company: Company, whispers: Whispers, who: str, conversation: str) -> list[str]:
    found = await whispers.of(await company.desk.member(who), conversation)
    return [f"{each.by_name}: {each.text}" for each in found.whispers]


async def said(company: Company, whispers: Whispers, who: str, conversation: str, text: str = WORD) -> str | None:
    try:
        await whispers.say(await company.desk.member(who), conversation, text)
    except EscalationError as error:
        return error.code
    return None


async def unseen(company: Company, who: str) -> dict[str, int]:
    """What their desk says of whispers that they have not seen."""
    return dict((await company.database.read(lambda tx: reading.snapshot(tx, who, Scope()))).whispers)


async def told(company: Company, who: str) -> list[int]:
    """What their devices heard of whispers, and nothing else of them."""
    return [event.payload["unseen"] for event in await company.log(f"staff:{who}") if event.type == "Whispered"]


async def test_the_agent_and_supervisors_talk_and_nobody_else_hears(company: Company, whispers: Whispers) -> None:
    conversation = await claimed(company)
    assert await said(company, whispers, "sue", conversation) is None
    assert await said(company, whispers, "ana", conversation, "thanks") is None
    both = [f"Sue: {WORD}", "Ana: thanks"]
    assert await seen(company, whispers, "ana", conversation) == both
    assert await seen(company, whispers, "sue", conversation) == both
    assert await seen(company, whispers, "tom", conversation) == []
    assert await said(company, whispers, "tom", conversation) == "forbidden"
    assert [event.type for event in await company.log("staff:ana")] == ["Whispered"]
    assert [event.type for event in await company.log("staff:sue")] == ["Whispered"], "the answer"
    assert await company.log("staff:tom") == []
    assert WORD not in str(await company.log("staff:ana")), "the words are told by REST alone"


async def test_the_next_agent_does_not_read_what_was_whispered_to_the_last(
    company: Company, whispers: Whispers
) -> None:
    conversation = await claimed(company)
    await said(company, whispers, "sue", conversation)
    await company.staff("ana", talk.Release, conversation)
    await company.arrive("tom")
    await company.staff("tom", talk.Claim, conversation)
    assert await seen(company, whispers, "tom", conversation) == []
    assert await seen(company, whispers, "ana", conversation) == [f"Sue: {WORD}"]


async def test_a_whisper_stays_on_the_desk_of_its_reader_until_it_was_seen(
    company: Company, whispers: Whispers
) -> None:
    conversation = await claimed(company)
    await said(company, whispers, "sue", conversation)
    await said(company, whispers, "sue", conversation)
    assert (await unseen(company, "ana"), await unseen(company, "sue")) == ({conversation: 2}, {})
    await company.staff("ana", MarkRead, conversation, seq=9)
    await company.staff("ana", MarkRead, conversation, seq=9, whispers=1)
    assert await unseen(company, "ana") == {conversation: 2}, "the second came behind what the page had"
    for _ in range(2):
        await company.staff("ana", MarkRead, conversation, seq=9, whispers=2)
    assert (await unseen(company, "ana"), await told(company, "ana")) == ({}, [1, 2, 0])
    await said(company, whispers, "ana", conversation, "thanks")
    assert (await unseen(company, "ana"), await unseen(company, "sue")) == ({}, {conversation: 3})


@pytest.mark.parametrize("leaves", [talk.Release, talk.HandBack])
async def test_nobody_has_to_look_at_whispers_once_the_conversation_has_left_its_agent(
    company: Company, whispers: Whispers, leaves: type[talk.StaffCommand]
) -> None:
    conversation = await claimed(company)
    await said(company, whispers, "sue", conversation)
    await said(company, whispers, "ana", conversation, "thanks")
    await company.staff("ana", leaves, conversation)
    assert (await unseen(company, "ana"), await unseen(company, "sue")) == ({}, {})
    assert (await told(company, "ana"), await told(company, "sue")) == ([1, 0], [2, 0])


async def test_who_takes_a_conversation_over_is_not_called_by_what_was_whispered_before(
    company: Company, whispers: Whispers
) -> None:
    conversation = await claimed(company)
    await said(company, whispers, "sue", conversation)
    await company.arrive("tom")
    await company.staff("ana", talk.Offer, conversation, agent="tom")
    await company.staff("tom", talk.AcceptOffer, conversation)
    assert [await unseen(company, who) for who in ("ana", "tom", "sue")] == [{}, {}, {}]
    await said(company, whispers, "sue", conversation)
    assert [await unseen(company, who) for who in ("ana", "tom")] == [{}, {conversation: 2}]


async def test_there_is_nobody_to_whisper_to_where_nobody_has_it(company: Company, whispers: Whispers) -> None:
    waiting = await company.waiting(LI)
    assert await said(company, whispers, "sue", waiting) == "not_allowed_now"
    assert await said(company, whispers, "sue", "none") == "not_found"
    assert await said(company, whispers, "sue", await claimed(company), "  ") == "invalid"


async def test_no_thread_search_or_message_has_it_and_erasing_takes_it_away(
    company: Company, whispers: Whispers
) -> None:
    conversation = await claimed(company)
    await said(company, whispers, "sue", conversation)
    company.clock.advance(5)
    await company.indexer.step()
    assert WORD not in str(await company.log(f"conversation:{conversation}"))
    assert WORD not in str(await company.rows(MessageRow))
    assert await company.database.read(lambda tx: find(tx, Wanted(words=WORD), None, 10)) == []
    await company.erase(conversation)
    assert await company.rows(WhisperRow) == [] == await company.rows(CallRow)
    assert await unseen(company, "ana") == {}
    assert await said(company, whispers, "sue", conversation) == "not_allowed_now"
