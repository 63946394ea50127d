"""What follows from events inside the same transaction: turns, timers, and events on other streams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam

from escalation.conversations import contacts, mailing, repository, search_index
from escalation.conversations import events as e
from escalation.conversations.machine import UNDO_WITHIN
from escalation.conversations.model import Conversation
from escalation.conversations.streams import ERASED, OPENED, PUBLISHED, PUBLISHED_VERSION, RESOLUTIONS, REVOKED
from escalation.conversations.tables import ResolutionRow, TurnRow
from escalation.database import Prepared, Transaction, table_of
from escalation.events import NewEvent, append
from escalation.protocol.states import Status

SETTLE, EXPIRE, WAKE, OFFER, REPLY, FOLLOW_UP = "settle", "expire", "wake", "offer", "reply", "follow_up"

_resolutions = table_of(ResolutionRow)
_RESOLUTION = Prepared(_resolutions.select().where(_resolutions.c.id == bindparam("which")))


@dataclass(frozen=True)
class TurnPace:
    """When the bot looks at what a customer wrote."""

    pause: timedelta = timedelta(milliseconds=500)
    """Quiet time after the last message of the turn."""
    longest: timedelta = timedelta(seconds=3)
    """At most this long after the first."""
    deadline: timedelta = timedelta(seconds=10)
    """Without a decision by then, the turn goes to people."""

    def due(self, began_at: datetime, now: datetime) -> datetime:
        """Return when a turn that began at `began_at` and got a message `now` is looked at."""
        return min(now + self.pause, began_at + self.longest)


def follow_up(
    tx: Transaction,
    before: Conversation,
    after: Conversation,
    events: Sequence[e.ConversationEvent],
    pace: TurnPace,
    mail_after: timedelta | None = None,
) -> None:
    """Write the turn, the timers, the mails and the events of other streams these events call for.

    `mail_after`: how long after a reply its mail is due; None where no mail is sent.
    """
    if any(isinstance(event, e.MessageAdded) and event.opens_turn for event in events):
        _open_turn(tx, after, pace)
    elif before.status is Status.BOT and after.status is not Status.BOT:
        repository.drop_turn(tx, after.id)
    _waiting_timer(tx, before, after)
    _reply_timer(tx, before, after)
    _follow_up_timer(tx, before, after)
    for seq, event in enumerate(events, before.seq + 1):
        _follow(tx, after, event)
        if mail_after is not None and isinstance(event, e.MessageAdded):
            _mail(tx, after, event, seq, mail_after)


def _open_turn(tx: Transaction, after: Conversation, pace: TurnPace) -> None:
    open_turn = repository.turn_of(tx, after.id)
    same = open_turn is not None and open_turn.epoch == after.epoch
    began_at = open_turn.began_at if open_turn is not None and same else tx.now
    row = {
        "conversation": after.id,
        "up_to_seq": after.last_customer_seq,
        "epoch": after.epoch,
        "due_at": pace.due(began_at, tx.now),
        "began_at": began_at,
        "deadline": began_at + pace.deadline,
        "retakes": open_turn.retakes if open_turn is not None and same else 0,
    }
    tx.upsert(TurnRow, row)


def _waiting_timer(tx: Transaction, before: Conversation, after: Conversation) -> None:
    if after.status is Status.WAITING and after.deadline is not None and after.epoch != before.epoch:
        repository.set_timer(tx, EXPIRE, after, after.deadline)
    elif before.status is Status.WAITING and after.status is not Status.WAITING:
        repository.drop_timer(tx, EXPIRE, after.id)


def _reply_timer(tx: Transaction, before: Conversation, after: Conversation) -> None:
    """Of who has just got it; what they write ends it, and so does a change of control."""
    if after.reply_by is not None and after.epoch != before.epoch:
        repository.set_timer(tx, REPLY, after, after.reply_by)
    elif before.reply_by is not None and after.reply_by is None:
        repository.drop_timer(tx, REPLY, after.id)


def _follow_up_timer(tx: Transaction, before: Conversation, after: Conversation) -> None:
    """It outlasts changes of control: its fence is the plan, which it names."""
    plan = after.follow_up
    if plan is not None and plan != before.follow_up:
        repository.set_timer(tx, FOLLOW_UP, after, plan.at, str(plan.planned_seq))
    elif plan is None and before.follow_up is not None:
        repository.drop_timer(tx, FOLLOW_UP, after.id)


def _mail(tx: Transaction, after: Conversation, event: e.MessageAdded, seq: int, wait: timedelta) -> None:
    if event.author == "agent" and not event.internal:
        mailing.owe_reply(tx, after, seq, wait)
    elif event.author == "customer":
        mailing.has_read(tx, after.id)


def _follow(tx: Transaction, after: Conversation, event: e.ConversationEvent) -> None:
    match event:
        case e.Started() | e.Reopened() | e.FollowedUp():
            _append(tx, f"customer:{after.customer}", OPENED, {"conversation": after.id}, after)
        case e.CustomerMerged() if after.status is not Status.CLOSED:
            _append(tx, f"customer:{after.customer}", OPENED, {"conversation": after.id}, after)
        case e.MessageEdited() | e.MessageDeleted():
            search_index.forget(tx, after.id)  # what is said now is indexed a moment later
        case e.Resolved():
            repository.set_timer(tx, SETTLE, after, tx.now + UNDO_WITHIN, event.resolution_id)
        case e.Snoozed():
            repository.set_timer(tx, WAKE, after, event.until)
        case e.Offered() if event.until is not None:
            repository.set_timer(tx, OFFER, after, event.until, event.agent)
        case e.OfferEnded():
            repository.drop_timer(tx, OFFER, after.id)
        case e.ResolutionSettled():
            _publish_resolution(tx, after, event.resolution_id)
        case e.ResolutionWithdrawn() if event.late:
            payload = {"resolution_id": event.resolution_id, "by": event.by}
            _append(tx, RESOLUTIONS, REVOKED, payload, after)
        case e.Erased():
            _append(tx, RESOLUTIONS, ERASED, {"conversation": after.id}, after)
            contacts.forget(tx, after.id)
            mailing.forget(tx, after.id)
            search_index.forget(tx, after.id)
        case _:
            pass


def _publish_resolution(tx: Transaction, after: Conversation, resolution_id: str) -> None:
    row = tx.execute(_RESOLUTION, {"which": resolution_id}).one()
    payload = {
        "resolution_id": row.id,
        "agent": row.agent,
        "label": row.label,
        "outcome": row.outcome,
        "learn": row.learn,
        "message_ids": row.message_ids,
        "answer_message_id": row.answer_message_id,
        "parts": row.parts,
    }
    _append(tx, RESOLUTIONS, PUBLISHED, payload, after, PUBLISHED_VERSION)


def _append(
    tx: Transaction, stream: str, type_: str, payload: dict[str, Any], after: Conversation, version: int = 1
) -> None:
    event = NewEvent(type_, version, payload, "system", customer=after.customer, conversation=after.id)
    append(tx, stream, event)
