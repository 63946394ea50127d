"""The audit bench: auditors get one message after another and label it blind.

What an auditor sees says nothing of the bot's answer, of its guesses, or of why the message was chosen.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, delete, func, or_, select

from escalation.catalogue.errors import IntentUnknown
from escalation.catalogue.service import Catalogues
from escalation.conversations.scoping import is_seen
from escalation.conversations.tables import MessageRow
from escalation.database import Database, Transaction, table_of
from escalation.people.members import Member, members
from escalation.people.permissions import Permission
from escalation.proof.audits import is_late
from escalation.proof.certificate import AUDIT_WITHIN
from escalation.proof.errors import (
    AlreadyLabelled,
    AuditHeld,
    AuditOver,
    AuditUnknown,
    HandledByAuditor,
    UndoOver,
)
from escalation.proof.involvement import handled, is_erased
from escalation.proof.tables import AuditLabelRow, AuditRow, AuditSkipRow
from escalation.proof.values import ProofSettings
from escalation.protocol.rest.proof import AuditLabel, AuditMessage, AuditTask, NextAudit

HELD = timedelta(minutes=10)
"""How long a message stays with the auditor who was given it."""
LATELY = timedelta(days=30)
MOST_TRIED = 1_000
SHOWN = 60
"""The most messages of a conversation that are shown."""

_audits = table_of(AuditRow)
_labels = table_of(AuditLabelRow)
_skips = table_of(AuditSkipRow)
_messages = table_of(MessageRow)

_auditor: BindParameter[str] = bindparam("auditor")
_of = _labels.c.message_id == _audits.c.message_id
_taken = select(_labels.c.message_id).where(_of, or_(_labels.c.auditor == _auditor, _labels.c.counted.is_(False)))
_left = select(_skips.c.message_id).where(_skips.c.message_id == _audits.c.message_id, _skips.c.auditor == _auditor)
_to_label = (
    select(_audits)
    .where(_audits.c.verdict.is_(None), ~_taken.exists())
    .order_by(_audits.c.at, _audits.c.message_id)
    .limit(MOST_TRIED)
)
_free = or_(_audits.c.holder.is_(None), _audits.c.held_until <= bindparam("now"))
_MINE = _to_label.where(_audits.c.holder == _auditor)
_FREE = _to_label.where(_free, ~_left.exists())
_LEFT = _to_label.where(_free, _left.exists())
"""What a single auditor left comes back to them."""


class AuditBench:
    """What auditors ask for. Each call is one transaction."""

    def __init__(self, database: Database, catalogues: Catalogues, settings: ProofSettings) -> None:
        self._database = database
        self._catalogues = catalogues
        self._settings = settings

    async def next(self, auditor: Member) -> NextAudit:
        """Give the auditor a message, the same one again until it is labelled or left, and say how many wait."""

        def work(tx: Transaction) -> NextAudit:
            found = _next(tx, auditor)
            if found is not None:
                _hold(tx, found.message_id, auditor)
            waiting = tx.execute(select(func.count()).where(_audits.c.verdict.is_(None))).scalar_one()
            return NextAudit(task=None if found is None else _task(tx, found), waiting=waiting)

        return await self._database.write(work)

    async def label(self, auditor: Member, message_id: str, label: AuditLabel) -> None:
        """Take a label. It counts after some seconds, until when `undo` takes it back.

        Raises: AuditUnknown, AuditOver, AuditHeld, AlreadyLabelled, HandledByAuditor, IntentUnknown.
        """
        catalogue = await self._catalogues.load()
        for name in label.intents:
            if catalogue.find(name) is None:
                raise IntentUnknown(f"There is no intent {name}. Reload the page for those there are.")

        def work(tx: Transaction) -> None:
            row = _labelled_by(tx, auditor, message_id)
            given = {"intents": sorted(set(label.intents)), "cannot_tell": label.cannot_tell}
            given |= {"unserved": label.unserved, "at": tx.now, "counted": False}
            tx.execute(_labels.insert(), {"message_id": row.message_id, "auditor": auditor.id, **given})
            _let_go(tx, row.message_id)

        await self._database.write(work)

    async def undo(self, auditor: Member, message_id: str) -> None:
        """Take one's label back while it does not count. Raises: UndoOver."""

        def work(tx: Transaction) -> None:
            mine = _labels.c.message_id == message_id, _labels.c.auditor == auditor.id
            young = _labels.c.counted.is_(False), _labels.c.at > tx.now - self._settings.undo
            if not tx.execute(delete(_labels).where(*mine, *young)).rowcount:
                raise UndoOver("This label counts by now. What others say of the same message can still outweigh it.")
            _hold(tx, message_id, auditor)

        await self._database.write(work)

    async def skip(self, auditor: Member, message_id: str) -> None:
        """Leave a message to somebody else. Raises: AuditUnknown, AuditOver, AuditHeld, AlreadyLabelled."""

        def work(tx: Transaction) -> None:
            row = _labelled_by(tx, auditor, message_id)
            tx.upsert(AuditSkipRow, {"message_id": row.message_id, "auditor": auditor.id}, update=())
            _let_go(tx, row.message_id)

        await self._database.write(work)


def auditors(tx: Transaction) -> int:
    """Return how many people audit: all auditors, and of others who may, those who did lately."""
    lately = select(_labels.c.auditor).where(_labels.c.at > tx.now - LATELY).distinct()
    did = set(tx.execute(lately).scalars())
    may = (each for each in members(tx) if not each.disabled and each.may(Permission.AUDIT))
    return sum(each.role == "auditor" or each.id in did for each in may)


def _next(tx: Transaction, auditor: Member) -> Row[Any] | None:
    """Return the oldest message that this auditor may label now, first the one they have already."""
    alone = auditors(tx) <= 1
    mine = {"auditor": auditor.id, "now": tx.now}
    asked = (_MINE, _FREE, _LEFT) if alone else (_MINE, _FREE)
    found = (row for query in asked for row in tx.execute(query, mine).all())
    return next((row for row in found if _fits(tx, auditor, row, alone)), None)


def _fits(tx: Transaction, auditor: Member, row: Row[Any], alone: bool) -> bool:
    if is_late(row.at, tx.now) or not is_seen(tx, auditor.scope, row.conversation) or is_erased(tx, row.message_ids):
        return False
    return alone or not handled(tx, row.conversation, auditor.id)


def _labelled_by(tx: Transaction, auditor: Member, message_id: str) -> Row[Any]:
    row = tx.lock(AuditRow, message_id)
    if row is None or not is_seen(tx, auditor.scope, row.conversation) or is_erased(tx, row.message_ids):
        raise AuditUnknown("This message is not to be audited, or its words were erased. Take the next one.")
    if row.verdict is not None or is_late(row.at, tx.now):
        raise AuditOver("The audit of this message is over. Take the next one.")
    before = tx.execute(select(_labels.c.auditor, _labels.c.counted).where(_labels.c.message_id == message_id)).all()
    if any(each.auditor == auditor.id for each in before):
        raise AlreadyLabelled("You have labelled this message. Take the next one.")
    taken = row.holder not in {None, auditor.id} and row.held_until > tx.now
    if taken or any(not each.counted for each in before):
        raise AuditHeld("Somebody else has this message now. Take the next one.")
    if auditors(tx) > 1 and handled(tx, row.conversation, auditor.id):
        raise HandledByAuditor("You took part in this conversation, so somebody else audits it. Take the next one.")
    return row


def _hold(tx: Transaction, message_id: str, auditor: Member) -> None:
    held = {"holder": auditor.id, "held_until": tx.now + HELD}
    tx.execute(_audits.update().where(_audits.c.message_id == message_id).values(**held))


def _let_go(tx: Transaction, message_id: str) -> None:
    free = {"holder": None, "held_until": None}
    tx.execute(_audits.update().where(_audits.c.message_id == message_id).values(**free))


def _task(tx: Transaction, row: Row[Any]) -> AuditTask:
    """Show the conversation up to the message, and nothing later; notes of staff are no part of it."""
    until = select(_messages.c.seq).where(_messages.c.id == row.message_id).scalar_subquery()
    query = (
        select(_messages)
        .where(_messages.c.conversation == row.conversation, _messages.c.seq <= until, _messages.c.internal.is_(False))
        .order_by(_messages.c.seq.desc())
        .limit(SHOWN)
    )
    asked = set(row.message_ids)
    shown = [
        AuditMessage(author=each.author, at=each.at, body=each.body, asked=each.id in asked)
        for each in reversed(tx.execute(query).all())
    ]
    return AuditTask(id=row.message_id, messages=shown, needed_by=row.at + AUDIT_WITHIN)
