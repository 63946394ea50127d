"""Finding conversations: by words and facts, page by page; what was erased leaves no trace; how one ended."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from escalation.conversations import search
from escalation.conversations.search import Wanted
from escalation.conversations.search_index import SearchIndexer
from escalation.conversations.tables import ConversationRow, SearchDocumentRow, SearchTermRow
from escalation.database import Transaction, table_of
from escalation.desk import finding
from escalation.kernel.errors import EscalationError
from escalation.protocol.frames import conversation as talk
from escalation.protocol.rest.conversations import EndingView, FoundPage
from tests.services.acting import claimed, resolve
from tests.services.company import LI, MARIA, Company, Customer, a_prediction, an_id

ON_SQLITE = pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)


async def find(company: Company, words: str = "", before: str | None = None, limit: int = 9, **facts: Any) -> FoundPage:
    """A page of what is found once the index is up to date."""
    await company.indexer.step()
    wanted = Wanted(words, **facts)
    return await company.database.read(lambda tx: finding.page(tx, wanted, before, limit))


async def found(company: Company, words: str = "", **facts: Any) -> list[str]:
    return [one.row.conversation for one in (await find(company, words, **facts)).conversations]


async def ending(company: Company, conversation: str) -> EndingView:
    return await company.database.read(lambda tx: finding.ending(tx, conversation))


async def test_words_of_customers_agents_and_notes_are_found(company: Company) -> None:
    conversation = await claimed(company)
    await company.say("Mi CANCELACIÓN no llegó")
    await company.staff("ana", talk.Reply, conversation, text="It left the warehouse on Monday.")
    await company.staff("ana", talk.Note, conversation, text="a delicate matter")
    other = await company.say("something else", LI)
    for words in ("cancelacion", "WAREHOUSE", "delicate", "cancelación delicate", "monda", "broken monday"):
        assert await found(company, words) == [conversation], words
    assert await found(company, "delicate something") == []
    assert await found(company, "else") == [other]


async def test_a_result_shows_the_words_marked(company: Company) -> None:
    conversation = await company.waiting()
    await company.arrive("ana")
    await company.staff("ana", talk.Claim, conversation)
    await company.staff("ana", talk.Note, conversation, text="x " * 100 + "about his invoices and " + "y " * 100)
    (result,) = (await find(company, "invoice")).conversations
    assert result.found is not None and (result.found.author, result.found.internal) == ("agent", True)
    assert [part.text for part in result.found.parts if part.hit] == ["invoices"]
    shown = "".join(part.text for part in result.found.parts)
    assert shown.startswith("…x") and shown.endswith("…") and len(shown) < 170
    (plain,) = (await find(company)).conversations
    assert plain.found is None


async def test_every_filter_narrows_and_all_together_still_find(company: Company) -> None:
    conversation = await claimed(company)
    await resolve(company, conversation, label="refund")
    company.clock.advance(15)
    await company.timers.step()
    company.clock.advance(86_400)
    other = await company.say("where is it?", Customer("li-0007", "blog"))
    await company.bot()
    assert await found(company) == [other, conversation]
    assert await found(company, intent="refund") == [conversation]
    assert await found(company, intent="order") == [other], "answered by the bot"
    assert await found(company, intent="") == []
    assert await found(company, agent="ana") == [conversation]
    assert await found(company, status="bot") == [other]
    assert await found(company, outcome="resolved") == [conversation]
    assert await found(company, site="blog") == [other]
    assert await found(company, customer="maria") == [conversation]
    assert await found(company, customer="#0007") == [other]
    now = company.clock.now()
    assert await found(company, since=now - timedelta(hours=1)) == [other]
    assert await found(company, until=now - timedelta(hours=1)) == [conversation]
    everything = {"intent": "refund", "agent": "ana", "outcome": "resolved", "site": "shop", "customer": "maria"}
    assert await found(company, "person broken", **everything, until=now) == [conversation]


async def test_a_customer_is_found_by_the_name_and_address_they_left(company: Company) -> None:
    conversation = await company.waiting()
    leave = talk.LeaveContact(command_id=an_id(), email="m.gomez@example.org", name="María Gómez")
    await company.as_customer(leave)
    for name in ("maria gomez", "GÓMEZ", "m.gomez@example.org"):
        assert await found(company, customer=name) == [conversation], name
    assert await found(company, "gomez") == [], "it is no word of the conversation"


async def test_pages_stay_as_they_were_while_new_conversations_arrive(company: Company) -> None:
    made = []
    for number in range(7):
        made.append(await company.say("my parcel", Customer(f"customer-{number}", "shop")))
        company.clock.advance(1)
    newest_first = made[::-1]
    first = await find(company, "parcel", limit=3)
    assert [one.row.conversation for one in first.conversations] == newest_first[:3]
    await company.say("my parcel too", LI)
    await company.say("again", Customer("customer-2", "shop"))
    second = await find(company, "parcel", before=first.next, limit=3)
    assert [one.row.conversation for one in second.conversations] == newest_first[3:6]
    last = await find(company, "parcel", before=second.next, limit=3)
    assert ([one.row.conversation for one in last.conversations], last.next) == (newest_first[6:], None)
    with pytest.raises(EscalationError, match="before"):
        await find(company, before="yesterday")


async def test_two_that_begin_at_the_same_moment_are_both_found(company: Company) -> None:
    both = {await company.say("my parcel", MARIA), await company.say("my parcel", LI)}
    assert set(await found(company, "parcel")) == both


async def test_erased_words_leave_the_index_in_the_same_transaction(company: Company) -> None:
    conversation = await company.waiting()
    leave = talk.LeaveContact(command_id=an_id(), email="maria@secret.example", name="Maria")
    await company.as_customer(leave)
    await company.say("my password is swordfish")
    assert await found(company, "swordfish") == [conversation]
    await company.erase(conversation)
    for table in (SearchTermRow, SearchDocumentRow):
        assert "swordfish" not in str(await company.rows(table))
        assert "secret" not in str(await company.rows(table))
    assert await found(company, "swordfish") == await found(company, customer="secret") == []
    assert await found(company, customer="maria") == [conversation], "its customer and state are still known"
    assert "swordfish" not in str(await company.rows(SearchDocumentRow))


@ON_SQLITE
async def test_erased_words_are_gone_from_the_database_file(company: Company, tmp_path: Path) -> None:
    conversation = await company.say("my password is swordfishy")
    await company.indexer.step()
    await company.erase(conversation)
    company.database.alone(checkpoint)
    assert b"swordfishy" not in (tmp_path / "data" / "escalation.sqlite").read_bytes()


async def test_a_withdrawn_label_is_not_found_any_more(company: Company) -> None:
    conversation = await claimed(company)
    await resolve(company, conversation, label="refund")
    assert await found(company, intent="refund") == [conversation]
    await company.staff("ana", talk.WithdrawResolution, conversation)
    assert await found(company, intent="refund") == []


async def test_what_is_not_indexed_yet_is_counted_and_comes_newest_first(company: Company) -> None:
    for number in range(3):
        await company.say("my parcel", Customer(f"customer-{number}", "shop"))
    before = await company.database.read(lambda tx: finding.page(tx, Wanted(), None, 9))
    assert (before.conversations, before.missing) == ([], 3)
    assert (await find(company)).missing == 0
    assert await company.indexer.step() == 0, "nothing happened since"
    marked = table_of(ConversationRow).update().values(unindexed=True)  # as a migration does
    await company.database.write(lambda tx: tx.execute(marked) and None)
    assert await company.indexer.step() == 3
    assert len(await found(company, "parcel")) == 3


async def test_a_run_of_messages_is_indexed_once_it_pauses(company: Company) -> None:
    indexer = SearchIndexer(company.database)
    await company.say("my parcel")
    assert await indexer.step() == 0
    company.clock.advance(1)
    await company.say("is late")
    company.clock.advance(1.5)
    assert await indexer.step() == 0
    company.clock.advance(1)
    assert await indexer.step() == 1


async def test_how_a_conversation_ended_can_be_read(company: Company) -> None:
    conversation = await claimed(company)
    assert (await ending(company, conversation)).outcome is None
    await resolve(company, conversation, label=None)
    closed_at = company.clock.now()
    company.clock.advance(15)
    await company.timers.step()
    await company.as_customer(talk.Rate(command_id=an_id(), score=4, comment="quick"))
    ended = await ending(company, conversation)
    assert (ended.outcome, ended.closed_at, ended.closed_by) == ("resolved", closed_at, "Ana")
    assert [(one.label, one.agent_name, one.outcome) for one in ended.resolutions] == [(None, "Ana", "solved")]
    assert [(one.score, one.comment) for one in ended.ratings] == [(4, "quick")]
    with pytest.raises(EscalationError, match="no conversation"):
        await ending(company, "none-such")


async def test_what_the_bot_answered_and_nobody_closed_says_so(company: Company) -> None:
    conversation = await company.say("where is it?")
    await company.bot()
    company.clock.advance(31 * 60)
    await company.timers.step()
    ended = await ending(company, conversation)
    assert (ended.outcome, ended.closed_by, ended.answered) == ("answered", None, ["Where is my order"])


async def test_several_answers_of_the_bot_stand_newest_first(company: Company) -> None:
    conversation = await company.say("where is it?")
    await company.bot()
    company.predictor.says = a_prediction("refund")
    await company.say("and my money?")
    await company.bot()
    assert (await ending(company, conversation)).answered == ["Refund", "Where is my order"]


@ON_SQLITE
async def test_common_searches_read_no_table_from_end_to_end(company: Company) -> None:
    await company.say("my parcel")
    await company.indexer.step()
    searches = [
        Wanted(), Wanted("parcel"), Wanted("parcel please"), Wanted("my"), Wanted(site="shop"),
        Wanted("parcel", agent="ana", status="closed", site="shop"), Wanted(customer="maria", intent="refund"),
    ]  # fmt: skip
    plans = await company.database.read(lambda tx: [plan for what in searches for plan in plans_of(tx, what)])
    assert [plan for plan in plans if plan.startswith("SCAN") and not plan.startswith("SCAN search_documents")] == []


def checkpoint(connection: Connection) -> None:
    """Bring what was committed from the write-ahead log into the file."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def plans_of(tx: Transaction, what: Wanted) -> list[str]:
    query = search.statement(tx, what, None, 20).compile(tx.connection, compile_kwargs={"literal_binds": True})
    return [row[3] for row in tx.execute(text(f"EXPLAIN QUERY PLAN {query}".replace(":", r"\:")))]
