"""Sends what is owed. Every process runs it: rows are taken one by one, and who dies in between loses none.

A mail may go out twice where a process dies between the server's answer and the commit: both have one Message-ID.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from escalation.conversations.mailing import FAILED, REPLY, SENT, WAITING
from escalation.conversations.tables import MailRow
from escalation.database import Database, Transaction, table_of
from escalation.delivery.chat_links import ChatLinks
from escalation.delivery.composing import mail_of
from escalation.delivery.mails import BadAddress, message_of
from escalation.delivery.smtp import NotSent, Post
from escalation.logs import get_logger
from escalation.repeating import repeat

EVERY_SECONDS = 2.0
AHEAD = timedelta(seconds=10)
"""What falls due within this is dropped by the process that has the customer; the others look as often."""
LEASE = timedelta(minutes=5)
"""What was taken so long ago and not finished was left by a process that died."""
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""Between two attempts; after the last of them a mail is given up."""
AT_ONCE = 10
KEPT = timedelta(days=30)
"""How long it is known that a mail was sent or given up."""

_log = get_logger(__name__)
_mails = table_of(MailRow)


@dataclass(frozen=True)
class MailWorker:
    """One a process."""

    database: Database
    post: Post
    links: ChatLinks
    sites: Mapping[str, str]
    """Names of sites by id."""
    sender: str
    connected: Callable[[], Collection[str]]
    """The customers who are connected to this process now."""

    async def run(self, every: float = EVERY_SECONDS) -> None:
        """Work until cancelled."""
        await repeat(self.step, every, "mailing_failed")

    async def step(self) -> int:
        """Drop what is owed to customers who are here, send what is due; return how many mails were sent."""
        here = frozenset(self.connected())
        if here:
            await self._drop(here)
        if not await self.database.read(_anything):
            return 0
        taken = await self.database.write(_take)
        return sum([await self._deliver(row) for row in taken])

    async def _drop(self, here: Collection[str]) -> None:
        """Owe no mail to these; asked before it is written, as there nearly never is one."""
        if await self.database.read(lambda tx: _owed_to(tx, here)):
            await self.database.write(lambda tx: _drop(tx, here))

    async def _deliver(self, row: Row[Any]) -> bool:
        """Send one mail; a failure is noted with its row, and the others do not wait."""
        try:
            mail = await self.database.read(lambda tx: mail_of(tx, row, self.links, self.sites))
            if mail is None:
                await self.database.write(lambda tx: tx.execute(_mails.delete().where(_mine(row))) and None)
                return False
            now = await self.database.read(lambda tx: tx.now)
            await self.post.send(message_of(mail, self.sender, now))
        except (NotSent, BadAddress) as error:
            for_good = isinstance(error, BadAddress) or error.for_good
            await self._put_off(row, error.message, for_good)
            return False
        await self.database.write(lambda tx: _end(tx, row, SENT))
        _log.info("mail_sent", mail=row.id, attempts=row.attempts)
        return True

    async def _put_off(self, row: Row[Any], why: str, for_good: bool) -> None:
        if for_good or row.attempts > len(BACKOFF):
            await self.database.write(lambda tx: _end(tx, row, FAILED))
            _log.error("mail_given_up", mail=row.id, attempts=row.attempts, why=why)
            return
        wait = BACKOFF[row.attempts - 1]
        await self.database.write(
            lambda tx: tx.execute(_mails.update().where(_mine(row)).values(due_at=tx.now + wait)) and None
        )
        _log.warning("mail_put_off", mail=row.id, attempts=row.attempts, why=why, seconds=wait.total_seconds())


def _owed_to(tx: Transaction, here: Collection[str]) -> list[str]:
    """Return what falls due soon for these."""
    soon = (_mails.c.state == WAITING, _mails.c.kind == REPLY, _mails.c.due_at <= tx.now + AHEAD)
    rows = tx.execute(select(_mails.c.id, _mails.c.customer).where(*soon))
    return [row.id for row in rows if row.customer in here]


def _drop(tx: Transaction, here: Collection[str]) -> None:
    theirs = _mails.c.id.in_(_owed_to(tx, here))
    tx.execute(_mails.delete().where(theirs, _mails.c.state == WAITING))


def _anything(tx: Transaction) -> bool:
    """Whether a mail is due, or one is known for long enough."""
    due = (_mails.c.state == WAITING) & (_mails.c.due_at <= tx.now)
    old = _mails.c.ended_at < tx.now - KEPT
    return tx.execute(select(_mails.c.id).where(due | old).limit(1)).first() is not None


def _take(tx: Transaction) -> list[Row[Any]]:
    """Take some due rows for a while, which no other process takes then; forget what ended long ago."""
    tx.execute(_mails.delete().where(_mails.c.ended_at < tx.now - KEPT))
    due = select(_mails.c.id).where(_mails.c.state == WAITING, _mails.c.due_at <= tx.now).order_by(_mails.c.due_at)
    ids = list(tx.execute(due.limit(AT_ONCE).with_for_update(skip_locked=True)).scalars())
    taken = _mails.update().where(_mails.c.id.in_(ids))
    values = {"due_at": tx.now + LEASE, "attempts": _mails.c.attempts + 1}
    return list(tx.execute(taken.values(values).returning(*_mails.c))) if ids else []


def _mine(row: Row[Any]) -> Any:
    """The row, if nobody else took it after its lease."""
    return (_mails.c.id == row.id) & (_mails.c.attempts == row.attempts) & (_mails.c.state == WAITING)


def _end(tx: Transaction, row: Row[Any], state: str) -> None:
    tx.execute(_mails.update().where(_mine(row)).values(state=state, ended_at=tx.now))
