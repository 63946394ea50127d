"""Rows of accounts: what one may hold, how it is changed, and that an admin stays. Functions inside a transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, get_args

from sqlalchemy import Row, or_, select

from escalation.database import Transaction, table_of
from escalation.kernel.errors import Invalid, NotFound
from escalation.people.errors import EmailTaken, LastAdmin
from escalation.people.members import Member, member_of
from escalation.people.passwords import hashed, refuse_common
from escalation.people.scope import EVERYTHING, Scope
from escalation.people.tables import SessionRow, StaffLinkRow, StaffRow, TicketRow
from escalation.protocol.states import Role
from escalation.security import Actor, SecurityLog

_staff = table_of(StaffRow)
_sessions = table_of(SessionRow)
_tickets = table_of(TicketRow)
_links = table_of(StaffLinkRow)

LISTS = ("sites", "queues", "languages", "skills")
"""What of an account is a list of names."""


def plain_email(email: str) -> str:
    """Return an e-mail as accounts keep it. Raises: Invalid."""
    email = email.strip().lower()
    if "@" not in email:
        raise Invalid("An account needs an e-mail address.")
    return email


def known_role(role: str) -> Role:
    """Return the role of this name. Raises: Invalid."""
    if role not in get_args(Role):
        raise Invalid(f"There is no role {role}; choose one of {', '.join(get_args(Role))}.")
    found: Role = role  # type: ignore[assignment]
    return found


def check_capacity(capacity: int) -> None:
    """Go on with a capacity somebody can have. Raises: Invalid."""
    if not 1 <= capacity <= 100:
        raise Invalid("Capacity is the number of conversations at a time, 1 to 100.")


@dataclass(frozen=True)
class Change:
    """What is different about an account from now on; None stays."""

    role: str | None = None
    capacity: int | None = None
    sites: tuple[str, ...] | None = None
    queues: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    skills: tuple[str, ...] | None = None


def new_row(
    id: str, email: str, name: str, role: str, capacity: int, password: str, scope: Scope = EVERYTHING
) -> dict[str, Any]:
    """Return the row of a new account, which takes about 50 ms of hashing. Raises: Invalid, WeakPassword."""
    email = plain_email(email)
    if not name.strip():
        raise Invalid("An account needs a name.")
    known_role(role)
    check_capacity(capacity)
    refuse_common(password, email.partition("@")[0], name)
    return {
        "id": id,
        "email": email,
        "name": name.strip(),
        "role": role,
        "capacity": capacity,
        "password_hash": hashed(password),
        "disabled_at": None,
        "sites": sorted(scope.sites),
        "queues": sorted(scope.queues),
        "languages": [],
        "skills": [],
        "factor_step": 0,
    }


def insert(tx: Transaction, row: dict[str, Any]) -> Member:
    """Make the account. Raises: EmailTaken."""
    statement = tx.insert(StaffRow).on_conflict_do_nothing(index_elements=["email"]).returning(_staff.c.id)
    if tx.execute(statement, {**row, "created_at": tx.now}).first() is None:
        raise EmailTaken(f"There is already an account for {row['email']}.")
    sites, queues = tuple(row["sites"]), tuple(row["queues"])
    return Member(row["id"], row["email"], row["name"], row["role"], row["capacity"], sites=sites, queues=queues)


def set_disabled(tx: Transaction, mine: Any, disabled: bool, by: Actor) -> Member:
    """Disable an account, which ends its sessions and links, or enable it. Raises: NotFound, LastAdmin."""
    row = _locked(tx, mine)
    if disabled:
        _keep_an_admin(tx, row)
    since = (row.disabled_at or tx.now) if disabled else None
    tx.execute(_staff.update().where(_staff.c.id == row.id).values(disabled_at=since))
    if disabled != (row.disabled_at is not None):
        SecurityLog.add(tx, "account_disabled" if disabled else "account_enabled", by, row.id)
    if disabled:
        end_sessions(tx, row.id)
        tx.execute(_links.delete().where(_links.c.staff == row.id))
    return replace(member_of(row), disabled=disabled)


def change(tx: Transaction, mine: Any, wanted: Change, by: Actor) -> Member:
    """Change an account. Raises: NotFound, Invalid, LastAdmin."""
    row = _locked(tx, mine)
    new_role = known_role(wanted.role or row.role)
    if new_role != "admin":
        _keep_an_admin(tx, row)
    capacity = row.capacity if wanted.capacity is None else wanted.capacity
    check_capacity(capacity)
    given = {name: getattr(wanted, name) for name in LISTS if getattr(wanted, name) is not None}
    now = replace(member_of(row), role=new_role, capacity=capacity, **given)
    stored = {"role": now.role, "capacity": now.capacity, **{name: [*getattr(now, name)] for name in LISTS}}
    tx.execute(_staff.update().where(_staff.c.id == row.id).values(stored))
    if new_role != row.role:
        SecurityLog.add(tx, "role_changed", by, row.id, {"before": row.role, "after": new_role})
    if capacity != row.capacity:
        SecurityLog.add(tx, "capacity_changed", by, row.id, {"before": row.capacity, "after": capacity})
    if (now.sites, now.queues) != (tuple(row.sites), tuple(row.queues)):
        SecurityLog.add(tx, "limits_changed", by, row.id, _limits(now))
    if (now.languages, now.skills) != (tuple(row.languages), tuple(row.skills)):
        facts = {"languages": ", ".join(now.languages), "skills": ", ".join(now.skills)}
        SecurityLog.add(tx, "skills_changed", by, row.id, facts)
    return now


def _limits(member: Member) -> dict[str, str]:
    return {"sites": ", ".join(member.sites), "queues": ", ".join(member.queues)}


def set_password(tx: Transaction, id: str, password_hash: str, keep: str | None = None) -> None:
    """Store a new password, which ends all sessions but `keep`, and every link for another one."""
    tx.execute(_staff.update().where(_staff.c.id == id).values(password_hash=password_hash))
    end_sessions(tx, id, keep)
    tx.execute(_links.delete().where(_links.c.staff == id))


def end_sessions(tx: Transaction, id: str, keep: str | None = None) -> None:
    """End the sessions of an account and their tickets, but not the session `keep`."""
    ending = (_sessions.c.staff == id, _sessions.c.id != (keep or ""))
    tx.execute(_tickets.delete().where(_tickets.c.session.in_(select(_sessions.c.id).where(*ending))))
    tx.execute(_sessions.delete().where(*ending))


def _locked(tx: Transaction, mine: Any) -> Row[Any]:
    """All admins are locked first: of two who disable each other at once, one stays."""
    tx.lock_all(StaffRow, tx.execute(select(_staff.c.id).where(or_(mine, _staff.c.role == "admin"))).scalars())
    row = tx.execute(_staff.select().where(mine)).first()
    if row is None:
        raise NotFound("There is no such account.")
    return row


def _keep_an_admin(tx: Transaction, row: Row[Any]) -> None:
    """Raises: LastAdmin."""
    admins = (_staff.c.role == "admin", _staff.c.disabled_at.is_(None), _staff.c.id != row.id)
    if row.role == "admin" and tx.execute(select(_staff.c.id).where(*admins)).first() is None:
        raise LastAdmin("This is the last admin who can sign in. Make another one first.")


Work = Callable[[Transaction], Member]


def adding(
    id: str, email: str, name: str, role: str, capacity: int, password: str, by: Actor,
    scope: Scope = EVERYTHING, **facts: Any,
) -> Work:  # fmt: skip
    """Return what makes the account; the hashing is done before. Raises: Invalid, WeakPassword."""
    row = new_row(id, email, name, role, capacity, password, scope)

    def work(tx: Transaction) -> Member:
        made = insert(tx, row)
        limits = _limits(made) if scope.limited else {}
        SecurityLog.add(tx, "account_made", by, id, {"role": role, **limits, **facts})
        return made

    return work
