"""What the security log is told of sockets: what their people were refused."""

from escalation.people.sessions import Sessions
from escalation.protocol.states import SecurityKind
from escalation.realtime.ports import Admission
from escalation.security import Actor
from escalation.security.refusals import Refusals


class SocketRefusals:
    """Notes refusals of those who are connected."""

    def __init__(self, refusals: Refusals, sessions: Sessions) -> None:
        self._refusals = refusals
        self._sessions = sessions

    async def note(self, kind: SecurityKind, admission: Admission, name: str) -> None:
        """Note a refusal; `name` is what they named, which is counted and not kept.

        Members have the address they signed in from. Customers are counted together.
        """
        if admission.audience == "customer":
            await self._refusals.note(kind, Actor(""), name)
            return
        me = admission.person.id
        address = await self._sessions.address(admission.session or "")
        await self._refusals.note(kind, Actor(me, address), name, lambda _: me)
