"""A customer who only mentions a request gets a person, not the answer to it; and the decision says why."""

from escalation.conversations.tables import DecisionRow
from escalation.protocol.states import Status
from tests.services.company import Company, a_prediction


async def test_dont_cancel_is_not_told_how_to_cancel(company: Company) -> None:
    company.predictor.says = a_prediction(score=0.98, confidence=0.0, mention="refused")
    conversation = await company.say("don't cancel my order")
    await company.bot()
    state = await company.state(conversation)
    assert (state.status, state.reason) == (Status.WAITING, "mention")
    assert "bot: Look under My orders." not in await company.thread(conversation)
    (decision,) = await company.rows(DecisionRow)
    assert (decision.action, decision.reason, decision.label) == ("hand_off", "mention", "order")


async def test_what_is_taken_back_after_the_answer_goes_to_a_person(company: Company) -> None:
    conversation = await company.say("where is it?")
    await company.bot()
    company.predictor.says = a_prediction("thanks", score=0.98, confidence=0.0, mention="withdrawn")
    await company.say("no wait, keep it")
    await company.bot()
    state = await company.state(conversation)
    assert (state.status, state.reason) == (Status.WAITING, "mention")
    assert (await company.thread(conversation)).count("bot: Look under My orders.") == 1
