"""What happens in the transaction that sends an automatic answer: it is counted, and drawn for audit or not.

Conversations ask here, by the port `AnswerWatch`, whether they may answer, and tell what they answered.
"""

from dataclasses import replace

from escalation.conversations.lanes import Lane, Probation
from escalation.conversations.ports import SentAnswer
from escalation.conversations.predictions import Govern, TurnPolicy
from escalation.database import Transaction
from escalation.proof import policy, rows
from escalation.proof.coins import draw, period_key
from escalation.proof.probation import allowance
from escalation.proof.rolling import running_windows
from escalation.proof.tables import AuditRow, AutomaticAnswerRow
from escalation.proof.values import ProofSettings


class ProofWatch:
    """The proof's side of an answer. It keeps nothing: everything is in rows."""

    def __init__(self, settings: ProofSettings) -> None:
        self._settings = settings

    def allows(self, tx: Transaction) -> bool:
        """Return whether the bot may answer at all: the mode allows it, and the breaker has not tripped."""
        return policy.may_answer(tx)

    def govern(self, tx: Transaction) -> Govern:
        """Return what makes of a model's limits those at the error that is accepted now, and whether it may answer."""
        known = rows.state(tx)
        now, may_answer = policy.of_row(known), policy.allowed(known)

        def governed(limits: TurnPolicy) -> TurnPolicy:
            answering = limits.answering and may_answer
            return replace(limits.at(now.alpha), answering=answering, blind=now.mode == "shadow")

        return governed

    def probation(self, tx: Transaction) -> Probation:
        """Return what the live head may still answer alone."""
        return allowance(tx, self._settings)

    def sent(self, tx: Transaction, answer: SentAnswer) -> None:
        """Store an answer, and its audit if the coin says so. The coin is read here for the first time.

        An answer that the live head gave alone is audited in any case.
        """
        going_on = running_windows(tx, self._settings)
        period = going_on[-1]
        message_id = answer.message_ids[-1]
        number = draw(period_key(self._settings.secret, period.id), message_id)
        common = {
            "message_id": message_id,
            "conversation": answer.conversation,
            "intent": answer.intent,
            "also": list(answer.also),
            "at": tx.now,
            "lane": answer.lane.value,
            "period": period.number,
            "draw": number,
        }
        tx.add(AutomaticAnswerRow, {**common, "model": answer.model})
        if answer.lane is Lane.PROBATION or any(number < window.chance for window in going_on):
            tx.add(AuditRow, {**common, "message_ids": list(answer.message_ids), "purpose": rows.ANSWER})
