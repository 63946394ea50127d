"""Rows of the catalogue's history: writing a change, reading them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select

from escalation.catalogue.errors import ChangeUnknown
from escalation.catalogue.history import Difference, Placed, undone_changes
from escalation.catalogue.tables import IntentChange
from escalation.database import Transaction, table_of
from escalation.protocol.states import ChangeKind
from escalation.security import SecurityLog, actor_of

_changes = table_of(IntentChange)
_NEWEST: Final = select(func.max(_changes.c.id))


@dataclass(frozen=True, slots=True)
class Cause:
    """Who changes something, and how it comes about."""

    kind: ChangeKind
    actor: str
    source: str | None = None
    undoes: int | None = None
    address: str = ""
    """From where, for the security log; the catalogue's history does not keep it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one intent, as stored. `undone` tells whether it is undone now."""

    id: int
    intent: str
    at: datetime
    cause: Cause
    difference: Difference
    undone: bool


def record(tx: Transaction, differences: Mapping[str, Difference], cause: Cause) -> None:
    """Store what changed, by intent; the catalogue must be locked. The security log tells of other policies."""
    first = (tx.execute(_NEWEST).scalar() or 0) + 1
    rows = [_row(tx, number, name, each, cause) for number, (name, each) in enumerate(differences.items(), first)]
    for start in range(0, len(rows), 200):
        tx.execute(_changes.insert(), rows[start : start + 200])
    for name, each in differences.items():
        if each.before.get("policy") is not None:
            policies = {"before": each.before["policy"], "after": each.after["policy"]}
            SecurityLog.add(tx, "policy_changed", actor_of(cause.actor, cause.address), name, policies)


def _row(tx: Transaction, number: int, name: str, difference: Difference, cause: Cause) -> dict[str, Any]:
    return {
        "id": number,
        "intent": name,
        "at": tx.now,
        "actor": cause.actor,
        "kind": cause.kind,
        "source": cause.source,
        "undoes": cause.undoes,
        "before": dict(difference.before),
        "after": dict(difference.after),
        "examples_added": [list(each) for each in difference.examples_added],
        "examples_removed": [list(each) for each in difference.examples_removed],
    }


def last_change(tx: Transaction, intent: str) -> int:
    """Return the number of an intent's newest change, 0 where none is known."""
    return tx.execute(_NEWEST.where(_changes.c.intent == intent)).scalar() or 0


def page(tx: Transaction, intent: str, before: int | None, limit: int) -> list[Change]:
    """Return at most `limit` changes of an intent, newest first, only those numbered below `before`."""
    query = select(_changes).where(_changes.c.intent == intent).order_by(_changes.c.id.desc()).limit(limit)
    rows = tx.execute(query if before is None else query.where(_changes.c.id < before)).all()
    gone = _undone(tx, intent)
    return [_change(row, row.id in gone) for row in rows]


def find(tx: Transaction, id: int) -> Change:
    """Return one change. Raises ChangeUnknown."""
    row = tx.execute(select(_changes).where(_changes.c.id == id)).first()
    if row is None:
        raise ChangeUnknown(f"the catalogue's history has no change {id}")
    return _change(row, id in _undone(tx, row.intent))


def _undone(tx: Transaction, intent: str) -> frozenset[int]:
    undoing = select(_changes.c.id, _changes.c.undoes).where(
        _changes.c.intent == intent, _changes.c.undoes.is_not(None)
    )
    return undone_changes((row.id, row.undoes) for row in tx.execute(undoing))


def _change(row: Row[Any], undone: bool) -> Change:
    difference = Difference(row.before, row.after, _placed(row.examples_added), _placed(row.examples_removed))
    return Change(row.id, row.intent, row.at, Cause(row.kind, row.actor, row.source, row.undoes), difference, undone)


def _placed(stored: list[list[Any]]) -> tuple[Placed, ...]:
    return tuple((int(place), str(text)) for place, text in stored)
