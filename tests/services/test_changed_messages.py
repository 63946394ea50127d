"""What an agent edits or deletes: everybody shows the present words, and nothing keeps or learns the old ones."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from escalation.conversations import contacts
from escalation.conversations.search_index import SearchIndexer
from escalation.conversations.service import Rules
from escalation.conversations.tables import MailRow, MessageRow, SearchDocumentRow
from escalation.delivery.chat_links import ChatLinks
from escalation.delivery.composing import mail_of
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames import messages as changes
from escalation.protocol.frames.base import Frame
from escalation.realtime.database_reading import DatabaseReading
from tests.realtime.whole_thread import thread_frames
from tests.services.acting import claimed, outcome, published, refused, resolve
from tests.services.company import LI, MARIA, Company, an_id

EDIT, DELETE = changes.EditMessage, changes.DeleteMessage


async def said(company: Company, conversation: str, text: str, *, frame: type[Frame] = talk.Reply) -> str:
    """Ana writes; returns the message's id."""
    sent = await company.staff("ana", frame, conversation, text=text)
    rows = await company.rows(MessageRow)
    return next(str(row.id) for row in rows if (row.conversation, row.seq) == (conversation, sent.seq))


async def shown(company: Company, conversation: str, audience: Any) -> list[tuple[str, bool]]:
    """What a snapshot says that agents wrote, and whether they changed it."""
    thread = await DatabaseReading(company.database, "epoch").thread(conversation)
    assert thread is not None
    parts = [frame for frame in thread_frames(thread, audience) if isinstance(frame, talk.ThreadPart)]
    messages = [message for part in parts for message in part.messages if message.author == "agent"]
    return [(getattr(each.body, "text", each.body.kind), each.edited) for each in messages]


async def test_both_sides_see_the_present_words(company: Company) -> None:
    conversation = await claimed(company)
    first, second = await said(company, conversation, "Helo"), await said(company, conversation, "Wrong window")
    note = await said(company, conversation, "a regulr", frame=talk.Note)
    await company.staff("ana", EDIT, conversation, message_id=first, text="Hello")
    await company.staff("ana", DELETE, conversation, message_id=second)
    await company.staff("ana", EDIT, conversation, message_id=note, text="a regular")
    assert await shown(company, conversation, "customer") == [("Hello", True), ("deleted", True)]
    assert await shown(company, conversation, "staff") == [("Hello", True), ("deleted", True), ("a regular", True)]
    kept = [str(row.payload) for row in await company.log(f"conversation:{conversation}")]
    kept += [str(tuple(row)) for row in await company.rows(MessageRow)]
    assert not [row for row in kept if "Helo" in row or "window" in row or "regulr" in row]
    assert await company.findings() == [], "the digests are those of the present words"


async def test_the_same_command_is_one_and_another_text_is_another(company: Company) -> None:
    conversation = await claimed(company)
    message, id = await said(company, conversation, "Helo"), an_id()
    frame = {"command_id": id, "message_id": message}
    once = await company.staff("ana", EDIT, conversation, text="Hello", **frame)
    assert await company.staff("ana", EDIT, conversation, text="Hello", **frame) == once
    assert (await company.types(conversation)).count("MessageEdited") == 1
    await refused(company, "conflict", "ana", EDIT, conversation, text="Hi", **frame)


async def test_refused(company: Company) -> None:
    conversation = await claimed(company)
    message = await said(company, conversation, "Hello")
    other = await company.waiting(LI)
    await refused(company, "not_owner", "sue", EDIT, conversation, message_id=message, text="Bye")
    await refused(company, "not_found", "ana", EDIT, other, message_id=message, text="Bye")
    await refused(company, "not_found", "ana", DELETE, conversation, message_id="none")
    company.clock.advance(61)
    await refused(company, "too_late_to_change", "ana", EDIT, conversation, message_id=message, text="Bye")


@pytest.mark.parametrize("kind", [EDIT, DELETE])
async def test_a_change_against_the_resolution(company: Company, kind: type[Frame]) -> None:
    """Whichever commits first: never is a changed reply what a resolution before it named."""
    conversation = await claimed(company)
    message = await said(company, conversation, "Look under My orders, please.")
    state = await company.state(conversation)
    named = {"label": "order", "last_seen_seq": state.seq, "answer_message_id": message, "epoch": state.epoch}
    text = {"text": "Look below."} if kind is EDIT else {}
    changed, ended = await asyncio.gather(
        outcome(company, "ana", kind, conversation, message_id=message, epoch=state.epoch, **text),
        outcome(company, "ana", talk.Resolve, conversation, **named),
    )
    types = [each for each in await company.types(conversation) if each in {"Resolved", "MessageEdited"}]
    assert changed in {None, "too_late_to_change"} and ended in {None, "invalid"}
    assert types in (["Resolved"], ["MessageEdited", "Resolved"], [])
    assert (await company.state(conversation)).status != "closed" or ended is None


async def test_a_deleted_reply_is_not_learnt(company: Company) -> None:
    conversation = await claimed(company)
    message = await said(company, conversation, "Ask Tom on 555-1234.")
    await company.staff("ana", DELETE, conversation, message_id=message)
    seen = (await company.state(conversation)).seq
    named = {"label": "order", "last_seen_seq": seen, "answer_message_id": message}
    await refused(company, "invalid", "ana", talk.Resolve, conversation, **named)
    await refused(company, "invalid", "ana", talk.Resolve, conversation, **named, answer_text="Ask Tom.")
    await resolve(company, conversation)
    company.clock.advance(11)
    await company.timers.step()
    assert [event.payload["answer_message_id"] for event in await published(company)] == [None]


async def test_old_words_leave_the_search_at_once(company: Company) -> None:
    conversation = await claimed(company)
    edited, gone = await said(company, conversation, "zebras"), await said(company, conversation, "giraffes")
    indexer = SearchIndexer(company.database, quiet=timedelta(0))
    await indexer.step()
    assert {"zebras", "giraffes"} <= await terms(company)
    await company.staff("ana", EDIT, conversation, message_id=edited, text="lions")
    await company.staff("ana", DELETE, conversation, message_id=gone)
    assert await terms(company) == set()
    await indexer.step()
    assert "lions" in await terms(company) and not {"zebras", "giraffes"} & await terms(company)


async def test_a_mail_says_what_is_said_when_it_is_written(company: Company) -> None:
    company.conversations._rules = Rules(mail_after=timedelta(seconds=15))
    conversation = await claimed(company)
    await company.database.write(lambda tx: contacts.keep(tx, conversation, "maria@mail.test", "Maria"))
    edited, gone = await said(company, conversation, "Helo"), await said(company, conversation, "Wrong window")
    await company.staff("ana", EDIT, conversation, message_id=edited, text="Hello")
    await company.staff("ana", DELETE, conversation, message_id=gone)
    assert await mailed(company) == ("Hello",)
    await company.staff("ana", DELETE, conversation, message_id=edited)
    assert await mailed(company) is None, "nothing is left to say"


async def test_the_list_tells_the_present_words(company: Company) -> None:
    conversation = await claimed(company)
    message = await said(company, conversation, "Helo")
    told = len(await company.log("desk"))
    await company.staff("ana", EDIT, conversation, message_id=message, text="Hello")
    (row,) = (await company.log("desk"))[told:]
    assert row.payload["last_message_id"] == message


async def test_erasing_takes_what_is_left(company: Company) -> None:
    conversation = await claimed(company)
    edited, gone = await said(company, conversation, "Helo"), await said(company, conversation, "Wrong window")
    await company.staff("ana", EDIT, conversation, message_id=edited, text="Hello")
    await company.staff("ana", DELETE, conversation, message_id=gone)
    await company.erase(conversation)
    assert {row.body["kind"] for row in await company.rows(MessageRow)} == {"erased"}
    assert await company.findings() == []


# --- helpers -----------------------------------------------------------------------------------------------------


async def terms(company: Company) -> set[str]:
    """The words that are searched for now, without facts."""
    documents = await company.rows(SearchDocumentRow)
    return {term for row in documents for term in row.terms if ":" not in term}


async def mailed(company: Company) -> tuple[str, ...] | None:
    """What the mail that is owed would say now."""
    (row,) = await company.rows(MailRow)
    links = ChatLinks(b"k" * 32, company.clock, "https://chat.example/")
    mail = await company.database.read(lambda tx: mail_of(tx, row, links, {MARIA.site: "The Shop"}))
    return mail.said if mail is not None else None
