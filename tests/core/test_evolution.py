"""What each event leaves in the conversation, and that it leaves all else alone: `evolution`, field by field."""

from datetime import timedelta
from typing import Any

import pytest

from escalation.conversations import events as e
from escalation.conversations.evolution import evolve, outcome_of_silence
from escalation.conversations.model import BOT, NOBODY, Conversation, EndedOffer, FollowUp, Resolution
from escalation.protocol.states import Status
from tests.factories import NOON, a_decision, a_part

LATER = NOON + timedelta(hours=1)
DUE = NOON + timedelta(hours=2)
RESOLUTION = Resolution(id="r1", agent="ana", at=NOON)
FULL = Conversation(
    id="c1", customer="maria", site="shop", locale="de", language="es", status=Status.ASSIGNED, controller="ana",
    epoch=4, seq=9,
    episode=3, queue="vip", reason="novel", waiting_since=NOON, deadline=NOON, offered_to="tom",
    offered_until=NOON, ended_offer=EndedOffer(agent="max", how="declined"), held=True,
    snoozed_until=NOON, outcome="answered", resolution=RESOLUTION, clarifications=1, choices_message_id="m4",
    choices=("refund", "card"), open_message_ids=("m5", "m6"), handoff_message_ids=("m3",), last_answer_intent="card",
    last_customer_seq=8, last_message_id="m6", last_message_author="customer", last_message_at=NOON,
    last_author="system", last_agent="ana", rated_episode=2, contact_left=True, request="none", asked_what=True,
    outcome_before="expired", question_after=3, guess="card",
)  # fmt: skip
"""No field is as it begins, so that every change and every omission shows."""
FREED: dict[str, Any] = {
    "held": False, "snoozed_until": None, "offered_to": None, "offered_until": None, "ended_offer": None,
}  # fmt: skip
NO_CHOICES: dict[str, Any] = {"choices": (), "choices_message_id": None}
TO_BOT: dict[str, Any] = {
    "status": Status.BOT, "controller": BOT, "epoch": 5, "episode": 4, "reason": None, "waiting_since": None,
    "deadline": None, "outcome": None, "clarifications": 0, "asked_what": False, "open_message_ids": (),
    **FREED, **NO_CHOICES,
}  # fmt: skip

NEW_QUESTION: dict[str, Any] = {
    "guess": None,
    "handoff_message_ids": (), "last_answer_intent": None, "answered_at_once": (), "question_after": 10,
}  # fmt: skip


def a_message(author: Any, kind: str = "text", **fields: Any) -> e.MessageAdded:
    return e.MessageAdded(message_id="m9", author=author, author_id="x", kind=kind, **fields)


def shown(author: str) -> dict[str, Any]:
    """What a message changes, whoever wrote it."""
    return {"last_message_at": LATER, "last_author": author, "last_message_id": "m9", "last_message_author": author}


WAITS: dict[str, Any] = {
    "status": Status.WAITING, "controller": NOBODY, "epoch": 5, "queue": "general", "deadline": DUE, **FREED,
}  # fmt: skip
HANDED_OFF: dict[str, Any] = {
    **WAITS, "episode": 4, "waiting_since": LATER, "open_message_ids": (), "request": "open",
}  # fmt: skip
TAKEN: dict[str, Any] = {
    "status": Status.ASSIGNED, "controller": "tom", "epoch": 5, "deadline": None, "outcome": None, "last_agent": "tom",
    "handoff_message_ids": ("m5", "m6"), "open_message_ids": (), "request": "open", **FREED,
}  # fmt: skip


@pytest.mark.parametrize(
    ("event", "changes"),
    [
        (
            e.Started(customer="li", site="blog", locale="fr"),
            {"customer": "li", "site": "blog", "locale": "fr", "epoch": 1, "episode": 1},
        ),
        (a_message("agent", internal=True), {}),
        (a_message("agent"), shown("agent")),
        (a_message("system", "notice"), {"last_message_at": LATER, "last_author": "system"}),
        (
            a_message("customer", "choice"),
            {**shown("customer"), "last_message_id": "m6", "last_customer_seq": 10, **NO_CHOICES},
        ),
        (a_message("customer"), {**shown("customer"), "last_customer_seq": 10}),
        (
            a_message("customer", opens_turn=True),
            {**shown("customer"), "last_customer_seq": 10, "open_message_ids": ("m5", "m6", "m9")},
        ),
        (
            a_message("bot", "choices", choices=("a", "b")),
            {**shown("bot"), "handoff_message_ids": ("m5", "m6"), "clarifications": 2, "choices": ("a", "b"),
             "choices_message_id": "m9", "request": "open"},
        ),
        (
            a_message("bot", intent="refund"),
            {**shown("bot"), "handoff_message_ids": ("m5", "m6"), "open_message_ids": (), "clarifications": 0,
             "last_answer_intent": "refund", "request": "answered", "asked_what": False, **NO_CHOICES},
        ),
        (
            a_message("bot", "notice"),
            {"last_message_at": LATER, "last_author": "bot", "open_message_ids": (), "asked_what": True,
             "request": "open"},
        ),
        (
            a_message("bot", intent="thanks", smalltalk=True),
            {**shown("bot"), "open_message_ids": (), "clarifications": 0, "last_answer_intent": "thanks", **NO_CHOICES},
        ),
        (
            e.HandedOff(reason="ambiguous", queue="general", epoch=5, deadline=DUE),
            {**HANDED_OFF, "reason": "ambiguous", "handoff_message_ids": ("m5", "m6")},
        ),
        (
            e.HandedOff(reason="asked_for_human", queue="general", epoch=5, deadline=DUE, in_words=True),
            {**HANDED_OFF, "reason": "asked_for_human", "handoff_message_ids": ("m5",)},
        ),
        (e.HandoffCancelled(epoch=5), TO_BOT),
        (e.HandedBack(epoch=5), {**TO_BOT, **NEW_QUESTION}),
        (
            e.Reopened(epoch=5),
            {**TO_BOT, **NEW_QUESTION, "contact_left": False,
             "outcome_before": "answered"},
        ),
        (e.Assigned(agent="tom", how="assign", epoch=5, previous="ana"), TAKEN),
        (e.Assigned(agent="tom", how="withdrawal", epoch=5, previous="ana"), {**TAKEN, "resolution": None}),
        (e.Requeued(cause="release", queue="general", epoch=5, deadline=DUE), WAITS),
        (e.ResolutionSettled(resolution_id="r1"), {"resolution": RESOLUTION.model_copy(update={"settled": True})}),
        (e.ResolutionSettled(resolution_id="another"), {}),
        (
            e.Closed(outcome="expired", epoch=5),
            {"status": Status.CLOSED, "controller": NOBODY, "epoch": 5, "outcome": "expired", "deadline": None,
             "open_message_ids": (), **FREED, **NO_CHOICES},
        ),
        (e.Offered(agent="sue", until=DUE), {"offered_to": "sue", "offered_until": DUE, "ended_offer": None}),
        (
            e.OfferEnded(agent="tom", how="timed_out"),
            {"offered_to": None, "offered_until": None, "ended_offer": EndedOffer(agent="tom", how="timed_out")},
        ),
        (a_decision(language="fr"), {"language": "fr", "guess": None}),
        (a_decision(language=None), {"guess": None}),
        (a_decision(action="hand_off"), {"guess": "refund"}),
        (a_decision(action="clarify"), {"guess": "refund"}),
        (a_decision(action="hand_off", guesses=()), {}),
        (a_decision(action="hand_off", blind=True), {"guess": None}),
        (
            e.GuessesShown(decision=a_decision(action="hand_off", blind=True), decided_seq=3, decided_at=DUE),
            {"guess": "refund"},
        ),
        (e.ChoicesShown(message_id="m4"), {}),
        (
            a_decision(parts=(a_part("order"), a_part("refund"))),
            {"answered_at_once": ("order", "refund"), "guess": None},
        ),
        (e.Unheld(), {"held": False}),
        (e.Snoozed(until=DUE), {"snoozed_until": DUE}),
        (e.Tagged(tags=("late",)), {"tags": ("late",)}),
        (e.Woken(), {"snoozed_until": None}),
        (
            e.FollowUpPlanned(agent="tom", at=DUE),
            {"follow_up": FollowUp(agent="tom", at=DUE, planned_seq=10)},
        ),
        (e.FollowUpCancelled(by="staff"), {"follow_up": None}),
        (e.FollowUpDue(agent="tom", queue="vip", epoch=4, reopened=False), {"follow_up": None}),
        (
            e.FollowUpDue(agent="tom", queue="vip", epoch=5, reopened=True),
            {
                **TO_BOT, "status": Status.WAITING, "controller": NOBODY, **NEW_QUESTION, "follow_up": None,
                "unannounced": True, "reason": "follow_up", "waiting_since": LATER, "contact_left": False,
                "request": "open", "outcome_before": "answered",
            },
        ),
        (e.FollowedUp(), {"unannounced": False}),
        (e.CustomerNamed(by="staff"), {}),
        (e.CustomerMerged(customer="li"), {"customer": "li"}),
        (e.Erased(), {"erased": True, "tags": (), "guess": None}),
    ],
)  # fmt: skip
def test_an_event_changes_these_fields_and_no_other(event: e.ConversationEvent, changes: dict[str, Any]) -> None:
    assert evolve(FULL, event, LATER) == FULL.model_copy(update={"seq": 10, **changes})


def test_an_episode_of_a_human_begins_where_the_bot_had_it() -> None:
    bots = FULL.model_copy(update={"status": Status.BOT, "waiting_since": None})
    taken = evolve(bots, e.Assigned(agent="tom", how="takeover", epoch=5, previous="ana"), LATER)
    assert (taken.episode, taken.waiting_since) == (4, LATER)
    reopened = evolve(bots, e.Assigned(agent="tom", how="reopen", epoch=5, previous="ana"), LATER)
    assert reopened.episode == 3


@pytest.mark.parametrize(
    ("request_", "before", "outcome"),
    [
        ("none", None, "silent"), ("none", "resolved", "resolved"), ("open", None, "abandoned"),
        ("open", "answered", "abandoned"), ("answered", None, "answered"), ("answered", "expired", "answered"),
    ],
)  # fmt: skip
def test_silence_ends_a_conversation_as_what_became_of_the_request(request_: Any, before: Any, outcome: str) -> None:
    """Also where an older event says `answered` of it."""
    bots = FULL.model_copy(update={"request": request_, "outcome_before": before})
    assert outcome_of_silence(bots) == outcome
    assert evolve(bots, e.Closed(outcome="answered", epoch=5), LATER).outcome == outcome
    assert evolve(bots, e.Closed(outcome="expired", epoch=5), LATER).outcome == "expired"


def test_a_question_after_the_end_is_a_new_one() -> None:
    answered = FULL.model_copy(update={"request": "answered"})
    assert evolve(answered, e.Reopened(epoch=5), LATER).request == "none"


def test_a_pressed_button_keeps_the_words_it_was_about_in_the_row() -> None:
    handed_off = FULL.model_copy(update={"open_message_ids": ()})
    assert evolve(handed_off, a_message("customer", "choice"), LATER).last_message_id == "m3"
    wordless = FULL.model_copy(update={"open_message_ids": (), "handoff_message_ids": ()})
    pressed = evolve(wordless, a_message("customer", "choice"), LATER)
    assert (pressed.last_message_id, pressed.handoff_message_ids) == ("m9", ())


def test_words_while_people_are_waited_for_are_what_a_resolution_labels_if_nothing_else_is() -> None:
    waiting = FULL.model_copy(update={"status": Status.WAITING, "handoff_message_ids": ()})
    assert evolve(waiting, a_message("customer"), LATER).handoff_message_ids == ("m9",)
    bots = waiting.model_copy(update={"status": Status.BOT})
    assert evolve(bots, a_message("customer"), LATER).handoff_message_ids == ()
