"""Blind items, labels against guesses, and suggested replies: what agents see, and what is kept of it."""

from collections.abc import Sequence

import pytest

from escalation.assistance.service import Assistance
from escalation.conversations import history, reading
from escalation.conversations.tables import DecisionRow, MessageRow
from escalation.database import table_of
from escalation.desk.reading import snapshot
from escalation.desk.tables import LabelChoiceRow, SuggestionRow
from escalation.desk.views import row_text
from escalation.kernel.errors import NotFound
from escalation.learning.tables import ExampleRow
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.base import Audience
from escalation.protocol.messages import ChoicesBody
from escalation.protocol.rest.assistance import SuggestionsView
from escalation.realtime.database_reading import DatabaseReading
from tests.realtime.whole_thread import thread_frames
from tests.services.acting import claimed, resolve
from tests.services.company import LI, MARIA, Company, a_prediction


class Nearby:
    """Says that every example is as near as the test wants."""

    def __init__(self) -> None:
        self.cosine = 0.9

    async def __call__(self, text: str, among: Sequence[str]) -> list[tuple[str, float]]:
        return [(id, self.cosine) for id in among]


@pytest.fixture
def nearby() -> Nearby:
    return Nearby()


@pytest.fixture
def assistance(company: Company, nearby: Nearby) -> Assistance:
    return Assistance(company.database, company.conversations, company.predictor, nearby, company.ids)


async def handed_off(company: Company) -> str:
    """A conversation that the model guessed on and Ana claimed."""
    company.predictor.says = a_prediction(confidence=0.4, novelty=0.95)
    await company.arrive("ana")
    conversation = await company.say()
    await company.bot()
    await company.staff("ana", talk.Claim, conversation)
    return conversation


async def suggested(company: Company, assistance: Assistance, conversation: str, agent: str = "ana") -> SuggestionsView:
    return await assistance.suggest(await company.desk.member(agent), conversation)


async def answered(company: Company) -> str:
    """A resolved conversation whose reply was learnt from; its example is `example-li`."""
    conversation = await claimed(company, LI)
    reply = await company.staff("ana", talk.Reply, conversation, text="It left us on Monday.")
    answer = next(row for row in await company.rows(MessageRow) if row.seq == reply.seq)
    question = next(row for row in await company.rows(MessageRow) if row.author == "customer")
    assert question.conversation == conversation
    await resolve(company, conversation, answer_message_id=answer.id)
    company.clock.advance(11)
    await company.timers.step()
    (resolution,) = await company.rows(LabelChoiceRow)
    example = {
        "id": "example-li", "at": company.clock.now(), "source": "resolution", "message_id": question.id,
        "message_ids": [question.id], "conversation": conversation, "resolution": resolution.resolution,
        "label": "order", "split": "train", "by": "ana", "starts": 0,
    }  # fmt: skip
    await company.database.write(lambda tx: tx.execute(tx.insert(ExampleRow), example) and None)
    return conversation


# --- blind items ---------------------------------------------------------------------------------------------------


async def test_of_a_blind_item_nobody_sees_the_guesses_before_its_label_is_stored(company: Company) -> None:
    company.blind.add("all")
    conversation = await handed_off(company)
    (hidden,) = (await company.database.read(lambda tx: history.decisions(tx, conversation, None, 10))).decisions
    assert (hidden.blind, hidden.label, hidden.confidence, hidden.guesses) == (True, None, None, [])
    await resolve(company, conversation, label="refund", decide_ms=4_000)
    (shown,) = (await company.database.read(lambda tx: history.decisions(tx, conversation, None, 10))).decisions
    assert (shown.blind, shown.label, shown.confidence) == (False, "order", 0.4)
    told = [event.type for event in await company.log(f"conversation:{conversation}")]
    assert told[-3:] == ["Resolved", "GuessesShown", "Closed"]
    (choice,) = await company.rows(LabelChoiceRow)
    assert (choice.label, choice.guess, choice.rank, choice.blind, choice.decide_ms) == (
        "refund",
        "order",
        2,
        True,
        4_000,
    )
    assert await company.findings() == []


async def shown_to(company: Company, audience: Audience, conversation: str) -> list[str]:
    """What a thread that is opened now shows the audience of the bot's questions."""
    thread = await DatabaseReading(company.database, "epoch").thread(conversation)
    assert thread is not None
    parts = [part for part in thread_frames(thread, audience) if isinstance(part, talk.ThreadPart)]
    bodies = [message.body for part in parts for message in part.messages]
    return [" / ".join(each.title for each in body.options) for body in bodies if isinstance(body, ChoicesBody)]


async def asked_and_handed_off(company: Company) -> str:
    """The bot asks which of two is meant, the customer wants neither, and Ana claims."""
    company.predictor.says = a_prediction(score=0.6, confidence=0.6)
    await company.arrive("ana")
    conversation = await company.say()
    await company.bot()
    await company.say("let me talk to a person please")
    await company.staff("ana", talk.Claim, conversation)
    return conversation


@pytest.mark.parametrize("blind", [False, True])
async def test_what_the_bot_offered_is_hidden_with_its_guesses(company: Company, blind: bool) -> None:
    company.blind |= {"all"} if blind else set()
    conversation = await asked_and_handed_off(company)
    offered = await shown_to(company, "customer", conversation)
    assert offered == ["Where is my order / Refund"], "its customer sees what to choose from"
    assert await shown_to(company, "staff", conversation) == ([""] if blind else offered)
    rows = (await company.database.read(lambda tx: snapshot(tx, "ana"))).rows
    assert rows[0].last_text == "let me talk to a person please"
    await resolve(company, conversation)
    assert await shown_to(company, "staff", conversation) == offered
    assert (await company.types(conversation)).count("ChoicesShown") == blind
    assert await company.findings() == []


async def test_a_row_shows_nothing_of_what_is_hidden(company: Company) -> None:
    company.predictor.says = a_prediction(score=0.6, confidence=0.6)
    for hidden, author, said in ((False, "bot", "Where is my order / Refund"), (True, "customer", "where is it?")):
        company.blind = {"all"} if hidden else set()
        conversation = await company.say(customer=LI if hidden else MARIA)
        await company.bot()
        row = [each.payload for each in await company.log("desk") if each.conversation == conversation][-1]
        words = await company.database.read(lambda tx, row=row: reading.bodies(tx, [row["last_message_id"]]))
        assert (row["last_author"], row_text(words[row["last_message_id"]])) == (author, said)


async def test_what_the_others_show_is_shown_at_once_and_is_no_event(company: Company) -> None:
    conversation = await handed_off(company)
    (decision,) = await company.rows(DecisionRow)
    assert not decision.blind
    await resolve(company, conversation)
    assert "GuessesShown" not in [event.type for event in await company.log(f"conversation:{conversation}")]


async def test_a_label_taken_back_and_stored_again_is_no_second_choice(company: Company) -> None:
    company.blind.add("all")
    conversation = await handed_off(company)
    await resolve(company, conversation, label="refund")
    await company.staff("ana", talk.WithdrawResolution, conversation)
    await resolve(company, conversation, label="order")
    (choice,) = await company.rows(LabelChoiceRow)
    assert choice.label == "refund", "what was chosen before the guesses showed"
    assert [event.type for event in await company.log(f"conversation:{conversation}")].count("GuessesShown") == 1


async def test_overrides_are_counted_apart_for_guesses_seen_and_hidden(
    company: Company, assistance: Assistance
) -> None:
    seen = await handed_off(company)
    await resolve(company, seen, label="order")
    company.blind.add("all")
    company.predictor.says = a_prediction(confidence=0.4, novelty=0.95)
    hidden = await company.say(customer=LI)
    await company.bot()
    await company.staff("ana", talk.Claim, hidden)
    await resolve(company, hidden, label=None, decide_ms=1_500)
    plain, blind = (await assistance.figures()).overrides
    assert (plain.labels, plain.overridden, plain.unlisted, plain.mean_seconds) == (1, 0, 0, None)
    assert (blind.labels, blind.overridden, blind.unlisted, blind.mean_seconds) == (1, 1, 1, 1.5)


# --- suggested replies -----------------------------------------------------------------------------------------------


async def test_an_approved_answer_and_what_was_sent_in_a_like_conversation_are_suggested(
    company: Company, assistance: Assistance
) -> None:
    await answered(company)
    conversation = await claimed(company, MARIA)
    found = await suggested(company, assistance, conversation)
    answer, past = found.replies
    assert (answer.kind, answer.source, answer.at) == ("answer", "order", None)
    assert answer.text == company.catalogues.current.answer_for("order", "en")
    assert (past.kind, past.text, past.agent, past.similarity) == ("resolution", "It left us on Monday.", "Ana", 0.9)
    assert past.asked == "it is broken" and past.at is not None


async def test_what_is_inserted_and_sent_is_counted_with_its_changes(company: Company, assistance: Assistance) -> None:
    await answered(company)
    conversation = await claimed(company, MARIA)
    ana = await company.desk.member("ana")
    for text in ("It left us on Monday.", "It left us on Tuesday."):
        found = await suggested(company, assistance, conversation)
        await assistance.inserted(ana, str(found.id), 1)
        await company.staff("ana", talk.Reply, conversation, text=text)
    await suggested(company, assistance, conversation)
    await company.staff("ana", talk.Reply, conversation, text="Something else")
    figures = (await assistance.figures()).suggestions
    assert (figures.shown, figures.inserted, figures.sent, figures.unchanged) == (3, 2, 2, 1)
    assert figures.mean_edits == 2.0, "Mon to Tues are four edits"
    assert "Monday" not in str(await company.rows(SuggestionRow)), "no words are kept"


async def test_only_who_was_shown_a_suggestion_inserts_it(company: Company, assistance: Assistance) -> None:
    conversation = await claimed(company)
    found = await suggested(company, assistance, conversation)
    with pytest.raises(NotFound):
        await assistance.inserted(await company.desk.member("tom"), str(found.id), 0)
    with pytest.raises(NotFound):
        await assistance.inserted(await company.desk.member("ana"), str(found.id), 5)


async def test_nothing_is_suggested_where_guesses_are_hidden(company: Company, assistance: Assistance) -> None:
    company.blind.add("all")
    conversation = await handed_off(company)
    found = await suggested(company, assistance, conversation)
    assert (found.hidden, found.replies, found.id) == (True, [], None)
    assert await company.rows(SuggestionRow) == []
    await resolve(company, conversation)
    assert not (await suggested(company, assistance, conversation)).hidden


async def test_far_replies_and_replies_of_erased_customers_are_not_suggested(
    company: Company, assistance: Assistance, nearby: Nearby
) -> None:
    past = await answered(company)
    conversation = await claimed(company, MARIA)
    nearby.cosine = 0.49
    assert [each.kind for each in (await suggested(company, assistance, conversation)).replies] == ["answer"]
    nearby.cosine = 0.9
    await company.erase(past)
    assert [each.kind for each in (await suggested(company, assistance, conversation)).replies] == ["answer"]


async def test_a_model_that_does_not_answer_leaves_what_was_sent(company: Company, assistance: Assistance) -> None:
    await answered(company)
    conversation = await claimed(company, MARIA)
    company.predictor.says = NotFound("no model")
    assert [each.kind for each in (await suggested(company, assistance, conversation)).replies] == ["resolution"]


def test_no_column_of_the_figures_holds_words() -> None:
    assert {"text", "body", "words"}.isdisjoint({*table_of(SuggestionRow).c.keys(), *table_of(LabelChoiceRow).c.keys()})
