"""What is proven of the present anchor: that of the answers it gave so far at most the accepted share were wrong.

An anchor that the gate let in, or a person, is provisional until then. The mathematics is that of a window, of this
model's answers alone: which answers are its own is known before any coin is read. Each such certificate has delta for
itself. It is looked at for answers before a midnight (UTC), as what is shown must not move with an answer.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from escalation.conversations.lanes import Lane
from escalation.database import Transaction, table_of
from escalation.learning import anchors
from escalation.proof import claims, rows
from escalation.proof.certificate import AUDIT_WITHIN, Window, certify_window
from escalation.proof.tables import AuditRow, AutomaticAnswerRow
from escalation.proof.values import ProofSettings

DAY = timedelta(days=1)

_answers = table_of(AutomaticAnswerRow)
_audits = table_of(AuditRow)


def note(tx: Transaction, settings: ProofSettings) -> None:
    """Store that the present anchor is certified for the accepted error, once it is."""
    present, claimed = anchors.present(tx), claims.terms(tx, settings)
    if present is None or present.certified_alpha == claimed.alpha or not claimed.provable:
        return
    for until in _midnights(tx.now):
        if any(certify_window(each, claimed).certified for each in given(tx, present, until)):
            anchors.certify(tx, present.number, claimed.alpha, until)
            return


def given(tx: Transaction, anchor: Row[Any], until: datetime) -> list[Window]:
    """Return the part of each running window that holds answers of an anchor, from its time until a moment."""
    return [_given(tx, anchor, row, until) for row in rows.running(tx)]


def _given(tx: Transaction, anchor: Row[Any], row: Row[Any], until: datetime) -> Window:
    mine = (*rows.held(_answers, row, until), _answers.c.lane == Lane.CERTIFIED.value)
    mine += (_answers.c.model == anchor.model, _answers.c.at >= anchor.at)
    answers = tx.execute(select(func.count()).select_from(_answers).where(*mine)).scalar_one()
    drawn = (
        select(_audits.c.verdict, func.count())
        .join(_answers, _answers.c.message_id == _audits.c.message_id)
        .where(*mine, *rows.drawn_by(row, until))
        .group_by(_audits.c.verdict)
    )
    of = {said: count for said, count in tx.execute(drawn)}  # noqa: C416  a Row is no tuple to mypy
    right, wrong, pending = (of.get(said, 0) for said in (rows.RIGHT, rows.WRONG, None))
    return Window(max(row.started_at, anchor.at), row.chance, answers, right, wrong, pending)


def _midnights(now: datetime) -> list[datetime]:
    """Return the last midnights (UTC), newest first, as far back as an audit may wait."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return [today - number * DAY for number in range(AUDIT_WITHIN // DAY + 1)]
