"""The `Commands` port: each frame a customer or agent may send, as a call of the service it belongs to."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from escalation.catalogue.errors import IntentExists
from escalation.catalogue.service import Catalogues
from escalation.conversations import commands as c
from escalation.conversations import repository
from escalation.conversations.errors import UnknownIntent
from escalation.conversations.model import Conversation
from escalation.conversations.service import Accepted, Conversations, Customer
from escalation.database import Database, Transaction
from escalation.desk.service import Attendance, DeskRules, actor_of, require_present, require_room
from escalation.kernel.errors import Forbidden, Invalid
from escalation.kernel.ids import Ids
from escalation.people import staff
from escalation.people.staff import Member
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames import desk
from escalation.protocol.frames.base import Frame
from escalation.protocol.states import Status
from escalation.realtime.ports import Admission, Done

Answering = Callable[[c.Actor, Any, Transaction, Conversation], c.Command]
"""The command a frame stands for, built once the conversation is locked."""


class ServiceCommands:
    """Carries out what a frame asks for."""

    def __init__(
        self,
        database: Database,
        conversations: Conversations,
        attendance: Attendance,
        catalogues: Catalogues,
        rules: DeskRules,
        ids: Ids,
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._attendance = attendance
        self._catalogues = catalogues
        self._rules = rules
        self._ids = ids

    async def execute(self, admission: Admission, frame: Frame) -> Done:
        """Store the request, once for each id its sender gave it. Raises: EscalationError; then nothing changed."""
        if admission.audience == "customer":
            customer = Customer(admission.person.id, admission.site, admission.locale)
            return _done(await self._customer(customer, frame))
        member = await self._database.read(lambda tx: staff.member(tx, admission.person.id))
        return await self._staff(member, frame)

    async def _customer(self, customer: Customer, frame: Frame) -> Accepted:
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

    async def _staff(self, member: Member, frame: Frame) -> Done:
        match frame:
            case desk.SetPresence():
                await self._attendance.choose(member.id, frame.availability)
                return Done()
            case desk.MarkRead():
                await self._attendance.mark_read(member.id, frame.conversation, frame.seq)
                return Done()
            case talk.Reply() | talk.Note():
                return _done(await self._write_message(member, frame))
            case talk.Resolve():
                return _done(await self._resolve(member, frame))
            case talk.Assign():
                agent = await self._database.read(lambda tx: staff.member(tx, frame.agent))
                return _done(await self._perform(member, frame, _assign(actor_of(agent))))
            case talk.StaffCommand():
                return _done(await self._perform(member, frame, self._plain))
        raise Invalid(f"Staff cannot send {type(frame).__name__}.")

    async def _write_message(self, member: Member, frame: talk.Reply | talk.Note) -> Accepted:
        actor, new_id = actor_of(member), self._ids()
        common: dict[str, Any] = {
            "actor": actor,
            "message_id": new_id,
            "client_message_id": frame.client_message_id,
            "text": frame.text,
        }

        def build(_: Transaction, __: Conversation) -> c.Command:
            return c.Reply(epoch=frame.epoch, **common) if isinstance(frame, talk.Reply) else c.AddNote(**common)

        body = frame.model_dump(mode="json")
        return await self._conversations.perform(actor, frame.client_message_id, frame.conversation, body, build)

    async def _perform(self, member: Member, frame: talk.StaffCommand, build: Answering) -> Accepted:
        actor = actor_of(member)
        body = frame.model_dump(mode="json")
        return await self._conversations.perform(
            actor, frame.command_id, frame.conversation, body, lambda tx, found: build(actor, frame, tx, found)
        )

    def _plain(self, actor: c.Actor, frame: talk.StaffCommand, tx: Transaction, found: Conversation) -> c.Command:
        fenced: dict[str, Any] = {"actor": actor, "epoch": frame.epoch}
        match frame:
            case talk.Claim() if found.status is Status.WAITING:
                require_room(tx, actor.id)
            case talk.Transfer():
                return c.Transfer(queue=frame.queue, deadline=tx.now + self._rules.wait_at_most, **fenced)
            case talk.Release():
                return c.Release(deadline=tx.now + self._rules.wait_at_most, **fenced)
            case talk.Snooze():
                return c.Snooze(until=_future(frame.until, tx), **fenced)
        return _PLAIN[type(frame)](**fenced)

    async def _resolve(self, member: Member, frame: talk.Resolve) -> Accepted:
        await self._check_label(member, frame)
        resolution_id = self._ids()

        def build(actor: c.Actor, _: talk.StaffCommand, tx: Transaction, found: Conversation) -> c.Command:
            answer = frame.answer_message_id
            if answer is not None and not repository.is_by(tx, found.id, answer, "agent"):
                raise Invalid(f"{answer} is no reply of an agent in conversation {found.id}. Choose one that is.")
            return c.Resolve(
                actor=actor,
                epoch=frame.epoch,
                resolution_id=resolution_id,
                label=frame.label,
                answer_message_id=frame.answer_message_id,
                outcome=frame.outcome,
                learn=frame.learn,
                last_seen_seq=frame.last_seen_seq,
            )

        return await self._perform(member, frame, build)

    async def _check_label(self, member: Member, frame: talk.Resolve) -> None:
        """An unknown label is created only on purpose, and only by those who may; never by a typing error."""
        if frame.label is None or (await self._catalogues.load()).find(frame.label) is not None:
            return
        if not frame.new_intent:
            raise UnknownIntent(f"There is no intent {frame.label!r}. Choose one, or send it as a new intent.")
        with suppress(IntentExists):  # somebody added it a moment ago
            await self._catalogues.add_intent(frame.label, actor=f"agent:{member.id}")


def _future(until: datetime, tx: Transaction) -> datetime:
    if until <= tx.now:
        raise Invalid("A snooze ends at a time to come. Choose a later one.")
    return until


def _assign(agent: c.Actor) -> Answering:
    def build(actor: c.Actor, frame: talk.StaffCommand, tx: Transaction, _: Conversation) -> c.Command:
        if not actor.supervisor:
            raise Forbidden("Only a supervisor assigns conversations to others.")
        require_present(tx, agent.id)
        return c.Assign(actor=actor, epoch=frame.epoch, agent=agent)

    return build


_PLAIN: dict[type[talk.StaffCommand], Callable[..., c.Command]] = {
    talk.Claim: c.Claim,
    talk.TakeOver: c.TakeOver,
    talk.Hold: c.Hold,
    talk.Unhold: c.Unhold,
    talk.Wake: c.Wake,
    talk.HandBack: c.HandBack,
    talk.WithdrawResolution: c.WithdrawResolution,
}


def _done(accepted: Accepted) -> Done:
    return Done(accepted.seq, accepted.conversation)
