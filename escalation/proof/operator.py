"""What operators change of the proof: they let answers go on after the breaker, and set the budget of audits."""

from escalation.database import Database, Transaction
from escalation.proof import rows
from escalation.proof.errors import NotTripped
from escalation.proof.upcasts import append_answering_changed
from escalation.security import Actor, SecurityLog


class ProofOperator:
    """Each call is one transaction, and a row of the security log with its reason."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def resume(self, by: Actor, reason: str) -> None:
        """Let automatic answers go on; the breaker begins anew. Raises: NotTripped."""

        def work(tx: Transaction) -> None:
            if rows.hold(tx).tripped_at is None:
                raise NotTripped("Automatic answers are not stopped.")
            rows.change(tx, breaker_level=0.0, tripped_at=None, tripped_because=None, resumed_at=tx.now)
            SecurityLog.add(tx, "answers_resumed", by, facts={"reason": reason})
            append_answering_changed(tx, stopped=False, actor=f"agent:{by.id}")

        await self._database.write(work)

    async def set_budget(self, by: Actor, audits_a_day: float, reason: str) -> None:
        """Set the audits a day that the chance of windows to come is made from. Running windows keep theirs."""

        def work(tx: Transaction) -> None:
            rows.hold(tx)
            rows.change(tx, audits_a_day=audits_a_day)
            facts = {"audits_a_day": f"{audits_a_day:g}", "reason": reason}
            SecurityLog.add(tx, "audits_a_day_changed", by, facts=facts)

        await self._database.write(work)
