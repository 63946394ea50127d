"""What is labelled of the traffic, read from rows: what a swap's calibration learns of beside examples (decision 22).

Only decided audits are read, so that no coin which is still to fall takes part. Nothing is stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from escalation.conversations.lanes import Lane
from escalation.conversations.model import turn_text
from escalation.database import Transaction, table_of
from escalation.learning.datasets import texts_of
from escalation.learning.tables import ExampleRow
from escalation.proof import rows
from escalation.proof.audits import Label, agreed
from escalation.proof.tables import AuditRow, AutomaticAnswerRow, WindowRow

MOST = 2_000
"""The newest audits that are read; where there are more, handoffs from before the oldest of them do not count.

Nor do those from before the first window, when answers were not audited."""

_audits = table_of(AuditRow)
_answers = table_of(AutomaticAnswerRow)
_windows = table_of(WindowRow)
_examples = table_of(ExampleRow)


@dataclass(frozen=True, slots=True)
class AuditedMessage:
    """An answer whose auditors agree: `intents` that would serve it, and the chance, above 0, that it was audited.

    `beside`: ids of the examples of its conversation.
    """

    text: str
    intents: frozenset[str]
    chance: float
    beside: frozenset[str]


@dataclass(frozen=True, slots=True)
class LabelledTraffic:
    """`examples`: the chance with which each was seen, by id; 0: it does not count."""

    examples: dict[str, float]
    audited: list[AuditedMessage]


def load(tx: Transaction, gate_share: float, *, most: int = MOST) -> LabelledTraffic:
    """Read it. `gate_share`: of the conversations, 0 to 1, that judge and train nothing."""
    decided = tx.execute(
        select(_audits)
        .where(_audits.c.purpose == rows.ANSWER, _audits.c.verdict.is_not(None))
        .order_by(_audits.c.at.desc(), _audits.c.message_id)
        .limit(most)
    ).all()
    windows = tx.execute(select(_windows).order_by(_windows.c.number)).all()
    if not windows:
        return LabelledTraffic({}, [])
    since = decided[-1].at if len(decided) == most else windows[0].started_at
    collected = tx.execute(
        select(_examples, _answers.c.message_id.label("answered"))
        .join(_answers, _answers.c.message_id == _examples.c.message_id, isouter=True)
        .where(_examples.c.excluded_at.is_(None), _examples.c.split == "train")
    ).all()
    return LabelledTraffic(
        {row.id: _chance_of_example(row, since, gate_share) for row in collected},
        _audited(tx, decided, collected, windows),
    )


def _chance_of_example(row: Row[Any], since: datetime, gate_share: float) -> float:
    """A message that was answered counts by its audit alone: who asks for a person then was more often misled."""
    return 0.0 if row.at < since or row.answered is not None else 1.0 - gate_share


def _audited(
    tx: Transaction, decided: Iterable[Row[Any]], collected: Iterable[Row[Any]], windows: Sequence[Row[Any]]
) -> list[AuditedMessage]:
    beside: dict[str, set[str]] = {}
    for example in collected:
        beside.setdefault(example.conversation, set()).add(example.id)
    single = [row for row in decided if not row.also]
    words = texts_of(tx, (id for row in single for id in row.message_ids))
    found = []
    for row in single:
        text, label = turn_text(row.message_ids, words), agreed(rows.labels(tx, row.message_id))
        chance = _chance_of_audit(row, windows)
        if text.strip() and label is not None and chance > 0:
            own = frozenset(beside.get(row.conversation, ()))
            found.append(AuditedMessage(text, _intents(label), chance, own))
    return found


def _chance_of_audit(row: Row[Any], windows: Sequence[Row[Any]]) -> float:
    """Every answer of the probation lane is audited; of others those that any window draws which holds them."""
    if row.lane == Lane.PROBATION.value:
        return 1.0
    return max((each.chance for each in windows if rows.holds(each, row.period)), default=0.0)


def _intents(label: Label) -> frozenset[str]:
    """No answer is right where the words do not tell, or a further request stays open."""
    return frozenset() if label.cannot_tell or label.unserved else label.intents
