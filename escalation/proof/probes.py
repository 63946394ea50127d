"""Probes: messages whose label is settled, judged against an intent that is known to be wrong.

They measure how often the auditors miss a wrong answer. To an auditor a probe looks like any other message: the intent
it is judged against is never shown. It is the model's best guess that was wrong, so as near as wrong answers are.
"""

from typing import Any

from sqlalchemy import Row, func, select

from escalation.conversations.lanes import Lane
from escalation.conversations.tables import ConversationRow, DecisionRow, ResolutionRow
from escalation.database import Transaction, table_of
from escalation.proof import rows
from escalation.proof.audits import Ruling, probe_ruling
from escalation.proof.certificate import TEST_SHARE
from escalation.proof.evidence import chance_bound
from escalation.proof.involvement import is_erased
from escalation.proof.tables import AuditRow
from escalation.proof.values import ProofSettings

GOOD_ENOUGH = 0.05
"""A bound on misses below which probes are put in at a slower rate."""
SHARE, MAINTAINED = 1 / 3, 1 / 21
"""Probes among all that auditors are asked: until the bound is good enough, and from then on."""
LOOKED_AT = 40
"""Resolutions looked at for one probe."""

_audits = table_of(AuditRow)
_resolutions = table_of(ResolutionRow)
_decisions = table_of(DecisionRow)
_conversations = table_of(ConversationRow)


def decided(tx: Transaction) -> tuple[int, int]:
    """Return how many probes auditors have decided, and how many of them they missed."""
    probes = _audits.c.purpose == rows.PROBE, _audits.c.verdict.in_([rows.RIGHT, rows.WRONG])
    query = select(func.count(), func.count().filter(_audits.c.verdict == rows.RIGHT)).where(*probes)
    count, missed = tx.execute(query).one()
    return count, missed


def miss(tx: Transaction, settings: ProofSettings) -> float:
    """Return the upper bound, 0..1, of the chance that auditors miss a wrong answer; 1 without probes."""
    return chance_bound(*decided(tx), settings.delta * (1 - TEST_SHARE))


def add_if_due(tx: Transaction, settings: ProofSettings) -> bool:
    """Put in one more probe where there are too few for what auditors are asked; return whether it was done."""
    asked = tx.execute(select(func.count()).select_from(_audits)).scalar_one()
    probes = tx.execute(select(func.count()).where(_audits.c.purpose == rows.PROBE)).scalar_one()
    share = MAINTAINED if miss(tx, settings) <= GOOD_ENOUGH else SHARE
    if not asked or probes >= share * (asked + 1):
        return False
    return _put_in(tx)


def decide(tx: Transaction, row: Row[Any], most: int) -> bool:
    """Decide a probe from its labels, if that can be; return whether it needs another."""
    said = probe_ruling(row.intent, rows.labels(tx, row.message_id), most=most)
    if said is not Ruling.MORE:
        rows.rule(tx, row.message_id, rows.VOID if said is None else said.value, most)
    return said is Ruling.MORE


def drop_erased(tx: Transaction) -> None:
    """Forget probes whose words were erased before they were decided."""
    undecided = select(_audits).where(_audits.c.verdict.is_(None), _audits.c.purpose == rows.PROBE)
    for row in tx.execute(undecided).all():
        if is_erased(tx, row.message_ids):
            tx.execute(_audits.delete().where(_audits.c.message_id == row.message_id))


def _put_in(tx: Transaction) -> bool:
    """Make a probe of the newest settled resolution that fits."""
    settled = (
        select(_resolutions)
        .join(_conversations, _conversations.c.id == _resolutions.c.conversation)
        .where(
            _resolutions.c.settled_at.is_not(None), _resolutions.c.withdrawn_at.is_(None),
            _resolutions.c.label.is_not(None), _resolutions.c.learn,
            _resolutions.c.conversation.not_in(select(_audits.c.conversation)),
        )
        .order_by(_resolutions.c.settled_at.desc(), _resolutions.c.id)
        .limit(LOOKED_AT)
    )  # fmt: skip
    for row in tx.execute(settled).all():
        wrong = _best_wrong_guess(tx, row)
        if wrong is None or is_erased(tx, row.message_ids):
            continue
        probe = {"message_id": row.message_ids[-1], "conversation": row.conversation, "intent": wrong, "also": []}
        probe |= {"at": tx.now, "message_ids": row.message_ids, "purpose": rows.PROBE, "lane": Lane.HAND_OFF.value}
        tx.execute(tx.insert(AuditRow), {**probe, "period": 0, "draw": 0.0})
        return True
    return False


def _best_wrong_guess(tx: Transaction, row: Row[Any]) -> str | None:
    """Return the likeliest guess at this message that its settled label calls wrong; None where nothing was guessed."""
    if not row.message_ids or row.parts:
        return None  # of several requests a guess that the first label calls wrong may be another's
    mine = select(_decisions.c.message_ids, _decisions.c.guesses).where(_decisions.c.conversation == row.conversation)
    for decision in tx.execute(mine.order_by(_decisions.c.at.desc())):
        if row.message_ids[-1] in decision.message_ids:
            labels = [guess["label"] for guess in decision.guesses]
            return next((label for label in labels if label != row.label), None)
    return None
