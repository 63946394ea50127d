"""The `Commands` port: each frame goes to the handler its feature declared."""

from escalation.conversations import declarations as conversations
from escalation.conversations.ports import Customer, Stored
from escalation.conversations.service import Conversations
from escalation.desk import declarations as desk
from escalation.desk.service import Desk
from escalation.kernel.errors import Invalid, NotFound
from escalation.people.errors import NotPermitted
from escalation.people.sessions import Sessions
from escalation.people.staff import Member
from escalation.protocol.frames.base import Frame
from escalation.realtime.ports import Admission, Done
from escalation.realtime.refusals import SocketRefusals


class ServiceCommands:
    """Carries out what a frame asks for."""

    def __init__(self, talks: Conversations, staff: Desk, sessions: Sessions, refusals: SocketRefusals) -> None:
        self._refusals = refusals
        self._desk = staff
        self._sessions = sessions
        self._customer = conversations.HANDLERS.bound(talks)
        self._staff = desk.HANDLERS.bound(staff)

    async def execute(self, admission: Admission, frame: Frame) -> Done:
        """Store the request, once for each id its sender gave it. Raises: EscalationError; then nothing changed."""
        kind = type(frame)
        if admission.audience == "customer" and kind in self._customer:
            customer = Customer(admission.person.id, admission.site, admission.locale)
            stored = await self._customer[kind](customer, frame)
        elif admission.audience == "staff" and kind in self._staff:
            member = await self._member(admission)
            stored = await self._of_staff(admission, member, frame)
        else:
            raise Invalid(f"{kind.__name__} is not for a connection of this audience: {admission.audience}.")
        return Done() if stored is None else Done(stored.seq, stored.conversation)

    async def _of_staff(self, admission: Admission, member: Member, frame: Frame) -> Stored | None:
        """Carry out what a member asks for. Raises: EscalationError; the security log tells of what they may not do.

        To somebody limited it makes no difference, also in time, whether a conversation is there: both are noted.
        """
        try:
            member.require(desk.HANDLERS.needs[type(frame)])
            return await self._staff[type(frame)](member, frame)
        except NotPermitted as error:
            await self._refusals.note("permission_refused", admission, error.permission)
            raise
        except NotFound:
            if member.scope.limited:
                await self._refusals.note("unseen_refused", admission, getattr(frame, "conversation", ""))
            raise

    async def _member(self, admission: Admission) -> Member:
        """Return who asks, as they are now. Raises: NotSignedIn; of who came in without a session, a disabled one."""
        if admission.session is None:
            return await self._desk.member(admission.person.id)
        member = await self._sessions.member(admission.session)
        self._sessions.use(admission.session)
        return member
