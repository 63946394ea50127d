"""A plan to write to a customer again: what it does once it is due, what ends it before, and what customers see."""

from datetime import timedelta

import pytest

from escalation.conversations import commands as c
from escalation.conversations import errors
from escalation.conversations import events as e
from escalation.conversations.machine import decide
from escalation.conversations.model import Conversation
from escalation.protocol.states import Status
from tests.factories import ANA, NOON, SUE, TOM, a_command, a_conversation, a_resolution, a_say, after

LATER = NOON + timedelta(days=1)


def types(conversation: Conversation, command: c.Command) -> list[str]:
    return [
        event.body.code if isinstance(event, e.MessageAdded) and event.kind == "notice" else event.type  # type: ignore[union-attr]
        for event in decide(conversation, command, LATER)
    ]


def planned(status: Status = Status.CLOSED, **over: object) -> Conversation:
    return after(a_conversation(status=status, **over), a_command(c.PlanFollowUp))


def due(state: Conversation, **over: object) -> c.Command:
    assert state.follow_up is not None
    return a_command(c.FollowUpNow, epoch=state.epoch, planned_seq=state.follow_up.planned_seq, **over)


def reopened(**over: object) -> Conversation:
    state = planned(resolution=a_resolution(settled=True))
    return after(state, due(state, **over), at=LATER)


def test_only_the_owner_plans_in_a_conversation_that_somebody_has() -> None:
    with pytest.raises(errors.NotOwner):
        decide(a_conversation(status=Status.ASSIGNED), a_command(c.PlanFollowUp, actor=TOM), NOON)
    assert planned(Status.ASSIGNED).follow_up is not None
    by_tom = after(a_conversation(status=Status.CLOSED), a_command(c.PlanFollowUp, actor=TOM))
    assert by_tom.follow_up is not None and by_tom.follow_up.agent == "tom"


def test_what_was_erased_is_not_followed_up() -> None:
    with pytest.raises(errors.NotAllowedNow):
        decide(a_conversation(status=Status.CLOSED, erased=True), a_command(c.PlanFollowUp), NOON)
    assert after(planned(), a_command(c.Erase)).follow_up is None


def test_the_note_of_a_plan_is_a_note() -> None:
    note = a_command(c.AddNote)
    events = decide(a_conversation(status=Status.CLOSED), a_command(c.PlanFollowUp, note=note), NOON)
    assert [event.type for event in events] == ["FollowUpPlanned", "MessageAdded"]
    assert isinstance(events[1], e.MessageAdded) and events[1].internal


def test_who_planned_it_the_owner_and_supervisors_give_it_up() -> None:
    state = planned()
    with pytest.raises(errors.NotOwner):
        decide(state, a_command(c.CancelFollowUp, actor=TOM), NOON)
    for actor in (ANA, SUE):
        assert types(state, a_command(c.CancelFollowUp, actor=actor)) == ["FollowUpCancelled"]
    assert types(a_conversation(status=Status.CLOSED), a_command(c.CancelFollowUp)) == []


def test_a_timer_of_an_earlier_plan_does_nothing() -> None:
    first = planned()
    second = after(first, a_command(c.PlanFollowUp))
    assert types(second, due(first)) == []
    assert types(second, due(second))[-1] == "FollowUpDue"


@pytest.mark.parametrize("status", [Status.ASSIGNED, Status.CLOSED])
def test_the_next_message_of_the_customer_ends_the_plan(status: Status) -> None:
    state = planned(status)
    assert "FollowUpCancelled" in types(state, a_say())
    assert after(state, a_say()).follow_up is None
    assert after(state, a_command(c.Begin)).follow_up is None


def test_a_closed_one_is_reopened_to_its_agent_or_the_queue_without_a_word() -> None:
    state = planned()
    assert types(state, due(state)) == ["ResolutionSettled", "FollowUpDue"]
    assert types(state, due(state, agent=ANA)) == ["ResolutionSettled", "FollowUpDue", "Assigned"]
    waits, anas = reopened(), reopened(agent=ANA)
    assert (waits.status, waits.reason, waits.deadline, waits.epoch) == (Status.WAITING, "follow_up", None, 4)
    assert (anas.status, anas.controller, anas.reply_by, anas.epoch) == (Status.ASSIGNED, "ana", None, 5)
    assert waits.unannounced and anas.unannounced and anas.episode == waits.episode


def test_an_open_one_only_wakes() -> None:
    state = after(planned(Status.ASSIGNED), a_command(c.Snooze))
    assert types(state, due(state)) == ["FollowUpDue", "Woken"]
    woken = after(state, due(state), at=LATER)
    assert (woken.epoch, woken.follow_up, woken.unannounced) == (state.epoch, None, False)


def test_a_customer_with_another_open_conversation_keeps_that_one() -> None:
    state = planned()
    ended = after(state, due(state, reopens=False), at=LATER)
    assert (ended.status, ended.follow_up, ended.epoch) == (Status.CLOSED, None, state.epoch)


def test_the_customer_hears_of_it_by_the_first_reply_alone() -> None:
    waits = reopened()
    assert types(waits, a_command(c.Claim, epoch=4)) == ["Assigned"]
    claimed = after(waits, a_command(c.Claim, epoch=4))
    for kind, expected in ((c.Hold, "Held"), (c.HandBack, "HandedBack"), (c.Release, "Requeued")):
        assert types(claimed, a_command(kind, epoch=5)) == [expected]
    reply = a_command(c.Reply, epoch=5)
    assert types(claimed, reply) == ["FollowedUp", "MessageAdded"]
    assert types(after(claimed, reply), a_command(c.Hold, epoch=5)) == ["Held", "on_hold"]


def test_what_goes_back_to_the_queue_does_not_expire() -> None:
    claimed = after(reopened(), a_command(c.Claim, epoch=4))
    assert after(claimed, a_command(c.Release, epoch=5, deadline=LATER)).deadline is None


def test_whom_the_bot_hands_to_people_is_told_so() -> None:
    """An agent has handed the follow-up back, and the customer says of an older answer that it did not help."""
    state = after(after(reopened(agent=ANA), a_command(c.HandBack, epoch=5)), a_command(c.MarkUnhelpful))
    assert state.unannounced and state.status is Status.BOT
    handoff = a_command(c.HandOff, epoch=6, decision=None, deadline=LATER)
    assert types(state, handoff) == ["FollowedUp", "HandedOff", "handed_off"]
    assert after(state, handoff).deadline == LATER


def test_a_customer_who_writes_first_begins_anew_unless_somebody_has_it() -> None:
    waits, anas = reopened(), reopened(agent=ANA)
    assert types(waits, a_say()) == ["Reopened", "MessageAdded"]
    back = after(waits, a_say())
    assert (back.status, back.outcome_before, back.unannounced) == (Status.BOT, "resolved", False)
    assert types(anas, a_say()) == ["FollowedUp", "MessageAdded"]


def test_one_resolved_without_a_word_tells_nothing() -> None:
    resolved = after(reopened(agent=ANA), a_command(c.Resolve, epoch=5))
    settle = a_command(c.Settle, epoch=6, resolution_id="resolution-2")
    assert types(resolved, settle) == ["ResolutionSettled"]
