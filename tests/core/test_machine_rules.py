"""What each command does: the result column of the command table, one rule a test."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from escalation.conversations import commands as c
from escalation.conversations import errors
from escalation.conversations import events as e
from escalation.conversations.machine import UNDO_WITHIN, decide
from escalation.conversations.model import BOT, NOBODY, Conversation
from escalation.protocol.messages import NoticeCode
from escalation.protocol.states import Outcome, Status
from tests.factories import (
    ANA,
    CUSTOMER,
    NOON,
    SUE,
    SYSTEM,
    TOM,
    a_command,
    a_conversation,
    a_new_conversation,
    a_resolution,
    a_say,
    after,
)


def types(conversation: Conversation, command: c.Command) -> list[str]:
    """What happens, by name; a notice by its code."""
    return [
        event.body.code
        if isinstance(event, e.MessageAdded) and event.body and event.body.kind == "notice"
        else event.type
        for event in decide(conversation, command, NOON)
    ]


# --- customers ---------------------------------------------------------------------------------------------------


def test_the_first_message_starts_the_conversation_with_the_bot() -> None:
    began = after(Conversation(id="new"), a_say(site="shop", locale="es"))
    assert (began.status, began.controller, began.epoch, began.seq) == (Status.BOT, BOT, 1, 2)
    assert (began.customer, began.site, began.locale) == (CUSTOMER.id, "shop", "es")
    assert began.open_message_ids == ("said-1",)
    assert began.last_customer_seq == 2


def test_the_button_starts_a_conversation_without_a_message() -> None:
    began = after(Conversation(id="new"), a_command(c.Begin))
    assert (began.status, began.seq, began.open_message_ids) == (Status.BOT, 1, ())


def test_messages_gather_into_one_turn_until_the_bot_answers() -> None:
    asked = a_new_conversation(a_say(message_id="second"))
    assert asked.open_message_ids == ("first", "second")
    answered = after(asked, a_command(c.Answer, epoch=1, up_to_seq=asked.seq))
    assert answered.open_message_ids == ()
    assert answered.handoff_message_ids == ("first", "second")
    assert answered.last_answer_intent == "refund"


def test_a_message_to_people_opens_no_turn_and_changes_no_control() -> None:
    for status in (Status.WAITING, Status.ASSIGNED):
        before = a_conversation(status=status)
        wrote = after(before, a_say())
        assert wrote.open_message_ids == ()
        assert (wrote.status, wrote.epoch, wrote.controller) == (status, before.epoch, before.controller)


def test_the_first_words_after_asking_for_a_person_are_what_a_resolution_labels() -> None:
    waiting = a_new_conversation(a_command(c.HandOff, epoch=1, reason="asked_for_human", in_words=True))
    assert waiting.handoff_message_ids == ()
    wrote = after(waiting, a_say(message_id="request"), a_say(message_id="more"))
    assert wrote.handoff_message_ids == ("request",)


def test_what_was_asked_before_asking_for_a_person_is_labelled() -> None:
    asked = a_command(c.HandOff, epoch=1, reason="asked_for_human", in_words=True)
    waiting = a_new_conversation(a_say(message_id="human!"), asked)
    assert waiting.handoff_message_ids == ("first",)


def test_the_button_has_no_words_so_all_that_was_asked_before_it_is_labelled() -> None:
    waiting = a_new_conversation(a_say(message_id="more"), a_command(c.HandOff, epoch=1, reason="asked_for_human"))
    assert waiting.handoff_message_ids == ("first", "more")


def test_a_message_reopens_a_closed_conversation_to_the_bot_and_settles_its_resolution() -> None:
    closed = a_conversation(status=Status.CLOSED, outcome="resolved")
    assert types(closed, a_say()) == ["ResolutionSettled", "Reopened", "MessageAdded"]
    reopened = after(closed, a_say())
    assert (reopened.status, reopened.epoch, reopened.outcome) == (Status.BOT, closed.epoch + 1, None)
    assert reopened.open_message_ids == ("said-1",)
    assert reopened.handoff_message_ids == ()
    assert reopened.resolution is not None and reopened.resolution.settled


def test_a_message_reopens_to_the_agent_who_is_there() -> None:
    closed = a_conversation(status=Status.CLOSED, resolution=a_resolution(settled=True))
    assert types(closed, a_say(reopen_to=ANA)) == ["Reopened", "Assigned", "MessageAdded"]
    reopened = after(closed, a_say(reopen_to=ANA))
    assert (reopened.status, reopened.controller, reopened.epoch) == (Status.ASSIGNED, "ana", closed.epoch + 2)
    assert reopened.open_message_ids == ()
    assert reopened.handoff_message_ids == ("said-1",)
    assert reopened.episode == closed.episode + 1


def choosing() -> Conversation:
    return after(a_conversation(), a_command(c.Clarify))


@pytest.mark.parametrize("intent", ["refund", "card", None])
def test_a_choice_is_one_of_those_offered_or_none(intent: str | None) -> None:
    chosen = after(choosing(), a_command(c.Choose, intent=intent))
    assert chosen.last_author == "customer"
    assert chosen.open_message_ids == ("message-1",), "the question, not the pick, is what an answer belongs to"


PEOPLE_CAME: list[tuple[c.Command, ...]] = [(), (a_command(c.HandOff),), (a_command(c.TakeOver, actor=ANA),)]


@pytest.mark.parametrize("before", PEOPLE_CAME, ids=["bot", "waiting", "assigned"])
@pytest.mark.parametrize("wrong", [{"intent": "other"}, {"choices_message_id": "older"}])
def test_any_other_choice_is_refused_whoever_has_the_conversation(
    wrong: dict[str, str], before: tuple[c.Command, ...]
) -> None:
    with pytest.raises(errors.NoSuchChoice):
        decide(after(choosing(), *before), a_command(c.Choose, **wrong), NOON)


@pytest.mark.parametrize("status", [Status.WAITING, Status.ASSIGNED])
def test_a_made_up_choice_is_no_message_to_an_agent(status: Status) -> None:
    with pytest.raises(errors.NoSuchChoice):
        decide(a_conversation(status=status), a_command(c.Choose, intent=None), NOON)


@pytest.mark.parametrize("before", PEOPLE_CAME[1:], ids=["waiting", "assigned"])
def test_a_choice_on_its_way_while_people_came_is_only_a_message(before: tuple[c.Command, ...]) -> None:
    theirs = after(choosing(), *before)
    assert types(theirs, a_command(c.Choose)) == ["MessageAdded"]
    picked = after(theirs, a_command(c.Choose))
    assert (picked.status, picked.epoch, picked.handoff_message_ids) == (theirs.status, theirs.epoch, ("message-1",))


def test_a_question_is_answered_once() -> None:
    picked = after(choosing(), a_command(c.HandOff), a_command(c.Choose))
    with pytest.raises(errors.NoSuchChoice):
        decide(picked, a_command(c.Choose, message_id="chosen-2"), NOON)


def test_none_of_these_keeps_the_words_of_the_customer() -> None:
    """In the row of the list, and as what a resolution labels."""
    refused = after(choosing(), a_command(c.Choose, intent=None))
    waiting = after(refused, a_command(c.HandOff, reason="ambiguous"))
    for state in (refused, waiting):
        assert (state.last_message_id, state.last_message_author) == ("message-1", "customer")
    assert waiting.handoff_message_ids == ("message-1",)


def test_satisfaction_is_given_once_an_episode() -> None:
    rated = after(a_conversation(), a_command(c.Rate))
    assert types(rated, a_command(c.Rate)) == []
    assert types(after(rated, a_command(c.HandOff)), a_command(c.Rate)) == ["Rated"]


@pytest.mark.parametrize("score", [0, 6, -1])
def test_satisfaction_is_one_to_five(score: int) -> None:
    with pytest.raises(ValidationError):
        a_command(c.Rate, score=score)


def test_cancelling_gives_the_bot_control_and_forgets_the_wait() -> None:
    back = after(a_conversation(status=Status.WAITING, offered_to="tom"), a_command(c.CancelHandoff))
    assert (back.status, back.controller, back.epoch, back.episode) == (Status.BOT, BOT, 4, 3)
    assert (back.waiting_since, back.deadline, back.reason, back.offered_to) == (None, None, None, None)


def test_a_contact_is_remembered_until_the_next_reopening() -> None:
    left = after(a_conversation(status=Status.WAITING, contact_asked=True), a_command(c.LeaveContact))
    assert left.contact_left and left.status is Status.WAITING
    closed = after(left, a_command(c.Expire))
    assert closed.contact_left
    assert not after(closed, a_say()).contact_left


@pytest.mark.parametrize(("notice", "asks"), [("handed_off", False), ("nobody_online", True), ("too_busy", True)])
def test_an_address_is_taken_where_the_customer_is_asked_for_one(notice: NoticeCode, asks: bool) -> None:
    waiting = after(a_conversation(), a_command(c.HandOff, notice=notice))
    assert waiting.takes_contact is asks
    assert after(waiting, a_command(c.Expire, epoch=4)).takes_contact
    for moved in (a_command(c.Claim, epoch=4), a_command(c.CancelHandoff), a_command(c.Abandon, epoch=4)):
        with pytest.raises(errors.NotAllowedNow):
            after(waiting, moved, a_command(c.LeaveContact))


def test_what_a_customer_left_is_refused_once_the_wait_expired() -> None:
    """The complaint: the page asks for an address after the wait has expired, so one is taken, and another too."""
    expired = after(a_conversation(status=Status.WAITING), a_command(c.Expire))
    assert types(expired, a_command(c.LeaveContact)) == ["ContactLeft", "contact_saved"]
    left = after(expired, a_command(c.LeaveContact))
    assert (left.status, left.contact_left) == (Status.CLOSED, True)
    assert types(left, a_command(c.LeaveContact)) == ["ContactLeft", "contact_saved"]


def test_an_erased_conversation_takes_no_address() -> None:
    erased = after(a_conversation(status=Status.WAITING, contact_asked=True), a_command(c.Erase))
    with pytest.raises(errors.NotAllowedNow):
        decide(erased, a_command(c.LeaveContact), NOON)


# --- the bot -----------------------------------------------------------------------------------------------------


def test_an_answer_stores_its_grounds_first() -> None:
    assert types(a_conversation(), a_command(c.Answer)) == ["DecisionMade", "MessageAdded"]
    assert types(a_conversation(), a_command(c.AnswerParts)) == ["DecisionMade", "MessageAdded", "MessageAdded"]
    assert types(a_conversation(), a_command(c.HandOff)) == ["HandedOff", "handed_off"]


def test_a_clarification_offers_choices_and_keeps_the_turn_open() -> None:
    asked = choosing()
    assert (asked.choices, asked.choices_message_id, asked.clarifications) == (("refund", "card"), "choices-1", 1)
    assert asked.open_message_ids == ("message-1",)
    answered = after(asked, a_command(c.Choose), a_command(c.Answer, up_to_seq=8))
    assert (answered.choices, answered.clarifications, answered.open_message_ids) == ((), 0, ())


def test_asking_what_it_is_about_is_the_bots_and_leaves_no_turn_and_no_question() -> None:
    assert types(a_conversation(), a_command(c.AskWhat)) == ["DecisionMade", "ask_what"]
    asked = after(a_conversation(), a_command(c.AskWhat))
    assert (asked.status, asked.epoch, asked.last_author, asked.asked_what) == (Status.BOT, 3, "bot", True)
    assert (asked.open_message_ids, asked.question_message_ids) == ((), ())
    assert not after(asked, a_say(), a_command(c.Answer, up_to_seq=8)).asked_what


@pytest.mark.parametrize("notice", ["handed_off", "nobody_online", "too_busy"])
def test_a_handoff_waits_and_tells_the_customer_the_truth(notice: str) -> None:
    command = a_command(c.HandOff, notice=notice, queue="billing")
    assert types(a_conversation(), command) == ["HandedOff", notice]
    waiting = after(a_conversation(), command)
    assert (waiting.status, waiting.controller, waiting.epoch, waiting.episode) == (Status.WAITING, NOBODY, 4, 3)
    assert (waiting.queue, waiting.reason, waiting.waiting_since) == ("billing", "novel", NOON)
    assert (waiting.handoff_message_ids, waiting.open_message_ids) == (("message-1",), ())


# --- agents ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "owner", "how"),
    [
        (a_command(c.Claim), "ana", "claim"),
        (a_command(c.AcceptOffer), "tom", "offer"),
        (a_command(c.Assign), "ana", "assign"),
        (a_command(c.TakeOver, actor=ANA), "ana", "takeover"),
        (a_command(c.Reply), "ana", "takeover"),
    ],
)
def test_every_way_to_own_a_waiting_conversation(command: c.Command, owner: str, how: str) -> None:
    waiting = a_conversation(status=Status.WAITING, offered_to="tom", deadline=NOON)
    assigned = decide(waiting, command, NOON)[0]
    assert isinstance(assigned, e.Assigned)
    assert (assigned.agent, assigned.how, assigned.epoch, assigned.previous) == (owner, how, 4, NOBODY)
    owned = after(waiting, command)
    assert (owned.status, owned.controller, owned.epoch, owned.last_agent) == (Status.ASSIGNED, owner, 4, owner)
    assert (owned.offered_to, owned.deadline, owned.waiting_since) == (None, None, NOON)
    assert "agent_joined" in types(waiting, command)
    assert after(waiting, command, at=NOON + timedelta(hours=1)).waiting_since == NOON, "how long they waited stays"


def test_only_a_supervisor_assigns() -> None:
    with pytest.raises(errors.NotOwner):
        decide(a_conversation(status=Status.WAITING), a_command(c.Assign, actor=TOM), NOON)


def test_an_offer_changes_nothing_but_itself_and_stays_with_one_agent() -> None:
    offered = after(a_conversation(status=Status.WAITING), a_command(c.Offer))
    assert (offered.offered_to, offered.status, offered.epoch) == ("tom", Status.WAITING, 3)
    assert types(offered, a_command(c.Offer)) == []
    with pytest.raises(errors.NotAllowedNow):
        decide(offered, a_command(c.Offer, agent="ana"), NOON)
    declined = after(offered, a_command(c.EndOffer, actor=TOM, how="declined"))
    assert (declined.offered_to, declined.epoch) == (None, 3)
    assert types(declined, a_command(c.Offer, agent="ana")) == ["Offered"]


def test_a_targeted_transfer_leaves_control_with_the_owner_until_it_is_accepted() -> None:
    offered = after(a_conversation(status=Status.ASSIGNED), a_command(c.Offer, actor=ANA))
    assert (offered.controller, offered.epoch, offered.offered_to) == ("ana", 3, "tom")
    assert types(offered, a_command(c.Reply)) == ["MessageAdded"]
    accepted = after(offered, a_command(c.AcceptOffer))
    assert (accepted.controller, accepted.epoch, accepted.offered_to) == ("tom", 4, None)
    ran_out = after(offered, a_command(c.EndOffer))
    assert (ran_out.controller, ran_out.epoch, ran_out.offered_to) == ("ana", 3, None)


def test_nobody_offers_what_another_owns() -> None:
    with pytest.raises(errors.NotOwner):
        decide(a_conversation(status=Status.ASSIGNED), a_command(c.Offer, actor=TOM, agent="max"), NOON)
    assert types(a_conversation(status=Status.ASSIGNED), a_command(c.Offer, agent="ana")) == [], "she has it already"


@pytest.mark.parametrize("kind", [c.TakeOver, c.Reply])
def test_a_takeover_from_the_bot_keeps_its_open_turn_for_the_label(kind: type[c.Command]) -> None:
    taken = after(a_conversation(), a_command(kind, actor=ANA))
    assert (taken.status, taken.controller, taken.epoch, taken.episode) == (Status.ASSIGNED, "ana", 4, 3)
    assert (taken.handoff_message_ids, taken.open_message_ids) == (("message-1",), ())
    assert taken.waiting_since == NOON


def test_only_a_supervisor_takes_over_from_an_agent() -> None:
    assigned = a_conversation(status=Status.ASSIGNED)
    with pytest.raises(errors.NotOwner):
        decide(assigned, a_command(c.TakeOver, actor=TOM), NOON)
    assert after(assigned, a_command(c.TakeOver, actor=SUE)).controller == "sue"
    assert types(assigned, a_command(c.TakeOver, actor=ANA)) == []


def test_notes_are_internal_and_everything_else_is_not() -> None:
    before = a_conversation(status=Status.ASSIGNED)
    [note] = decide(before, a_command(c.AddNote), NOON)
    [reply] = decide(before, a_command(c.Reply), NOON)
    assert isinstance(note, e.MessageAdded) and note.internal
    assert isinstance(reply, e.MessageAdded) and not reply.internal
    assert after(before, a_command(c.AddNote)).last_message_id == before.last_message_id


OWNERS_ONLY = [c.Reply, c.Hold, c.Unhold, c.Snooze, c.Wake, c.Transfer, c.Release, c.HandBack, c.Resolve]


@pytest.mark.parametrize("kind", OWNERS_ONLY)
def test_only_the_owner_acts_on_an_assigned_conversation(kind: type[c.Command]) -> None:
    with pytest.raises(errors.NotOwner):
        decide(a_conversation(status=Status.ASSIGNED, held=True, snoozed_until=NOON), a_command(kind, actor=TOM), NOON)


@pytest.mark.parametrize("actor", [SUE, SYSTEM])
@pytest.mark.parametrize("kind", [c.Wake, c.Transfer, c.Release, c.HandBack])
def test_supervisors_and_timers_may_let_go_for_the_owner(kind: type[c.Command], actor: c.Actor) -> None:
    assert decide(a_conversation(status=Status.ASSIGNED, snoozed_until=NOON), a_command(kind, actor=actor), NOON)


def test_holds_and_snoozes_are_flags_that_end_with_control() -> None:
    quiet = after(a_conversation(status=Status.ASSIGNED), a_command(c.Hold), a_command(c.Snooze))
    assert quiet.held and quiet.snoozed_until is not None and quiet.epoch == 3
    assert types(quiet, a_command(c.Hold)) == []
    assert not after(quiet, a_command(c.Unhold)).held
    assert after(quiet, a_command(c.Wake)).snoozed_until is None
    assert after(quiet, a_say()).snoozed_until is None, "a reply ends a snooze"
    let_go = after(quiet, a_command(c.Release))
    assert not let_go.held and let_go.snoozed_until is None


@pytest.mark.parametrize(
    ("command", "cause", "queue"),
    [
        (a_command(c.Transfer), "transfer", "billing"),
        (a_command(c.Release), "release", "general"),
        (a_command(c.Release, actor=SYSTEM, cause="agent_lost"), "agent_lost", "general"),
        (a_command(c.Release, actor=SUE, cause="requeue"), "requeue", "general"),
    ],
)
def test_requeued_with_the_original_queue_time(command: c.Command, cause: str, queue: str) -> None:
    long_ago = NOON - timedelta(hours=1)
    assigned = a_conversation(status=Status.ASSIGNED, waiting_since=long_ago)
    waiting = after(assigned, command)
    assert types(assigned, command) == ["Requeued", "agent_left"]
    assert (waiting.status, waiting.controller, waiting.epoch) == (Status.WAITING, NOBODY, 4)
    assert (waiting.queue, waiting.waiting_since, waiting.reason) == (queue, long_ago, "novel")
    [requeued, _] = decide(assigned, command, NOON)
    assert isinstance(requeued, e.Requeued) and requeued.cause == cause


TERMS = c.AssignmentTerms(reply_within=timedelta(minutes=3))


@pytest.mark.parametrize(
    "command",
    [a_command(c.Claim, terms=TERMS), a_command(c.TakeOver, terms=TERMS), a_command(c.Assign, actor=SUE, terms=TERMS)],
    ids=lambda command: type(command).__name__,
)
def test_who_gets_a_conversation_has_until_then_to_write(command: c.Command) -> None:
    taken = after(a_conversation(status=Status.WAITING), command)
    assert taken.reply_by == NOON + timedelta(minutes=3) and taken.remind_at == NOON + timedelta(seconds=90)
    noted = after(taken, a_command(c.AddNote))
    assert noted.reply_by == taken.reply_by, "a note is no reply"
    owner = c.Actor(kind="agent", id=taken.controller)
    replied = after(taken, a_command(c.Reply, actor=owner, epoch=taken.epoch))
    assert (replied.reply_by, replied.remind_at) == (None, None)
    let_go = after(taken, a_command(c.Release, actor=owner, epoch=taken.epoch))
    assert (let_go.reply_by, let_go.remind_at) == (None, None)


def test_handing_back_gives_the_bot_a_fresh_episode() -> None:
    back = after(a_conversation(status=Status.ASSIGNED), a_command(c.HandBack))
    assert (back.status, back.controller, back.epoch, back.episode) == (Status.BOT, BOT, 4, 3)
    assert (back.handoff_message_ids, back.waiting_since, back.reason) == ((), None, None)


@pytest.mark.parametrize(
    ("outcome", "closed_as"), [("solved", "resolved"), ("follow_up", "resolved"), ("abandoned", "abandoned")]
)
def test_a_resolution_closes_and_names_what_it_labels(outcome: str, closed_as: str) -> None:
    assigned = a_conversation(status=Status.ASSIGNED)
    command = a_command(c.Resolve, outcome=outcome, label=None, learn=False)
    [resolved, closed] = decide(assigned, command, NOON)
    assert isinstance(resolved, e.Resolved) and isinstance(closed, e.Closed)
    assert (resolved.message_ids, resolved.label, resolved.learn) == (("message-1",), None, False)
    assert resolved.epoch == closed.epoch == 4
    ended = after(assigned, command)
    assert (ended.status, ended.outcome, ended.controller) == (Status.CLOSED, closed_as, NOBODY)
    assert ended.resolution == a_resolution(id="resolution-2")


def test_the_customer_is_told_when_the_time_of_regret_is_over() -> None:
    closed = a_conversation(status=Status.CLOSED)
    assert types(closed, a_command(c.Settle)) == ["ResolutionSettled", "resolved"]
    assert types(after(closed, a_command(c.Settle)), a_command(c.Settle)) == []
    assert types(closed, a_command(c.Settle, resolution_id="older")) == []


def test_the_agent_takes_a_resolution_back_within_ten_seconds_unnoticed() -> None:
    closed = a_conversation(status=Status.CLOSED)
    events = decide(closed, a_command(c.WithdrawResolution), NOON + UNDO_WITHIN)
    assert [event.type for event in events] == ["ResolutionWithdrawn", "Assigned"]
    again = after(closed, a_command(c.WithdrawResolution))
    assert (again.status, again.controller, again.epoch) == (Status.ASSIGNED, "ana", 4)
    assert (again.resolution, again.outcome, again.episode) == (None, None, closed.episode)


def test_later_only_a_supervisor_takes_it_back_and_the_customer_is_told() -> None:
    closed = a_conversation(status=Status.CLOSED)
    for command, at in [
        (a_command(c.WithdrawResolution), NOON + UNDO_WITHIN + timedelta(milliseconds=1)),
        (a_command(c.WithdrawResolution, actor=TOM), NOON),
    ]:
        with pytest.raises(errors.TooLate):
            decide(closed, command, at)
    settled = after(closed, a_command(c.Settle))
    with pytest.raises(errors.TooLate):
        decide(settled, a_command(c.WithdrawResolution), NOON)
    by_sue = a_command(c.WithdrawResolution, actor=SUE)
    assert types(settled, by_sue) == ["ResolutionWithdrawn", "Assigned", "reopened"]
    [withdrawn, *_] = decide(settled, by_sue, NOON + timedelta(days=2))
    assert isinstance(withdrawn, e.ResolutionWithdrawn) and withdrawn.late


def test_without_a_resolution_there_is_nothing_to_take_back() -> None:
    with pytest.raises(errors.NotAllowedNow):
        decide(a_conversation(status=Status.CLOSED, resolution=None), a_command(c.WithdrawResolution), NOON)


# --- timers and upkeep -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "outcome", "told"),
    [
        (c.CloseAfterSilence, Status.BOT, "silent", "closed_after_silence"),
        (c.Abandon, Status.WAITING, "abandoned", None),
        (c.Expire, Status.WAITING, "expired", "expired"),
    ],
)
def test_timers_close(kind: type[c.Command], status: Status, outcome: Outcome, told: str | None) -> None:
    assert types(a_conversation(status=status), a_command(kind)) == ["Closed", *([told] if told else [])]
    closed = after(a_conversation(status=status), a_command(kind))
    assert (closed.status, closed.controller, closed.outcome, closed.epoch) == (Status.CLOSED, NOBODY, outcome, 4)
    assert (closed.deadline, closed.open_message_ids) == (None, ())


def test_silence_after_an_answer_is_told_as_answered_and_after_a_question_as_abandoned() -> None:
    for commands, outcome in [
        ([c.Answer], "answered"),
        ([c.Clarify], "abandoned"),
        ([c.Clarify, c.Answer], "answered"),
    ]:
        bots = after(a_conversation(), *map(a_command, commands))
        [closed, _] = decide(bots, a_command(c.CloseAfterSilence), NOON)
        assert isinstance(closed, e.Closed) and closed.outcome == outcome


@pytest.mark.parametrize("status", list(Status))
def test_upkeep_leaves_control_alone(status: Status) -> None:
    before = a_conversation(status=status)
    merged = after(before, a_command(c.MergeCustomer))
    assert merged.customer == "customer-2"
    assert (merged.status, merged.controller, merged.epoch) == (before.status, before.controller, before.epoch)
    assert types(merged, a_command(c.MergeCustomer)) == []


@pytest.mark.parametrize("status", list(Status))
def test_an_erasure_ends_what_is_open(status: Status) -> None:
    erased = after(a_conversation(status=status), a_command(c.Erase))
    assert (erased.status, erased.controller, erased.erased) == (Status.CLOSED, "nobody", True)


def test_words_said_after_an_erasure_can_be_erased_too() -> None:
    erased = after(a_conversation(), a_command(c.Erase), a_say())
    assert types(erased, a_command(c.Erase)) == ["Erased", "Closed"]
    assert types(after(erased, a_command(c.Erase)), a_command(c.Erase)) == ["Erased"]


@pytest.mark.parametrize("kind", [c.AddNote, c.WithdrawResolution])
def test_nobody_writes_into_an_erased_conversation(kind: type[c.Command]) -> None:
    erased = after(a_conversation(status=Status.CLOSED, outcome="resolved"), a_command(c.Erase))
    with pytest.raises(errors.NotAllowedNow, match="was erased"):
        decide(erased, a_command(kind, actor=SUE), NOON)
