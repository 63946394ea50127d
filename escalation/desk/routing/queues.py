"""What is set about queues: rows, read by the router, changed by supervisors and admins."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from escalation.database import Database, Prepared, Transaction, table_of
from escalation.desk.errors import UnknownQueue
from escalation.desk.events import QUEUE_CHANGED, QUEUES
from escalation.desk.hours import as_document, from_document
from escalation.desk.routing.rules import GENERAL, OFFER_AT_LEAST, OFFER_AT_MOST, PULL, QueueRules, Takes
from escalation.desk.routing.tables import QueueRow
from escalation.desk.routing.work import check, stored_work, work_of
from escalation.events import NewEvent, append
from escalation.kernel.errors import Invalid
from escalation.security import Actor, SecurityLog

KINDS = ("sites", "languages", "reasons", "intents")
"""What a queue may ask of a handoff."""

_queues = table_of(QueueRow)
_STORED = Prepared(_queues.select())


def all_rules(tx: Transaction, names: Iterable[str]) -> dict[str, QueueRules]:
    """Return what is set about each of these queues."""
    return {name: rules_of(tx, name) for name in names}


def rules_of(tx: Transaction, name: str) -> QueueRules:
    """Return what is set about one queue. All are read at once, once in a transaction: many steps of one ask."""
    stored = tx.once(QueueRow, lambda: {row.name: row for row in tx.execute(_STORED)})
    return tx.once((QueueRow, name), lambda: _rules_of(stored[name]) if name in stored else PULL)


def _rules_of(row: Any) -> QueueRules:
    return QueueRules(
        way=row.way,
        offer_lasts=timedelta(seconds=row.offer_seconds),
        auto_accept=row.auto_accept,
        priority=row.priority,
        skills=frozenset(row.skills),
        preferred=frozenset(row.preferred),
        relax_after=timedelta(seconds=row.relax_seconds) if row.relax_seconds is not None else None,
        takes=Takes(**{name: frozenset(row.takes[name]) for name in KINDS}),
        work=work_of(row.work),
        hours=from_document(row.hours) if row.hours is not None else None,
    )


def _row_of(name: str, rules: QueueRules) -> dict[str, Any]:
    return {
        "name": name,
        "way": rules.way,
        "offer_seconds": int(rules.offer_lasts.total_seconds()),
        "auto_accept": rules.auto_accept,
        "priority": rules.priority,
        "skills": sorted(rules.skills),
        "preferred": sorted(rules.preferred),
        "relax_seconds": int(rules.relax_after.total_seconds()) if rules.relax_after is not None else None,
        "takes": {name: sorted(getattr(rules.takes, name)) for name in KINDS},
        "work": stored_work(rules.work),
        "hours": as_document(rules.hours) if rules.hours is not None else None,
    }


class Queues:
    """The queues the operator has named, and what is set about each."""

    def __init__(self, database: Database, names: Iterable[str]) -> None:
        self._database = database
        self._names = tuple(names)

    async def all(self) -> Mapping[str, QueueRules]:
        """Return what is set about every queue, in the operator's order."""
        return await self._database.read(lambda tx: all_rules(tx, self._names))

    async def tried(self, name: str, rules: QueueRules) -> Mapping[str, QueueRules]:
        """Return the rules of every queue, as if this one had these. Raises: UnknownQueue, Invalid."""
        return {**await self.all(), name: self._checked(name, rules)}

    async def change(self, name: str, rules: QueueRules, by: Actor) -> QueueRules:
        """Set the rules of a queue, from the next routing on. Raises: UnknownQueue, Invalid."""
        wanted = self._checked(name, rules)

        def work(tx: Transaction) -> None:
            tx.upsert(QueueRow, _row_of(name, wanted))
            SecurityLog.add(tx, "queue_changed", by, name, {"way": wanted.way, "auto_accept": wanted.auto_accept})
            append(tx, QUEUES, NewEvent(QUEUE_CHANGED, 1, {"queue": name}, by.id))

        await self._database.write(work)
        return wanted

    def _checked(self, name: str, rules: QueueRules) -> QueueRules:
        if name not in self._names:
            raise UnknownQueue(f"There is no queue {name!r}. Choose one of {', '.join(self._names)}.")
        if name == GENERAL and rules.takes != Takes():
            raise Invalid(f"The queue {GENERAL} takes what no other queue does. Set this of another one.")
        if not OFFER_AT_LEAST <= rules.offer_lasts <= OFFER_AT_MOST:
            raise Invalid(f"An offer lasts {OFFER_AT_LEAST.seconds} to {OFFER_AT_MOST.seconds} seconds.")
        check(rules.work)
        return replace(rules, preferred=rules.preferred - rules.skills)
