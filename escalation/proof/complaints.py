"""The breaker's second ear: customers who say that an answer did not help.

It hears one side only. A complaint speaks against an answer; that nobody complained says nothing for it, and proves
nothing. So answers are compared with earlier ones: it trips where customers complain three times as often as they used
to.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from escalation.conversations.lanes import Lane
from escalation.conversations.tables import DecisionRow
from escalation.database import Transaction, table_of
from escalation.proof import rows
from escalation.proof.breaker import Breaker
from escalation.proof.evidence import chance_bound
from escalation.proof.tables import AutomaticAnswerRow

RIPE = timedelta(minutes=10)
"""Answers younger than this may still be complained of."""
RECENT = 300
"""Answers that are compared with those before them."""
EARLIER = 3_000
FEWEST_EARLIER = 300
"""Without so many earlier answers nobody knows what is usual."""
HIGHEST_USUAL = 0.3
"""What is called usual at most; the breaker compares with three times as much."""

_answers = table_of(AutomaticAnswerRow)
_decisions = table_of(DecisionRow)
_complaint = (
    select(_decisions.c.id)
    .where(
        _decisions.c.conversation == _answers.c.conversation,
        _decisions.c.reason == "unhelpful",
        _decisions.c.at >= _answers.c.at,
    )
    .exists()
)


def tripped(tx: Transaction, alpha: float) -> bool:
    """Return whether customers complain of the recent answers far more often than of those before them."""
    known = rows.state(tx)
    since = [_answers.c.at > known.resumed_at] if known is not None and known.resumed_at is not None else []
    query = (
        select(_complaint)
        .where(_answers.c.at <= tx.now - RIPE, _answers.c.lane == Lane.CERTIFIED.value, *since)
        .order_by(_answers.c.at.desc(), _answers.c.message_id)
        .limit(RECENT + EARLIER)
    )
    newest_first = [bool(each) for each in tx.execute(query).scalars()]
    return is_unusual(newest_first[RECENT:], newest_first[:RECENT][::-1], alpha)


def is_unusual(earlier: Sequence[bool], recent: Sequence[bool], alpha: float) -> bool:
    """Return whether a CUSUM over `recent` (oldest first; True: complained of) alarms against the share of `earlier`.

    That share is taken at its upper bound (95 %), as at least `alpha` and at most `HIGHEST_USUAL`. With too few earlier
    answers nothing is unusual.
    """
    if len(earlier) < FEWEST_EARLIER:
        return False
    usual = min(max(chance_bound(len(earlier), sum(earlier), 0.05), alpha), HIGHEST_USUAL)
    breaker = Breaker(usual)
    for complained in recent:
        breaker = breaker.audited(right=not complained)
    return breaker.tripped
