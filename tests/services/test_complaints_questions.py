"""A model that is unsure of everything: what it costs customers, and what an operator can do about it."""

import dataclasses

import pytest

from escalation.conversations.predictions import Guess
from escalation.conversations.tables import MessageRow
from escalation.protocol.states import Status
from tests.services.company import LI, MARIA, POLICY, Company, a_prediction, an_id

UNSURE = a_prediction(
    confidence=0.4, guesses=(Guess(label="order", score=0.4), Guess(label="refund", score=0.3)), among=0.7
)


async def test_complaint_low_confidence_everywhere_costs_a_customer_one_question(company: Company) -> None:
    """Nothing makes the model surer at once. One press answers; who finds nothing among the choices gets a person."""
    company.predictor.says = UNSURE
    chosen = await company.say("my parcel")
    await company.bot()
    question = next(row.id for row in await company.rows(MessageRow) if row.author == "bot")
    await company.conversations.choose(MARIA, an_id(), question, "refund")
    assert (await company.thread(chosen))[-1] == "bot: Within 14 days."

    other = await company.say("my parcel, or my money", LI)
    await company.bot()
    assert (await company.thread(other))[-1] == "bot: order | refund"
    await company.say("neither of them", LI)
    await company.bot()
    state = await company.state(other)
    assert (state.status, state.reason) == (Status.WAITING, "ambiguous")
    assert (await company.thread(other)).count("bot: order | refund") == 1, "nobody is asked twice"


@pytest.mark.parametrize(("floor", "reason"), [(0.5, None), (0.8, "low_confidence")])
async def test_complaint_low_confidence_everywhere_a_higher_floor_calls_people_in_place_of_asking(
    company: Company, floor: float, reason: str | None
) -> None:
    """`CLARIFY_FLOOR`, the least chance that the right intent is among the choices, decides how many are asked."""
    company.predictor.says = dataclasses.replace(UNSURE, policy=dataclasses.replace(POLICY, clarify_floor=floor))
    conversation = await company.say("my parcel")
    await company.bot()
    assert (await company.state(conversation)).reason == reason
