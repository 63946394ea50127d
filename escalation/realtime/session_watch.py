"""Closes the sockets of staff whose session is over, whoever ended it and in whichever process.

It asks the database twice a second, in one read for all sockets. Expiry and idleness are no events that a log could
tell, and a log is read once a second: that would be too late. With no staff connected nothing is read.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol

from escalation.people.scope import Scope
from escalation.people.staff import Member
from escalation.protocol.close_codes import CloseCode
from escalation.realtime.hub import Hub

EVERY_SECONDS = 0.5


class Standing(NamedTuple):
    """What a socket was let in with: another one, and it begins anew."""

    role: str
    scope: Scope


class LivingSessions(Protocol):
    """Knows which sessions go on."""

    async def living(self, sessions: Collection[str]) -> Mapping[str, Member]:
        """Return those of the sessions that go on, and whose they are."""
        ...


class SessionWatch:
    """Looks after the connections of one hub."""

    def __init__(self, hub: Hub, sessions: LivingSessions) -> None:
        self._hub = hub
        self._sessions = sessions

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Close what is over by now. Who came in while the database was asked has their turn at the next look."""
        opened: dict[str, set[Standing]] = {}
        for admission in [peer.admission for peer in self._hub.peers.values()]:
            if admission.session is not None:
                opened.setdefault(admission.session, set()).add(Standing(admission.person.role, admission.scope))
        living = await self._sessions.living(opened)
        for session, standings in opened.items():
            if reason := _why_over(standings, living.get(session)):
                self._hub.close_session(session, CloseCode.SESSION_ENDED, reason)


def _why_over(standings: Collection[Standing], member: Member | None) -> str | None:
    """`standings`: those in which the sockets of the session came in."""
    if member is None:
        return "the session is over"
    if {each.role for each in standings} != {member.role}:
        return "the role changed"
    return None if {each.scope for each in standings} == {member.scope} else "what the account sees changed"
