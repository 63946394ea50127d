"""Editing and deleting an own message: for a minute, until the resolution, by its author, and replies by the owner."""

from datetime import timedelta
from typing import Any

import pytest

from escalation.conversations import commands as c
from escalation.conversations import errors
from escalation.conversations import events as e
from escalation.conversations.machine import CHANGE_WITHIN, decide
from escalation.conversations.model import Conversation
from escalation.kernel.errors import EscalationError
from escalation.protocol.messages import AttachmentBody, Body, DeletedBody, ErasedBody, SentFile, TextBody
from escalation.protocol.states import Status
from tests.factories import A_NOTE, A_REPLY, ANA, CUSTOMER, NOON, SUE, TOM, a_command, a_conversation, a_say, after

BOTH = pytest.mark.parametrize("kind", [c.EditMessage, c.DeleteMessage])
MOMENT = timedelta(microseconds=1)
FILE = SentFile(id="f1", key="k", name="a.pdf", media_type="application/pdf", size=1, width=None, height=None)


def ana_has_it(**fields: Any) -> Conversation:
    return a_conversation(**{"status": Status.ASSIGNED, "controller": ANA.id} | fields)


def change(kind: type[c.ChangeMessage], message: c.SentMessage = A_REPLY, **fields: Any) -> c.Command:
    return a_command(kind, message=message, **fields)


def refused(conversation: Conversation, command: c.Command, error: type[EscalationError], later: timedelta) -> None:
    with pytest.raises(error):
        decide(conversation, command, NOON + later)


def test_an_edit_says_which_message_and_carries_its_words_in_memory_only() -> None:
    (event,) = decide(ana_has_it(), change(c.EditMessage, text="Let me see."), NOON)
    assert isinstance(event, e.MessageEdited) and event.body == TextBody(text="Let me see.")
    assert event.payload() == {"message_id": "reply-1", "internal": False}


def test_files_stay_with_an_edited_text() -> None:
    message = A_REPLY.model_copy(update={"body": AttachmentBody(text="see", files=(FILE,))})
    (event,) = decide(ana_has_it(), change(c.EditMessage, message, text="look"), NOON)
    assert isinstance(event, e.MessageEdited) and event.body == AttachmentBody(text="look", files=(FILE,))


def test_what_is_so_already_makes_nothing_happen() -> None:
    assert decide(ana_has_it(), change(c.EditMessage, text="Let me look."), NOON) == []
    gone = A_REPLY.model_copy(update={"body": DeletedBody()})
    assert decide(ana_has_it(), change(c.DeleteMessage, gone), NOON) == []


@pytest.mark.parametrize("body", [DeletedBody(), ErasedBody()])
def test_what_is_gone_cannot_be_edited(body: Body) -> None:
    gone = A_REPLY.model_copy(update={"body": body})
    refused(ana_has_it(), change(c.EditMessage, gone), errors.NotAllowedNow, timedelta(0))


@BOTH
def test_a_minute_is_the_longest(kind: type[c.ChangeMessage]) -> None:
    assert decide(ana_has_it(), change(kind), NOON + CHANGE_WITHIN)
    refused(ana_has_it(), change(kind), errors.TooLate, CHANGE_WITHIN + MOMENT)


@BOTH
@pytest.mark.parametrize("message", [A_REPLY, A_NOTE], ids=["reply", "note"])
@pytest.mark.parametrize("who", [TOM, SUE], ids=lambda actor: actor.id)
def test_nobody_changes_what_a_colleague_wrote(kind: type[c.ChangeMessage], message: Any, who: c.Actor) -> None:
    theirs = ana_has_it(controller=who.id)
    refused(theirs, change(kind, message, actor=who), errors.NotOwner, timedelta(0))


@BOTH
@pytest.mark.parametrize(("author", "id"), [("customer", CUSTOMER.id), ("bot", "bot"), ("customer", ANA.id)])
def test_what_no_agent_wrote_stays(kind: type[c.ChangeMessage], author: Any, id: str) -> None:
    message = A_REPLY.model_copy(update={"author": author, "author_id": id})
    refused(ana_has_it(), change(kind, message), errors.NotOwner, timedelta(0))


@BOTH
def test_a_reply_is_fenced_and_its_owner_s(kind: type[c.ChangeMessage]) -> None:
    refused(ana_has_it(), change(kind, epoch=2), errors.StaleEpoch, timedelta(0))
    refused(ana_has_it(controller=TOM.id), change(kind), errors.NotOwner, timedelta(0))
    passed_on = after(ana_has_it(), a_command(c.Transfer))
    refused(passed_on, change(kind), errors.StaleEpoch, timedelta(0))
    refused(passed_on, change(kind, epoch=passed_on.epoch), errors.NotOwner, timedelta(0))


@BOTH
def test_a_note_is_its_author_s_whoever_has_the_conversation(kind: type[c.ChangeMessage]) -> None:
    for status in Status:
        assert decide(a_conversation(status=status, resolution=None), change(kind, A_NOTE, epoch=1), NOON)


@BOTH
@pytest.mark.parametrize("message", [A_REPLY, A_NOTE], ids=["reply", "note"])
def test_the_resolution_comes_first(kind: type[c.ChangeMessage], message: Any) -> None:
    """What it was learnt from must not change; not either once the customer has written again."""
    resolved = after(ana_has_it(), a_command(c.Resolve))
    refused(resolved, change(kind, message), errors.TooLate, timedelta(seconds=1))
    again = after(resolved, a_say(reopen_to=ANA))
    refused(again, change(kind, message, epoch=again.epoch), errors.TooLate, timedelta(seconds=1))


@BOTH
def test_a_withdrawn_resolution_is_none(kind: type[c.ChangeMessage]) -> None:
    back = after(ana_has_it(), a_command(c.Resolve), a_command(c.WithdrawResolution, epoch=4))
    assert decide(back, change(kind, epoch=back.epoch), NOON)


@BOTH
def test_a_note_after_the_resolution_can_be_changed(kind: type[c.ChangeMessage]) -> None:
    resolved = after(ana_has_it(), a_command(c.Resolve))
    later = A_NOTE.model_copy(update={"at": NOON + timedelta(seconds=20)})
    assert decide(resolved, change(kind, later), NOON + timedelta(seconds=30))


@BOTH
def test_an_edit_does_not_stop_a_resolution(kind: type[c.ChangeMessage]) -> None:
    changed = after(ana_has_it(), change(kind))
    assert [event.type for event in decide(changed, a_command(c.Resolve, last_seen_seq=changed.seq), NOON)] == [
        "Resolved",
        "Closed",
    ]


@BOTH
def test_nothing_of_an_erased_conversation_changes(kind: type[c.ChangeMessage]) -> None:
    refused(ana_has_it(erased=True), change(kind, A_NOTE), errors.NotAllowedNow, timedelta(0))
