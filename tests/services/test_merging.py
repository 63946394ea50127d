"""Staff say that two customers are one person: all of both is one's, nothing is lost, and erasing takes all of it."""

import asyncio
import itertools
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.conversations import repository
from escalation.conversations.errors import BothOpen
from escalation.conversations.identifying import Identifying
from escalation.conversations.merging import Merging
from escalation.conversations.ports import Customer
from escalation.conversations.tables import ConversationRow, MessageRow
from escalation.database import Database, Transaction
from escalation.events import start_log
from escalation.kernel.errors import Invalid, NotFound
from escalation.people import customers, erasures, merges
from escalation.people.customers import taken_over
from escalation.people.identity_tokens import Claims
from escalation.people.merges import Merge
from escalation.protocol.rest.customers import CustomerView
from escalation.security import Actor, SecurityLog
from escalation.security.log import Wanted
from tests.conftest import make_tables
from tests.factories import NOON
from tests.fakes import FakeClock
from tests.services.company import LI, MARIA, Company, a_prediction, an_id
from tests.services.test_customer_names import register, told
from tests.services.test_customers import resolved, the_desk

LEE = Customer("lee", "shop", "en")
"""Maria on her other phone."""


async def merge(company: Company, gone: Customer = LEE, left: Customer = MARIA, **limits: Any) -> CustomerView:
    sue = replace(await company.desk.member("sue"), **limits)
    return await the_desk(company).merge(sue, gone.id, left.id, Actor("sue"))


async def two(company: Company) -> None:
    await register(company, MARIA, Claims("42", "Maria Sol", "", {"plan": "gold"}))
    await register(company, LEE, Claims("43", "Lee", "lee@shop.test", {"plan": "free", "since": "2020"}))


async def test_everything_of_both_is_the_survivors(company: Company) -> None:
    await two(company)
    older = await resolved(company)
    newer = await company.say("and this?", LEE)
    await the_desk(company).note(await company.desk.member("ana"), LEE.id, "Prefers mails.")
    page = await merge(company)
    assert page.customer == MARIA.id
    assert [each.row.conversation for each in page.conversations] == [newer, older]
    assert (page.name, page.email, page.known_as) == ("Maria Sol", "lee@shop.test", "42")
    assert page.attributes == {"plan": "gold", "since": "2020"}
    assert [note.text for note in page.notes] == ["Prefers mails."]
    assert (await company.types(newer))[-1] == "CustomerMerged"
    assert (await told(company, newer)).customer_name == "Maria Sol"
    log = await company.database.read(lambda tx: SecurityLog.page(tx, Wanted(kind="customer_merged"), 5))
    facts = {"merged": LEE.id, "conversations": 1}
    assert [(each.actor, each.subject, each.facts) for each in log] == [("sue", MARIA.id, facts)]
    assert (await the_desk(company).page(await company.desk.member("ana"), LEE.id)).customer == MARIA.id
    assert await company.findings() == []


def test_what_the_one_who_is_left_lacks_is_taken_over() -> None:
    words = {"known_as": None, "name": "", "email": "", "given_name": None, "given_email": None}
    blank = {**words, "attributes": {}, "page_attributes": {"a": 1}, "created_at": NOON}
    other = {"known_as": "43", "name": "Lee", "email": "l@x.test", "given_name": "Li", "given_email": None}
    gone = {**other, "attributes": {"b": 2}, "page_attributes": {"a": 9}, "created_at": NOON - timedelta(days=1)}
    found = taken_over(gone, blank)
    assert found == {**other, "attributes": {"b": 2}, "page_attributes": {"a": 1}, "created_at": gone["created_at"]}
    assert taken_over(blank, gone) == {**gone, "page_attributes": {"a": 9}}


async def test_devices_and_identities_of_both_go_on(company: Company) -> None:
    await two(company)
    conversation = await company.say("where is it?", LEE)
    sent = an_id()
    await company.say("hello?", LEE, sent)
    await merge(company)
    assert await company.say("hello?", LEE, sent) == conversation, "what was sent before is known again"
    assert await company.say("hello?", MARIA, sent) == conversation
    assert await company.say("still there?", LEE) == conversation
    assert await company.say("and from my computer", MARIA) == conversation
    said = await company.thread(conversation)
    assert sum("hello?" in each for each in said) == 1
    assert {row.author_id for row in await company.rows(MessageRow) if row.author == "customer"} == {LEE.id, MARIA.id}
    identifying = Identifying(company.conversations, company.ids)
    assert (await identifying.identify("shop", "en", Claims("43", "Lee Anew"), None)).customer == MARIA.id
    page = await the_desk(company).page(await company.desk.member("ana"), MARIA.id)
    assert (page.name, page.known_as) == ("Maria Sol", "42"), "what the site signs of the survivor counts"


async def test_of_two_open_ones_that_of_the_bot_ends(company: Company) -> None:
    await two(company)
    bots = await company.say("where is it?", LEE)
    company.predictor.says = a_prediction("order")
    await company.bot()
    persons = await company.waiting()
    await merge(company)
    assert ((await company.state(bots)).status, (await company.state(persons)).status) == ("closed", "waiting")
    assert (await company.state(bots)).customer == MARIA.id


async def test_where_people_are_asked_for_in_both_it_is_refused_and_nothing_changes(company: Company) -> None:
    await two(company)
    mine, theirs = await company.waiting(), await company.waiting(LEE)
    with pytest.raises(BothOpen):
        await merge(company)
    assert [(await company.state(each)).customer for each in (mine, theirs)] == [MARIA.id, LEE.id]
    assert await company.database.read(lambda tx: merges.survivor_of(tx, LEE.id)) == LEE.id


async def test_who_cannot_be_merged(company: Company) -> None:
    await two(company)
    await register(company, Customer("zoe", "b", "en"))
    with pytest.raises(Invalid):
        await merge(company, MARIA, MARIA)
    with pytest.raises(Invalid, match="two sites"):
        await merge(company, Customer("zoe", "b"), MARIA)
    with pytest.raises(NotFound):
        await merge(company, Customer("nobody", "shop"), MARIA)
    await company.database.write(lambda tx: erasures.begin(tx, LEE.id, "agent:sue"))
    with pytest.raises(NotFound):
        await merge(company)


async def test_who_does_not_see_all_of_both_may_not(company: Company) -> None:
    await two(company)
    await resolved(company)
    await company.say("hm", LEE)
    with pytest.raises(NotFound):
        await merge(company, queues=("vip",))
    assert (await merge(company, sites=("shop",))).customer == MARIA.id


async def test_the_same_merge_again_changes_nothing_and_a_chain_is_one_person(company: Company) -> None:
    await two(company)
    await register(company, LI)
    conversation = await company.say("hm", LEE)
    await merge(company)
    seen = await company.types(conversation)
    await merge(company)
    assert await company.types(conversation) == seen
    with pytest.raises(NotFound):
        await merge(company, LEE, LI)
    assert (await merge(company, MARIA, LI)).customer == LI.id
    assert await company.say("me again", LEE) == conversation
    assert await company.database.read(lambda tx: merges.persons(tx, LEE.id)) == [LI.id, LEE.id, MARIA.id]


async def test_both_ways_at_once_one_wins(company: Company) -> None:
    await two(company)
    conversation = await company.say("hm", LEE)
    found = await asyncio.gather(merge(company), merge(company, MARIA, LEE), return_exceptions=True)
    (left,) = [each for each in found if isinstance(each, CustomerView)]
    (refused,) = [each for each in found if isinstance(each, BaseException)]
    assert isinstance(refused, NotFound)
    assert (await company.state(conversation)).customer == left.customer


Step = str | tuple[str, str]
PEOPLE = {each.id: each for each in (MARIA, LEE, LI)}
steps = st.sampled_from([*PEOPLE, *itertools.permutations(PEOPLE, 2)])
"""Somebody writes, or somebody becomes somebody else."""


@given(st.lists(st.lists(steps, min_size=1, max_size=4), min_size=1, max_size=5))
@settings(max_examples=15)
def test_whatever_crosses_a_merge_no_message_and_no_conversation_is_lost(
    rounds: list[list[Step]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/escalation.sqlite"
        make_tables(url)
        database = Database.open(url, clock=FakeClock())
        try:
            database.write_now(start_log)
            asyncio.run(_live(Company(database, FakeClock()), rounds))
        finally:
            database.close()


async def _live(company: Company, rounds: list[list[Step]]) -> None:
    await company.open()
    for each in PEOPLE.values():
        await register(company, each)
    said: list[str] = []

    async def take(step: Step) -> None:
        if isinstance(step, tuple):
            with suppress(NotFound, BothOpen):
                await merge(company, *(PEOPLE[id] for id in step))
        else:
            said.append(f"message {len(said)}")
            await company.say(said[-1], PEOPLE[step])

    for together in rounds:
        await asyncio.gather(*map(take, together))
        await company.bot()
    await Merging(company.database, company.conversations).resume()
    stored = [row.body["text"] for row in await company.rows(MessageRow) if row.author == "customer"]
    assert sorted(stored) == sorted(said)
    owners = {row.customer for row in await company.rows(ConversationRow)}
    now = await company.database.read(lambda tx: {merges.survivor_of(tx, id) for id in PEOPLE})
    assert owners <= now, "a conversation of somebody who is another one by now"
    assert await company.findings() == []


@pytest.mark.parametrize("first", range(4))
async def test_messages_that_cross_a_merge_are_all_stored_once(company: Company, first: int) -> None:
    await two(company)
    await company.say("first", LEE)
    texts = [f"message {number}" for number in range(4)]
    crossing: list[Any] = [company.say(text, (LEE, MARIA)[number % 2]) for number, text in enumerate(texts)]
    crossing.insert(first, merge(company))
    results = await asyncio.gather(*crossing, return_exceptions=True)
    assert all(not isinstance(each, BaseException) or isinstance(each, BothOpen) for each in results)
    await company.bot()
    await merge(company)
    await Merging(company.database, company.conversations).resume()
    stored = [row.body["text"] for row in await company.rows(MessageRow) if row.author == "customer"]
    assert sorted(stored) == sorted(["first", *texts])
    assert {row.customer for row in await company.rows(ConversationRow)} == {MARIA.id}


async def test_a_message_that_looked_before_a_merge_goes_where_its_customer_has_one_open(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL it finds her conversation, waits for the merge to commit, and has a closed one then."""
    await two(company)
    hers, waits = await company.say("hm", MARIA), await company.say("a person", LEE)
    await company.bot()
    await company.conversations.ask_for_human(LEE, an_id())
    await merge(company)
    before, now = iter([hers]), repository.newest_of
    monkeypatch.setattr(repository, "newest_of", lambda *asked: next(before, None) or now(*asked))
    assert await company.say("me again", MARIA) == waits


async def test_what_began_while_customers_were_merged_is_brought_along(company: Company) -> None:
    await two(company)
    conversation = await company.say("hm", LEE)

    def cross(tx: Transaction) -> None:
        customers.absorb(tx, Merge(LEE.id, MARIA.id), "sue")

    await company.database.write(cross)
    await Merging(company.database, company.conversations).resume()
    assert (await company.state(conversation)).customer == MARIA.id
