"""The `Commands` port: each frame a customer or agent may send, as a call of the service it belongs to."""

from escalation.conversations import commands as c
from escalation.conversations.ports import Customer, Stored
from escalation.conversations.service import Conversations
from escalation.desk.service import Desk, Request, Resolution
from escalation.kernel.errors import Invalid
from escalation.people.staff import Member
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames import desk as lists
from escalation.protocol.frames.base import Frame
from escalation.realtime.ports import Admission, Done


class ServiceCommands:
    """Carries out what a frame asks for."""

    def __init__(self, conversations: Conversations, desk: Desk) -> None:
        self._conversations = conversations
        self._desk = desk

    async def execute(self, admission: Admission, frame: Frame) -> Done:
        """Store the request, once for each id its sender gave it. Raises: EscalationError; then nothing changed."""
        if admission.audience == "customer":
            customer = Customer(admission.person.id, admission.site, admission.locale)
            return _done(await self._customer(customer, frame))
        member = await self._desk.member(admission.person.id)
        return _done(await self._staff(member, frame))

    async def _customer(self, customer: Customer, frame: Frame) -> Stored:
        talks = self._conversations
        match frame:
            case talk.Say():
                return await talks.say(customer, frame.client_message_id, frame.text)
            case talk.Choose():
                return await talks.choose(customer, frame.client_message_id, frame.choices_message_id, frame.intent)
            case talk.AskForHuman():
                return await talks.ask_for_human(customer, frame.command_id)
            case talk.Unhelpful():
                return await talks.mark_unhelpful(customer, frame.command_id, frame.message_id)
            case talk.CancelHandoff():
                return await talks.simple(customer, frame.command_id, c.CancelHandoff(actor=customer.actor))
            case talk.Rate():
                rate = c.Rate(actor=customer.actor, score=frame.score)
                return await talks.simple(customer, frame.command_id, rate)
            case talk.LeaveContact():
                return await talks.leave_contact(customer, frame.command_id, frame.email, frame.name)
        raise Invalid(f"A customer cannot send {type(frame).__name__}.")

    async def _staff(self, member: Member, frame: Frame) -> Stored | None:
        desk = self._desk
        match frame:
            case lists.SetPresence():
                await desk.set_presence(member, frame.availability)
                return None
            case lists.MarkRead():
                await desk.mark_read(member, frame.conversation, frame.seq)
                return None
            case talk.Note():
                return await desk.note(member, frame.client_message_id, frame.conversation, frame.text)
            case talk.Reply():
                request = Request(frame.client_message_id, frame.conversation, frame.epoch)
                return await desk.reply(member, request, frame.text)
            case talk.StaffCommand():
                return await self._command(member, Request(frame.command_id, frame.conversation, frame.epoch), frame)
        raise Invalid(f"Staff cannot send {type(frame).__name__}.")

    async def _command(self, member: Member, request: Request, frame: talk.StaffCommand) -> Stored:
        desk = self._desk
        match frame:
            case talk.Assign():
                return await desk.assign(member, request, frame.agent)
            case talk.Transfer():
                return await desk.transfer(member, request, frame.queue)
            case talk.Snooze():
                return await desk.snooze(member, request, frame.until)
            case talk.Resolve():
                fields = {name: getattr(frame, name) for name in Resolution.__dataclass_fields__}
                return await desk.resolve(member, request, Resolution(**fields))
        return await _PLAIN[type(frame)](desk, member, request)


_PLAIN = {
    talk.Claim: Desk.claim,
    talk.TakeOver: Desk.take_over,
    talk.Hold: Desk.hold,
    talk.Unhold: Desk.unhold,
    talk.Wake: Desk.wake,
    talk.Release: Desk.release,
    talk.HandBack: Desk.hand_back,
    talk.WithdrawResolution: Desk.withdraw_resolution,
}


def _done(stored: Stored | None) -> Done:
    return Done() if stored is None else Done(stored.seq, stored.conversation)
