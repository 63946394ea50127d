"""What is proven and what is missing, read from rows: for the certificate's page and the history of windows.

Who may not audit is told of the days that are over only: a count that changes while an answer is given, or a moment at
which an audit is due, would tell which answers were drawn.
"""

from datetime import UTC, datetime, time, timedelta
from math import inf, isfinite, log
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select

from escalation.classifier.confidence.threshold import Choices
from escalation.conversations.lanes import Lane
from escalation.database import Database, Transaction, table_of
from escalation.proof import policy, probes, rows
from escalation.proof.bench import auditors
from escalation.proof.breaker import ALARM
from escalation.proof.certificate import (
    AUDIT_WITHIN,
    Terms,
    Window,
    WindowCertificate,
    certify_window,
    latest_certified,
)
from escalation.proof.outlook import Outlook, outlook
from escalation.proof.probation import Audited, audited
from escalation.proof.risk_dial import risk_dial
from escalation.proof.tables import AuditRow, AutomaticAnswerRow, WindowDayRow, WindowRow
from escalation.proof.values import ProofSettings
from escalation.protocol.rest.proof import CertificateView, Missing, RiskDialView, WindowList, WindowPoint, WindowView

DAY = timedelta(days=1)
NOTED_EVERY = timedelta(minutes=15)
SHOWN = 12
"""Windows of the history: three years of them."""
TINY = 1e-300

_answers = table_of(AutomaticAnswerRow)
_audits = table_of(AuditRow)
_days = table_of(WindowDayRow)
_windows = table_of(WindowRow)


class Figures(NamedTuple):
    """What is counted of the proof for `/metrics`. It tells of no answer whether it was drawn.

    So audits and evidence are those of the days that are over (UTC). `late_today`: answers that count as wrong before
    the next midnight, unless they are labelled. `evidence`, `needed` (natural logarithms) and `bound` are of the
    running window that is nearest to its certificate, as of yesterday; None on the first day.
    """

    answers: dict[str, int]
    """By lane."""
    due: int
    late_today: int
    evidence: float | None
    needed: float | None
    bound: float | None
    breaker: float
    """0 to 1, where it trips."""
    probes: int
    missed: int
    stopped: bool
    probation: Audited
    """The answers of the probation lane, every one of which is audited."""


class Claims:
    """What people read of the proof."""

    def __init__(self, database: Database, settings: ProofSettings) -> None:
        self._database = database
        self._settings = settings

    async def certificate(self, *, live: bool = True) -> CertificateView:
        """Return what is proven now, or of the answers before today (UTC)."""
        return await self._database.read(lambda tx: _certificate(tx, self._settings, None if live else _today(tx)))

    async def windows(self, *, live: bool = True) -> WindowList:
        """Return the newest windows with how they stood day by day; without today unless `live`."""
        return await self._database.read(lambda tx: _history(tx, None if live else _today(tx)))

    async def dial(self, choices: Choices) -> RiskDialView:
        """Return what each accepted error would mean, with the thresholds of the model that answers."""
        return await self._database.read(lambda tx: risk_dial(tx, self._settings, choices))

    async def figures(self) -> Figures:
        """Return what monitoring is told."""
        return await self._database.read(figures)


def figures(tx: Transaction) -> Figures:
    """Count what monitoring is told."""
    today, known = _today(tx), rows.state(tx)
    lanes = tx.execute(select(_answers.c.lane, func.count()).group_by(_answers.c.lane)).all()
    days = select(_days).where(_days.c.day < today.date(), _days.c.window.in_([row.number for row in rows.running(tx)]))
    last: dict[int, Row[Any]] = {row.window: row for row in tx.execute(days.order_by(_days.c.day))}
    nearest = max(last.values(), key=lambda row: float(row.log_evidence - row.log_needed), default=None)
    waiting = _audits.c.verdict.is_(None), _audits.c.purpose == rows.ANSWER, _audits.c.at < today + DAY - AUDIT_WITHIN
    probed, missed = probes.decided(tx)
    return Figures(
        answers=dict.fromkeys((Lane.CERTIFIED.value, Lane.PROBATION.value), 0) | {row.lane: row[1] for row in lanes},
        due=_due(tx, today)[0],
        late_today=tx.execute(select(func.count()).where(*waiting)).scalar_one(),
        evidence=None if nearest is None else nearest.log_evidence,
        needed=None if nearest is None else nearest.log_needed,
        bound=None if nearest is None else nearest.bound,
        breaker=_breaker(known),
        probes=probed,
        missed=missed,
        stopped=known is not None and known.tripped_at is not None,
        probation=audited(tx),
    )


def terms(tx: Transaction, settings: ProofSettings) -> Terms:
    """Return what is claimed, with what the probes say of the auditors."""
    return Terms(policy.current(tx).alpha, settings.delta, probes.miss(tx, settings))


def best(tx: Transaction, settings: ProofSettings, before: datetime | None = None) -> WindowCertificate | None:
    """Return the certificate of the longest proven beginning of a running window, else that of the oldest window.

    `before`: of the answers before that moment only.
    """
    claimed = terms(tx, settings)
    found = [
        latest_certified(rows.counted(tx, row, before), rows.drawn_answers(tx, row, before), claimed)
        for row in rows.running(tx)
    ]
    return next((each for each in found if each.certified), found[0] if found else None)


def day_is_due(tx: Transaction) -> bool:
    """Return whether the newest running window was counted for its history too long ago."""
    running = rows.running(tx)
    if not running:
        return False
    noted = tx.execute(select(func.max(_days.c.at)).where(_days.c.window == running[-1].number)).scalar_one()
    return noted is None or tx.now - noted >= NOTED_EVERY


def note_day(tx: Transaction, settings: ProofSettings) -> None:
    """Store how the running windows stand today."""
    claimed = terms(tx, settings)
    for row in rows.running(tx):
        window = rows.counted(tx, row)
        found = certify_window(window, claimed)
        noted = {
            "window": row.number,
            "day": tx.now.date(),
            "at": tx.now,
            "answers": window.answers,
            "right": window.right,
            "wrong": window.wrong,
            "pending": window.pending,
            "log_evidence": log(max(found.e_value, TINY)),
            "log_needed": log(found.needed),
            "bound": found.bound,
            "miss": claimed.miss,
        }
        tx.upsert(WindowDayRow, noted)


def _today(tx: Transaction) -> datetime:
    return tx.now.replace(hour=0, minute=0, second=0, microsecond=0)


def _history(tx: Transaction, before: datetime | None) -> WindowList:
    found = tx.execute(select(_windows).order_by(_windows.c.number.desc()).limit(SHOWN)).all()
    return WindowList(windows=[_window_view(tx, row, before) for row in found])


def _window_view(tx: Transaction, row: Row[Any], before: datetime | None) -> WindowView:
    shown = [_days.c.window == row.number, *([] if before is None else [_days.c.day < before.date()])]
    days = tx.execute(select(_days).where(*shown).order_by(_days.c.day))
    points = [
        WindowPoint(
            day=each.day, answers=each.answers, right=each.right, wrong=each.wrong, pending=each.pending,
            bound=each.bound, proven=each.log_evidence >= each.log_needed and each.miss < 1,
        )
        for each in days
    ]  # fmt: skip
    own = {name: getattr(row, name) for name in WindowView.model_fields if name != "points"}
    return WindowView(**own, points=points)


def _certificate(tx: Transaction, settings: ProofSettings, before: datetime | None) -> CertificateView:
    found = best(tx, settings, before)
    claimed = terms(tx, settings) if found is None else found.terms
    window = Window(tx.now, 1.0) if found is None else found.window
    known = rows.state(tx)
    ahead = None if found is None or found.certified or not claimed.provable else outlook(found, tx.now)
    due, oldest = _due(tx, before)
    alone = audited(tx)
    probed, missed = probes.decided(tx)
    return CertificateView(
        proven=found is not None and found.certified,
        since=None if found is None else window.started_at,
        answers=window.answers,
        alpha=claimed.alpha,
        confidence=1 - claimed.delta,
        bound=1.0 if found is None else found.bound,
        right=window.right,
        wrong=window.wrong,
        pending=window.pending,
        chance=window.p,
        missing=_missing(found, ahead),
        audits_missing=None if ahead is None or not isfinite(ahead.half) else int(ahead.half),
        days_missing=None if ahead is None or not isfinite(ahead.days) else ahead.days,
        probes=probed,
        misses=missed,
        miss_bound=claimed.miss or 0.0,
        audits_due=due,
        oldest_due=oldest,
        auditors=auditors(tx),
        audits_a_day=rows.budget(known, settings),
        stopped_at=None if known is None else known.tripped_at,
        stopped_because=None if known is None else known.tripped_because,
        breaker=_breaker(known),
        probation_answers=alone.answers,
        probation_wrong=alone.wrong,
        probation_waiting=alone.waiting,
    )


def _breaker(known: Row[Any] | None) -> float:
    return 0.0 if known is None else min(1.0, known.breaker_level / log(ALARM))


def _missing(found: WindowCertificate | None, ahead: Outlook | None) -> Missing:
    if found is None or not found.window.answers:
        return "answers"
    if found.certified:
        return "nothing"
    if ahead is None:
        return "probes"
    if ahead.half == inf:
        return "error_rate"
    return "days" if ahead.days > ahead.left else "audits"


def _due(tx: Transaction, before: datetime | None) -> tuple[int, datetime | None]:
    """Return how many audits wait, and when the first is too late; to the day where `before` leaves some out."""
    count, oldest = tx.execute(_DUE if before is None else _DUE.where(_audits.c.at < before)).one()
    if oldest is None:
        return count, None
    return count, AUDIT_WITHIN + (oldest if before is None else datetime.combine(oldest, time(), UTC))


_oldest = func.min(_audits.c.at).filter(_audits.c.purpose == rows.ANSWER)
_DUE = select(func.count(), _oldest).where(_audits.c.verdict.is_(None))
