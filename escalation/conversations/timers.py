"""Timers are rows; firing one is a fenced command. Also the sweep that ends conversations after long silence."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from escalation.conversations import commands as c
from escalation.conversations import repository
from escalation.conversations.consequences import EXPIRE, SETTLE, WAKE
from escalation.conversations.model import Conversation, Status
from escalation.conversations.service import SYSTEM, Conversations
from escalation.conversations.tables import ConversationRow, TimerRow, TurnRow
from escalation.database import Database, Transaction, table_of
from escalation.logs import get_logger

PAGE = 200

_log = get_logger(__name__)
_timers = table_of(TimerRow)
_conversations = table_of(ConversationRow)
_turns = table_of(TurnRow)


@dataclass
class Timers:
    """Fires what is due, about once a second; one instance a process."""

    database: Database
    conversations: Conversations
    now: Callable[[], datetime]
    silence: timedelta = timedelta(minutes=30)
    poll_seconds: float = 1.0

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self.step()
            except Exception:
                _log.exception("timers_failed")
            await asyncio.sleep(self.poll_seconds)

    async def step(self) -> int:
        """Fire every due timer and close silent conversations; return how many."""
        due = await self.database.read(self._due)
        for row in due:
            await self._fire(row)
        silent = await self.database.read(self._silent)
        for conversation, seq in silent:
            await self.conversations.perform_as_system(conversation, _close(seq))
        return len(due) + len(silent)

    def _due(self, tx: Transaction) -> list[Row[Any]]:
        query = _timers.select().where(_timers.c.due_at <= self.now()).order_by(_timers.c.due_at).limit(PAGE)
        return list(tx.execute(query))

    def _silent(self, tx: Transaction) -> list[tuple[str, int]]:
        query = (
            select(_conversations.c.id, _conversations.c.seq)
            .where(_conversations.c.status == "bot", _conversations.c.last_activity_at < self.now() - self.silence)
            .where(_conversations.c.id.not_in(select(_turns.c.conversation)))
            .limit(PAGE)
        )
        return [(row.id, row.seq) for row in tx.execute(query)]

    async def _fire(self, timer: Row[Any]) -> None:
        def build(tx: Transaction, conversation: Conversation) -> c.Command | None:
            mine = (_timers.c.kind == timer.kind) & (_timers.c.subject == timer.subject)
            if tx.execute(_timers.select().where(mine)).first() != timer:
                return None  # set anew since the sweep looked: the new one fires in its own time
            repository.drop_timer(tx, timer.kind, timer.subject)
            return command_of(timer, conversation)

        await self.conversations.perform_as_system(timer.subject, build)


def _close(seq: int) -> Callable[[Transaction, Conversation], c.Command | None]:
    """Close if nothing happened since the sweep looked."""

    def build(_: Transaction, conversation: Conversation) -> c.Command | None:
        if conversation.seq != seq or conversation.status is not Status.BOT:
            return None
        return c.CloseAfterSilence(actor=SYSTEM, epoch=conversation.epoch)

    return build


def command_of(timer: Row[Any], conversation: Conversation) -> c.Command | None:
    """Return the command a due timer stands for, None if control changed since it was set."""
    if timer.epoch != conversation.epoch:
        return None
    if timer.kind == SETTLE and conversation.status is Status.CLOSED:
        return c.Settle(actor=SYSTEM, epoch=timer.epoch, resolution_id=timer.detail)
    if timer.kind == EXPIRE and conversation.status is Status.WAITING:
        return c.Expire(actor=SYSTEM, epoch=timer.epoch)
    if timer.kind == WAKE and conversation.status is Status.ASSIGNED:
        return c.Wake(actor=SYSTEM, epoch=timer.epoch)
    return None
