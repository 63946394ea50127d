"""Every command in every status: what is allowed happens, what is refused changes nothing."""

from typing import get_args

import pytest

from escalation.conversations import commands as c
from escalation.conversations import errors, evolution, machine
from escalation.conversations import events as e
from escalation.conversations.machine import ALLOWED, MOVES, decide
from escalation.conversations.model import Conversation, FollowUp
from escalation.protocol.states import Status
from tests.factories import ANA, NOON, SUE, TOM, a_command, a_conversation, after

BOT, WAITING, ASSIGNED, CLOSED = Status.BOT, Status.WAITING, Status.ASSIGNED, Status.CLOSED

TABLE: dict[type[c.Command], str] = {
    c.Say: "bot waiting assigned closed",
    c.Begin: "bot waiting assigned closed",
    c.Choose: "bot waiting assigned",
    c.MarkUnhelpful: "bot waiting assigned closed",
    c.Rate: "bot waiting assigned closed",
    c.CancelHandoff: "waiting",
    c.LeaveContact: "waiting closed",
    c.Answer: "bot",
    c.AnswerParts: "bot",
    c.Clarify: "bot",
    c.AskWhat: "bot",
    c.HandOff: "bot",
    c.TellWaiting: "waiting",
    c.Claim: "waiting",
    c.Offer: "waiting assigned",
    c.AcceptOffer: "waiting assigned",
    c.EndOffer: "waiting assigned",
    c.Assign: "waiting",
    c.TakeOver: "bot waiting assigned",
    c.BargeIn: "assigned",
    c.Leave: "assigned",
    c.Reply: "bot waiting assigned",
    c.AddNote: "bot waiting assigned closed",
    c.EditMessage: "bot waiting assigned closed",
    c.DeleteMessage: "bot waiting assigned closed",
    c.Hold: "assigned",
    c.Unhold: "assigned",
    c.Tag: "bot waiting assigned closed",
    c.Snooze: "assigned",
    c.Wake: "assigned",
    c.PlanFollowUp: "assigned closed",
    c.CancelFollowUp: "bot waiting assigned closed",
    c.FollowUpNow: "bot waiting assigned closed",
    c.Transfer: "assigned",
    c.Release: "assigned",
    c.HandBack: "assigned",
    c.Resolve: "assigned",
    c.WithdrawResolution: "closed",
    c.Settle: "closed",
    c.CloseAfterSilence: "bot",
    c.Abandon: "waiting",
    c.Expire: "waiting",
    c.NameCustomer: "bot waiting assigned closed",
    c.MergeCustomer: "bot waiting assigned closed",
    c.Erase: "bot waiting assigned closed",
}
"""The table of the design, written down a second time on purpose."""

PLANNED = FollowUp(agent=ANA.id, at=NOON, planned_seq=5)

CELLS = [(kind, status, status.value in where.split()) for kind, where in TABLE.items() for status in Status]


def name(value: object) -> str | None:
    return value.__name__ if isinstance(value, type) else None


def ready_for(kind: type[c.Command], status: Status) -> Conversation:
    """A conversation in which a command that is allowed in `status` has something to do."""
    extra: dict[type[c.Command], dict[str, object]] = {
        c.Choose: {"choices": ("refund", "card"), "choices_message_id": "choices-1"},
        c.LeaveContact: {"contact_asked": True, "outcome": "expired"},
        c.AcceptOffer: {"offered_to": TOM.id},
        c.EndOffer: {"offered_to": TOM.id},
        c.Unhold: {"held": True},
        c.Leave: {"joined": (SUE.id,)},
        c.Wake: {"snoozed_until": NOON},
        c.CancelFollowUp: {"follow_up": PLANNED},
        c.FollowUpNow: {"follow_up": PLANNED},
        c.EditMessage: {"resolution": None},
        c.DeleteMessage: {"resolution": None},
    }
    return a_conversation(status=status, **extra.get(kind, {}))


@pytest.mark.parametrize(("kind", "status"), [(k, s) for k, s, allowed in CELLS if allowed], ids=name)
def test_an_allowed_command_has_an_effect(kind: type[c.Command], status: Status) -> None:
    before = ready_for(kind, status)
    decided = decide(before, a_command(kind), NOON)
    assert decided or (kind is c.Begin and status is not CLOSED)
    assert after(before, a_command(kind)).seq == before.seq + len(decided)


@pytest.mark.parametrize(("kind", "status"), [(k, s) for k, s, allowed in CELLS if not allowed], ids=name)
@pytest.mark.parametrize("epoch", [3, 2])
def test_any_other_is_not_allowed_now(kind: type[c.Command], status: Status, epoch: int) -> None:
    before = ready_for(kind, status)
    command = a_command(kind, epoch=epoch) if issubclass(kind, c.Fenced) else a_command(kind)
    with pytest.raises(errors.NotAllowedNow):
        decide(before, command, NOON)
    assert before == ready_for(kind, status)


FENCED = [(k, s) for k, s, allowed in CELLS if allowed and issubclass(k, c.Fenced)]


@pytest.mark.parametrize(("kind", "status"), FENCED, ids=name)
@pytest.mark.parametrize("epoch", [2, 4])
def test_a_fenced_command_of_another_epoch_is_refused(kind: type[c.Command], status: Status, epoch: int) -> None:
    with pytest.raises((errors.StaleEpoch, errors.NotOwner)):
        decide(ready_for(kind, status), a_command(kind, epoch=epoch), NOON)


@pytest.mark.parametrize("kind", [k for k in TABLE if k not in (c.Say, c.Begin)], ids=name)
def test_only_a_customer_starts_a_conversation(kind: type[c.Command]) -> None:
    epoch = {"epoch": 0} if issubclass(kind, c.Fenced) else {}
    with pytest.raises(errors.NotAllowedNow):
        decide(Conversation(id="new"), a_command(kind, **epoch), NOON)


def test_the_tables_are_complete() -> None:
    kinds = {k for k in vars(c).values() if isinstance(k, type) and issubclass(k, c.Command)} - {
        c.Command,
        c.Fenced,
        c.Taking,
        c.ChangeMessage,
    }
    assert set(ALLOWED) == set(TABLE) == kinds == set(machine._RULES)
    assert {kind: {s.value for s in where} for kind, where in ALLOWED.items()} == {
        kind: set(where.split()) for kind, where in TABLE.items()
    }


def test_every_event_type_has_a_rule() -> None:
    union = get_args(get_args(e.ConversationEvent)[0])
    assert set(union) == set(evolution._RULES)
    for kind in union:
        assert kind.model_fields["type"].default == kind.__name__


def _moves_of(kind: type[c.Command]) -> set[tuple[Status, Status]]:
    return {move for move, kinds in MOVES.items() if kind in kinds}


@pytest.mark.parametrize(("kind", "status"), [(k, s) for k, s, allowed in CELLS if allowed], ids=name)
def test_control_moves_as_the_table_says(kind: type[c.Command], status: Status) -> None:
    before = ready_for(kind, status)
    varied: dict[type[c.Command], dict[str, object]] = {c.Say: {"reopen_to": ANA}, c.FollowUpNow: {"agent": ANA}}
    befores = [before, before.model_copy(update={"unannounced": True})] if status is WAITING else [before]
    moved = {
        (status, now.status)
        for begun in befores
        for now in (after(begun, a_command(kind, **option)) for option in ({}, varied.get(kind, {})))
        if now.epoch != before.epoch
    }
    assert moved == {move for move in _moves_of(kind) if move[0] is status}
