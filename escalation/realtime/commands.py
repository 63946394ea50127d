"""The `Commands` port: each frame goes to the handler its feature declared."""

from escalation.conversations import declarations as conversations
from escalation.conversations.ports import Customer
from escalation.conversations.service import Conversations
from escalation.desk import declarations as desk
from escalation.desk.service import Desk
from escalation.kernel.errors import Invalid
from escalation.protocol.frames.base import Frame
from escalation.realtime.ports import Admission, Done


class ServiceCommands:
    """Carries out what a frame asks for."""

    def __init__(self, talks: Conversations, staff: Desk) -> None:
        self._desk = staff
        self._customer = conversations.HANDLERS.bound(talks)
        self._staff = desk.HANDLERS.bound(staff)

    async def execute(self, admission: Admission, frame: Frame) -> Done:
        """Store the request, once for each id its sender gave it. Raises: EscalationError; then nothing changed."""
        kind = type(frame)
        if admission.audience == "customer" and kind in self._customer:
            customer = Customer(admission.person.id, admission.site, admission.locale)
            stored = await self._customer[kind](customer, frame)
        elif admission.audience == "staff" and kind in self._staff:
            stored = await self._staff[kind](await self._desk.member(admission.person.id), frame)
        else:
            raise Invalid(f"{kind.__name__} is not for a connection of this audience: {admission.audience}.")
        return Done() if stored is None else Done(stored.seq, stored.conversation)
