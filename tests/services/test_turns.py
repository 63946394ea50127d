"""The bot's turns: one decision for what a customer wrote in one go, whatever happens while it is made."""

import asyncio
from typing import Any

import pytest

from escalation.conversations.predictions import Predicted
from escalation.conversations.tables import ConversationRow, DecisionRow, TurnRow
from escalation.protocol.frames import conversation as talk
from escalation.protocol.states import Status
from tests.services.company import LI, MARIA, Company, a_prediction, an_id
from tests.waiting import PATIENCE, settled, until


async def test_a_sure_prediction_is_answered_and_its_grounds_are_kept(company: Company) -> None:
    conversation = await company.say()
    await company.bot()
    assert await company.thread(conversation) == ["customer: where is it?", "bot: Look under My orders."]
    (row,) = await company.rows(DecisionRow)
    assert (row.action, row.reason, row.grounds, row.label, row.model) == ("answer", None, "prediction", "order", "v1")
    assert (row.threshold, row.confidence, row.novelty, row.epoch) == (0.7, 0.9, 0.1, 1)
    assert [guess["label"] for guess in row.guesses] == ["order", "refund"]
    assert row.neighbours[0]["example_id"] == "example-1"
    assert await company.rows(TurnRow) == []


async def test_nothing_is_decided_before_the_pause_is_over(company: Company) -> None:
    await company.say()
    await company.bot(after=0.4)
    assert company.predictor.asked == []
    await company.bot(after=0.2)
    assert len(company.predictor.asked) == 1


async def test_three_quick_messages_are_one_turn_and_one_prediction(company: Company) -> None:
    conversation = await company.say("hi")
    for text in ("i ordered a lamp", "where is it?"):
        company.clock.advance(0.3)
        await company.bot(after=0)
        await company.say(text)
    await company.bot()
    assert company.predictor.asked == ["hi\ni ordered a lamp\nwhere is it?"]
    (decision,) = await company.rows(DecisionRow)
    assert len(decision.message_ids) == 3
    assert (await company.thread(conversation))[-1] == "bot: Look under My orders."


async def test_who_never_pauses_is_answered_after_three_seconds(company: Company) -> None:
    for number in range(8):
        await company.say(f"word {number}")
        await company.bot(after=0.4)
    assert len(company.predictor.asked) == 1


async def test_a_message_sent_again_is_not_classified_again(company: Company) -> None:
    same = an_id()
    conversation = await company.say(id=same)
    await company.say(id=same)
    await company.bot()
    await company.say(id=same)
    await company.bot()
    assert len(company.predictor.asked) == 1
    assert len(await company.thread(conversation)) == 2


async def test_an_answered_message_is_not_part_of_the_next_turn(company: Company) -> None:
    await company.say("one")
    await company.bot()
    company.predictor.says = a_prediction("refund")
    await company.say("two")
    await company.bot()
    assert company.predictor.asked == ["one", "two"]


async def test_a_message_during_the_prediction_takes_the_turn_again(company: Company) -> None:
    conversation = await company.say("one")
    company.predictor.meanwhile = once(company, lambda: company.say("two"))
    await company.bot()
    assert await company.rows(DecisionRow) == []
    await company.bot()
    assert company.predictor.asked == ["one", "one\ntwo"]
    assert (await company.thread(conversation))[2:] == ["bot: Look under My orders."]


async def test_after_two_retakes_a_person_reads_what_the_prediction_never_saw(company: Company) -> None:
    conversation = await company.say("word 0")
    company.predictor.meanwhile = lambda: company.say("and another thing")
    for _ in range(3):
        await company.bot()
    assert len(company.predictor.asked) == 3
    state = await company.state(conversation)
    assert (state.status, state.reason) == (Status.WAITING, "classifier_unavailable")
    (decision,) = await company.rows(DecisionRow)
    assert (decision.action, decision.grounds, decision.model) == ("hand_off", "failure", None)
    assert len(state.handoff_message_ids) == 4
    assert "bot" not in {line.split(":")[0] for line in await company.thread(conversation)}


async def test_a_takeover_during_the_prediction_silences_the_bot(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.say()
    company.predictor.meanwhile = lambda: company.staff("ana", talk.Reply, conversation, text="Ana here.")
    await company.bot()
    assert await company.thread(conversation) == ["customer: where is it?", "system: agent_joined", "agent: Ana here."]
    assert await company.rows(TurnRow) == await company.rows(DecisionRow) == []


async def test_a_takeover_given_back_during_the_prediction_silences_it_too(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.say()

    async def there_and_back() -> None:
        company.predictor.meanwhile = None
        await company.staff("ana", talk.TakeOver, conversation)
        await company.staff("ana", talk.HandBack, conversation)
        await company.say("and a refund")

    company.predictor.meanwhile = there_and_back
    await company.bot()
    assert await company.rows(DecisionRow) == []
    await company.bot()
    assert company.predictor.asked == ["where is it?", "and a refund"]


async def test_asking_for_a_person_during_the_prediction(company: Company) -> None:
    conversation = await company.say()
    company.predictor.meanwhile = lambda: company.say("let me talk to a human")
    await company.bot()
    assert [row.action for row in await company.rows(DecisionRow)] == ["hand_off"]
    assert (await company.state(conversation)).reason == "asked_for_human"


async def test_a_failing_classifier_is_tried_until_the_deadline_then_a_person_comes(company: Company) -> None:
    company.predictor.says = RuntimeError("no model")
    conversation = await company.say()
    await company.bot()
    assert (await company.state(conversation)).status is Status.BOT, "not yet: it may come back"
    await company.bot(after=10)
    state = await company.state(conversation)
    assert (state.status, state.reason) == (Status.WAITING, "classifier_unavailable")
    assert len(company.predictor.asked) == 2
    assert (await company.thread(conversation))[-1] == "system: nobody_online"


async def test_writing_on_does_not_put_the_deadline_off(company: Company) -> None:
    company.predictor.says = RuntimeError("no model")
    conversation = await company.say()
    for _ in range(3):
        await company.bot(after=4)
        await company.say("hello?")
    await company.bot()
    assert (await company.state(conversation)).status is Status.WAITING


async def test_a_verdict_that_cannot_be_carried_out_ends_with_a_person(company: Company) -> None:
    company.predictor.says = a_prediction(neighbours=({"no": "neighbour"},))
    conversation = await company.say()
    company.clock.advance(11)
    await company.bot()
    assert (await company.state(conversation)).reason == "classifier_unavailable"


async def test_one_failing_turn_leaves_the_others_alone(company: Company) -> None:
    mine, theirs = await company.say("fail"), await company.say("fine", LI)
    predict = company.predictor.predict

    async def sometimes(text: str) -> Predicted:
        if text == "fail":
            raise RuntimeError
        return await predict(text)

    company.predictor.predict = sometimes  # type: ignore[method-assign]
    await company.bot()
    assert len(await company.thread(mine)) == 1
    assert len(await company.thread(theirs)) == 2


async def test_a_turn_survives_the_process(company: Company) -> None:
    conversation = await company.say()
    company.clock.advance(3600)
    company.build()
    await company.bot()
    assert (await company.thread(conversation))[-1] == "bot: Look under My orders."


async def test_a_process_that_dies_in_mid_prediction_leaves_the_turn(company: Company) -> None:
    conversation = await company.say()
    asked = asyncio.Event()

    async def for_ever() -> None:
        asked.set()
        await asyncio.Event().wait()

    company.predictor.meanwhile = for_ever
    company.clock.advance(0.6)
    task = asyncio.create_task(company.turns.run())
    await asked.wait()
    task.cancel()
    await asyncio.wait({task})
    assert len(await company.rows(TurnRow)) == 1
    company.predictor.meanwhile = None
    company.build()
    await company.bot()
    assert (await company.thread(conversation))[-1] == "bot: Look under My orders."


async def test_two_processes_give_one_answer(company: Company) -> None:
    conversation = await company.say()
    company.clock.advance(0.6)
    first = company.turns
    company.build()
    asked = company.predictor.asked
    company.predictor.meanwhile = lambda: until(lambda: len(asked) >= 2)  # neither answers before the other has begun
    await asyncio.gather(first.step(), company.turns.step())
    await asyncio.gather(first.settle(), company.turns.settle())
    assert len(await company.thread(conversation)) == 2


async def test_the_worker_finds_work_by_itself(company: Company) -> None:
    conversations = [await company.say(customer=customer) for customer in (MARIA, LI)]
    task = asyncio.create_task(company.turns.run())
    company.clock.advance(0.6)
    company.turns.poke()

    async def both_decided() -> bool:
        return len(await company.rows(DecisionRow)) == 2

    await until(both_decided)
    task.cancel()
    await asyncio.wait({task})
    assert [len(await company.thread(each)) for each in conversations] == [2, 2]


async def test_the_worker_stops_when_it_is_woken_in_the_same_moment(company: Company) -> None:
    looked = asyncio.Event()

    async def look() -> float:
        looked.set()
        return 60

    company.turns.step = look  # type: ignore[method-assign]
    task = asyncio.create_task(company.turns.run())
    await looked.wait()
    await settled()  # asleep by now
    company.turns.poke()
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    assert done == {task}


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (a_prediction("complaint"), "sensitive_intent"),
        (a_prediction("unanswered"), "no_answer"),
        (a_prediction("gone_from_the_catalogue"), "no_answer"),
        (a_prediction(score=0.3, novelty=0.95), "novel"),
        (a_prediction(language_known=False, language="sw"), "language"),
        (a_prediction("complaint", 0.4, guesses=()), "classifier_unavailable"),
    ],
)
async def test_what_the_bot_may_not_answer_goes_to_people(company: Company, says: Predicted, reason: str) -> None:
    company.predictor.says = says
    conversation = await company.say()
    await company.bot()
    state = await company.state(conversation)
    assert (state.status, state.reason) == (Status.WAITING, reason)
    (row,) = await company.rows(DecisionRow)
    assert (row.action, row.reason, row.model) == ("hand_off", reason, "v1")
    assert len(await company.thread(conversation)) == 2, "the customer is told, once"


@pytest.mark.parametrize(("said", "kept"), [("sw", "sw"), ("und", None)])
async def test_a_decision_keeps_the_language_the_customer_writes_in(
    company: Company, said: str, kept: str | None
) -> None:
    company.predictor.says = a_prediction(language_known=False, language=said)
    conversation = await company.say()
    await company.bot()
    log = await company.log(f"conversation:{conversation}")
    assert [event.payload["language"] for event in log if event.type == "DecisionMade"] == [kept]


async def test_asked_in_vain_goes_to_people(company: Company) -> None:
    company.predictor.says = a_prediction(score=0.55)
    conversation = await company.say("money, or where is it")
    await company.bot()
    assert (await company.thread(conversation))[-1] == "bot: order | refund"
    await company.say("both, i think")
    await company.bot()
    assert (await company.state(conversation)).reason == "ambiguous"


async def test_the_same_question_again_goes_to_people(company: Company) -> None:
    conversation = await company.say()
    await company.bot()
    await company.say("i asked where it is")
    await company.bot()
    assert (await company.state(conversation)).reason == "repeated"


async def test_every_control_of_the_bot_ends_with_its_decision_in_the_log(company: Company) -> None:
    for text, says in {"a": a_prediction(), "b": a_prediction(score=0.55), "c": a_prediction("complaint")}.items():
        company.predictor.says = says
        await company.say(text)
        await company.bot()
    (conversation,) = await company.rows(ConversationRow)
    types = await company.types(conversation.id)
    logged = [
        envelope.payload
        for envelope in await company.log(f"conversation:{conversation.id}")
        if envelope.type == "DecisionMade"
    ]
    rows = {row.id: row for row in await company.rows(DecisionRow)}
    assert types.count("DecisionMade") == len(rows) == 3
    for payload in logged:
        row = rows[payload["decision_id"]]
        assert (row.action, row.message_ids) == (payload["action"], payload["message_ids"])


def once(company: Company, act: Any) -> Any:
    """Something to happen during the next prediction only."""

    async def run() -> None:
        company.predictor.meanwhile = None
        await act()

    return run
