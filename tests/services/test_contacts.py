"""Contacts: what customers leave is read, taken, finished and put back; consoles hear of it; erasing deletes it."""

from collections.abc import Awaitable, Callable

import pytest

from escalation.conversations.tables import ContactRow
from escalation.desk import contacts
from escalation.kernel.errors import EscalationError
from escalation.people import staff
from escalation.people.staff import Member
from escalation.protocol.frames import conversation as talk
from escalation.protocol.rest.contacts import ContactPage, ContactView
from escalation.protocol.states import ContactState
from tests.services.company import LI, MARIA, Company, Customer, an_id

Change = Callable[[Member, str], Awaitable[None]]


async def left(company: Company, email: str = "maria@example.org", customer: Customer = MARIA, name: str = "") -> str:
    """An address left while nobody was there; returns its conversation."""
    conversation = await company.waiting(customer)
    await leave(company, email, customer, name)
    return conversation


async def leave(company: Company, email: str, customer: Customer = MARIA, name: str = "") -> None:
    await company.as_customer(talk.LeaveContact(command_id=an_id(), email=email, name=name), customer)


async def page(company: Company, state: ContactState = "open", after: str | None = None, limit: int = 9) -> ContactPage:
    return await company.database.read(lambda tx: contacts.page(tx, state, after, limit))


async def only(company: Company, state: ContactState = "open") -> ContactView:
    (found,) = (await page(company, state)).contacts
    return found


async def who(company: Company, name: str) -> Member:
    return await company.database.read(lambda tx: staff.member(tx, name))


async def code(company: Company, change: Change, name: str, conversation: str) -> str | None:
    try:
        await change(await who(company, name), conversation)
    except EscalationError as error:
        return error.code
    return None


async def expire(company: Company) -> None:
    company.clock.advance(31 * 60)
    await company.timers.step()


async def counts(company: Company) -> tuple[int, int]:
    found = await company.database.read(contacts.counts)
    return found.open, found.handled


async def test_what_a_customer_left_can_be_read_with_their_name_and_last_words(company: Company) -> None:
    """The complaint: nobody can read the address that a customer left."""
    conversation = await left(company, name="Maria Gómez")
    found = await only(company)
    assert (found.conversation, found.email, found.name) == (conversation, "maria@example.org", "Maria Gómez")
    assert (found.customer, found.site, found.locale, found.status) == ("maria", "shop", "es", "waiting")
    assert (found.last_text, found.state, found.agent) == ("let me talk to a person please", "open", None)
    assert await counts(company) == (1, 0)


async def test_a_contact_left_after_the_wait_expired_is_kept(company: Company) -> None:
    """The complaint: what a customer left is refused once the wait expired."""
    conversation = await company.waiting()
    await expire(company)
    await leave(company, "late@example.org")
    assert (await only(company)).email == "late@example.org"
    assert (await company.thread(conversation))[-2:] == ["system: expired", "system: contact_saved"]
    assert (await company.state(conversation)).status == "closed"


async def test_where_nobody_was_asked_no_address_is_kept(company: Company) -> None:
    await company.arrive("ana")
    await company.waiting()
    with pytest.raises(EscalationError, match="does not ask"):
        await leave(company, "unasked@example.org")
    assert await company.rows(ContactRow) == []


async def test_an_agent_takes_it_finishes_it_and_puts_it_back(company: Company) -> None:
    conversation = await left(company)
    ana = await who(company, "ana")
    await company.contacts.take(ana, conversation)
    await company.contacts.take(ana, conversation)
    taken = await only(company, "handled")
    assert (taken.agent, taken.agent_name, taken.taken_at) == ("ana", "Ana", company.clock.now())
    assert await counts(company) == (0, 1)
    company.clock.advance(60)
    await company.contacts.finish(ana, conversation)
    done = await only(company, "done")
    assert (done.agent_name, done.done_at) == ("Ana", company.clock.now())
    assert await counts(company) == (0, 0)
    await company.contacts.put_back(ana, conversation)
    again = await only(company)
    assert (again.agent, again.taken_at, again.done_at) == (None, None, None)


async def test_two_agents_do_not_write_to_the_same_customer(company: Company) -> None:
    conversation = await left(company)
    assert await code(company, company.contacts.finish, "ana", conversation) == "contact_not_taken"
    assert await code(company, company.contacts.take, "ana", conversation) is None
    for change in (company.contacts.take, company.contacts.finish, company.contacts.put_back):
        assert await code(company, change, "tom", conversation) == "contact_taken"
    assert await code(company, company.contacts.put_back, "sue", conversation) is None
    assert await code(company, company.contacts.take, "tom", conversation) is None
    assert await code(company, company.contacts.finish, "sue", conversation) is None
    assert await code(company, company.contacts.take, "ana", "none-such") == "not_found"


async def test_a_second_address_replaces_the_first_and_opens_what_was_done(company: Company) -> None:
    conversation = await left(company, "old@example.org")
    ana = await who(company, "ana")
    await company.contacts.take(ana, conversation)
    await leave(company, "new@example.org")
    taken = await only(company, "handled")
    assert (taken.email, taken.agent) == ("new@example.org", "ana")
    await company.contacts.finish(ana, conversation)
    await leave(company, "newest@example.org")
    again = await only(company)
    assert (again.email, again.agent, again.done_at) == ("newest@example.org", None, None)


async def test_every_change_is_told_once_to_open_consoles_and_carries_no_address(company: Company) -> None:
    conversation = await left(company)
    ana = await who(company, "ana")
    for change in (company.contacts.take, company.contacts.take, company.contacts.finish, company.contacts.put_back):
        await change(ana, conversation)
    told = await company.log("contacts")
    assert [each.actor for each in told] == ["system", "agent:ana", "agent:ana", "agent:ana"]
    place = {"conversation": conversation, "site": "shop", "queue": "general"}
    assert all(each.payload == place for each in told)


async def test_erasing_a_conversation_deletes_its_address(company: Company) -> None:
    conversation, other = await left(company), await left(company, "li@example.org", LI)
    await company.erase(conversation)
    assert [row.conversation for row in await company.rows(ContactRow)] == [other]
    assert len(await company.log("contacts")) == 3
    with pytest.raises(EscalationError):
        await leave(company, "again@example.org")


async def test_pages_go_on_where_the_last_one_ended(company: Company) -> None:
    customers = [Customer(f"customer-{number}", "shop") for number in range(5)]
    made = []
    for customer in customers:
        made.append(await left(company, f"{customer.id}@example.org", customer))
        company.clock.advance(1)
    first = await page(company, limit=2)
    assert [one.conversation for one in first.contacts] == made[:2], "the longest waiting first"
    await company.contacts.take(await who(company, "ana"), made[1])
    second = await page(company, after=first.next, limit=2)
    assert [one.conversation for one in second.contacts] == made[2:4], "although the cursor's row was taken since"
    assert (await page(company, after=second.next, limit=2)).next is None
    with pytest.raises(EscalationError, match="there is no contact"):
        await page(company, after="none-such")
    for conversation in made[2:]:
        company.clock.advance(1)
        await company.contacts.take(await who(company, "ana"), conversation)
        await company.contacts.finish(await who(company, "ana"), conversation)
    newest = await page(company, "done", limit=2)
    assert [one.conversation for one in newest.contacts] == [made[4], made[3]], "done ones newest first"
    assert [one.conversation for one in (await page(company, "done", newest.next)).contacts] == [made[2]]
