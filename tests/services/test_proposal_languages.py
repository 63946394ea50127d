"""Proposed answers by language: what a reply in Spanish becomes, and that nobody else is answered in Spanish."""

import pytest

from escalation.catalogue.editing import IntentEdit
from escalation.catalogue.errors import CatalogueInvalid
from escalation.conversations.service import Customer
from escalation.conversations.tables import MessageRow
from escalation.protocol.frames import conversation as talk
from tests.services.acting import resolve
from tests.services.company import LI, MARIA, Company, a_prediction
from tests.services.test_proposals import answered, person, proposed, settled

SPANISH = "Abrimos a las nueve."
ENGLISH = "We open at nine."
NIA = Customer("nia", "shop", "es-MX")
KIM = Customer("kim", "shop", "en")
INES = Customer("ines", "shop", "es")


async def asked(company: Company, customer: Customer, label: str = "unanswered") -> str:
    """A customer asks, and the bot, sure of the intent, does what it may; returns the conversation."""
    await company.catalogues.load()
    company.predictor.says = a_prediction(label)
    conversation = await company.say("when do you open?", customer)
    await company.bot()
    return conversation


async def last_words(company: Company, conversation: str) -> str:
    return (await company.thread(conversation))[-1]


async def approve_spanish(company: Company, *locales: str) -> None:
    """Ana answers a Spanish customer; Sue approves her reply in these locales."""
    await answered(company, SPANISH, MARIA)
    await settled(company)
    (one,) = await proposed(company)
    assert (one.locale, one.reply_locales) == ("es", ["es"])
    await company.proposals.approve(one.id, await person(company), locales)


async def test_complaint_a_spanish_reply_is_no_answer_to_an_english_customer(company: Company) -> None:
    await approve_spanish(company, "es")
    english = await asked(company, LI)
    assert (await company.state(english)).reason == "no_answer"
    assert SPANISH not in " ".join(await company.thread(english))
    for customer in (NIA, INES):
        assert await last_words(company, await asked(company, customer)) == f"bot: {SPANISH}"


async def test_what_no_answer_fits_is_no_choice_and_a_late_choice_hands_off(company: Company) -> None:
    company.predictor.says = a_prediction("refund", score=0.55)
    await company.catalogues.edit_intent("order", IntentEdit(answers={"es": SPANISH}), actor="agent:sue")
    conversation = await company.say("money, or where is it", LI)
    await company.catalogues.load()
    await company.bot()
    choices = (await company.state(conversation)).choices_message_id
    assert choices is not None
    await company.catalogues.edit_intent("order", IntentEdit(answers={"en": None}), actor="agent:sue")
    await company.catalogues.load()
    await company.conversations.choose(LI, "pick", choices, "order")
    assert (await company.state(conversation)).reason == "no_answer"
    other = await company.say("money, or where is it", KIM)
    await company.bot()
    assert "order" not in await last_words(company, other)


async def test_an_english_default_answer_reaches_all_without_one_of_their_own(company: Company) -> None:
    await answered(company, ENGLISH, LI)
    await settled(company)
    (one,) = await proposed(company)
    assert one.reply_locales == ["en"]
    await company.proposals.approve(one.id, await person(company), one.reply_locales)
    assert await last_words(company, await asked(company, INES)) == f"bot: {ENGLISH}"


async def test_one_text_may_be_approved_in_both(company: Company) -> None:
    await approve_spanish(company, "en", "es")
    assert await last_words(company, await asked(company, KIM)) == f"bot: {SPANISH}"
    assert await last_words(company, await asked(company, NIA)) == f"bot: {SPANISH}"
    (change,) = await company.catalogues.history("unanswered", limit=1)
    assert dict(change.difference.after) == {"answer:en": SPANISH, "answer:es": SPANISH}


async def test_the_default_answer_stays_as_it_was(company: Company) -> None:
    await answered(company, "En Mis pedidos.", MARIA, label="order")
    await settled(company)
    (one,) = await proposed(company, intent="order")
    await company.proposals.approve(one.id, await person(company), one.reply_locales)
    assert (await company.catalogues.load()).get("order").answer == "Look under My orders."
    assert await last_words(company, await asked(company, INES, "order")) == "bot: En Mis pedidos."


async def test_who_writes_spanish_on_an_english_page_is_told_apart(company: Company) -> None:
    company.predictor.says = a_prediction("unanswered", language="es")
    conversation = await company.say("a que hora abren?", LI)
    await company.bot()
    await company.arrive("ana")
    await company.staff("ana", talk.Claim, conversation)
    reply = await company.staff("ana", talk.Reply, conversation, text=SPANISH)
    said = next(r for r in await company.rows(MessageRow) if (r.conversation, r.seq) == (conversation, reply.seq))
    await resolve(company, conversation, label="unanswered", answer_message_id=said.id)
    await settled(company)
    (one,) = await proposed(company)
    assert (one.locale, one.language, one.reply_locales) == ("en", "es", ["es", "en"])


async def test_what_is_the_answer_in_spanish_already_is_not_proposed_again(company: Company) -> None:
    await company.catalogues.edit_intent("order", IntentEdit(answers={"es": "En Mis pedidos."}), actor="agent:sue")
    await answered(company, "En Mis  pedidos.", NIA, label="order")
    await settled(company)
    assert await proposed(company) == []


async def test_a_page_in_no_language_proposes_the_default_answer(company: Company) -> None:
    await answered(company, ENGLISH, Customer("zoe", "shop", "klingon!"))
    await settled(company)
    (one,) = await proposed(company)
    assert (one.locale, one.reply_locales) == ("klingon!", ["en"])


async def test_an_answer_in_no_locale_is_refused_and_the_proposal_waits(company: Company) -> None:
    await answered(company, ENGLISH, LI)
    await settled(company)
    (one,) = await proposed(company)
    with pytest.raises(CatalogueInvalid, match="is not a locale"):
        await company.proposals.approve(one.id, await person(company), ["klingon!"])
    assert await proposed(company) == [one]


async def test_an_answer_written_by_hand_says_in_which_language(company: Company) -> None:
    await company.proposals.write_answer("unanswered", SPANISH, await person(company), ["es"])
    assert (await company.catalogues.load()).answer_for("unanswered", "es-MX") == SPANISH
    assert (await company.state(await asked(company, LI))).reason == "no_answer"
