"""Retention: what is older than a site keeps goes, and nothing else; asking what would go deletes nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from escalation.conversations.tables import ContactRow, MessageRow, SearchTermRow
from escalation.privacy.retention import Keeps, Retention
from escalation.protocol.frames import conversation as talk
from escalation.settings import Settings, Site
from tests.services.company import LI, MARIA, Company, Customer, an_id
from tests.services.learning_world import World, a_world
from tests.services.test_erasure import an_eraser
from tests.services.test_search import found

ELSEWHERE = Customer("elsewhere", "other", "en")
DAYS = timedelta(days=1)


@pytest.fixture
def world(company: Company, tmp_path: Path) -> World:
    return a_world(company.database, tmp_path, company.clock)


def keeping(company: Company, world: World, **sites: Keeps) -> Retention:
    return Retention(company.database, an_eraser(company, world), sites)


async def closed(company: Company, customer: Customer, text: str) -> str:
    """A conversation that the bot answered, and that ended in silence."""
    conversation = await company.say(text, customer)
    await company.bot()
    company.clock.advance(timedelta(hours=1))
    await company.timers.step()
    return conversation


async def words(company: Company) -> str:
    return str([row.body.get("text") for row in await company.rows(MessageRow) if row.author == "customer"])


async def test_only_quiet_customers_with_nothing_open_go_and_only_where_a_site_says_so(
    company: Company, world: World
) -> None:
    await closed(company, MARIA, "old and quiet")
    await closed(company, ELSEWHERE, "of another site")
    await company.arrive("ana")
    await company.say("old and open", LI)
    await company.staff("ana", talk.Reply, (await company.say("still", LI)), text="I look into it")
    company.clock.advance(31 * DAYS)
    await company.say("where is it", Customer("new", "shop", "en"))
    retention = keeping(company, world, shop=Keeps(customers=30 * DAYS), other=Keeps())
    due = await company.database.read(retention.due)
    said = [(each.site, each.customers_days, each.customers) for each in due.sites]
    assert said == [("shop", 30.0, 1), ("other", None, 0)]
    assert "old and quiet" in await words(company), "asking deletes nothing"
    assert (await retention.step(), await retention.step()) == (1, 0)
    left = await words(company)
    assert "old and quiet" not in left
    assert all(each in left for each in ("of another site", "old and open", "where is it"))


async def test_a_customer_who_came_back_in_time_keeps_the_first_conversation_too(
    company: Company, world: World
) -> None:
    await closed(company, MARIA, "the first time")
    company.clock.advance(20 * DAYS)
    await closed(company, MARIA, "the second time")
    company.clock.advance(20 * DAYS)
    retention = keeping(company, world, shop=Keeps(customers=30 * DAYS))
    assert await retention.step() == 0
    company.clock.advance(11 * DAYS)
    assert await retention.step() == 1
    assert "time" not in await words(company)


async def test_addresses_go_after_their_time_and_are_found_no_more(company: Company, world: World) -> None:
    conversation = await company.waiting()
    await company.as_customer(talk.LeaveContact(command_id=an_id(), email="maria@secret.example", name="Maria"))
    await company.indexer.step()
    retention = keeping(company, world, shop=Keeps(contacts=7 * DAYS))
    assert await retention.step() == 0
    company.clock.advance(8 * DAYS)
    await company.timers.step()
    assert await retention.step() == 1
    assert await company.rows(ContactRow) == []
    assert "secret" not in str(await company.rows(SearchTermRow))
    await company.indexer.step()
    assert await found(company, "broken") == [conversation], "its words are found as before"


def test_a_site_keeps_everything_unless_it_says_otherwise() -> None:
    assert (Site(name="A").keep_customers_days, Settings().sites["demo"].keep_contacts_days) == (None, None)
