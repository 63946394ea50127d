"""Staff: accounts, sign-in, sessions, tickets."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, get_args

from sqlalchemy import Row, or_, select

from escalation.database import Database, Transaction, table_of
from escalation.kernel.errors import Forbidden, Invalid, NotFound
from escalation.kernel.ids import Ids
from escalation.people.errors import (
    AccountDisabled,
    BadCredentials,
    BadToken,
    EmailTaken,
    LastAdmin,
    NotSignedIn,
)
from escalation.people.passwords import HashingQueue, hashed, refuse_common, verify
from escalation.people.permissions import Permission, permits, who
from escalation.people.tables import SessionRow, StaffRow, TicketRow
from escalation.protocol.states import Role

TICKET_LASTS = timedelta(seconds=30)

_staff = table_of(StaffRow)
_sessions = table_of(SessionRow)
_tickets = table_of(TicketRow)


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

    def may(self, permission: Permission) -> bool:
        """Return whether their role has the permission."""
        return permits(self.role, permission)

    def require(self, permission: Permission) -> None:
        """Go on only with the permission. Raises: Forbidden."""
        if not self.may(permission):
            raise Forbidden(f"Only {who(permission)} may do this ({permission}).")


@dataclass(frozen=True)
class StaffSession:
    """A signed-in member; `csrf` must come back with every changing request."""

    id: str
    member: Member
    csrf: str


@dataclass(frozen=True)
class SessionRules:
    """When a session is over: so long after it began, and so long after it was used last."""

    lasts: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=4)


def fingerprint(token: str) -> str:
    """Return the SHA-256 a token is stored under."""
    return hashlib.sha256(token.encode()).hexdigest()


class Staff:
    """Accounts and sessions of staff."""

    def __init__(self, database: Database, ids: Ids, rules: SessionRules | None = None) -> None:
        self._database = database
        self._ids = ids
        self._rules = rules or SessionRules()
        self._hashing = HashingQueue()

    async def add(self, email: str, name: str, role: str, password: str, capacity: int = 4) -> Member:
        """Create an account. Raises: EmailTaken, WeakPassword, Invalid."""
        work = await self._hashing.run(lambda: self._adding(email, name, role, password, capacity))
        return await self._database.write(work)

    def add_now(self, email: str, name: str, role: str, password: str, capacity: int = 4) -> Member:
        """Create an account, synchronously. Raises: EmailTaken, WeakPassword, Invalid."""
        return self._database.write_now(self._adding(email, name, role, password, capacity))

    def _adding(
        self, email: str, name: str, role: str, password: str, capacity: int
    ) -> Callable[[Transaction], Member]:
        row = _new_row(self._ids(), email, name, role, capacity, password)

        def work(tx: Transaction) -> Member:
            insert = tx.insert(StaffRow).on_conflict_do_nothing(index_elements=["email"]).returning(_staff.c.id)
            if tx.execute(insert, {**row, "created_at": tx.now}).first() is None:
                raise EmailTaken(f"There is already an account for {row['email']}.")
            return Member(row["id"], row["email"], row["name"], row["role"], row["capacity"])

        return work

    async def sign_in(self, email: str, password: str) -> tuple[StaffSession, str]:
        """Return a new session and its cookie.

        Raises: BadCredentials; AccountDisabled, to who knows the password; TooManySignIns.
        """
        row = await self._database.read(
            lambda tx: tx.execute(_staff.select().where(_staff.c.email == email.strip().lower())).first()
        )
        stored = row.password_hash if row is not None else None
        genuine = await self._hashing.run(lambda: verify(password, stored))
        if row is None or not genuine:
            raise BadCredentials("E-mail or password is wrong.")
        if row.disabled_at is not None:
            raise AccountDisabled("This account is disabled. Ask an admin to enable it.")
        return await self._database.write(lambda tx: self._open_session(tx, _member(row)))

    def _open_session(self, tx: Transaction, member: Member) -> tuple[StaffSession, str]:
        token = secrets.token_urlsafe(32)
        session = StaffSession(self._ids(), member, secrets.token_urlsafe(16))
        row = {
            "token_hash": fingerprint(token),
            "id": session.id,
            "staff": member.id,
            "csrf": session.csrf,
            "created_at": tx.now,
            "expires_at": tx.now + self._rules.lasts,
            "used_at": tx.now,
        }
        tx.execute(_sessions.delete().where(_sessions.c.expires_at < tx.now))
        tx.execute(_sessions.insert(), row)
        return session, token

    async def session(self, token: str | None) -> StaffSession:
        """Return the session of a cookie. Raises: NotSignedIn."""
        if not token:
            raise NotSignedIn("Sign in first.")
        where = _sessions.c.token_hash == fingerprint(token)
        found = await self._database.read(lambda tx: self._session(tx, where))
        if found is None:
            raise NotSignedIn("Your session is over. Sign in again.")
        return found

    def _session(self, tx: Transaction, where: Any) -> StaffSession | None:
        return next(iter(living_sessions(tx, where, self._rules.idle)), None)

    async def sign_out(self, session: str) -> None:
        """End a session; its cookie and tickets are worthless from now on."""
        await self._database.write(lambda tx: tx.execute(_sessions.delete().where(_sessions.c.id == session)) and None)

    async def ticket(self, session: str) -> str:
        """Return a pass for one socket, good for 30 s."""
        token = secrets.token_urlsafe(24)

        def work(tx: Transaction) -> None:
            tx.execute(_tickets.delete().where(_tickets.c.expires_at < tx.now))
            row = {"token_hash": fingerprint(token), "session": session, "expires_at": tx.now + TICKET_LASTS}
            tx.execute(_tickets.insert(), row)

        await self._database.write(work)
        return token

    async def redeem(self, ticket: str) -> StaffSession:
        """Use a ticket up. Raises: BadToken."""

        def work(tx: Transaction) -> StaffSession | None:
            mine = _tickets.c.token_hash == fingerprint(ticket)
            row = tx.execute(_tickets.delete().where(mine, _tickets.c.expires_at >= tx.now).returning(_tickets)).first()
            return None if row is None else self._session(tx, _sessions.c.id == row.session)

        found = await self._database.write(work)
        if found is None:
            raise BadToken("The ticket was used or is over. Ask for a new one.")
        return found

    async def set_disabled(self, id: str, disabled: bool) -> Member:
        """Disable an account, which ends its sessions and tickets, or enable it. Raises: NotFound, LastAdmin."""
        return await self._database.write(lambda tx: _set_disabled(tx, _staff.c.id == id, disabled))

    def set_disabled_now(self, email: str, disabled: bool) -> Member:
        """Disable or enable the account of an e-mail, synchronously. Raises: NotFound, LastAdmin."""
        mine = _staff.c.email == email.strip().lower()
        return self._database.write_now(lambda tx: _set_disabled(tx, mine, disabled))

    async def accounts(self) -> list[Member]:
        """Return everybody with an account, by name, the disabled ones too."""
        query = _staff.select().order_by(_staff.c.name, _staff.c.id)
        return await self._database.read(lambda tx: [_member(row) for row in tx.execute(query)])

    async def all(self) -> list[Member]:
        """Return everybody who may sign in, by name."""
        return await self._database.read(members)


def members(tx: Transaction) -> list[Member]:
    """Return everybody who may sign in, by name."""
    rows = tx.execute(_staff.select().where(_staff.c.disabled_at.is_(None)).order_by(_staff.c.name, _staff.c.id))
    return [_member(row) for row in rows]


def _set_disabled(tx: Transaction, mine: Any, disabled: bool) -> Member:
    """All admins are locked first: of two who disable each other at once, one stays."""
    tx.lock_all(StaffRow, tx.execute(select(_staff.c.id).where(or_(mine, _staff.c.role == "admin"))).scalars())
    row = tx.execute(_staff.select().where(mine)).first()
    if row is None:
        raise NotFound("There is no such account.")
    others = [each for each in members(tx) if each.role == "admin" and each.id != row.id]
    if disabled and row.role == "admin" and not others:
        raise LastAdmin("This is the last admin who can sign in. Make another one first.")
    since = (row.disabled_at or tx.now) if disabled else None
    tx.execute(_staff.update().where(_staff.c.id == row.id).values(disabled_at=since))
    if disabled:
        sessions = select(_sessions.c.id).where(_sessions.c.staff == row.id)
        tx.execute(_tickets.delete().where(_tickets.c.session.in_(sessions)))
        tx.execute(_sessions.delete().where(_sessions.c.staff == row.id))
    return replace(_member(row), disabled=disabled)


def member(tx: Transaction, id: str) -> Member:
    """Return one member. Raises: NotFound."""
    row = tx.execute(_staff.select().where(_staff.c.id == id)).first()
    if row is None:
        raise NotFound(f"There is no member of staff {id}.")
    return _member(row)


def names(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Return the shown names of members, by id."""
    wanted = list(ids)
    if not wanted:
        return {}
    return {row.id: row.name for row in tx.execute(select(_staff.c.id, _staff.c.name).where(_staff.c.id.in_(wanted)))}


def _new_row(id: str, email: str, name: str, role: str, capacity: int, password: str) -> dict[str, Any]:
    email = email.strip().lower()
    if "@" not in email or not name.strip():
        raise Invalid("An account needs an e-mail address and a name.")
    if role not in get_args(Role):
        raise Invalid(f"There is no role {role}; choose one of {', '.join(get_args(Role))}.")
    refuse_common(password, email.partition("@")[0], name)
    if not 1 <= capacity <= 100:
        raise Invalid("Capacity is the number of conversations at a time, 1 to 100.")
    return {
        "id": id,
        "email": email,
        "name": name.strip(),
        "role": role,
        "capacity": capacity,
        "password_hash": hashed(password),
        "disabled_at": None,
    }


def living_sessions(tx: Transaction, where: Any, idle: timedelta) -> list[StaffSession]:
    """Return those of the sessions that are not over."""
    query = (
        select(_staff, _sessions.c.id.label("session"), _sessions.c.csrf)
        .join(_sessions, _sessions.c.staff == _staff.c.id)
        .where(where, _sessions.c.expires_at > tx.now, _sessions.c.used_at > tx.now - idle)
        .where(_staff.c.disabled_at.is_(None))
    )
    return [StaffSession(row.session, _member(row), row.csrf) for row in tx.execute(query)]


def _member(row: Row[Any]) -> Member:
    return Member(row.id, row.email, row.name, row.role, row.capacity, row.disabled_at is not None)
