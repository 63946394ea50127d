"""Several requests in one message: all answered, or all shown to a person, and each labelled by itself."""

from typing import Any

import pytest

from escalation.conversations.predictions import Predicted, PredictedPart
from escalation.conversations.tables import ConversationRow, DecisionRow, MessageRow, ResolutionRow
from escalation.database import Transaction, table_of
from escalation.learning import datasets, examples, lease
from escalation.learning.collector import collector
from escalation.learning.forgetting import delete_examples
from escalation.learning.tables import ExampleRow
from escalation.people import erasures
from escalation.proof.tables import AutomaticAnswerRow
from escalation.protocol.frames import conversation as talk
from escalation.protocol.states import Status
from tests.fakes import CountingIds
from tests.services.acting import ordered, outcome, published, refused, resolve
from tests.services.company import MARIA, Company, a_prediction

REFUND, ORDER = "I want my money back", "where is my order?"
TEXT = f"{REFUND} and also {ORDER}"
SPANS = [(TEXT.index(part), TEXT.index(part) + len(part)) for part in (REFUND, ORDER)]
LABELS: list[dict[str, Any]] = [
    {"start": start, "end": end, "label": label} for (start, end), label in zip(SPANS, ("refund", "order"), strict=True)
]


def parts(*said: Predicted) -> tuple[PredictedPart, ...]:
    return tuple(PredictedPart(start, end, each) for (start, end), each in zip(SPANS, said, strict=True))


def read_as(*said: Predicted, **overrides: Any) -> Predicted:
    """The whole message looks like one unsure request; its parts are these."""
    return a_prediction("order", 0.5, divisions=(parts(*said),), **overrides)


SURE = (a_prediction("refund"), a_prediction("order"))
UNSURE = (a_prediction("refund"), a_prediction("order", 0.6))


async def asked(company: Company, predicted: Predicted) -> str:
    company.predictor.says = predicted
    conversation = await company.say(TEXT)
    await company.bot()
    return conversation


async def test_two_sure_requests_are_both_answered_in_their_order(company: Company) -> None:
    conversation = await asked(company, read_as(*SURE))
    assert (await company.thread(conversation))[1:] == ["bot: Within 14 days.", "bot: Look under My orders."]
    (decision,) = await company.rows(DecisionRow)
    assert (decision.action, decision.label) == ("answer", "refund")
    assert decision.confidence == pytest.approx(0.9 * 0.9), "that both are right"
    assert [(part["start"], part["end"], part["guesses"][0]["label"]) for part in decision.parts] == [
        (*SPANS[0], "refund"), (*SPANS[1], "order"),
    ]  # fmt: skip
    answers = [row.intent for row in await ordered(company, MessageRow) if row.author == "bot"]
    assert sorted(answers) == ["order", "refund"]
    assert (await company.state(conversation)).request == "answered"
    assert await company.findings() == []


@pytest.mark.parametrize("again", ["refund", "order"])
async def test_either_request_asked_again_goes_to_a_person(company: Company, again: str) -> None:
    conversation = await asked(company, read_as(*SURE))
    company.predictor.says = a_prediction(again)
    await company.say("and again?")
    await company.bot()
    assert (await company.state(conversation)).reason == "repeated"


async def test_one_unsure_request_takes_both_to_a_person_with_both_guesses(company: Company) -> None:
    conversation = await asked(company, read_as(*UNSURE))
    state = await company.state(conversation)
    assert (state.status, state.reason) == (Status.WAITING, "several_requests")
    assert not any(line.startswith("bot:") for line in await company.thread(conversation)), "half an answer misleads"
    (decision,) = await company.rows(DecisionRow)
    assert [part["guesses"][0]["label"] for part in decision.parts] == ["refund", "order"]
    assert (decision.confidence, decision.threshold) == (pytest.approx(0.9 * 0.6), 0.7)
    assert await company.findings() == []


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ((a_prediction("refund"), a_prediction("complaint")), "sensitive_intent"),
        ((a_prediction("refund"), a_prediction("unanswered")), "several_requests"),
        ((a_prediction("refund"), a_prediction("order", language_known=False)), "several_requests"),
    ],
)
async def test_what_the_bot_may_not_answer_takes_the_rest_along(
    company: Company, said: tuple[Predicted, ...], reason: str
) -> None:
    conversation = await asked(company, read_as(*said))
    assert (await company.state(conversation)).reason == reason


async def test_thanks_beside_a_request_are_no_second_one(company: Company) -> None:
    thanked = parts(a_prediction("thanks"), a_prediction("order"))
    company.predictor.says = a_prediction("order", divisions=(thanked,))
    conversation = await company.say(TEXT)
    await company.bot()
    assert (await company.thread(conversation))[-1] == "bot: Look under My orders."
    (decision,) = await company.rows(DecisionRow)
    assert decision.parts == []


async def test_where_one_division_holds_thanks_the_next_counts(company: Company) -> None:
    thanked = parts(a_prediction("thanks"), a_prediction("order"))
    conversation = await asked(company, a_prediction("order", divisions=(thanked, parts(*SURE))))
    assert len([line for line in await company.thread(conversation) if line.startswith("bot:")]) == 2


# --- labels ----------------------------------------------------------------------------------------------------------


async def taken(company: Company) -> str:
    await company.arrive("ana")
    conversation = await asked(company, read_as(*UNSURE))
    await company.staff("ana", talk.Claim, conversation)
    return conversation


async def resolved(company: Company, **fields: Any) -> str:
    conversation = await taken(company)
    await resolve(company, conversation, **fields)
    await settle(company)
    return conversation


async def settle(company: Company) -> None:
    company.clock.advance(11)
    await company.timers.step()
    await company.database.write(lambda tx: lease.acquire(tx, "me"))
    await collector(company.database, ids=CountingIds("example"), token="me", gate_share=0.0).catch_up()


async def learnt(company: Company) -> list[tuple[str, str | None]]:
    """What is trained on: text and label."""
    rows = await company.rows(table_of(ExampleRow).select().order_by(table_of(ExampleRow).c.starts))
    kept = [row for row in rows if row.excluded_at is None]
    told = await company.database.read(lambda tx: examples.texts(tx, [row.id for row in kept]))
    return [(told[row.id], row.label) for row in kept]


async def test_two_labels_make_two_examples_that_survive_a_restart(company: Company) -> None:
    await resolved(company, label="refund", parts=LABELS)
    company.build()
    assert await learnt(company) == [(REFUND, "refund"), (ORDER, "order")]
    rows = await company.rows(ExampleRow)
    (resolution,) = await company.rows(ResolutionRow)
    assert {(row.resolution, row.message_id) for row in rows} == {(resolution.id, resolution.message_ids[-1])}
    dataset = await company.database.read(datasets.load)
    assert sorted((row.text, row.label) for row in dataset.collected) == sorted([(REFUND, "refund"), (ORDER, "order")])
    assert [part["label"] for part in (await published(company))[0].payload["parts"]] == ["refund", "order"]
    assert await company.findings() == []


async def test_one_may_be_labelled_alone_and_both_as_one(company: Company) -> None:
    await resolved(company, label="order", parts=LABELS[1:])
    assert await learnt(company) == [(ORDER, "order")]
    assert await company.findings() == []


async def test_joined_they_are_one_example_of_the_whole_message(company: Company) -> None:
    await resolved(company, label="refund")
    assert await learnt(company) == [(TEXT, "refund")]


async def test_a_withdrawn_resolution_takes_both_examples_with_it(company: Company) -> None:
    conversation = await resolved(company, label="refund", parts=LABELS)
    await company.arrive("sue")
    await company.staff("sue", talk.WithdrawResolution, conversation)
    await settle(company)
    assert await learnt(company) == []
    assert {row.excluded_because for row in await company.rows(ExampleRow)} == {"resolution withdrawn"}
    seen = (await company.state(conversation)).seq
    await company.staff("sue", talk.Resolve, conversation, label="order", last_seen_seq=seen)
    await settle(company)
    assert await learnt(company) == [(TEXT, "order")], "labelled anew, as one"
    assert await company.findings() == []


async def test_erasing_the_customer_erases_both(company: Company) -> None:
    conversation = await resolved(company, label="refund", parts=LABELS)

    def forget(tx: Transaction) -> int:
        erasures.begin(tx, MARIA.id, "sue")
        return delete_examples(tx, MARIA.id, [conversation], [])

    assert await company.database.write(forget) == 2
    assert await company.rows(ExampleRow) == []
    await company.erase(conversation)
    assert TEXT not in str([row.body for row in await company.rows(MessageRow)])
    state = await company.rows(table_of(ConversationRow).select())
    assert not any(word in str(row.state) for row in state for word in (REFUND, ORDER))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"parts": [LABELS[1], LABELS[0]], "label": "order"}, "invalid"),
        ({"parts": [LABELS[0] | {"end": len(TEXT) + 1}], "label": "refund"}, "invalid"),
        ({"parts": [LABELS[0] | {"start": 20, "end": 21}], "label": "refund"}, "invalid"),
        ({"parts": LABELS, "label": "order"}, "invalid"),
        ({"parts": [LABELS[0], LABELS[1] | {"label": "nonsense"}], "label": "refund"}, "unknown_intent"),
    ],
)
async def test_parts_that_are_none_are_refused(company: Company, fields: dict[str, Any], code: str) -> None:
    conversation = await taken(company)
    seen = (await company.state(conversation)).seq
    await refused(company, code, "ana", talk.Resolve, conversation, last_seen_seq=seen, **fields)


async def test_a_reply_to_both_is_learnt_as_the_answer_of_neither(company: Company) -> None:
    conversation = await taken(company)
    reply = await company.staff("ana", talk.Reply, conversation, text="Both are done.")
    answer = next(row.id for row in await company.rows(MessageRow) if row.seq == reply.seq)
    given = {"label": "refund", "last_seen_seq": reply.seq, "answer_message_id": answer}
    assert await outcome(company, "ana", talk.Resolve, conversation, **given, parts=LABELS) == "invalid"
    assert await outcome(company, "ana", talk.Resolve, conversation, **given, parts=LABELS[:1]) is None


async def test_both_answers_are_one_to_the_audits_and_right_only_together(company: Company) -> None:
    conversation = await asked(company, read_as(*SURE))
    ((answer,), state) = (await company.rows(AutomaticAnswerRow), await company.state(conversation))
    assert (answer.intent, answer.also) == ("refund", ["order"])
    assert answer.message_id == state.handoff_message_ids[-1]
