"""Invariants of the proof: each drawn answer has its audit, no other has one, and verdicts rest on labels."""

from collections.abc import Iterator

from sqlalchemy import select

from escalation.conversations.lanes import Lane
from escalation.conversations.tables import DecisionRow
from escalation.database import Transaction, table_of
from escalation.proof import rows
from escalation.proof.audits import is_late
from escalation.proof.tables import AuditRow, AutomaticAnswerRow, WindowRow
from escalation.verification.storage import Finding

_answers = table_of(AutomaticAnswerRow)
_audits = table_of(AuditRow)
_windows = table_of(WindowRow)
_decisions = table_of(DecisionRow)


def answers_are_decided(tx: Transaction) -> Iterator[Finding]:
    """Every automatic answer was decided as one, for the message it names, in the lane that it counts in."""
    decided: dict[str, str] = {}
    query = select(_decisions.c.message_ids, _decisions.c.lane).where(_decisions.c.action == "answer")
    for message_ids, lane in tx.execute(query):
        decided |= dict.fromkeys(message_ids, lane or Lane.CERTIFIED.value)  # what customers picked has no lane
    for row in tx.execute(select(_answers.c.message_id, _answers.c.conversation, _answers.c.lane)):
        if row.message_id not in decided:
            yield Finding("audit", row.conversation, f"message {row.message_id} counts as answered, by no decision")
        elif row.lane != decided[row.message_id]:
            what = f"was decided in the lane {decided[row.message_id]} and counts in {row.lane}"
            yield Finding("audit", row.conversation, f"the answer to message {row.message_id} {what}")


def audits_are_of_drawn_answers(tx: Transaction) -> Iterator[Finding]:
    """An answer has an audit exactly if a window that holds it drew it, or it is of the probation lane.

    The audit judges what was answered.
    """
    windows = tx.execute(select(_windows)).all()
    audits = {row.message_id: row for row in tx.execute(select(_audits).where(_audits.c.purpose == rows.ANSWER))}
    for answer in tx.execute(select(_answers)):
        drawn = answer.lane == Lane.PROBATION.value
        drawn = drawn or any(answer.draw < each.chance for each in windows if rows.holds(each, answer.period))
        audit = audits.pop(answer.message_id, None)
        if drawn != (audit is not None):
            what = "was drawn and has no audit" if drawn else "was not drawn and has an audit"
            yield Finding("audit", answer.conversation, f"the answer to message {answer.message_id} {what}")
        elif audit is not None and any(getattr(audit, name) != getattr(answer, name) for name in _SHARED):
            yield Finding("audit", answer.conversation, f"the audit of {answer.message_id} is of another answer")
    for audit in audits.values():
        yield Finding("audit", audit.conversation, f"message {audit.message_id} has an audit, and no automatic answer")


_SHARED = ("conversation", "intent", "also", "lane", "period", "draw")


def verdicts_rest_on_labels(tx: Transaction) -> Iterator[Finding]:
    """A right answer was confirmed by an auditor; a wrong one was refuted by one, or its time was over."""
    for row in tx.execute(select(_audits).where(_audits.c.verdict.is_not(None))):
        labels = rows.labels(tx, row.message_id)
        confirmed = [label.confirms(row.intent, row.also) for label in labels]
        if row.verdict == rows.RIGHT and not any(confirmed):
            yield Finding("audit", row.conversation, f"message {row.message_id} is called right, and nobody said so")
        if row.verdict == rows.WRONG and all(confirmed) and not is_late(row.at, row.ruled_at):
            yield Finding("audit", row.conversation, f"message {row.message_id} is called wrong, and nobody said so")
