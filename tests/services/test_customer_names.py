"""What the people at the desk see of who writes and what about: names and guesses in the rows of the list."""

from typing import Any

from escalation.conversations import contacts
from escalation.conversations.ports import Customer
from escalation.desk import reading
from escalation.desk.views import ROW_NAME, row_view
from escalation.people import customers
from escalation.people.identity_tokens import Claims
from escalation.protocol.frames.conversation import Claim, Resolve
from escalation.protocol.frames.desk import RowView
from escalation.realtime.database_reading import words
from escalation.realtime.views import needs
from tests.services.company import MARIA, Company, a_prediction


async def register(company: Company, customer: Customer, claims: Claims | None = None) -> None:
    def work(tx: Any) -> None:
        customers.add_if_new(tx, customer.id, customer.site, customer.locale)
        if claims is not None:
            customers.keep_claims(tx, customer.id, claims)

    await company.database.write(work)


async def listed(company: Company) -> dict[str, RowView]:
    found = await company.database.read(lambda tx: reading.snapshot(tx, "ana"))
    return {row.conversation: row for row in found.rows}


async def told(company: Company, conversation: str) -> RowView:
    """The newest row as a console is sent it."""
    rows = [each for each in await company.log("desk") if each.conversation == conversation]
    newest = [each for each in rows if each.type == "RowChanged"][-1]
    return await company.database.read(lambda tx: row_view(newest.payload, words(tx, needs([newest]))))


async def test_a_row_says_the_name_that_the_site_signed_in_snapshot_and_frame(company: Company) -> None:
    await register(company, MARIA, Claims("42", "Maria Sol"))
    conversation = await company.waiting()
    assert (await listed(company))[conversation].customer_name == "Maria Sol"
    assert (await told(company, conversation)).customer_name == "Maria Sol"


async def test_without_a_signed_name_the_one_left_with_an_address_counts(company: Company) -> None:
    await register(company, MARIA)
    conversation = await company.waiting()
    assert (await told(company, conversation)).customer_name is None
    await company.database.write(lambda tx: contacts.keep(tx, conversation, "m@shop.test", "Maria"))
    assert (await told(company, conversation)).customer_name == "Maria"
    await register(company, MARIA, Claims("42", "Maria Sol"))
    assert (await told(company, conversation)).customer_name == "Maria Sol"


async def test_who_was_erased_has_no_name_in_rows_told_before(company: Company) -> None:
    await register(company, MARIA, Claims("42", "Maria Sol"))
    conversation = await company.waiting()
    await company.erase(conversation)
    await company.database.write(lambda tx: customers.forget(tx, MARIA.id))
    row = await told(company, conversation)
    assert (row.customer_name, row.intent) == (None, None)


async def test_a_name_and_a_title_are_cut_to_what_a_row_shows(company: Company) -> None:
    await register(company, MARIA, Claims("42", "M" * 150))
    conversation = await company.waiting()
    name = (await told(company, conversation)).customer_name
    assert name is not None and len(name) == ROW_NAME and name.endswith("…")


async def test_a_row_says_the_first_guess_of_what_a_person_is_needed_for(company: Company) -> None:
    company.predictor.says = a_prediction("complaint")
    conversation = await company.say("a disgrace")
    await company.bot()
    assert (await told(company, conversation)).intent == "Complaint"
    assert (await listed(company))[conversation].intent == "Complaint"


async def test_what_the_bot_answered_is_no_guess(company: Company) -> None:
    company.predictor.says = a_prediction("order")
    conversation = await company.say()
    await company.bot()
    assert (await told(company, conversation)).intent is None


async def test_a_blind_item_says_no_guess_until_its_label_is_stored(company: Company) -> None:
    company.conversations.is_blind_item = lambda _: True
    company.predictor.says = a_prediction("complaint")
    conversation = await company.say("a disgrace")
    await company.bot()
    assert (await told(company, conversation)).intent is None
    assert (await listed(company))[conversation].intent is None
    assert "complaint" not in str([each.payload for each in await company.log("desk")])


async def test_what_a_blind_item_hid_is_in_its_row_once_the_label_is_stored(company: Company) -> None:
    company.conversations.is_blind_item = lambda _: True
    company.predictor.says = a_prediction("complaint")
    await company.arrive("ana")
    conversation = await company.say("a disgrace")
    await company.bot()
    await company.staff("ana", Claim, conversation)
    seen = (await company.state(conversation)).seq
    said = {"label": "complaint", "outcome": "solved", "learn": False, "last_seen_seq": seen}
    await company.staff("ana", Resolve, conversation, **said)
    row = await told(company, conversation)
    assert (row.status, row.intent) == ("closed", "Complaint")
