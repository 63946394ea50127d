"""Notes that mention colleagues: told on their own stream, kept until read, refused to whoever may not see them."""

import pytest
from sqlalchemy import update

from escalation.conversations import events as e
from escalation.conversations.tables import CallRow
from escalation.database import Transaction, table_of
from escalation.desk import reading
from escalation.people.scope import Scope
from escalation.people.tables import StaffRow
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames import desk as lists
from tests.services.acting import claimed, outcome, refused, resolve
from tests.services.company import Company

WORDS = "@Tom can you look at this?"


async def change(company: Company, who: str, **values: object) -> None:
    staff = table_of(StaffRow)

    def work(tx: Transaction) -> None:
        tx.execute(update(staff).where(staff.c.id == who).values(**values))

    await company.database.write(work)


async def mentioned(company: Company, who: str = "tom") -> dict[str, int]:
    """What their desk says of mentions that they have not read."""
    desk = await company.database.read(lambda tx: reading.snapshot(tx, who, Scope()))
    return {one: seq for one, seq in desk.mentions.items() if seq > desk.read_marks.get(one, 0)}


async def test_a_note_tells_whom_it_mentions_without_its_words(company: Company) -> None:
    conversation = await claimed(company)
    await company.staff("ana", talk.Note, conversation, text=WORDS, mentions=("tom", "tom", "ana"))
    (told,) = await company.log("staff:tom")
    place = (await company.state(conversation)).seq - 1
    assert (told.type, told.payload) == ("MentionAdded", {"conversation": conversation, "up_to": place})
    assert await company.log("staff:ana") == [], "nobody mentions themselves"
    stored = (await company.log(f"conversation:{conversation}"))[-1]
    assert (stored.type, stored.payload["agents"]) == ("Mentioned", ["tom"])
    assert WORDS not in str(await company.log(f"conversation:{conversation}"))
    assert await mentioned(company) == {conversation: place}


async def test_it_is_read_when_the_conversation_was_opened_and_the_next_note_is_not(company: Company) -> None:
    conversation = await claimed(company)
    await company.staff("ana", talk.Note, conversation, text=WORDS, mentions=("tom",))
    seen = (await company.state(conversation)).seq
    await company.staff("tom", lists.MarkRead, conversation, seq=seen)
    assert await mentioned(company) == {}
    await company.staff("ana", talk.Note, conversation, text=WORDS, mentions=("tom",))
    assert await mentioned(company) == {conversation: seen + 1}


async def test_a_mention_that_was_not_read_stays_on_the_desk_after_the_conversation_ended(company: Company) -> None:
    conversation = await claimed(company)
    await company.staff("ana", talk.Note, conversation, text=WORDS, mentions=("tom",))
    await resolve(company, conversation)
    company.clock.advance(2 * 3600)
    assert list(await mentioned(company)) == [conversation]
    assert await mentioned(company, "sue") == {}


@pytest.mark.parametrize("limits", [{"queues": ["billing"]}, {"sites": ["other"]}, {"disabled_at": "now"}])
async def test_who_would_not_see_it_cannot_be_mentioned(company: Company, limits: dict[str, object]) -> None:
    conversation = await claimed(company)
    given = {"disabled_at": company.clock.now()} if "disabled_at" in limits else limits
    await change(company, "tom", **given)
    await refused(company, "out_of_sight", "ana", talk.Note, conversation, text=WORDS, mentions=("tom",))
    assert await company.rows(CallRow) == []
    assert await outcome(company, "ana", talk.Note, conversation, text=WORDS, mentions=("nobody",)) == "not_found"


async def test_the_same_note_sent_again_mentions_once(company: Company) -> None:
    conversation = await claimed(company)
    sent = {"client_message_id": "0190f2c4-0000-7000-8000-000000000009", "text": WORDS, "mentions": ("tom",)}
    for _ in range(2):
        await company.staff("ana", talk.Note, conversation, **sent)
    assert len(await company.log("staff:tom")) == 1
    types = await company.types(conversation)
    assert types.count(e.Mentioned.__name__) == 1


async def test_erasing_takes_mentions_away(company: Company) -> None:
    conversation = await claimed(company)
    await company.staff("ana", talk.Note, conversation, text=WORDS, mentions=("tom",))
    await company.erase(conversation)
    assert await company.rows(CallRow) == []
    assert await mentioned(company) == {}
