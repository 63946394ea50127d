"""Drafts on the server: seen on one's other devices, never by colleagues, and gone when sent or over."""

import pytest

from escalation.conversations.tables import DraftRow
from escalation.desk.drafts import Drafts
from escalation.kernel.errors import EscalationError
from escalation.protocol.frames import conversation as talk
from escalation.protocol.rest.drafts import DraftKind, DraftList
from tests.services.acting import claimed, resolve
from tests.services.company import Company

WORDS = "quetzal, one moment"


@pytest.fixture
def drafts(company: Company) -> Drafts:
    return Drafts(company.database)


async def keep(
    company: Company, drafts: Drafts, who: str, conversation: str, text: str = WORDS, kind: DraftKind = "reply"
) -> str | None:
    try:
        await drafts.keep(await company.desk.member(who), conversation, kind, text)
    except EscalationError as error:
        return error.code
    return None


async def seen(company: Company, drafts: Drafts, who: str, conversation: str) -> DraftList:
    return await drafts.of(await company.desk.member(who), conversation)


async def own(company: Company, drafts: Drafts, who: str, conversation: str) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in (await seen(company, drafts, who, conversation)).own]


async def test_another_device_has_it_and_colleagues_learn_only_that_there_is_one(
    company: Company, drafts: Drafts
) -> None:
    conversation = await claimed(company)
    await keep(company, drafts, "ana", conversation)
    await keep(company, drafts, "ana", conversation, "for colleagues", "note")
    assert await own(company, drafts, "ana", conversation) == [("reply", WORDS), ("note", "for colleagues")]
    others = await seen(company, drafts, "tom", conversation)
    assert (others.own, [(one.name, one.kind) for one in others.others]) == ([], [("Ana", "reply"), ("Ana", "note")])
    assert WORDS not in others.model_dump_json()
    assert WORDS not in str(await company.log(f"conversation:{conversation}") + await company.log("staff:ana"))


async def test_a_newer_one_takes_the_place_of_the_one_before_and_a_blank_one_is_none(
    company: Company, drafts: Drafts
) -> None:
    conversation = await claimed(company)
    for text in (WORDS, "", "again", "other words"):
        await keep(company, drafts, "ana", conversation, text)
        company.clock.advance(1)
    (kept,) = await company.rows(DraftRow)
    assert (kept.text, kept.at < company.clock.now()) == ("other words", True)
    await keep(company, drafts, "ana", conversation, "  ")
    assert await company.rows(DraftRow) == []


async def test_what_was_sent_is_no_draft_any_more(company: Company, drafts: Drafts) -> None:
    conversation = await claimed(company)
    await keep(company, drafts, "ana", conversation)
    await keep(company, drafts, "ana", conversation, "a note", "note")
    await keep(company, drafts, "tom", conversation, "a question", "note")
    await company.staff("ana", talk.Reply, conversation, text=WORDS)
    assert await own(company, drafts, "ana", conversation) == [("note", "a note")]
    await company.staff("ana", talk.Note, conversation, text="a note")
    assert await own(company, drafts, "ana", conversation) == []
    assert await own(company, drafts, "tom", conversation) == [("note", "a question")]


async def test_the_end_of_the_conversation_takes_all_of_them_away(company: Company, drafts: Drafts) -> None:
    conversation = await claimed(company)
    await keep(company, drafts, "ana", conversation)
    await keep(company, drafts, "tom", conversation, kind="note")
    await resolve(company, conversation)
    assert await company.rows(DraftRow) == []


async def test_nothing_is_kept_of_what_was_erased_or_cannot_be_seen(company: Company, drafts: Drafts) -> None:
    conversation = await claimed(company)
    await keep(company, drafts, "ana", conversation)
    await company.erase(conversation)
    assert await company.rows(DraftRow) == []
    assert await keep(company, drafts, "ana", conversation) == "not_allowed_now"
    assert await keep(company, drafts, "ana", "none") == "not_found"
