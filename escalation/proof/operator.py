"""What operators change of the proof: they let answers go on after the breaker, and set mode, error and budgets."""

from dataclasses import asdict, dataclass
from typing import Any

from escalation.database import Database, Transaction
from escalation.learning.collector import CHANGED as LEARNT_FROM
from escalation.proof import policy, rolling, rows
from escalation.proof.errors import NotTripped
from escalation.proof.policy import AnsweringPolicy
from escalation.proof.upcasts import append_answering_changed
from escalation.protocol.states import AnsweringMode, SecurityKind
from escalation.security import Actor, SecurityLog

_KINDS: dict[str, SecurityKind] = {
    "mode": "answering_mode_changed",
    "alpha": "accepted_error_changed",
    "probation_share": "probation_changed",
    "probation_budget": "probation_changed",
}


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """What an admin wants otherwise; None: as it is."""

    mode: AnsweringMode | None = None
    alpha: float | None = None
    probation_share: float | None = None
    probation_budget: int | None = None


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

    async def govern(self, by: Actor, change: PolicyChange, reason: str) -> None:
        """Change how the bot may answer, from the next turn on, in every process. Saying what holds already is fine.

        A window is about one accepted error: where that changes, running windows end and others begin.
        """
        await self._database.write(lambda tx: _govern(tx, by, change, reason))


def _govern(tx: Transaction, by: Actor, change: PolicyChange, reason: str) -> None:
    known = rows.hold(tx)
    before = policy.of_row(known)
    wanted = {name: value for name, value in asdict(change).items() if value is not None}
    if wanted:
        rows.change(tx, **wanted, **{f"{name}_by": "admin" for name in ("mode", "alpha") if name in wanted})
    after = policy.current(tx)
    if after.alpha != before.alpha:
        rolling.end_all(tx, "terms")
        rows.change(tx, breaker_level=0.0)
        tx.rung.add(LEARNT_FROM)  # the learner chooses the thresholds anew
    if after != before:
        rows.change(tx, certificate_fresh=None)
    first = {"mode"} if "mode" in wanted and known.mode_by != "admin" else set()
    for name in _KINDS:
        if name in first or getattr(after, name) != getattr(before, name):
            _note(tx, by, name, before, after, reason)
    append_answering_changed(tx, stopped=rows.is_stopped(tx), actor=f"agent:{by.id}")


def _note(tx: Transaction, by: Actor, name: str, before: AnsweringPolicy, after: AnsweringPolicy, reason: str) -> None:
    """Write the row of the security log of what changed; the first choice of a mode is one, whichever it is."""
    facts = {name: _said(getattr(after, name)), "before": _said(getattr(before, name)), "reason": reason}
    SecurityLog.add(tx, _KINDS[name], by, facts=facts)


def _said(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:g}"
