"""What became the anchor, or tried to, as rows: whoever holds the row of what serves writes the next one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from escalation.database import Transaction, table_of
from escalation.learning.tables import AnchorRow

GATE = "gate"

_anchors = table_of(AnchorRow)


def note(tx: Transaction, model: Row[Any], grounds: str, threshold: float, refused: Sequence[str] = ()) -> None:
    """Store that a model became the anchor, or was refused for reasons; after locking the row of what serves."""
    last = tx.execute(select(func.max(_anchors.c.number))).scalar()
    row = {
        "number": (last or 0) + 1,
        "at": tx.now,
        "model": model.name,
        "grounds": grounds,
        "accepted": not refused,
        "threshold": threshold,
        "examples": model.examples,
        "reasons": list(refused),
    }
    tx.execute(_anchors.insert(), row)


def certify(tx: Transaction, number: int, alpha: float, until: datetime) -> None:
    """Store that of an anchor's answers until a moment at most `alpha` (0 to 1) were wrong, as its audits prove."""
    proven = {"certified_alpha": alpha, "certified_until": until}
    tx.execute(_anchors.update().where(_anchors.c.number == number).values(**proven))


def newest(tx: Transaction) -> Row[Any] | None:
    """Return what became the anchor, or was refused, last."""
    return tx.execute(_anchors.select().order_by(_anchors.c.number.desc()).limit(1)).first()


def last_tried(tx: Transaction) -> Row[Any] | None:
    """Return the last live head that was frozen as a challenger, whatever came of it."""
    tried = _anchors.select().where(_anchors.c.grounds == GATE)
    return tx.execute(tried.order_by(_anchors.c.number.desc()).limit(1)).first()


def present(tx: Transaction) -> Row[Any] | None:
    """Return how the present anchor came about."""
    accepted = _anchors.select().where(_anchors.c.accepted)
    return tx.execute(accepted.order_by(_anchors.c.number.desc()).limit(1)).first()
