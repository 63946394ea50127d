"""Members of staff as the rest of the product sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select

from escalation.database import Prepared, Transaction, table_of
from escalation.kernel.errors import NotFound
from escalation.people.errors import NotPermitted
from escalation.people.permissions import Permission, permits, who
from escalation.people.scope import EVERYTHING, Scope
from escalation.people.tables import StaffRow
from escalation.protocol.states import Role

_staff = table_of(StaffRow)
_ALL = Prepared(_staff.select().where(_staff.c.disabled_at.is_(None)).order_by(_staff.c.name, _staff.c.id))
_ONE = Prepared(_staff.select().where(_staff.c.id == bindparam("who")))
_NAMES = Prepared(select(_staff.c.id, _staff.c.name).where(_staff.c.id.in_(bindparam("ids", expanding=True))))


@dataclass(frozen=True)
class Member:
    """One member of staff, as the rest of the product sees them."""

    id: str
    email: str
    name: str
    role: Role
    capacity: int
    disabled: bool = False
    """Whether an admin has shut the account: no sign-in, no session, no conversation."""
    sites: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    """What the account is limited to; without any, to nothing. `scope` says what follows."""
    second_factor: bool = False
    """Whether signing in takes a code beside the password."""
    languages: tuple[str, ...] = ()
    """The only languages in which they are offered conversations, ISO 639-1; empty: all. They may claim others."""
    skills: tuple[str, ...] = ()
    """What queues may ask for."""

    @property
    def scope(self) -> Scope:
        """What they see of conversations. Admins are never limited."""
        return scope_of(self)

    def may(self, permission: Permission) -> bool:
        """Return whether their role has the permission."""
        return permits(self.role, permission)

    def require(self, permission: Permission) -> None:
        """Go on only with the permission. Raises: NotPermitted."""
        if not self.may(permission):
            raise NotPermitted(f"Only {who(permission)} may do this ({permission}).", permission)


def scope_of(account: Any) -> Scope:
    """Return what an account sees: a member, or a row with `role`, `sites` and `queues`. Admins are never limited."""
    if account.role == "admin" or not (account.sites or account.queues):
        return EVERYTHING
    return Scope(frozenset(account.sites), frozenset(account.queues))


def member_of(row: Row[Any]) -> Member:
    """Return the member a row tells of."""
    disabled = row.disabled_at is not None
    limits = (tuple(row.sites), tuple(row.queues))
    can = {"languages": tuple(row.languages), "skills": tuple(row.skills)}
    return Member(row.id, row.email, row.name, row.role, row.capacity, disabled, *limits, row.factor is not None, **can)


def members(tx: Transaction) -> list[Member]:
    """Return everybody who may sign in, by name."""
    return [member_of(row) for row in tx.execute(_ALL)]


def member(tx: Transaction, id: str) -> Member:
    """Return one member. Raises: NotFound."""
    row = tx.execute(_ONE, {"who": id}).first()
    if row is None:
        raise NotFound(f"There is no member of staff {id}.")
    return member_of(row)


def names(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Return the shown names of members, by id."""
    wanted = list(ids)
    if not wanted:
        return {}
    return {row.id: row.name for row in tx.execute(_NAMES, {"ids": wanted})}
