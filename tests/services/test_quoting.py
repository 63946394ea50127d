"""Replies that quote a message: by its id, of this conversation, public and there; its words stay where they are."""

import pytest

from escalation.conversations.tables import MessageRow
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames import messages
from escalation.realtime.database_reading import DatabaseReading
from tests.realtime.whole_thread import thread_frames
from tests.services.acting import claimed, refused
from tests.services.company import LI, Company

WORDS = "it is broken"


async def said(company: Company, conversation: str, text: str) -> str:
    """The id of the message with these words."""
    rows = await company.rows(MessageRow)
    (found,) = [row.id for row in rows if row.conversation == conversation and row.body.get("text") == text]
    return str(found)


async def shown(company: Company, conversation: str) -> list[tuple[str | None, str]]:
    """What a customer's snapshot says of each message: what it quotes, and its kind."""
    thread = await DatabaseReading(company.database, "epoch").thread(conversation)
    assert thread is not None
    parts = [part for part in thread_frames(thread, "customer") if isinstance(part, talk.ThreadPart)]
    return [(message.quotes, message.body.kind) for part in parts for message in part.messages]


async def test_a_reply_names_what_it_quotes_to_both_sides_and_holds_none_of_its_words(company: Company) -> None:
    conversation = await claimed(company)
    quoted = await said(company, conversation, WORDS)
    await company.staff("ana", talk.Reply, conversation, text="On its way.", quotes=quoted)
    stored = (await company.log(f"conversation:{conversation}"))[-1]
    assert stored.payload["quotes"] == quoted
    assert WORDS not in str(stored.payload)
    assert (await shown(company, conversation))[-1] == (quoted, "text")


async def test_what_is_not_there_to_be_quoted_is_refused(company: Company) -> None:
    conversation = await claimed(company)
    await company.staff("ana", talk.Note, conversation, text="a note")
    await company.staff("ana", talk.Reply, conversation, text="Wrong window.")
    taken_back = await said(company, conversation, "Wrong window.")
    await company.staff("ana", messages.DeleteMessage, conversation, message_id=taken_back)
    foreign = await said(company, await company.say("another matter", LI), "another matter")
    for quoted in (await said(company, conversation, "a note"), taken_back, foreign, "nothing"):
        await refused(company, "not_found", "ana", talk.Reply, conversation, text="this", quotes=quoted)


@pytest.mark.parametrize("erased", [True, False])
async def test_what_is_gone_later_stays_named_without_words(company: Company, erased: bool) -> None:
    conversation = await claimed(company)
    await company.staff("ana", talk.Reply, conversation, text="First.")
    quoted = await said(company, conversation, "First.")
    await company.staff("ana", talk.Reply, conversation, text="Second.", quotes=quoted)
    if erased:
        await company.erase(conversation)
    else:
        await company.staff("ana", messages.DeleteMessage, conversation, message_id=quoted)
    found = await shown(company, conversation)
    assert found[-1][0] == quoted
    assert "First." not in str([row.body for row in await company.rows(MessageRow)])


async def test_the_same_id_with_another_quote_is_another_message(company: Company) -> None:
    conversation = await claimed(company)
    sent = {"client_message_id": "0190f2c4-0000-7000-8000-000000000009", "text": "Yes."}
    await company.staff("ana", talk.Reply, conversation, **sent)
    quoted = await said(company, conversation, WORDS)
    await refused(company, "conflict", "ana", talk.Reply, conversation, **sent, quotes=quoted)
