"""Visitors become the customers their site says they are: nothing of theirs is lost, and nothing of another leaks."""

from typing import Any

import pytest
from sqlalchemy import select

from escalation.conversations.facts import customer_facts
from escalation.conversations.identifying import Identified, Identifying
from escalation.database import table_of
from escalation.people.customers import Customers
from escalation.people.identity_tokens import Claims
from escalation.people.scope import EVERYTHING
from escalation.people.tables import CustomerRow
from tests.services.company import Company, Customer

ANA = Claims("42", "Ana", "ana@shop.test", {"plan": "gold"})


async def a_visitor(company: Company) -> Customer:
    visitor, _ = await Customers(company.database, company.ids, b"k" * 32).register("shop", "en")
    return Customer(visitor.id, "shop", "en")


async def identify(company: Company, visitor: Customer | None, claims: Claims = ANA) -> Identified:
    identifying = Identifying(company.conversations, company.ids)
    return await identifying.identify("shop", "en", claims, visitor.id if visitor else None)


async def ids(company: Company) -> set[str]:
    table = table_of(CustomerRow)
    rows: list[Any] = await company.rows(select(table.c.id))
    return {row.id for row in rows}


async def test_an_anonymous_visitor_becomes_the_customer_and_agents_see_who_it_is(company: Company) -> None:
    visitor = await a_visitor(company)
    conversation = await company.say("where is it?", visitor)
    assert await identify(company, visitor) == Identified(visitor.id)
    facts = await company.database.read(lambda tx: customer_facts(tx, conversation, EVERYTHING))
    assert (facts.known_as, facts.name, facts.email, facts.attributes) == ("42", "Ana", "ana@shop.test", ANA.attributes)


async def test_on_another_browser_what_was_written_before_signing_in_becomes_the_customers(company: Company) -> None:
    ana = (await identify(company, await a_visitor(company))).customer
    visitor = await a_visitor(company)
    conversation = await company.say("where is it?", visitor)
    assert await identify(company, visitor) == Identified(ana, merged=1)
    assert (await company.state(conversation)).customer == ana
    assert await ids(company) == {ana}, "of the visitor nothing is left"
    assert await company.say("and when?", Customer(ana, "shop", "en")) == conversation


async def test_an_older_conversation_with_the_bot_ends_and_one_with_a_person_goes_on(company: Company) -> None:
    ana = Customer((await identify(company, await a_visitor(company))).customer, "shop", "en")
    older = await company.say("where is it?", ana)
    await company.bot()
    visitor = await a_visitor(company)
    newer = await company.say("where is my refund?", visitor)
    assert (await identify(company, visitor)).merged == 1
    assert (await company.state(older)).status == "closed"
    await company.say("let me talk to a person please", ana)
    again = await a_visitor(company)
    apart = await company.say("hello?", again)
    assert await identify(company, again) == Identified(ana.id, merged=0)
    assert (await company.state(newer)).status == "waiting"
    assert (await company.state(apart)).customer == again.id, "it is in nobody else's sight"


async def test_who_signs_in_as_somebody_else_brings_nothing_along(company: Company) -> None:
    ana = Customer((await identify(company, await a_visitor(company))).customer, "shop", "en")
    conversation = await company.say("where is it?", ana)
    tom = await identify(company, ana, Claims("43", "Tom"))
    assert tom.customer != ana.id
    assert tom.merged == 0
    assert (await company.state(conversation)).customer == ana.id


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
async def test_the_same_id_on_another_site_is_somebody_else(company: Company) -> None:
    ana = await identify(company, None)
    other = await Identifying(company.conversations, company.ids).identify("b", "en", ANA, None)
    assert other.customer != ana.customer
    assert (await identify(company, None)).customer == ana.customer
