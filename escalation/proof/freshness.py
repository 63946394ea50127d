"""Whether what is proven is still of late answers: in strict mode the bot answers only while it is."""

from typing import Any

from sqlalchemy import Row, func, select

from escalation.conversations.lanes import Lane
from escalation.database import Transaction, table_of
from escalation.proof import claims, policy, rows
from escalation.proof.certificate import AUDIT_WITHIN, WindowCertificate
from escalation.proof.tables import AutomaticAnswerRow
from escalation.proof.upcasts import append_answering_changed
from escalation.proof.values import ProofSettings

_answers = table_of(AutomaticAnswerRow)


def is_fresh(tx: Transaction, settings: ProofSettings) -> bool:
    """Return whether a running window is certified, and answers of more than seven days do not lie behind that.

    An audit is decided within seven days, so that a certificate which lags by more is refuted by what came later.
    """
    found = claims.best(tx, settings)
    if found is None or not found.certified:
        return False
    row = next(each for each in rows.running(tx) if each.started_at == found.window.started_at)
    promised = (*rows.held(_answers, row), _answers.c.lane == Lane.CERTIFIED.value)
    newest = tx.execute(select(func.max(_answers.c.at)).where(*promised)).scalar_one()
    return bool(newest - _last_proven(tx, promised, found) <= AUDIT_WITHIN)


def _last_proven(tx: Transaction, promised: tuple[Any, ...], found: WindowCertificate) -> Any:
    order = _answers.c.period, _answers.c.at, _answers.c.message_id
    query = select(_answers.c.at).where(*promised).order_by(*order)
    return tx.execute(query.offset(max(found.window.answers, 1) - 1).limit(1)).scalar_one()


def is_unknown(known: Row[Any] | None) -> bool:
    """Return whether strict mode waits to be told whether there is a certificate."""
    return policy.of_row(known).mode == "strict" and known is not None and known.certificate_fresh is None


def renew(tx: Transaction, settings: ProofSettings) -> None:
    """Look again, in strict mode; tell consoles where that changes what is answered. `hold` the proof's row first."""
    known = rows.state(tx)
    if known is None or policy.of_row(known).mode != "strict":
        return
    fresh = is_fresh(tx, settings)
    if fresh != known.certificate_fresh:
        rows.change(tx, certificate_fresh=fresh)
        append_answering_changed(tx, stopped=known.tripped_at is not None)
