"""The bot answers in the customer's locale where an approved answer exists, by a turn and by a choice."""

import pytest

from escalation.catalogue.editing import IntentEdit
from escalation.conversations.service import Customer
from escalation.conversations.tables import MessageRow
from tests.services.company import LI, MARIA, Company, a_prediction

SPANISH = "En Mis pedidos."


@pytest.mark.parametrize(
    ("locale", "answer"),
    [("es", SPANISH), ("es-MX", SPANISH), ("en", "Look under My orders."), ("fr", "Look under My orders.")],
)
async def test_a_turn_is_answered_in_the_customers_locale(company: Company, locale: str, answer: str) -> None:
    await company.catalogues.edit_intent("order", IntentEdit(answers={"es": SPANISH}), actor="agent:sue")
    await company.catalogues.load()
    conversation = await company.say(customer=Customer("ines", "shop", locale))
    await company.bot()
    assert (await company.thread(conversation))[-1] == f"bot: {answer}"


async def test_a_choice_is_answered_in_the_customers_locale(company: Company) -> None:
    await company.catalogues.edit_intent("refund", IntentEdit(answers={"es": "En 14 días."}), actor="agent:sue")
    await company.catalogues.load()
    company.predictor.says = a_prediction(score=0.55)
    for customer, answer in ((MARIA, "En 14 días."), (LI, "Within 14 days.")):
        conversation = await company.say("money, or where is it", customer)
        await company.bot()
        choices = (await company.state(conversation)).choices_message_id
        assert choices is not None
        await company.conversations.choose(customer, f"pick-{customer.id}", choices, "refund")
        assert (await company.thread(conversation))[-1] == f"bot: {answer}"


@pytest.mark.parametrize(
    ("locale", "titles"),
    [
        ("es", ["Mi pedido", "Your refund"]),
        ("es-MX", ["Mi pedido", "Your refund"]),
        ("en", ["Your order", "Your refund"]),
        ("de", ["Your order", "Your refund"]),
    ],
)
async def test_choices_are_offered_in_the_customers_locale(company: Company, locale: str, titles: list[str]) -> None:
    edit = IntentEdit(title="Your order", titles={"es": "Mi pedido"})
    await company.catalogues.edit_intent("order", edit, actor="agent:sue")
    await company.catalogues.edit_intent("refund", IntentEdit(title="Your refund"), actor="agent:sue")
    await company.catalogues.load()
    company.predictor.says = a_prediction(score=0.55)
    customer = Customer("ines", "shop", locale)
    conversation = await company.say("money, or where is it", customer)
    await company.bot()
    (offered,) = [row.body["options"] for row in await company.rows(MessageRow) if row.body["kind"] == "choices"]
    assert [option["title"] for option in offered] == titles
    choices = (await company.state(conversation)).choices_message_id
    assert choices is not None
    await company.conversations.choose(customer, "pick", choices, "order")
    picked = [row.body for row in await company.rows(MessageRow) if row.body["kind"] == "choice"]
    assert [each["title"] for each in picked] == titles[:1]


async def test_an_answer_approved_now_is_given_at_the_next_turn(company: Company) -> None:
    first = await company.say("where is it?", LI)
    await company.bot()
    await company.catalogues.edit_intent("order", IntentEdit(answers={"es": SPANISH}), actor="agent:sue")
    await company.catalogues.load()
    second = await company.say("¿dónde está?", MARIA)
    await company.bot()
    assert (await company.thread(first))[-1] == "bot: Look under My orders."
    assert (await company.thread(second))[-1] == f"bot: {SPANISH}"


async def test_an_intent_answered_in_spanish_alone_hands_off_everybody_else(company: Company) -> None:
    await company.catalogues.edit_intent("order", IntentEdit(answers={"es": SPANISH}), actor="agent:sue")
    await company.catalogues.edit_intent("order", IntentEdit(answers={"en": None}), actor="agent:sue")
    await company.catalogues.load()
    spanish, english = await company.say(customer=MARIA), await company.say(customer=LI)
    await company.bot()
    assert (await company.thread(spanish))[-1] == f"bot: {SPANISH}"
    assert (await company.state(english)).reason == "no_answer"
