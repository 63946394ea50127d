"""The proof's background work: labels begin to count, audits run out of time, windows roll, probes are put in.

Any number of processes may do it at once: the lock on the proof's one row lets one of them do each thing.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select

from escalation.conversations.ports import AnswerWatch
from escalation.database import Database, Transaction, table_of
from escalation.logs import get_logger
from escalation.proof import anchor_claims, claims, complaints, freshness, policy, probes, returns, rolling, rows
from escalation.proof.auditing import Auditing
from escalation.proof.audits import LABELS_ON_DISAGREEMENT
from escalation.proof.bench import auditors
from escalation.proof.certificate import AUDIT_WITHIN
from escalation.proof.events import BreakerTripped, ProofEvent
from escalation.proof.tables import AuditLabelRow, AuditRow
from escalation.proof.upcasts import append_answering_changed
from escalation.proof.values import ProofRules, ProofSettings
from escalation.proof.watch import ProofWatch
from escalation.security import SYSTEM, SecurityLog

POLL_SECONDS = 1.0
COMPLAINTS_EVERY = timedelta(minutes=1)
Noticed = Literal["complaints", "returns"]
"""What customers did far more often than before."""

_log = get_logger(__name__)
_audits = table_of(AuditRow)
_labels = table_of(AuditLabelRow)


class ProofKeeper:
    """One a process; `run` until cancelled. `tripped` is what this process knew last."""

    def __init__(self, database: Database, settings: ProofSettings, poll_seconds: float = POLL_SECONDS) -> None:
        self._database = database
        self._settings = settings
        self._poll_seconds = poll_seconds
        self.tripped = False
        self._looked_at: datetime | None = None
        self._noticed: Noticed | None = None

    @property
    def watch(self) -> AnswerWatch:
        """What conversations ask before they answer."""
        return ProofWatch(self._settings)

    async def open(self) -> None:
        """Let the settings hold where no admin changed anything, and do what is due; before the first turn."""
        await self._database.write(lambda tx: policy.install(tx, self._settings))
        await self.step()

    async def run(self) -> None:
        """Look about once a second until cancelled."""
        while True:
            await self.step()
            await asyncio.sleep(self._poll_seconds)

    async def step(self) -> None:
        """Do what is due now."""
        due, self.tripped = await self._database.read(lambda tx: (self._is_due(tx), rows.is_stopped(tx)))
        if due:
            self.tripped = await self._database.write(self._work)

    def _is_due(self, tx: Transaction) -> bool:
        waits = select(func.count()).where(_labels.c.counted.is_(False), _labels.c.at <= tx.now - self._settings.undo)
        late = select(func.count()).where(
            _audits.c.verdict.is_(None), _audits.c.purpose == rows.ANSWER, _audits.c.at < tx.now - AUDIT_WITHIN
        )
        counts = tx.execute(waits).scalar_one() + tx.execute(late).scalar_one()
        due = rolling.is_due(tx, self._settings) or claims.day_is_due(tx) or freshness.is_unknown(rows.state(tx))
        return self._customers_tell(tx) or bool(counts) or due

    def _customers_tell(self, tx: Transaction) -> bool:
        """Look about once a minute, while answers go on, whether customers complain or return far more than before."""
        self._noticed = None
        if rows.is_stopped(tx) or (self._looked_at is not None and tx.now - self._looked_at < COMPLAINTS_EVERY):
            return False
        self._looked_at = tx.now
        alpha = policy.current(tx).alpha
        if complaints.tripped(tx, alpha):
            self._noticed = "complaints"
        elif returns.tripped(tx, alpha):
            self._noticed = "returns"
        return self._noticed is not None

    def _work(self, tx: Transaction) -> bool:
        rows.hold(tx)
        rolling.roll(tx, self._settings)
        most = max(1, min(LABELS_ON_DISAGREEMENT, auditors(tx)))
        auditing = self._auditing(tx, most)
        for message_id in self._count_labels(tx):
            _decide(tx, auditing, message_id, most)
        auditing.expire(tx.now)
        if self._noticed is not None and not rows.is_stopped(tx):
            rows.stop(tx, self._noticed)
            _announce_stop(tx, self._noticed)
        probes.drop_erased(tx)
        while probes.add_if_due(tx, self._settings):
            pass
        if claims.day_is_due(tx):
            anchor_claims.note(tx, self._settings)
        claims.note_day(tx, self._settings)
        freshness.renew(tx, self._settings)
        return rows.is_stopped(tx)

    def _auditing(self, tx: Transaction, most: int) -> Auditing:
        rules = ProofRules(claims.terms(tx, self._settings), 0.0, labels_on_disagreement=most)
        store = rows.RowStore(tx, policy.current(tx).alpha, most)
        return Auditing(store, rules, lambda event, _: _hear(tx, event), certifying=False)

    def _count_labels(self, tx: Transaction) -> list[str]:
        """Let labels count that can no longer be taken back; return their messages, each once, oldest first."""
        old = _labels.c.counted.is_(False), _labels.c.at <= tx.now - self._settings.undo
        found = tx.execute(select(_labels.c.message_id).where(*old).order_by(_labels.c.at)).scalars().all()
        tx.execute(_labels.update().where(*old).values(counted=True))
        return list(dict.fromkeys(found))


def _decide(tx: Transaction, auditing: Auditing, message_id: str, most: int) -> None:
    row = tx.execute(select(_audits).where(_audits.c.message_id == message_id)).first()
    if row is None or row.verdict is not None:
        return
    if row.purpose == rows.PROBE:
        probes.decide(tx, row, most)
    else:
        auditing.decide(message_id, tx.now)


def _hear(tx: Transaction, event: ProofEvent) -> None:
    if isinstance(event, BreakerTripped):
        _announce_stop(tx, "audits")


def _announce_stop(tx: Transaction, because: str) -> None:
    _log.error("answers_stopped", because=because)
    SecurityLog.add(tx, "answers_stopped", SYSTEM, facts={"because": because})
    append_answering_changed(tx, stopped=True)
