"""The probation lane as rows: what the live head may answer alone, what it answered, and what audits said of it."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from escalation.conversations.lanes import Lane, Probation
from escalation.conversations.tables import DecisionRow
from escalation.database import Prepared, Transaction, table_of
from escalation.proof import rows
from escalation.proof.tables import AuditRow
from escalation.proof.values import ProofSettings

SHARE_OF = timedelta(days=1)
"""The share is one of the messages of so long."""

_decisions = table_of(DecisionRow)
_audits = table_of(AuditRow)
_MINE = _audits.c.lane == Lane.PROBATION.value, _audits.c.purpose == rows.ANSWER
_MESSAGES = Prepared(
    select(_decisions.c.lane, func.count().label("messages"))
    .where(_decisions.c.at >= bindparam("since"), _decisions.c.lane.is_not(None))
    .group_by(_decisions.c.lane)
)
_AUDITED = Prepared(select(_audits.c.verdict, func.count().label("answers")).where(*_MINE).group_by(_audits.c.verdict))


class Audited(NamedTuple):
    """The answers of the lane ever, by what their audits came to."""

    right: int
    wrong: int
    waiting: int

    @property
    def answers(self) -> int:
        """How many there are; every one has an audit."""
        return sum(self)


def audited(tx: Transaction) -> Audited:
    """Count the answers of the lane."""
    counts = {row.verdict: row.answers for row in tx.execute(_AUDITED)}
    return Audited(counts.get(rows.RIGHT, 0), counts.get(rows.WRONG, 0), counts.get(None, 0))


def allowance(tx: Transaction, settings: ProofSettings) -> Probation:
    """Return what the lane may still answer. It stops for good at its budget, until an operator raises that."""
    share, budget = rows.probation(rows.state(tx), settings)
    if share <= 0:
        return Probation()
    lanes = {row.lane: row.messages for row in tx.execute(_MESSAGES, {"since": tx.now - SHARE_OF})}
    return Probation(
        share=share,
        budget=budget,
        messages=sum(lanes.values()),
        answers=lanes.get(Lane.PROBATION.value, 0),
        wrong=audited(tx).wrong,
    )
