"""Timers are rows; firing one is a fenced command. Also the sweep that ends conversations after long silence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Row, bindparam, select

from escalation.conversations import commands as c
from escalation.conversations import repository
from escalation.conversations.consequences import EXPIRE, FOLLOW_UP, OFFER, REPLY, SETTLE, WAKE
from escalation.conversations.machine import UNDO_WITHIN
from escalation.conversations.model import Conversation
from escalation.conversations.replanning import clock_went_back, replan
from escalation.conversations.service import SYSTEM, Conversations
from escalation.conversations.tables import ConversationRow, TimerRow, TurnRow
from escalation.database import Database, Prepared, Transaction, table_of
from escalation.logs import get_logger
from escalation.protocol.states import Status
from escalation.repeating import repeat

PAGE = 200
Build = Callable[[Transaction, Conversation], c.Command | None]

_log = get_logger(__name__)
_timers = table_of(TimerRow)
_conversations = table_of(ConversationRow)
_turns = table_of(TurnRow)
_DUE = Prepared(_timers.select().where(_timers.c.due_at <= bindparam("now")).order_by(_timers.c.due_at).limit(PAGE))
_ONE = Prepared(_timers.select().where(_timers.c.kind == bindparam("which"), _timers.c.subject == bindparam("of")))


class Waits(Protocol):
    """How long handoffs wait; the desk implements it, as it knows when queues are open."""

    def longest(self, tx: Transaction) -> timedelta:
        """Return for how long a wait that begins now can last at most."""
        ...

    def until(self, tx: Transaction, conversation: Conversation) -> datetime:
        """Return until when a wait lasts that begins now."""
        ...

    def postponed(self, tx: Transaction, conversation: Conversation) -> datetime | None:
        """Return until when a wait goes on that would end now; None where it ends."""
        ...


@dataclass(frozen=True)
class EndlessDay:
    """Waits where every queue is always open."""

    lasts: timedelta = timedelta(minutes=30)

    def longest(self, tx: Transaction) -> timedelta:
        """Return how long each lasts."""
        return self.lasts

    def until(self, tx: Transaction, conversation: Conversation) -> datetime:
        """Return when one ends that begins now."""
        return tx.now + self.lasts

    def postponed(self, tx: Transaction, conversation: Conversation) -> datetime | None:
        """Return None: nothing is closed."""
        return None


@dataclass
class Timers:
    """Fires what is due, about once a second; one instance a process."""

    database: Database
    conversations: Conversations
    silence: timedelta = timedelta(minutes=30)
    longest: Mapping[str, timedelta] = field(default_factory=lambda: {SETTLE: UNDO_WITHIN})
    """By kind, for how long a timer is set at most."""
    waits: Waits = EndlessDay()
    poll_seconds: float = 1.0

    async def run(self) -> None:
        """Work until cancelled."""
        await repeat(self.step, self.poll_seconds, "timers_failed")

    async def step(self) -> int:
        """Fire every due timer and close silent conversations; return how many were given."""
        if await self.database.read(lambda tx: clock_went_back(tx, self._limits(tx))):
            await self.database.write(lambda tx: replan(tx, self._limits(tx)))
        due = await self.database.read(self._due)
        fired = [await self._fire(row) for row in due]
        silent = await self.database.read(self._silent)
        closed = [await self._perform("silence", conversation, _close(seq)) for conversation, seq in silent]
        return sum(fired) + sum(closed)

    def _limits(self, tx: Transaction) -> Mapping[str, timedelta]:
        return {**self.longest, EXPIRE: self.waits.longest(tx)}

    async def _perform(self, kind: str, conversation: str, build: Build) -> bool:
        """Give one command; one that fails is logged and stays due, and the others do not wait for it."""
        try:
            await self.conversations.perform_as_system(conversation, build)
        except Exception:
            _log.exception("timer_failed", kind=kind, conversation=conversation)
            return False
        return True

    def _due(self, tx: Transaction) -> list[Row[Any]]:
        return list(tx.execute(_DUE, {"now": tx.now}))

    def _silent(self, tx: Transaction) -> list[tuple[str, int]]:
        query = (
            select(_conversations.c.id, _conversations.c.seq)
            .where(_conversations.c.status == "bot", _conversations.c.last_activity_at < tx.now - self.silence)
            .where(_conversations.c.id.not_in(select(_turns.c.conversation)))
            .order_by(_conversations.c.last_activity_at)
            .limit(PAGE)
        )
        return [(row.id, row.seq) for row in tx.execute(query)]

    async def _fire(self, timer: Row[Any]) -> bool:
        def build(tx: Transaction, conversation: Conversation) -> c.Command | None:
            if tx.execute(_ONE, {"which": timer.kind, "of": timer.subject}).first() != timer:
                return None  # set anew since the sweep looked: the new one fires in its own time
            repository.drop_timer(tx, timer.kind, timer.subject)
            command = command_of(timer, conversation, self.waits.until(tx, conversation))
            if isinstance(command, c.Expire) and self._postpone(tx, conversation):
                return None
            return command

        return await self._perform(timer.kind, timer.subject, build)

    def _postpone(self, tx: Transaction, conversation: Conversation) -> bool:
        """Let a wait go on while its queue is closed: its hours may have been changed since it began."""
        later = self.waits.postponed(tx, conversation)
        if later is not None:
            repository.set_timer(tx, EXPIRE, conversation, later)
        return later is not None


def _close(seq: int) -> Build:
    """Close if nothing happened since the sweep looked."""

    def build(_: Transaction, conversation: Conversation) -> c.Command | None:
        if conversation.seq != seq or conversation.status is not Status.BOT:
            return None
        return c.CloseAfterSilence(actor=SYSTEM, epoch=conversation.epoch)

    return build


def command_of(timer: Row[Any], conversation: Conversation, deadline: datetime | None = None) -> c.Command | None:
    """Return the command a due timer stands for, None if control changed since it was set.

    `deadline`: until when what goes back to the queue waits there.
    """
    if timer.kind == FOLLOW_UP:  # it outlasts changes of control, and names its plan instead
        return c.FollowUpNow(actor=SYSTEM, epoch=conversation.epoch, planned_seq=int(timer.detail))
    if timer.epoch != conversation.epoch:
        return None
    if timer.kind == SETTLE and conversation.status is Status.CLOSED:
        return c.Settle(actor=SYSTEM, epoch=timer.epoch, resolution_id=timer.detail)
    if timer.kind == EXPIRE and conversation.status is Status.WAITING:
        return c.Expire(actor=SYSTEM, epoch=timer.epoch)
    if timer.kind == WAKE and conversation.status is Status.ASSIGNED:
        return c.Wake(actor=SYSTEM, epoch=timer.epoch)
    if timer.kind == REPLY and conversation.reply_by is not None:
        return c.Release(actor=SYSTEM, epoch=timer.epoch, cause="no_reply", deadline=deadline)
    if timer.kind == OFFER and conversation.offered_to == timer.detail:
        return c.EndOffer(actor=SYSTEM, epoch=timer.epoch, agent=timer.detail, how="timed_out")
    return None
