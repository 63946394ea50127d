"""What the requests of late were, and what people said of those that the bot would have answered in shadow."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from escalation.catalogue.tables import IntentRow
from escalation.conversations.tables import DecisionRow, ResolutionRow
from escalation.database import Transaction, table_of
from escalation.proof.dial import Traffic

LOOKED_BACK = timedelta(days=14)
SHORTEST_HOURS = 1.0
MOST = 5_000
"""Decisions that are looked at, the newest."""
NEVER_ANSWERED = frozenset({"sensitive_intent", "no_answer", "repeated", "language", "mention", "several_requests"})
"""Reasons that hand off however sure the model is."""

_decisions = table_of(DecisionRow)
_resolutions = table_of(ResolutionRow)
_intents = table_of(IntentRow)


def recent(tx: Transaction) -> Traffic:
    """Return the requests of the last 14 days, the newest `MOST` of them."""
    automatic = _automatic(tx)
    rows = [row for row in _newest(tx) if row.label not in automatic or automatic[row.label] != "smalltalk"]
    if not rows:
        return Traffic()
    lasted = (tx.now - min(row.at for row in rows)) / timedelta(hours=1)
    return Traffic(tuple(_confidence(row, automatic) for row in rows), max(lasted, SHORTEST_HOURS))


def census(tx: Transaction) -> tuple[int, int]:
    """Return how many requests of the shadow mode the bot would have answered and a person labelled, and how many of
    those labels are the one it would have answered.

    In shadow every request is labelled by who resolves it, without seeing a guess. Newest decisions only. This is a
    count, and no certificate: nobody knows how often an agent's label confirms a wrong answer.
    """
    automatic = _automatic(tx)
    would = [row for row in _newest(tx) if row.blind and _would_answer(row, automatic)]
    labels = _first_labels(tx, {row.conversation for row in would})
    said = [(row.label, labels[id]) for row in would if (id := row.message_ids[-1]) in labels]
    return len(said), sum(label == given for label, given in said)


def _newest(tx: Transaction) -> list[Row[Any]]:
    """Return decisions that a model had a part in, newest first; ids of decisions rise with time."""
    query = select(_decisions).where(_decisions.c.confidence.is_not(None), _decisions.c.at >= tx.now - LOOKED_BACK)
    return list(tx.execute(query.order_by(_decisions.c.id.desc()).limit(MOST)))


def _automatic(tx: Transaction) -> dict[str, str]:
    """Return the intents the bot may answer, with their policies."""
    may = _intents.c.archived_at.is_(None), _intents.c.answer.is_not(None), _intents.c.policy != "always_handoff"
    return {row.name: row.policy for row in tx.execute(select(_intents.c.name, _intents.c.policy).where(*may))}


def _confidence(row: Row[Any], automatic: dict[str, str]) -> float:
    answerable = row.label in automatic and row.reason not in NEVER_ANSWERED
    return float(row.confidence) if answerable else 0.0


def _would_answer(row: Row[Any], automatic: dict[str, str]) -> bool:
    answers = row.reason == "not_certified" and automatic.get(row.label) == "automatic" and not row.parts
    return bool(answers and row.confidence >= row.threshold)


def _first_labels(tx: Transaction, conversations: set[str]) -> dict[str, str | None]:
    """Return the first label that was settled for each request, by its last message."""
    query = (
        select(_resolutions)
        .where(
            _resolutions.c.conversation.in_(conversations), _resolutions.c.settled_at.is_not(None),
            _resolutions.c.withdrawn_at.is_(None),
        )
        .order_by(_resolutions.c.at.desc(), _resolutions.c.id)
    )  # fmt: skip
    return {row.message_ids[-1]: row.label for row in tx.execute(query) if row.message_ids}
