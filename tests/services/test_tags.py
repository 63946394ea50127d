"""Tags: whoever works may set them, search finds them, customers never see them, and erasing takes them away."""

import pytest

from escalation.conversations.search import Wanted, find
from escalation.kernel.errors import EscalationError
from escalation.protocol.frames import conversation as talk
from tests.services.acting import claimed
from tests.services.company import LI, Company


async def found(company: Company, tag: str) -> list[str]:
    company.clock.advance(3)
    await company.indexer.step()
    rows = await company.database.read(lambda tx: find(tx, Wanted(tag=tag), None, 10))
    return [row.state["id"] for row in rows]


async def test_anybody_tags_and_search_finds_it(company: Company) -> None:
    conversation = await claimed(company)
    await company.waiting(LI)
    await company.staff("tom", talk.SetTags, conversation, tags=("vip", "late", "vip"))
    assert (await company.state(conversation)).tags == ("late", "vip")
    assert await found(company, "late") == [conversation]
    await company.staff("ana", talk.SetTags, conversation, tags=("vip",))
    assert (await found(company, "late"), await found(company, "vip")) == ([], [conversation])
    before = (await company.state(conversation)).seq
    await company.staff("ana", talk.SetTags, conversation, tags=("vip",))
    assert (await company.state(conversation)).seq == before, "what is so already is no event"


async def test_erasing_takes_them_away_and_lets_none_be_set(company: Company) -> None:
    conversation = await claimed(company)
    await company.staff("ana", talk.SetTags, conversation, tags=("late",))
    await company.erase(conversation)
    assert (await company.state(conversation)).tags == ()
    assert await found(company, "late") == []
    with pytest.raises(EscalationError, match="erased"):
        await company.staff("ana", talk.SetTags, conversation, tags=("late",))


@pytest.mark.parametrize("tag", ["Maria Sol", "", "-x", "a" * 41, "a@b.example"])
def test_a_tag_has_a_form_of_its_own(tag: str) -> None:
    with pytest.raises(ValueError, match="tags"):
        talk.SetTags(command_id="0190f2c4-0000-7000-8000-000000000001", conversation="c", epoch=1, tags=(tag,))
