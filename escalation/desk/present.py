"""Who is there and takes conversations, summed up in the database: a handoff need not read every account."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from escalation.database import Prepared, Transaction, table_of
from escalation.desk.presence import IS_ONLINE
from escalation.desk.tables import AgentRow
from escalation.people.members import scope_of
from escalation.people.permissions import GRANTS, Permission
from escalation.people.scope import Scope
from escalation.people.tables import StaffRow

_staff, _agents = table_of(StaffRow), table_of(AgentRow)
_HERE = (_staff.c.id == _agents.c.id, _staff.c.disabled_at.is_(None), *IS_ONLINE)
_alike = (_staff.c.role, _staff.c.sites, _staff.c.queues)
_GROUPS = Prepared(select(*_alike, func.sum(_staff.c.capacity).label("capacity")).where(*_HERE).group_by(*_alike))
WORKS = or_(*(_staff.c.role == role for role in sorted(GRANTS[Permission.WORK_CONVERSATIONS].roles)))
"""What holds of the accounts of those who work on conversations."""
_CAPACITIES = Prepared(select(_staff.c.id, _staff.c.capacity).where(*_HERE, WORKS))


@dataclass(frozen=True, slots=True)
class Group:
    """Members who are there and see the same."""

    scope: Scope
    capacity: int
    """Of all of them together."""


def groups(tx: Transaction) -> Sequence[Group]:
    """Return those who are there, by role and by what they see."""
    return [Group(scope_of(row), int(row.capacity)) for row in tx.execute(_GROUPS, {"now": tx.now})]


def capacities(tx: Transaction) -> dict[str, int]:
    """Return the capacity of each who is there and works on conversations."""
    return {row.id: row.capacity for row in tx.execute(_CAPACITIES, {"now": tx.now})}
