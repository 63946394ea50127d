"""Anchor and live head in the running service: two votes become a lane, the lane an answer, a question or a person."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from escalation.conversations.predictions import Predicted, PredictedPart
from escalation.conversations.service import Customer
from escalation.conversations.tables import DecisionRow, MessageRow
from escalation.database import Transaction, table_of
from escalation.learning import registry
from escalation.learning.registry import NewModel
from escalation.proof.bench import AuditBench
from escalation.proof.claims import Claims, figures
from escalation.proof.probation import audited
from escalation.proof.tables import AuditRow, AutomaticAnswerRow, WindowRow
from escalation.proof.values import ProofSettings
from escalation.protocol.rest.proof import AuditLabel
from tests.services.company import LI, MARIA, POLICY, Company, a_prediction
from tests.services.test_audits import Office

SURE, UNSURE = 0.9, 0.55
NO_QUESTIONS = replace(POLICY, clarify_floor=1.1)
TEXT = "I want my money back and also where is my order?"
SPANS = ((0, 20), (30, 48))


def votes(anchor: tuple[str, float], live: tuple[str, float], **of_live: Any) -> Predicted:
    """What a live head `v1.2` and its anchor `v1` say: label and confidence of each."""
    said = a_prediction(*anchor, model="v1", policy=NO_QUESTIONS)
    return a_prediction(*live, model="v1.2", policy=NO_QUESTIONS, anchor=said, **of_live)


async def turn(company: Company, predicted: Predicted, customer: Customer = MARIA) -> Any:
    """One message of a new customer, decided; returns its decision."""
    company.predictor.says = predicted
    conversation = await company.say("where is it?", customer)
    await company.bot()
    table = table_of(DecisionRow)
    (row,) = await company.rows(select(table).where(table.c.conversation == conversation))
    return row


def on_probation(company: Company, share: float = 1.0, budget: int = 1) -> None:
    """Allow the live head to answer alone."""
    company.proof_settings = ProofSettings(b"secret", probation_share=share, probation_budget=budget)
    company.build()


async def test_the_anchor_answers_where_the_live_head_says_the_same_even_if_it_is_unsure(company: Company) -> None:
    row = await turn(company, votes(("order", SURE), ("order", UNSURE)))
    assert (row.action, row.lane, row.votes["vetoed"]) == ("answer", "certified", False)
    assert row.votes["anchor"] == {
        "model": "v1", "intents": ["order"], "confidence": SURE, "threshold": 0.7, "accepts": True,
    }  # fmt: skip
    assert (row.votes["live"]["model"], row.votes["live"]["accepts"]) == ("v1.2", False)
    assert row.model == "v1.2", "suggestions are the live head's"
    (answer,) = await company.rows(AutomaticAnswerRow)
    assert (answer.lane, answer.model) == ("certified", "v1"), "who answered is the anchor"


@pytest.mark.parametrize(
    ("anchor", "live", "of_live", "reason", "vetoed"),
    [
        (("order", SURE), ("refund", SURE), {}, "low_confidence", True),
        (("order", SURE), ("refund", UNSURE), {}, "low_confidence", True),
        (("order", SURE), ("order", 0.0), {"mention": "refused"}, "mention", True),
        (("order", UNSURE), ("order", SURE), {}, "low_confidence", False),
        (("order", UNSURE), ("order", SURE), {"novelty": 0.95}, "novel", False),
        (("order", SURE), ("complaint", SURE), {}, "sensitive_intent", True),
    ],
)
async def test_without_both_a_person_gets_the_live_heads_guess(
    company: Company, anchor: tuple[str, float], live: tuple[str, float], of_live: Any, reason: str, vetoed: bool
) -> None:
    row = await turn(company, votes(anchor, live, **of_live))
    assert (row.action, row.reason, row.lane, row.votes["vetoed"]) == ("hand_off", reason, "hand_off", vetoed)
    assert row.label == live[0]
    assert await company.rows(AutomaticAnswerRow) == []


async def test_what_only_the_live_head_is_sure_of_is_asked(company: Company) -> None:
    said = votes(("order", UNSURE), ("refund", SURE))
    row = await turn(company, replace(said, policy=POLICY))
    assert (row.action, row.lane) == ("clarify", "hand_off")
    conversation = row.conversation
    assert (await company.thread(conversation))[-1] == "bot: refund"
    choices = next(message.id for message in await company.rows(_bot_messages(conversation)))
    await company.conversations.choose(MARIA, "0198f000-0000-7000-8000-000000000001", choices, "refund")
    assert (await company.thread(conversation))[-1] == "bot: Within 14 days."
    (answer,) = await company.rows(AutomaticAnswerRow)
    assert (answer.lane, answer.model) == ("certified", None), "the customer picked it"


def _bot_messages(conversation: str) -> Any:
    table = table_of(MessageRow)
    return select(table).where(table.c.conversation == conversation, table.c.author == "bot")


async def test_on_probation_the_live_head_answers_alone_and_every_answer_is_audited(company: Company) -> None:
    on_probation(company)
    await company.proof.step()
    await company.database.write(lambda tx: tx.execute(update(table_of(WindowRow)).values(chance=0.0)))
    await turn(company, votes(("order", SURE), ("order", SURE)), LI)
    row = await turn(company, votes(("order", SURE), ("refund", SURE)))
    assert (row.action, row.lane, row.votes["vetoed"]) == ("answer", "probation", True)
    assert (await company.thread(row.conversation))[-1] == "bot: Within 14 days."
    answer = next(each for each in await company.rows(AutomaticAnswerRow) if each.lane == "probation")
    (audit,) = await company.rows(AuditRow)
    assert (answer.model, answer.intent) == ("v1.2", "refund")
    assert (audit.message_id, audit.intent, audit.purpose) == (answer.message_id, "refund", "answer")
    told = await company.database.read(figures)
    assert told.answers == {"certified": 1, "probation": 1} and tuple(told.probation) == (0, 0, 1)
    window = (await Claims(company.database, company.proof_settings).certificate()).answers
    assert window == 1, "no window holds what the live head answered alone"


async def test_probation_closes_once_its_known_errors_exceed_its_budget(company: Company) -> None:
    for name in ("ann", "bob", "cho"):
        await company.employ(name, "auditor")
    on_probation(company, budget=0)
    await company.proof.step()
    office = Office(company)
    alone = votes(("order", UNSURE), ("refund", SURE))
    assert (await turn(company, alone)).lane == "probation"
    for auditor in ("ann", "bob"):
        await office.label(auditor, AuditLabel(intents=["order"]))
    assert (await company.database.read(audited)).wrong == 1
    row = await turn(company, alone, LI)
    assert (row.lane, row.reason) == ("hand_off", "low_confidence")
    shown = await Claims(company.database, company.proof_settings).certificate()
    assert (shown.probation_answers, shown.probation_wrong, shown.probation_waiting) == (1, 1, 0)
    assert shown.breaker == 0, "and the breaker hears nothing of it"
    bench = AuditBench(company.database, company.catalogues, company.proof_settings)
    assert (await bench.next(await office.who("cho"))).task is None


async def test_probation_keeps_to_its_share_of_all_messages(company: Company) -> None:
    on_probation(company, share=0.5)
    alone = votes(("order", UNSURE), ("refund", SURE))
    lanes = [(await turn(company, alone, Customer(f"c{n}", "shop"))).lane for n in range(4)]
    assert lanes == ["hand_off", "probation", "hand_off", "probation"]


async def test_small_talk_is_never_on_probation(company: Company) -> None:
    on_probation(company)
    assert (await turn(company, votes(("order", UNSURE), ("thanks", SURE)))).lane == "hand_off"
    assert (await turn(company, votes(("thanks", SURE), ("thanks", UNSURE)), LI)).lane == "certified"


def two(first: tuple[str, float], second: tuple[str, float]) -> tuple[PredictedPart, ...]:
    said = (a_prediction(*each, policy=NO_QUESTIONS) for each in (first, second))
    return tuple(PredictedPart(start, end, part) for (start, end), part in zip(SPANS, said, strict=True))


@pytest.mark.parametrize(
    ("live", "lane", "said"),
    [
        (two(("refund", UNSURE), ("order", SURE)), "certified", ["bot: Within 14 days.", "bot: Look under My orders."]),
        (two(("refund", SURE), ("unanswered", SURE)), "hand_off", []),
        (None, "hand_off", []),
    ],
)
async def test_two_requests_go_by_the_same_rule(
    company: Company, live: tuple[PredictedPart, ...] | None, lane: str, said: list[str]
) -> None:
    """Anchor and live head must read the same requests; `live` None: the live head reads one."""
    anchor = a_prediction(
        "order", 0.5, model="v1", policy=NO_QUESTIONS, divisions=(two(("refund", SURE), ("order", SURE)),)
    )
    of_live = (live,) if live else ()
    company.predictor.says = a_prediction(
        "order", 0.5, model="v1.2", policy=NO_QUESTIONS, divisions=of_live, anchor=anchor
    )
    conversation = await company.say(TEXT)
    await company.bot()
    (row,) = await company.rows(DecisionRow)
    assert row.lane == lane and row.votes["anchor"]["intents"] == ["refund", "order"]
    assert [line for line in await company.thread(conversation) if line.startswith("bot:")] == said
    assert [answer.lane for answer in await company.rows(AutomaticAnswerRow)] == ["certified"] * bool(said)


async def test_a_model_that_is_its_own_anchor_has_one_opinion(company: Company) -> None:
    row = await turn(company, a_prediction("order", SURE))
    assert row.lane == "certified" and row.votes["anchor"] == row.votes["live"]


async def test_a_model_promoted_in_mid_turn_answers_from_the_next_turn_on(company: Company) -> None:
    """The turn is decided by the models that predicted it, and names them."""
    new = NewModel("v9", "version", None, "head", 30, 6, 0.9, "x")

    def publish(tx: Transaction) -> None:
        registry.register(tx, new, "candidate")
        registry.promote(tx, "v9", None, actor="agent:sue")

    company.predictor.meanwhile = lambda: company.database.write(publish)
    row = await turn(company, votes(("order", SURE), ("order", SURE)))
    assert (row.action, row.votes["anchor"]["model"], row.votes["live"]["model"]) == ("answer", "v1", "v1.2")
    (answer,) = await company.rows(AutomaticAnswerRow)
    serving = await company.database.read(registry.serving)
    assert answer.model == "v1" and serving is not None and serving.anchor == "v9"
