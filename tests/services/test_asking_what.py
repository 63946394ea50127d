"""A customer who has not said yet what it is about is asked, once, before anybody is called."""

import pytest

from escalation.conversations.tables import DecisionRow, MessageRow
from escalation.protocol.states import Status
from tests.services.company import Company, a_prediction

NOVEL = a_prediction(score=0.2, novelty=0.95)
FOREIGN = a_prediction(score=0.2, language_known=False, language="hr")


async def said(company: Company, *texts: str) -> str:
    """One turn of these messages, and what the bot makes of it."""
    for text in texts:
        conversation = await company.say(text)
    await company.bot()
    return conversation


@pytest.mark.parametrize(
    "text", ["I have a question", "hello?", "John Smith", "ORD-2291-X", "can you help me", "asdf gh", "???"]
)
async def test_i_have_a_question_is_not_handed_off_before_the_question_comes(company: Company, text: str) -> None:
    company.predictor.says = NOVEL
    conversation = await said(company, text)
    state = await company.state(conversation)
    assert await company.thread(conversation) == [f"customer: {text}", "bot: ask_what"]
    assert (state.status, state.asked_what, state.question_message_ids) == (Status.BOT, True, ())
    (decision,) = await company.rows(DecisionRow)
    assert (decision.action, decision.reason, decision.grounds, decision.model) == ("clarify", None, "words", None)


async def test_the_question_that_comes_then_is_classified_alone(company: Company) -> None:
    company.predictor.says = NOVEL
    await said(company, "I have a question")
    company.predictor.says = a_prediction()
    conversation = await said(company, "where is it?")
    assert company.predictor.asked[-1] == "where is it?"
    assert (await company.thread(conversation))[-1] == "bot: Look under My orders."
    (request,) = (await company.state(conversation)).handoff_message_ids
    assert [row.body["text"] for row in await company.rows(MessageRow) if row.id == request] == ["where is it?"]


async def test_a_question_in_the_same_turn_counts(company: Company) -> None:
    conversation = await said(company, "I have a question", "where is it")
    assert (await company.thread(conversation))[-1] == "bot: Look under My orders."


async def test_it_is_asked_once_a_question(company: Company) -> None:
    company.predictor.says = NOVEL
    await said(company, "hello?")
    conversation = await said(company, "asdf gh")
    state = await company.state(conversation)
    assert (state.status, state.reason) == (Status.WAITING, "ambiguous")


async def test_it_is_asked_again_for_the_next_question(company: Company) -> None:
    await said(company, "where is it?")
    company.predictor.says = NOVEL
    conversation = await said(company, "I have a question")
    assert (await company.thread(conversation))[-1] == "bot: ask_what"


async def test_a_greeting_known_as_smalltalk_keeps_its_answer(company: Company) -> None:
    company.predictor.says = a_prediction("thanks")
    assert (await company.thread(await said(company, "hello")))[-1] == "bot: You are welcome."


async def test_a_number_after_an_answer_may_be_what_the_answer_asked_for(company: Company) -> None:
    await said(company, "where is it?")
    company.predictor.says = NOVEL
    conversation = await said(company, "ORD-2291-X")
    assert (await company.state(conversation)).reason == "novel"


async def test_it_is_asked_without_a_classifier_too(company: Company) -> None:
    company.predictor.says = RuntimeError("no model")
    conversation = await company.say("I have a question")
    await company.bot(after=11)
    assert (await company.thread(conversation))[-1] == "bot: ask_what"


async def test_a_request_in_an_unknown_language_is_no_nonsense(company: Company) -> None:
    company.predictor.says = FOREIGN
    conversation = await said(company, "gdje je moja narudžba")
    assert (await company.state(conversation)).reason == "language"


async def test_who_asks_for_a_person_is_not_asked_what_it_is_about(company: Company) -> None:
    conversation = await said(company, "hello", "a person please")
    assert (await company.state(conversation)).reason == "asked_for_human"


async def test_a_question_of_ours_left_open_is_no_answer(company: Company) -> None:
    company.predictor.says = NOVEL
    conversation = await said(company, "I have a question")
    company.clock.advance(31 * 60)
    await company.timers.step()
    assert (await company.state(conversation)).outcome == "abandoned"
