"""Two things at once: whoever commits first wins, and the other is refused by name and changes nothing."""

from datetime import timedelta

import pytest

from escalation.conversations import commands as c
from escalation.conversations import errors
from escalation.conversations.machine import decide
from escalation.conversations.model import Conversation
from escalation.kernel.errors import EscalationError
from escalation.protocol.states import Status
from tests.factories import ANA, NOON, SYSTEM, TOM, a_command, a_conversation, a_new_conversation, a_say, after

STALE = (errors.NotAllowedNow, errors.StaleEpoch)


def refused(
    conversation: Conversation,
    command: c.Command,
    error: type[EscalationError] | tuple[type[EscalationError], ...],
) -> None:
    with pytest.raises(error):
        decide(conversation, command, NOON)


@pytest.mark.parametrize("seize", [c.TakeOver, c.Reply])
@pytest.mark.parametrize("late", [c.Answer, c.AnswerParts, c.Clarify, c.HandOff])
def test_the_bot_decides_after_a_takeover(seize: type[c.Command], late: type[c.Command]) -> None:
    taken = after(a_conversation(), a_command(seize, actor=ANA))
    refused(taken, a_command(late, up_to_seq=taken.seq), STALE)


def test_the_bot_decides_after_a_takeover_that_was_handed_back() -> None:
    back = after(a_conversation(), a_command(c.TakeOver, actor=ANA), a_command(c.HandBack, epoch=4), a_say())
    refused(back, a_command(c.Answer, up_to_seq=back.seq), errors.StaleEpoch)


def test_the_bot_answers_after_a_newer_message() -> None:
    for kind in (c.Answer, c.AnswerParts, c.Clarify, c.HandOff):
        refused(after(a_conversation(), a_say()), a_command(kind, up_to_seq=4), errors.CustomerWroteSince)


def test_one_turn_is_answered_once() -> None:
    answered = after(a_conversation(), a_command(c.Answer))
    refused(answered, a_command(c.Answer, message_id="again"), errors.NotAllowedNow)
    refused(answered, a_command(c.Clarify), errors.NotAllowedNow)
    refused(answered, a_command(c.AnswerParts), errors.NotAllowedNow)


def test_two_agents_claim() -> None:
    claimed = after(a_conversation(status=Status.WAITING), a_command(c.Claim, actor=ANA))
    refused(claimed, a_command(c.Claim, actor=TOM), errors.NotAllowedNow)
    assert claimed.controller == "ana"


def test_a_claim_against_a_takeover_by_reply() -> None:
    replied = after(a_conversation(status=Status.WAITING), a_command(c.Reply, actor=TOM))
    refused(replied, a_command(c.Claim, actor=ANA), errors.NotAllowedNow)
    refused(replied, a_command(c.Reply, actor=ANA), errors.NotOwner)


@pytest.mark.parametrize("status", [Status.WAITING, Status.ASSIGNED])
def test_accepting_against_the_time_out(status: Status) -> None:
    offered = a_conversation(status=status, offered_to="tom")
    timed_out = after(offered, a_command(c.EndOffer))
    refused(timed_out, a_command(c.AcceptOffer), errors.NotAllowedNow)
    accepted = after(offered, a_command(c.AcceptOffer))
    refused(accepted, a_command(c.EndOffer), errors.StaleEpoch)
    assert accepted.controller == "tom"


def test_ending_an_offer_twice_does_nothing_the_second_time() -> None:
    declined = after(a_conversation(status=Status.WAITING, offered_to="tom"), a_command(c.EndOffer, how="declined"))
    assert decide(declined, a_command(c.EndOffer), NOON) == []
    moved_on = after(declined, a_command(c.Offer, agent="ana"))
    assert decide(moved_on, a_command(c.EndOffer), NOON) == [], "the old time-out leaves the new offer alone"


def test_the_customer_writes_during_a_handoff() -> None:
    asked = a_new_conversation()
    wrote_first = after(asked, a_say(message_id="more"))
    refused(wrote_first, a_command(c.HandOff, epoch=1, up_to_seq=asked.seq), errors.CustomerWroteSince)
    handed_off_first = after(asked, a_command(c.HandOff, epoch=1, up_to_seq=asked.seq), a_say(message_id="more"))
    assert (handed_off_first.status, handed_off_first.open_message_ids) == (Status.WAITING, ())
    assert handed_off_first.last_message_id == "more"


def test_a_reply_after_a_transfer_is_refused() -> None:
    transferred = after(a_conversation(status=Status.ASSIGNED), a_command(c.Transfer))
    refused(transferred, a_command(c.Reply), errors.StaleEpoch)
    claimed = after(transferred, a_command(c.Claim, epoch=4, actor=TOM))
    refused(claimed, a_command(c.Reply), errors.NotOwner)
    refused(claimed, a_command(c.Reply, epoch=5), errors.NotOwner)
    refused(claimed, a_command(c.Resolve), errors.NotOwner)


def test_one_agent_in_two_tabs_has_one_epoch() -> None:
    back_again = after(
        a_conversation(status=Status.ASSIGNED), a_command(c.Release), a_command(c.Claim, epoch=4, actor=ANA)
    )
    refused(back_again, a_command(c.Reply), errors.StaleEpoch)
    assert decide(back_again, a_command(c.Reply, epoch=5), NOON)


def test_resolving_against_a_new_message() -> None:
    wrote = after(a_conversation(status=Status.ASSIGNED), a_say())
    refused(wrote, a_command(c.Resolve, last_seen_seq=5), errors.CustomerWroteSince)
    assert decide(wrote, a_command(c.Resolve, last_seen_seq=wrote.last_customer_seq), NOON)


def test_a_note_does_not_stop_a_resolution() -> None:
    noted = after(a_conversation(status=Status.ASSIGNED), a_command(c.AddNote, actor=TOM))
    assert decide(noted, a_command(c.Resolve, last_seen_seq=4), NOON)


def test_the_customer_cancels_during_an_offer() -> None:
    cancelled = after(a_conversation(status=Status.WAITING, offered_to="tom"), a_command(c.CancelHandoff))
    refused(cancelled, a_command(c.AcceptOffer), STALE)
    refused(cancelled, a_command(c.EndOffer), STALE)
    assert cancelled.offered_to is None
    accepted = after(a_conversation(status=Status.WAITING, offered_to="tom"), a_command(c.AcceptOffer))
    refused(accepted, a_command(c.CancelHandoff), errors.NotAllowedNow)


# --- stale timers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [c.Expire, c.Abandon])
def test_a_timer_of_an_earlier_wait(kind: type[c.Command]) -> None:
    waits_again = after(
        a_conversation(status=Status.WAITING), a_command(c.Claim), a_command(c.Release, epoch=4, actor=ANA)
    )
    refused(waits_again, a_command(kind), errors.StaleEpoch)
    assert decide(waits_again, a_command(kind, epoch=5), NOON)


def test_the_loss_of_an_agent_who_no_longer_owns_it() -> None:
    taken = after(a_conversation(status=Status.ASSIGNED), a_command(c.TakeOver))
    refused(taken, a_command(c.Release, actor=SYSTEM, cause="agent_lost"), errors.StaleEpoch)


def test_settling_after_a_withdrawal_or_a_reopening() -> None:
    closed = a_conversation(status=Status.CLOSED)
    refused(after(closed, a_command(c.WithdrawResolution)), a_command(c.Settle), errors.NotAllowedNow)
    refused(after(closed, a_say()), a_command(c.Settle), errors.NotAllowedNow)
    reclosed = after(closed, a_say(), a_command(c.TakeOver, epoch=4), a_command(c.Release, epoch=5, actor=SYSTEM))
    refused(after(reclosed, a_command(c.Expire, epoch=6)), a_command(c.Settle), errors.StaleEpoch)


def test_a_withdrawal_after_a_reopening() -> None:
    refused(after(a_conversation(status=Status.CLOSED), a_say()), a_command(c.WithdrawResolution), errors.NotAllowedNow)


def test_silence_that_ended() -> None:
    answered = after(a_conversation(), a_command(c.Answer))
    assert decide(after(answered, a_say()), a_command(c.CloseAfterSilence), NOON) == []
    assert decide(answered, a_command(c.CloseAfterSilence), NOON)


def test_the_timer_of_an_earlier_snooze() -> None:
    assigned = a_conversation(status=Status.ASSIGNED)
    later = NOON + timedelta(hours=2)
    snoozed = after(assigned, a_command(c.Snooze, until=NOON + timedelta(hours=1)), a_command(c.Snooze, until=later))
    timer = a_command(c.Wake, actor=SYSTEM)
    assert decide(snoozed, timer, NOON + timedelta(hours=1)) == []
    assert [event.type for event in decide(snoozed, timer, later)] == ["Woken"]
    assert decide(after(snoozed, a_say()), timer, later) == []
