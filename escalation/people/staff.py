"""Staff: accounts, sign-in, sessions, tickets."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select

from escalation.database import Database, Prepared, Transaction, table_of
from escalation.kernel.ids import Ids
from escalation.people import accounts, factor_rows
from escalation.people.accounts import Change
from escalation.people.errors import AccountDisabled, BadCredentials, BadToken, NotSignedIn, WrongPassword
from escalation.people.members import Member, member, member_of, members, names
from escalation.people.passwords import HashingQueue, hashed, refuse_common, verify
from escalation.people.scope import EVERYTHING, Scope
from escalation.people.signing import fingerprint
from escalation.people.tables import SessionRow, StaffRow, TicketRow
from escalation.protocol.states import Role
from escalation.security import COMMAND, Actor, SecurityLog

TICKET_LASTS = timedelta(seconds=30)
LONGEST_USER_AGENT = 300

_staff = table_of(StaffRow)
_sessions = table_of(SessionRow)
_tickets = table_of(TicketRow)
_LIVING = (
    select(_staff, _sessions.c.id.label("session"), _sessions.c.csrf)
    .join(_sessions, _sessions.c.staff == _staff.c.id)
    .where(_sessions.c.expires_at > bindparam("now"), _sessions.c.used_at > bindparam("used_after"))
    .where(_staff.c.disabled_at.is_(None))
)
OF_IDS = Prepared(_LIVING.where(_sessions.c.id.in_(bindparam("ids", expanding=True))))
OF_TOKEN = Prepared(_LIVING.where(_sessions.c.token_hash == bindparam("token_hash")))


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


@dataclass(frozen=True)
class Place:
    """Where somebody signs in: the address, and what the browser says of itself."""

    address: str = ""
    user_agent: str = ""


class Staff:
    """Accounts and sessions of staff."""

    def __init__(
        self, database: Database, ids: Ids, rules: SessionRules | None = None, factor_key: bytes | None = None
    ) -> None:
        """Without the key of second factors nobody who has one gets in by a code of their app."""
        self._database = database
        self._factor_key = factor_key
        self._ids = ids
        self._rules = rules or SessionRules()
        self.hashing = HashingQueue()

    # --- signing in --------------------------------------------------------------------------------------------

    async def sign_in(
        self, email: str, password: str, place: Place | None = None, code: str | None = None
    ) -> tuple[StaffSession, str]:
        """Return a new session and its cookie; `code` is that of a second factor.

        Raises: BadCredentials; to who knows the password AccountDisabled, SecondFactorRequired, SecondFactorWrong;
        TooManySignIns.
        """
        row = await self._database.read(
            lambda tx: tx.execute(_staff.select().where(_staff.c.email == email.strip().lower())).first()
        )
        stored = row.password_hash if row is not None else None
        genuine = await self.hashing.run(lambda: verify(password, stored))
        if row is None or not genuine:
            raise BadCredentials("E-mail or password is wrong.")
        if row.disabled_at is not None:
            raise AccountDisabled("This account is disabled. Ask an admin to enable it.")
        return await self._database.write(lambda tx: self._sign_in(tx, row, place or Place(), code))

    def _sign_in(self, tx: Transaction, row: Row[Any], place: Place, code: str | None) -> tuple[StaffSession, str]:
        """The password may have changed while this one was compared. Raises: BadCredentials, and what the code is."""
        now = tx.lock(StaffRow, row.id)
        if now is None or now.password_hash != row.password_hash or now.disabled_at is not None:
            raise BadCredentials("E-mail or password is wrong.")
        self.check_code(tx, now, code)
        SecurityLog.add(tx, "signed_in", Actor(row.id, place.address), row.id)
        return self.open_session(tx, member_of(now), place)

    def check_code(self, tx: Transaction, row: Row[Any], code: str | None) -> None:
        """Take the code of an account whose row is locked. Raises: SecondFactorRequired, SecondFactorWrong."""
        factor_rows.check(tx, row, code, self._factor_key)

    def open_session(self, tx: Transaction, member: Member, place: Place) -> tuple[StaffSession, str]:
        """Return a new session of a member and its cookie."""
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
            "address": place.address,
            "user_agent": place.user_agent[:LONGEST_USER_AGENT],
        }
        tx.execute(_sessions.delete().where(_sessions.c.expires_at < tx.now))
        tx.execute(_sessions.insert(), row)
        return session, token

    async def session(self, token: str | None) -> StaffSession:
        """Return the session of a cookie. Raises: NotSignedIn."""
        if not token:
            raise NotSignedIn("Sign in first.")
        by_token = {"token_hash": fingerprint(token)}
        found = await self._database.read(lambda tx: self._session(tx, OF_TOKEN, by_token))
        if found is None:
            raise NotSignedIn("Your session is over. Sign in again.")
        return found

    def _session(self, tx: Transaction, of: Prepared, which: Mapping[str, Any]) -> StaffSession | None:
        return next(iter(living_sessions(tx, of, which, self._rules.idle)), None)

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
            return None if row is None else self._session(tx, OF_IDS, {"ids": [row.session]})

        found = await self._database.write(work)
        if found is None:
            raise BadToken("The ticket was used or is over. Ask for a new one.")
        return found

    # --- accounts ----------------------------------------------------------------------------------------------

    async def add(
        self, email: str, name: str, role: str, password: str, capacity: int = 4, by: Actor = COMMAND,
        scope: Scope = EVERYTHING,
    ) -> Member:  # fmt: skip
        """Create an account. Raises: EmailTaken, WeakPassword, Invalid."""
        id = self._ids()
        work = await self.hashing.run(lambda: accounts.adding(id, email, name, role, capacity, password, by, scope))
        return await self._database.write(work)

    def add_now(
        self, email: str, name: str, role: str, password: str, capacity: int = 4, scope: Scope = EVERYTHING
    ) -> Member:
        """Create an account, synchronously. Raises: EmailTaken, WeakPassword, Invalid."""
        work = accounts.adding(self._ids(), email, name, role, capacity, password, COMMAND, scope)
        return self._database.write_now(work)

    async def set_disabled(self, id: str, disabled: bool, by: Actor = COMMAND) -> Member:
        """Disable an account, which ends its sessions and tickets, or enable it. Raises: NotFound, LastAdmin."""
        return await self._database.write(lambda tx: accounts.set_disabled(tx, _staff.c.id == id, disabled, by))

    def set_disabled_now(self, email: str, disabled: bool) -> Member:
        """Disable or enable the account of an e-mail, synchronously. Raises: NotFound, LastAdmin."""
        return self._database.write_now(lambda tx: accounts.set_disabled(tx, _by_email(email), disabled, COMMAND))

    async def change(self, id: str, wanted: Change, by: Actor = COMMAND) -> Member:
        """Change an account. Raises: NotFound, Invalid, LastAdmin."""
        return await self._database.write(lambda tx: accounts.change(tx, _staff.c.id == id, wanted, by))

    def change_now(self, email: str, wanted: Change) -> Member:
        """Change the account of an e-mail, synchronously. Raises: NotFound, Invalid, LastAdmin."""
        return self._database.write_now(lambda tx: accounts.change(tx, _by_email(email), wanted, COMMAND))

    async def check_password(self, session: StaffSession, password: str) -> None:
        """Go on only with one's own password. Raises: WrongPassword, TooManySignIns."""
        query = select(_staff.c.password_hash).where(_staff.c.id == session.member.id)
        stored = await self._database.read(lambda tx: tx.execute(query).scalar_one())
        if not await self.hashing.run(lambda: verify(password, stored)):
            raise WrongPassword("This is not your present password. Nothing was changed.")

    async def change_password(self, session: StaffSession, old: str, new: str, address: str = "") -> None:
        """Change one's own password, from an address; one's other sessions end.

        Raises: WrongPassword for another `old`, WeakPassword, TooManySignIns.
        """
        me = session.member
        query = select(_staff.c.password_hash).where(_staff.c.id == me.id)
        stored = await self._database.read(lambda tx: tx.execute(query).scalar_one())

        def hash() -> str:
            if not verify(old, stored):
                raise WrongPassword("This is not your present password. Nothing was changed.")
            refuse_common(new, me.email.partition("@")[0], me.name)
            return hashed(new)

        def work(tx: Transaction) -> None:
            row = tx.lock(StaffRow, me.id)
            if row is None or row.password_hash != stored:
                raise WrongPassword("Your password was changed a moment ago. Sign in with the new one.")
            accounts.set_password(tx, me.id, changed, keep=session.id)
            SecurityLog.add(tx, "password_changed", Actor(me.id, address), me.id)

        changed = await self.hashing.run(hash)
        await self._database.write(work)

    async def accounts(self) -> list[Member]:
        """Return everybody with an account, by name, the disabled ones too."""
        return await self._database.read(all_accounts)

    def accounts_now(self) -> list[Member]:
        """Return everybody with an account, synchronously."""
        return self._database.read_now(all_accounts)

    async def all(self) -> list[Member]:
        """Return everybody who may sign in, by name."""
        return await self._database.read(members)


def id_by_email(tx: Transaction, email: str) -> str:
    """Return whose account has this e-mail; empty where nobody's has."""
    return tx.execute(select(_staff.c.id).where(_by_email(email))).scalar() or ""


def all_accounts(tx: Transaction) -> list[Member]:
    """Return everybody with an account, by name, the disabled ones too."""
    return [member_of(row) for row in tx.execute(_staff.select().order_by(_staff.c.name, _staff.c.id))]


def _by_email(email: str) -> Any:
    return _staff.c.email == email.strip().lower()


def living_sessions(tx: Transaction, of: Prepared, which: Mapping[str, Any], idle: timedelta) -> list[StaffSession]:
    """Return those of the sessions that are not over; `of` is `OF_IDS` or `OF_TOKEN`, `which` what it asks for."""
    found = tx.execute(of, {**which, "now": tx.now, "used_after": tx.now - idle})
    return [StaffSession(row.session, member_of(row), row.csrf) for row in found]


__all__ = [
    "Change",
    "Member",
    "Place",
    "Role",
    "SessionRules",
    "Staff",
    "StaffSession",
    "all_accounts",
    "fingerprint",
    "id_by_email",
    "living_sessions",
    "member",
    "members",
    "names",
]
