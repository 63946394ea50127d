"""One-use links of staff: an invitation to make an account, and a link by which somebody sets a new password.

The token is random (256 bits), kept as a hash, good once and for a limited time. A newer link for the same person
makes the older one worthless.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, select

from escalation.database import Database, Transaction, table_of
from escalation.kernel.errors import Invalid, NotFound
from escalation.kernel.ids import Ids
from escalation.people import accounts
from escalation.people.errors import AccountDisabled, BadLink, EmailTaken
from escalation.people.members import Member, member, member_of
from escalation.people.passwords import hashed, refuse_common
from escalation.people.scope import EVERYTHING, Scope
from escalation.people.staff import Place, Staff, StaffSession, fingerprint
from escalation.people.tables import StaffLinkRow, StaffRow
from escalation.protocol.states import Role
from escalation.security import COMMAND, Actor, SecurityLog

LINKS_LAST = timedelta(days=3)

Purpose = Literal["invitation", "password"]

_links = table_of(StaffLinkRow)
_staff = table_of(StaffRow)


@dataclass(frozen=True)
class Link:
    """A link that somebody may use."""

    id: str
    purpose: Purpose
    email: str
    expires_at: datetime
    staff: str | None = None
    """Whose password is set; None for an invitation."""
    role: Role | None = None
    capacity: int | None = None
    """Role and capacity are those an invitation promises."""
    sites: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    """What the invited account is limited to."""


class StaffLinks:
    """Makes links, shows what they are for, and lets in who uses one."""

    def __init__(self, database: Database, staff: Staff, ids: Ids, lasts: timedelta = LINKS_LAST) -> None:
        self._database = database
        self._staff = staff
        self._ids = ids
        self._lasts = lasts

    async def invite(
        self, email: str, role: str, capacity: int, by: Actor = COMMAND, scope: Scope = EVERYTHING
    ) -> tuple[Link, str]:
        """Return an invitation and its token, which is kept nowhere. Raises: EmailTaken, Invalid."""
        return await self._database.write(self._inviting(email, role, capacity, by, scope))

    def invite_now(self, email: str, role: str, capacity: int, scope: Scope = EVERYTHING) -> tuple[Link, str]:
        """Invite, synchronously. Raises: EmailTaken, Invalid."""
        return self._database.write_now(self._inviting(email, role, capacity, COMMAND, scope))

    def _inviting(
        self, email: str, role: str, capacity: int, by: Actor, scope: Scope
    ) -> Callable[[Transaction], tuple[Link, str]]:
        plain, known = accounts.plain_email(email), accounts.known_role(role)
        accounts.check_capacity(capacity)
        limits = {"sites": tuple(sorted(scope.sites)), "queues": tuple(sorted(scope.queues))}

        def work(tx: Transaction) -> tuple[Link, str]:
            if tx.execute(select(_staff.c.id).where(_staff.c.email == plain)).first() is not None:
                raise EmailTaken(f"There is already an account for {plain}.")
            SecurityLog.add(tx, "invited", by, plain, {"role": known, "capacity": capacity})
            return self._make(tx, "invitation", plain, role=known, capacity=capacity, **limits)

        return work

    async def reset(self, staff: str, by: Actor = COMMAND) -> tuple[Link, str]:
        """Return a link by which a member sets a new password, and its token. Raises: NotFound, AccountDisabled."""
        return await self._database.write(lambda tx: self._resetting(tx, member(tx, staff), by))

    def reset_now(self, email: str) -> tuple[Link, str]:
        """Return such a link for the account of an e-mail, synchronously. Raises: NotFound, AccountDisabled."""
        mine = select(_staff.c.id).where(_staff.c.email == email.strip().lower())

        def work(tx: Transaction) -> tuple[Link, str]:
            id = tx.execute(mine).scalar()
            if id is None:
                raise NotFound(f"There is no account for {email}.")
            return self._resetting(tx, member(tx, id), COMMAND)

        return self._database.write_now(work)

    def _resetting(self, tx: Transaction, whose: Member, by: Actor) -> tuple[Link, str]:
        if whose.disabled:
            raise AccountDisabled("This account is disabled. Enable it first.")
        SecurityLog.add(tx, "password_link_made", by, whose.id)
        return self._make(tx, "password", whose.email, staff=whose.id)

    def _make(self, tx: Transaction, purpose: Purpose, email: str, **about: Any) -> tuple[Link, str]:
        token = secrets.token_urlsafe(32)
        link = Link(self._ids(), purpose, email, tx.now + self._lasts, **about)
        tx.execute(_links.delete().where(_links.c.expires_at < tx.now))
        tx.execute(_links.delete().where(_links.c.email == email, _links.c.purpose == purpose))
        stored = {**vars(link), "sites": [*link.sites], "queues": [*link.queues], "created_at": tx.now}
        tx.execute(_links.insert(), {**stored, "token_hash": fingerprint(token)})
        return link, token

    async def invitations(self) -> list[Link]:
        """Return the invitations nobody has used yet, the oldest first."""
        return await self._database.read(_invitations)

    def invitations_now(self) -> list[Link]:
        """Return the invitations nobody has used yet, synchronously."""
        return self._database.read_now(_invitations)

    async def withdraw(self, id: str, by: Actor = COMMAND) -> None:
        """Make an invitation worthless. Raises: NotFound."""
        await self._database.write(lambda tx: _withdraw(tx, _links.c.id == id, by))

    def withdraw_now(self, email: str, by: Actor = COMMAND) -> None:
        """Make the invitation of an e-mail worthless, synchronously. Raises: NotFound."""
        self._database.write_now(lambda tx: _withdraw(tx, _links.c.email == email.strip().lower(), by))

    async def look(self, token: str) -> Link:
        """Return what a link is for; it stays good. Raises: BadLink."""
        return await self._database.read(lambda tx: _found(tx, token))

    async def use(
        self, token: str, name: str, password: str, place: Place, code: str | None = None
    ) -> tuple[StaffSession, str]:
        """Use a link up: make the account or set its password, and sign in. Return the session and its cookie.

        `name` is for invitations only, `code` for who has a second factor. Raises: BadLink, WeakPassword, Invalid,
        EmailTaken, SecondFactorRequired, SecondFactorWrong, TooManySignIns; the link stays good then.
        """
        link = await self.look(token)
        change = await self._staff.hashing.run(lambda: self._change(link, name, password, place.address, code))

        def work(tx: Transaction) -> tuple[StaffSession, str]:
            mine = (_links.c.token_hash == fingerprint(token), _links.c.expires_at > tx.now)
            if tx.execute(_links.delete().where(*mine).returning(_links.c.id)).first() is None:
                raise _bad()
            return self._staff.open_session(tx, change(tx), place)

        return await self._database.write(work)

    def _change(
        self, link: Link, name: str, password: str, address: str, code: str | None
    ) -> Callable[[Transaction], Member]:
        """Return what the link does, with the hashing done."""
        if link.staff is None:
            if link.role is None or link.capacity is None:
                raise Invalid("The invitation names no role.")
            new, scope = self._ids(), Scope(frozenset(link.sites), frozenset(link.queues))
            by = Actor(new, address)
            return accounts.adding(new, link.email, name, link.role, link.capacity, password, by, scope, invited=True)
        id = link.staff
        refuse_common(password, link.email.partition("@")[0])
        stored = hashed(password)

        def work(tx: Transaction) -> Member:
            row = tx.lock(StaffRow, id)
            if row is None or row.disabled_at is not None:
                raise _bad()
            whose = member_of(row)
            self._staff.check_code(tx, row, code)
            accounts.set_password(tx, id, stored)
            SecurityLog.add(tx, "password_reset", Actor(id, address), id)
            return whose

        return work


def _invitations(tx: Transaction) -> list[Link]:
    open_ = (_links.c.purpose == "invitation", _links.c.expires_at > tx.now)
    return [_link(row) for row in tx.execute(_links.select().where(*open_).order_by(_links.c.created_at))]


def _withdraw(tx: Transaction, mine: Any, by: Actor) -> None:
    invitation = (mine, _links.c.purpose == "invitation")
    email = tx.execute(_links.delete().where(*invitation).returning(_links.c.email)).scalar()
    if email is None:
        raise NotFound("There is no such invitation (any longer).")
    SecurityLog.add(tx, "invitation_withdrawn", by, email)


def _found(tx: Transaction, token: str) -> Link:
    mine = (_links.c.token_hash == fingerprint(token), _links.c.expires_at > tx.now)
    row = tx.execute(_links.select().where(*mine)).first()
    if row is None:
        raise _bad()
    return _link(row)


def _bad() -> BadLink:
    return BadLink("This link was used, replaced or is over. Ask an admin for a new one.")


def _link(row: Row[Any]) -> Link:
    limits = (tuple(row.sites), tuple(row.queues))
    return Link(row.id, row.purpose, row.email, row.expires_at, row.staff, row.role, row.capacity, *limits)
