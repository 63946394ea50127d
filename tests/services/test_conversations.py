"""Customers' commands: stored once, in order, one open conversation each, and acted upon."""

import asyncio

import pytest
from pydantic import ValidationError

from escalation.catalogue.editing import IntentEdit
from escalation.conversations import commands as c
from escalation.conversations.errors import NoSuchChoice, NotAllowedNow
from escalation.conversations.service import Customer
from escalation.conversations.tables import ContactRow, ConversationRow, DecisionRow, EpisodeRow, MessageRow, RatingRow
from escalation.desk.reading import snapshot as desk_snapshot
from escalation.events.errors import CommandConflict
from escalation.events.tables import CommandResult
from escalation.kernel.errors import Conflict, NotFound
from escalation.protocol.frames import conversation as talk
from escalation.protocol.states import Status
from tests.services.company import LI, MARIA, Company, a_prediction, an_id

UNSURE = a_prediction(score=0.55)


async def test_a_message_is_stored_once_however_often_it_is_sent(company: Company) -> None:
    first = await company.conversations.say(MARIA, "one", "hello")
    again = await company.conversations.say(MARIA, "one", "hello")
    assert again == first
    assert await company.thread(first.conversation) == ["customer: hello"]
    with pytest.raises(Conflict, match="already used"):
        await company.conversations.say(MARIA, "one", "something else")
    assert await company.thread(first.conversation) == ["customer: hello"]


async def test_two_customers_may_choose_the_same_id(company: Company) -> None:
    mine = await company.conversations.say(MARIA, "one", "hello")
    theirs = await company.conversations.say(LI, "one", "good day")
    assert mine.conversation != theirs.conversation


async def test_copies_sent_at_once_are_one_message(company: Company) -> None:
    same = [company.conversations.say(MARIA, "one", "hello") for _ in range(8)]
    accepted = await asyncio.gather(*same)
    assert len({(each.conversation, each.seq) for each in accepted}) == 1
    assert len(await company.rows(MessageRow)) == 1


async def test_first_messages_of_many_tabs_open_one_conversation(company: Company) -> None:
    ids = [f"tab-{number % 4}" for number in range(8)]
    accepted = await asyncio.gather(*(company.conversations.say(MARIA, id, f"hello {id}") for id in ids))
    assert len({each.conversation for each in accepted}) == 1
    assert len(await company.rows(ConversationRow)) == 1
    assert len(await company.thread(accepted[0].conversation)) == 4
    assert [each.seq for each in accepted[:4]] == [each.seq for each in accepted[4:]]


async def test_messages_keep_their_order(company: Company) -> None:
    accepted = [await company.conversations.say(MARIA, an_id(), f"word {number}") for number in range(5)]
    assert [each.seq for each in accepted] == [2, 3, 4, 5, 6]
    assert await company.thread(accepted[0].conversation) == [f"customer: word {number}" for number in range(5)]


async def test_one_open_conversation_for_each_customer_and_site(company: Company) -> None:
    in_shop = await company.say()
    assert await company.say() == in_shop
    assert await company.say(customer=Customer(MARIA.id, "blog")) != in_shop


async def test_asking_for_a_person_in_words_hands_off_at_once(company: Company) -> None:
    conversation = await company.say("my parcel is late")
    await company.say("i want to talk to a human")
    state = await company.state(conversation)
    assert (state.status, state.reason) == (Status.WAITING, "asked_for_human")
    await company.bot()
    assert company.predictor.asked == [], "it works without the classifier"
    (decision,) = await company.rows(DecisionRow)
    assert (decision.action, decision.reason, decision.grounds) == ("hand_off", "asked_for_human", "words")
    (said, _) = [row.id for row in await company.rows(MessageRow) if row.author == "customer"]
    assert state.handoff_message_ids == (said,), "a resolution labels the request, not the wish for a person"


async def test_the_button_opens_a_conversation_where_there_is_none(company: Company) -> None:
    command = an_id()
    done = await company.as_customer(talk.AskForHuman(command_id=command))
    assert done.conversation is not None
    state = await company.state(done.conversation)
    assert (state.status, state.customer, state.site) == (Status.WAITING, "maria", "shop")
    assert await company.thread(done.conversation) == ["system: nobody_online"]
    assert await company.as_customer(talk.AskForHuman(command_id=command)) == done
    again = await company.as_customer(talk.AskForHuman(command_id=an_id()))
    assert again.conversation == done.conversation
    assert await company.thread(done.conversation) == ["system: nobody_online"], "who waits already waits on"


async def test_a_command_id_used_for_something_else_is_refused(company: Company) -> None:
    command = an_id()
    await company.as_customer(talk.AskForHuman(command_id=command))
    with pytest.raises(CommandConflict):
        await company.as_customer(talk.CancelHandoff(command_id=command))


async def test_a_choice_is_answered_at_once(company: Company) -> None:
    conversation, choices = await asked_which(company)
    done = await company.conversations.choose(MARIA, "pick", choices, "refund")
    assert await company.conversations.choose(MARIA, "pick", choices, "refund") == done
    assert await company.thread(conversation) == [
        "customer: money, or where is it",
        "bot: order | refund",
        "customer: refund",
        "bot: Within 14 days.",
    ]
    actions = [(row.action, row.grounds, row.label) for row in await company.rows(DecisionRow)]
    assert actions == [("clarify", "prediction", "order"), ("answer", "choice", "refund")]
    assert len(company.predictor.asked) == 1


async def test_none_of_the_choices_hands_off(company: Company) -> None:
    conversation, choices = await asked_which(company)
    await company.conversations.choose(MARIA, "pick", choices, None)
    state = await company.state(conversation)
    assert (state.status, state.reason) == (Status.WAITING, "ambiguous")
    (request,) = [row.id for row in await company.rows(MessageRow) if row.kind == "text"]
    assert state.handoff_message_ids == (request,), "the words are what a resolution labels, not the button"


async def test_none_of_these_keeps_the_customers_words_in_the_list_row(company: Company) -> None:
    _, choices = await asked_which(company)
    await company.conversations.choose(MARIA, "pick", choices, None)
    (row,) = (await company.database.read(lambda tx: desk_snapshot(tx, "ana"))).rows
    assert (row.last_text, row.last_author) == ("money, or where is it", "customer")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (IntentEdit(answers={"en": None}, policy="automatic"), "no_answer"),
        (IntentEdit(answers={"en": "Within 14 days."}, policy="always_handoff"), "sensitive_intent"),
    ],
)
async def test_complaint_a_handoff_without_an_answer_says_so_after_a_choice_too(
    company: Company, change: IntentEdit, reason: str
) -> None:
    conversation, choices = await asked_which(company)
    await company.catalogues.edit_intent("refund", change, actor="agent:sue")
    await company.catalogues.load()
    await company.conversations.choose(MARIA, "pick", choices, "refund")
    assert (await company.state(conversation)).reason == reason


async def test_a_choice_gone_from_the_catalogue_has_no_answer(company: Company) -> None:
    conversation, choices = await asked_which(company)
    await company.catalogues.archive("refund", actor="agent:sue")
    await company.catalogues.load()
    await company.conversations.choose(MARIA, "pick", choices, "refund")
    assert (await company.state(conversation)).reason == "no_answer"


async def test_a_choice_that_was_not_offered_is_refused(company: Company) -> None:
    conversation, choices = await asked_which(company)
    before = await company.state(conversation)
    with pytest.raises(NoSuchChoice):
        await company.conversations.choose(MARIA, "pick", choices, "complaint")
    with pytest.raises(NoSuchChoice):
        await company.conversations.choose(MARIA, "pick", "another-question", "order")
    assert await company.state(conversation) == before


async def test_a_made_up_choice_is_refused_while_people_have_the_conversation(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.waiting()
    with pytest.raises(NoSuchChoice):
        await company.conversations.choose(MARIA, an_id(), "made-up", None)
    await company.staff("ana", talk.Claim, conversation)
    with pytest.raises(NoSuchChoice):
        await company.conversations.choose(MARIA, an_id(), "made-up", "refund")
    assert (await company.types(conversation)).count("MessageAdded") == 4, "two messages, two notices"


async def test_an_id_used_for_text_is_no_choice(company: Company) -> None:
    await company.conversations.say(MARIA, "one", "money, or where is it")
    with pytest.raises(Conflict):
        await company.conversations.choose(MARIA, "one", "any", None)


async def test_the_same_answer_is_not_chosen_twice(company: Company) -> None:
    conversation = await company.say()
    await company.bot()
    company.predictor.says = a_prediction(score=0.55)
    await company.say("no, money, or where is it")
    await company.bot()
    choices = (await company.state(conversation)).choices_message_id
    assert choices is not None
    await company.conversations.choose(MARIA, "pick", choices, "order")
    assert (await company.state(conversation)).reason == "repeated"


async def test_words_beside_an_open_question_are_classified_too(company: Company) -> None:
    conversation, _ = await asked_which(company)
    company.predictor.says = a_prediction("refund")
    await company.say("the money i mean")
    await company.bot()
    assert company.predictor.asked[-1] == "money, or where is it\nthe money i mean"
    assert (await company.thread(conversation))[-1] == "bot: Within 14 days."


async def test_unhelpful_hands_off_with_the_turn_it_was_about(company: Company) -> None:
    conversation = await company.say()
    await company.bot()
    answer = next(row for row in await company.rows(MessageRow) if row.author == "bot")
    with pytest.raises(NotFound):
        await company.conversations.mark_unhelpful(MARIA, an_id(), "no-such-message")
    command = an_id()
    first = await company.conversations.mark_unhelpful(MARIA, command, answer.id)
    assert await company.conversations.mark_unhelpful(MARIA, command, answer.id) == first
    state = await company.state(conversation)
    assert (state.status, state.reason) == (Status.WAITING, "unhelpful")
    question = next(row for row in await company.rows(MessageRow) if row.author == "customer")
    assert state.handoff_message_ids == (question.id,)


async def test_a_message_of_another_conversation_cannot_be_marked(company: Company) -> None:
    await company.say(customer=LI)
    await company.bot()
    answer = next(row for row in await company.rows(MessageRow) if row.author == "bot")
    await company.say()
    with pytest.raises(NotFound):
        await company.conversations.mark_unhelpful(MARIA, an_id(), answer.id)


async def test_who_waits_no_longer_goes_back_to_the_bot(company: Company) -> None:
    conversation = await company.waiting()
    await company.as_customer(talk.CancelHandoff(command_id=an_id()))
    assert (await company.state(conversation)).status is Status.BOT
    await company.say("where is it then?")
    await company.bot()
    assert (await company.thread(conversation))[-1] == "bot: Look under My orders."


async def test_a_contact_is_kept_apart_from_the_log(company: Company) -> None:
    conversation = await company.waiting()  # nobody is there, so an address is asked for
    leave = talk.LeaveContact(command_id=an_id(), email="maria@example.org", name="Maria")
    await company.as_customer(leave)
    await company.as_customer(leave)
    (contact,) = await company.rows(ContactRow)
    assert (contact.conversation, contact.email, contact.name) == (conversation, "maria@example.org", "Maria")
    assert "example.org" not in str(await company.log(f"conversation:{conversation}"))


async def test_an_episode_is_rated_once(company: Company) -> None:
    conversation = await company.say()
    await company.bot()
    await company.as_customer(talk.Rate(command_id=an_id(), score=5))
    await company.as_customer(talk.Rate(command_id=an_id(), score=1, comment="and this, from another tab"))
    assert (await company.types(conversation)).count("Rated") == 1
    (rating,) = await company.rows(RatingRow)
    assert (rating.score, rating.comment) == (5, "")


async def test_a_comment_stands_beside_its_rating_and_not_in_the_log(company: Company) -> None:
    conversation = await company.say()
    await company.bot()
    rate = talk.Rate(command_id=an_id(), score=2, comment="too slow\nby far")
    await company.as_customer(rate)
    await company.as_customer(rate)  # sent again
    await company.as_customer(talk.Rate(command_id=an_id(), score=5, comment="from another tab"))
    (rating,) = await company.rows(RatingRow)
    assert (rating.score, rating.comment) == (2, "too slow\nby far")
    assert "too slow" not in str(await company.log(f"conversation:{conversation}"))
    assert "too slow" not in str(await company.rows(CommandResult))


@pytest.mark.parametrize("comment", ["x" * 1_001, "   "])
def test_a_comment_that_is_none_is_refused(comment: str) -> None:
    with pytest.raises(ValidationError):
        talk.Rate(command_id=an_id(), score=2, comment=comment)


async def test_no_words_are_in_the_log(company: Company) -> None:
    conversation, choices = await asked_which(company)
    await company.conversations.choose(MARIA, "pick", choices, "refund")
    stored = str(await company.log(f"conversation:{conversation}")) + str(await company.log("desk"))
    for words in ("money", "14 days", "where is it"):
        assert words not in stored


async def test_a_closed_conversation_is_reopened_for_a_week_and_then_a_new_one(company: Company) -> None:
    conversation = await company.say()
    await company.bot()
    company.clock.advance(60 * 60)
    await company.timers.step()
    assert (await company.state(conversation)).outcome == "answered"
    company.clock.advance(5 * 86_400)
    assert await company.say("and now?") == conversation
    await company.bot()
    assert (await company.thread(conversation))[-1] == "bot: Look under My orders.", "no repetition after the end"
    company.clock.advance(60 * 60)
    await company.timers.step()
    company.clock.advance(8 * 86_400)
    assert await company.say("hello again") != conversation
    opened = [envelope.payload["conversation"] for envelope in await company.log("customer:maria")]
    assert len(opened) == 3 and opened[0] == opened[1] == conversation != opened[2]


async def test_episodes_tell_who_had_control_and_why_it_ended(company: Company) -> None:
    await company.arrive("ana")
    conversation = await company.waiting()
    await company.staff("ana", talk.Claim, conversation)
    await company.staff("ana", talk.HandBack, conversation)
    rows = [(row.number, row.kind, row.ended_because) for row in await company.rows(EpisodeRow)]
    assert sorted(rows) == [(1, "bot", "asked_for_human"), (2, "human", "bot"), (3, "bot", None)]


async def test_a_text_comes_back_as_it_was(company: Company) -> None:
    text = "¿Dónde está? 🎁 \u202eabc <script>alert('x')</script> \\u0000 " + "x" * 3_900
    conversation = await company.say(text)
    assert await company.thread(conversation) == [f"customer: {text}"]


async def test_without_a_conversation_there_is_nothing_to_cancel(company: Company) -> None:
    with pytest.raises(NotFound):
        await company.as_customer(talk.CancelHandoff(command_id=an_id()))
    await company.say()
    with pytest.raises(NotAllowedNow):
        await company.conversations.simple(MARIA, an_id(), c.CancelHandoff(actor=MARIA.actor))


async def asked_which(company: Company) -> tuple[str, str]:
    """The bot asked whether it is about an order or a refund."""
    company.predictor.says = UNSURE
    conversation = await company.say("money, or where is it")
    await company.bot()
    choices = (await company.state(conversation)).choices_message_id
    assert choices is not None
    return conversation, choices
