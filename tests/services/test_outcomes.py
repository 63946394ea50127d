"""How a conversation of the bot ended is told truly: `answered` only where an answer was the last word to a request."""

import importlib
from typing import Any

import pytest

from escalation.conversations import history
from escalation.conversations.tables import ConversationRow, EpisodeRow
from escalation.database import Transaction, table_of
from escalation.events.tables import Event
from escalation.protocol.frames import conversation as talk
from escalation.protocol.states import Status
from tests.services.company import LI, MARIA, Company, Customer, a_prediction, an_id

migration = importlib.import_module("escalation.database.migrations.versions.v0006_outcomes")

UNSURE = a_prediction(score=0.55)
THANKS = a_prediction("thanks")


async def ended(company: Company, conversation: str) -> str | None:
    """Let the silence pass and return how the conversation ended."""
    company.clock.advance(31 * 60)
    await company.timers.step()
    state = await company.state(conversation)
    assert state.status is Status.CLOSED
    return state.outcome


async def said(company: Company, prediction: Any, text: str = "where is it?", customer: Customer = MARIA) -> str:
    """A message, and what the bot makes of it."""
    company.predictor.says = prediction
    conversation = await company.say(text, customer)
    await company.bot()
    return conversation


async def asked_back(company: Company, customer: Customer = MARIA) -> str:
    return await said(company, UNSURE, "money, or where is it", customer)


async def cancelled(company: Company, customer: Customer = MARIA) -> str:
    conversation = await company.waiting(customer)
    await company.as_customer(talk.CancelHandoff(command_id=an_id()), customer)
    return conversation


async def test_an_answer_that_was_the_last_word_to_a_request(company: Company) -> None:
    assert await ended(company, await said(company, a_prediction())) == "answered"


async def test_outcomes_are_counted_from_the_conversations_as_they_are_now(company: Company) -> None:
    assert set((await company.database.read(history.counts)).outcomes.values()) == {0}
    await ended(company, await said(company, a_prediction()))
    conversation = await said(company, THANKS, "hello", LI)
    assert await ended(company, conversation) == "silent"
    counted = (await company.database.read(history.counts)).outcomes
    assert {outcome: count for outcome, count in counted.items() if count} == {"answered": 1, "silent": 1}
    await said(company, THANKS, "hello again", LI)
    assert (await company.database.read(history.counts)).outcomes["silent"] == 0, "it is open again"


async def test_thanks_after_an_answer_leave_it_the_last_word(company: Company) -> None:
    await said(company, a_prediction())
    assert await ended(company, await said(company, THANKS, "thanks")) == "answered"


async def test_answered_by_the_bot_is_not_counted_where_a_question_of_ours_was_left_open(company: Company) -> None:
    assert await ended(company, await asked_back(company)) == "abandoned"


async def test_answered_by_the_bot_is_not_counted_where_thanks_are_all_that_followed_our_question(
    company: Company,
) -> None:
    await asked_back(company)
    assert await ended(company, await said(company, THANKS, "thanks")) == "abandoned"


async def test_answered_by_the_bot_is_not_counted_where_the_customer_gave_up_waiting(company: Company) -> None:
    assert await ended(company, await cancelled(company)) == "abandoned"


async def test_giving_up_the_wait_after_an_answer_is_no_answer_either(company: Company) -> None:
    conversation = await said(company, a_prediction())
    await company.as_customer(talk.AskForHuman(command_id=an_id()))
    await company.as_customer(talk.CancelHandoff(command_id=an_id()))
    assert await ended(company, conversation) == "abandoned"


async def test_an_answer_after_a_wait_given_up_counts(company: Company) -> None:
    await cancelled(company)
    assert await ended(company, await said(company, a_prediction())) == "answered"


async def test_answered_by_the_bot_is_not_counted_where_nothing_was_asked(company: Company) -> None:
    assert await ended(company, await said(company, THANKS, "hello")) == "silent"


async def test_what_an_agent_handed_back_and_nobody_went_on_with_is_abandoned(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.staff("ana", talk.Claim, conversation)
    await company.staff("ana", talk.HandBack, conversation)
    assert await ended(company, conversation) == "abandoned"


async def test_thanks_after_the_end_change_nothing_of_how_it_ended(company: Company) -> None:
    conversation = await said(company, a_prediction())
    assert await ended(company, conversation) == "answered"
    assert await said(company, THANKS, "thanks") == conversation
    assert await ended(company, conversation) == "answered"


async def test_a_new_question_after_the_end_has_an_end_of_its_own(company: Company) -> None:
    conversation = await said(company, a_prediction())
    await ended(company, conversation)
    assert await asked_back(company) == conversation
    assert await ended(company, conversation) == "abandoned"
    endings = {row.number: row.ended_because for row in await company.rows(EpisodeRow)}
    assert endings == {1: "answered", 2: "abandoned"}


@pytest.mark.parametrize("page", [1, 100])
async def test_the_migration_tells_old_conversations_as_new_ones(
    company: Company, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever upgrades had `answered` for all of these, and states without what is kept of questions now."""
    monkeypatch.setattr(migration, "PAGE", page)
    closed = [
        await said(company, a_prediction(), customer=Customer("answered", "shop")),
        await asked_back(company, Customer("asked-back", "shop")),
        await cancelled(company, Customer("gave-up", "shop")),
    ]
    again = await asked_back(company, LI)
    await ended(company, again)
    await said(company, a_prediction(), customer=LI)
    await ended(company, again)
    none_of_these = await asked_back(company)
    choices = (await company.state(none_of_these)).choices_message_id
    assert choices is not None
    await company.conversations.choose(MARIA, an_id(), choices, None)
    states = {row.id: row.state for row in await company.rows(ConversationRow)}
    episodes = set(await company.rows(EpisodeRow))
    assert [states[each]["outcome"] for each in [*closed, again]] == ["answered", "abandoned", "abandoned", "answered"]
    await company.database.write(_as_it_was)
    assert {row.state["outcome"] for row in await company.rows(ConversationRow)} == {"answered", None}
    for _ in range(2):
        await company.database.write(lambda tx: migration.correct(tx.connection))
        assert {row.id: row.state for row in await company.rows(ConversationRow)} == states
        assert set(await company.rows(EpisodeRow)) == episodes


def _as_it_was(tx: Transaction) -> None:
    """What an earlier release stored: `answered` of every silence, no new fields, buttons in place of words."""
    conversations, episodes, log = table_of(ConversationRow), table_of(EpisodeRow), table_of(Event)
    for event in tx.execute(log.select().where(log.c.type == "Closed")).all():
        this = (log.c.stream == event.stream) & (log.c.seq == event.seq)
        tx.execute(log.update().where(this).values(payload=event.payload | {"outcome": "answered"}))
    for row in tx.execute(conversations.select()).all():
        old = {name: value for name, value in row.state.items() if name not in ("request", "outcome_before")}
        old |= {"choices": [], "choices_message_id": None, "last_message_id": "a-button"}
        old |= {"outcome": "answered" if row.state["outcome"] else None}
        tx.execute(conversations.update().where(conversations.c.id == row.id).values(state=old))
    silence = episodes.c.ended_because.in_(["abandoned", "silent"])
    tx.execute(episodes.update().where(silence).values(ended_because="answered"))
