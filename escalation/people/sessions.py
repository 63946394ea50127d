"""Which signed-in sessions go on, and when each was used last. The database knows; no process remembers for another."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from escalation.database import Database, Transaction, table_of
from escalation.kernel.errors import NotFound
from escalation.people.devices import Device, device_of
from escalation.people.errors import NotSignedIn
from escalation.people.staff import OF_IDS, Member, SessionRules, living_sessions
from escalation.people.tables import SessionRow, StaffLinkRow, TicketRow
from escalation.security import Actor, SecurityLog

LONGEST_STEP = timedelta(minutes=1)
"""How far behind the stored time of the last use may be; a tenth of the idle time-out where that is shorter."""

_sessions = table_of(SessionRow)
_tickets = table_of(TicketRow)
_links = table_of(StaffLinkRow)


@dataclass(frozen=True)
class OpenSession:
    """Where somebody is signed in."""

    id: str
    created_at: datetime
    used_at: datetime
    """Behind by a minute at most."""
    address: str
    device: Device


class Sessions:
    """The sessions of all staff, as this process needs them for its sockets and requests."""

    def __init__(self, database: Database, rules: SessionRules) -> None:
        self._database = database
        self._idle = rules.idle
        self._step = min(LONGEST_STEP, rules.idle / 10)
        self._used: set[str] = set()

    async def of(self, member: str) -> list[OpenSession]:
        """Return where somebody is signed in, the session used last first."""
        query = _sessions.select().where(_sessions.c.staff == member).order_by(_sessions.c.used_at.desc())

        def work(tx: Transaction) -> list[OpenSession]:
            living = query.where(_sessions.c.expires_at > tx.now, _sessions.c.used_at > tx.now - self._idle)
            return [_open_session(row) for row in tx.execute(living)]

        await self._write_uses()
        return await self._database.read(work)

    async def end(self, member: str, session: str, address: str = "") -> None:
        """End one of somebody's own sessions; they ask from an address. Raises: NotFound."""

        def work(tx: Transaction) -> None:
            mine = (_sessions.c.id == session, _sessions.c.staff == member)
            if tx.execute(_sessions.delete().where(*mine).returning(_sessions.c.id)).first() is None:
                raise NotFound("There is no such session of yours (any longer).")
            tx.execute(_tickets.delete().where(_tickets.c.session == session))
            SecurityLog.add(tx, "session_ended", Actor(member, address), member)

        await self._database.write(work)

    def use(self, session: str) -> None:
        """Note that its member did something; `living` writes it down."""
        self._used.add(session)

    async def member(self, session: str) -> Member:
        """Return whose session this is, with the role of this moment. Raises: NotSignedIn when it is over."""
        found = await self._living([session])
        if session not in found:
            raise NotSignedIn("Your session is over. Nothing was changed. Sign in again.")
        return found[session]

    async def address(self, session: str) -> str:
        """Return where a session was signed in from; empty where nobody knows."""
        query = select(_sessions.c.address).where(_sessions.c.id == session)
        return await self._database.read(lambda tx: tx.execute(query).scalar() or "")

    async def living(self, sessions: Collection[str]) -> Mapping[str, Member]:
        """Return those of the sessions that go on, and whose they are. What was used before the call counts."""
        await self._write_uses()
        return await self._living(sessions) if sessions else {}

    async def _living(self, sessions: Collection[str]) -> Mapping[str, Member]:
        asked = {"ids": list(sessions)}
        found = await self._database.read(lambda tx: living_sessions(tx, OF_IDS, asked, self._idle))
        return {each.id: each.member for each in found}

    async def _write_uses(self) -> None:
        used, self._used = self._used, set()
        if used and (old := await self._database.read(lambda tx: self._behind(tx, used))):
            await self._database.write(lambda tx: self._write(tx, old))

    def _behind(self, tx: Transaction, used: Collection[str]) -> list[str]:
        where = (_sessions.c.id.in_(used), _sessions.c.used_at <= tx.now - self._step)
        return list(tx.execute(select(_sessions.c.id).where(*where)).scalars())

    def _write(self, tx: Transaction, sessions: Collection[str]) -> None:
        """A session that was over by then stays over."""
        where = (_sessions.c.id.in_(sessions), _sessions.c.used_at > tx.now - self._idle)
        tx.execute(_sessions.update().where(*where).values(used_at=tx.now))


def _open_session(row: Row[Any]) -> OpenSession:
    return OpenSession(row.id, row.created_at, row.used_at, row.address, device_of(row.user_agent))


def end_all(tx: Transaction) -> None:
    """End every session, ticket and link there is: everybody signs in again, and no used link comes back."""
    tx.execute(_links.delete())
    tx.execute(_tickets.delete())
    tx.execute(_sessions.delete())
