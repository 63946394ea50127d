"""What staff read and write about a customer: the page, the name, notes, and finding them."""

from dataclasses import replace
from typing import Any

import pytest

from escalation.conversations import contacts
from escalation.conversations.identifying import Identifying
from escalation.conversations.tables import RatingRow
from escalation.desk.customers import CustomerDesk
from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.people import customers
from escalation.people.identity_tokens import Claims
from escalation.protocol.frames.conversation import Claim, Resolve
from escalation.protocol.rest.customers import CustomerName, CustomerView
from escalation.security import Actor, SecurityLog
from escalation.security.log import Wanted
from tests.services.company import MARIA, Company
from tests.services.test_customer_names import register, told


def the_desk(company: Company) -> CustomerDesk:
    return CustomerDesk(company.database, company.conversations, company.ids)


async def read(company: Company, **limits: tuple[str, ...]) -> CustomerView:
    return await the_desk(company).page(replace(await company.desk.member("ana"), **limits), MARIA.id)  # type: ignore[arg-type]


async def give(company: Company, name: str = "", email: str = "") -> CustomerView:
    said = CustomerName(name=name, email=email)
    return await the_desk(company).name(await company.desk.member("ana"), MARIA.id, said, Actor("ana"))


async def resolved(company: Company, label: str = "refund") -> str:
    conversation = await company.waiting()
    await company.arrive("ana")
    await company.staff("ana", Claim, conversation)
    seen = (await company.state(conversation)).seq
    said: dict[str, Any] = {"label": label, "outcome": "solved", "learn": False, "last_seen_seq": seen}
    await company.staff("ana", Resolve, conversation, **said)
    return conversation


async def test_the_page_says_who_it_is_and_what_came_of_each_conversation(company: Company) -> None:
    await register(company, MARIA, Claims("42", "Maria Sol", "m@shop.test", {"plan": "gold"}))
    conversation = await resolved(company)
    rating = {"conversation": conversation, "episode": 2, "score": 4, "comment": "quick and kind"}
    await company.database.write(lambda tx: tx.upsert(RatingRow, {**rating, "at": tx.now}))
    page = await read(company)
    assert (page.name, page.name_by, page.email, page.email_by) == ("Maria Sol", "site", "m@shop.test", "site")
    assert (page.known_as, page.attributes, page.site, page.erased) == ("42", {"plan": "gold"}, "shop", False)
    (one,) = page.conversations
    assert (one.row.conversation, one.row.outcome, one.agent_name, one.intents) == (
        conversation, "resolved", "Ana", ["Refund"],
    )  # fmt: skip
    assert [(each.score, each.comment) for each in one.ratings] == [(4, "quick and kind")]
    assert page.first_seen is not None and page.last_seen is not None


async def test_staff_say_what_a_customer_is_called_and_every_list_hears_of_it(company: Company) -> None:
    await register(company, MARIA, Claims("42", "Marya", "m@shop.test"))
    conversation = await company.waiting()
    page = await give(company, "Maria Sol", "maria@shop.test")
    assert (page.name, page.name_by, page.email, page.email_by) == ("Maria Sol", "staff", "maria@shop.test", "staff")
    assert (page.signed_name, page.signed_email) == ("Marya", "m@shop.test"), "what the site signed is still told"
    assert (await told(company, conversation)).customer_name == "Maria Sol"
    assert (await company.types(conversation))[-1] == "CustomerNamed"
    log = await company.database.read(lambda tx: SecurityLog.page(tx, Wanted(kind="customer_named"), 5))
    assert [(each.actor, each.subject, each.facts) for each in log] == [("ana", MARIA.id, {})]
    again = await give(company)
    assert (again.name, again.name_by) == ("Marya", "site")


async def test_while_the_bot_has_it_the_list_hears_of_a_new_name_too(company: Company) -> None:
    await register(company, MARIA)
    conversation = await company.say()
    await give(company, "Maria Sol")
    assert (await told(company, conversation)).customer_name == "Maria Sol"


async def test_a_name_that_the_site_signs_anew_is_in_the_list(company: Company) -> None:
    await register(company, MARIA, Claims("42", "Maria"))
    conversation = await company.waiting()
    identifying = Identifying(company.conversations, company.ids)
    for _ in range(2):
        await identifying.identify("shop", "es", Claims("42", "Maria Sol"), MARIA.id)
    assert (await told(company, conversation)).customer_name == "Maria Sol"
    assert (await company.types(conversation)).count("CustomerNamed") == 1, "the same name again is no news"


async def test_a_name_left_with_an_address_counts_last(company: Company) -> None:
    await register(company, MARIA)
    conversation = await company.waiting()
    await company.database.write(lambda tx: contacts.keep(tx, conversation, "m@shop.test", "Maria"))
    page = await read(company)
    assert (page.name, page.name_by, page.email, page.email_by) == ("Maria", "contact", "m@shop.test", "contact")
    assert [(each.conversation, each.email) for each in page.contacts] == [(conversation, "m@shop.test")]


async def test_notes_are_the_staffs_and_only_authors_and_supervisors_delete_them(company: Company) -> None:
    await register(company, MARIA)
    conversation = await company.waiting()
    desk = the_desk(company)
    ana, tom, sue = [await company.desk.member(name) for name in ("ana", "tom", "sue")]
    (note,) = (await desk.note(ana, MARIA.id, " Prefers mails. ")).notes
    assert (note.text, note.by, note.by_name) == ("Prefers mails.", "ana", "Ana")
    assert "Prefers mails." not in str(await company.log(f"conversation:{conversation}"))
    with pytest.raises(Forbidden):
        await desk.delete_note(tom, MARIA.id, note.id)
    with pytest.raises(NotFound):
        await desk.delete_note(ana, MARIA.id, "none")
    with pytest.raises(Invalid):
        await desk.note(ana, MARIA.id, "  ")
    assert (await desk.delete_note(sue, MARIA.id, note.id)).notes == []


async def test_who_sees_none_of_their_conversations_knows_no_such_customer(company: Company) -> None:
    await register(company, MARIA, Claims("42", "Maria Sol"))
    await company.waiting()
    assert (await read(company, sites=("shop",))).name == "Maria Sol"
    with pytest.raises(NotFound):
        await read(company, queues=("vip",))


@pytest.mark.parametrize("words", ["Sol", "m@shop.test", "42", "given", MARIA.id])
async def test_a_customer_is_found_by_name_address_and_id(company: Company, words: str) -> None:
    await register(company, MARIA, Claims("42", "Maria Sol", "m@shop.test"))
    await company.waiting()
    await give(company, "Given")
    company.clock.advance(5)
    await company.indexer.step()
    found = await the_desk(company).find(await company.desk.member("ana"), words)
    assert [(each.customer, each.name) for each in found.customers] == [(MARIA.id, "Given")]
    assert (await the_desk(company).find(await company.desk.member("ana"), " ")).customers == []


async def test_an_erased_customer_has_a_page_without_a_name_and_takes_no_note(company: Company) -> None:
    await register(company, MARIA, Claims("42", "Maria Sol"))
    conversation = await company.waiting()
    desk, ana = the_desk(company), await company.desk.member("ana")
    await desk.note(ana, MARIA.id, "Prefers mails.")
    await company.erase(conversation)
    await company.database.write(lambda tx: customers.forget(tx, MARIA.id))
    page = await read(company)
    assert (page.name, page.notes, len(page.conversations)) == ("", [], 1)
    with pytest.raises(NotFound):
        await desk.note(ana, MARIA.id, "again")
