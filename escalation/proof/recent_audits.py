"""How often the bot was lately wrong where it answered without a question, as far as audits tell.

Answers that a customer picked are seldom wrong whatever the threshold is, so they say nothing of it.
"""

from collections.abc import Sequence

from sqlalchemy import exists, or_, select

from escalation.conversations.lanes import Lane
from escalation.database import Transaction, table_of
from escalation.proof import rows
from escalation.proof.tables import AuditLabelRow, AuditRow, AutomaticAnswerRow

NEWEST = 200
FEWEST = 50
RIGHT = "right"

_audits = table_of(AuditRow)
_labels = table_of(AuditLabelRow)
_answers = table_of(AutomaticAnswerRow)


def direct_risk(tx: Transaction, *, newest: int = NEWEST, fewest: int = FEWEST) -> float | None:
    """Return the share of the newest audits of certified answers that did not come out right, 0 to 1; None: too few.

    One that was labelled and is not decided counts as not right: a first label that confirms decides at once.
    """
    labelled = exists().where(_labels.c.message_id == _audits.c.message_id)
    found = (
        select(_audits.c.verdict)
        .join(_answers, _answers.c.message_id == _audits.c.message_id)
        .where(_audits.c.purpose == rows.ANSWER, _audits.c.lane == Lane.CERTIFIED.value)
        .where(_answers.c.model.is_not(None), or_(_audits.c.verdict.is_not(None), labelled))
        .order_by(_audits.c.at.desc(), _audits.c.message_id)
        .limit(newest)
    )
    verdicts: Sequence[str | None] = tx.execute(found).scalars().all()
    if len(verdicts) < fewest:
        return None
    return sum(verdict != RIGHT for verdict in verdicts) / len(verdicts)
