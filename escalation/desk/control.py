"""Who has a conversation: the commands of staff that change it."""

from typing import Literal

from escalation.conversations import commands as c
from escalation.conversations.errors import NotOwner
from escalation.conversations.model import Conversation
from escalation.conversations.ports import Stored
from escalation.database import Transaction
from escalation.desk import assignments, guards
from escalation.desk.errors import UnknownQueue
from escalation.desk.handoffs import actor_of
from escalation.desk.performing import Performing, StaffRequest
from escalation.desk.routing import opening
from escalation.people import staff
from escalation.people.permissions import Permission
from escalation.people.staff import Member
from escalation.protocol.states import Status


class Control(Performing):
    """Claims, proposals, transfers and what else changes control. All methods raise EscalationError."""

    async def claim(self, by: Member, request: StaffRequest) -> Stored:
        """Take a waiting conversation. Raises: AtCapacity."""

        def build(tx: Transaction, found: Conversation) -> c.Command:
            guards.require_room_to_seize(tx, by.id, found)
            return c.Claim(actor=actor_of(by), epoch=request.epoch)

        return await self._perform(by, request, "claim", build)

    async def take_over(self, by: Member, request: StaffRequest) -> Stored:
        """Seize a conversation from the bot or the queue; supervisors also from its owner. Raises: AtCapacity.

        A supervisor who takes over from an owner may exceed their capacity: there is somebody to be relieved.
        """

        def build(tx: Transaction, found: Conversation) -> c.Command:
            guards.require_room_to_seize(tx, by.id, found)
            return c.TakeOver(actor=actor_of(by), epoch=request.epoch)

        return await self._perform(by, request, "take_over", build)

    async def barge_in(self, by: Member, request: StaffRequest) -> Stored:
        """Write to the customer beside the owner; supervisors only."""
        return await self._give(by, request, "barge_in", c.BargeIn)

    async def leave(self, by: Member, request: StaffRequest) -> Stored:
        """Write beside the owner no longer."""
        given = c.Leave(actor=actor_of(by), epoch=request.epoch, agent=by.id)
        return await self._perform(by, request, "leave", lambda _, __: given)

    async def assign(self, by: Member, request: StaffRequest, agent: str) -> Stored:
        """Give a waiting conversation to an agent who is connected.

        Raises: Forbidden, AgentAbsent, OutOfSight, NotFound.
        """
        chosen = await self._database.read(lambda tx: staff.member(tx, agent))

        def build(tx: Transaction, found: Conversation) -> c.Command:
            by.require(Permission.ASSIGN_CONVERSATIONS)
            guards.require_sight(tx, chosen.id, found)
            guards.require_present(tx, agent)
            return c.Assign(actor=actor_of(by), epoch=request.epoch, agent=actor_of(chosen))

        return await self._perform(by, request, "assign", build, agent=agent)

    async def offer(self, by: Member, request: StaffRequest, agent: str, note: str | None = None) -> Stored:
        """Propose to an agent who is online and has room. With a note there is more time: it is to be read first.

        Raises: AgentAbsent, AtCapacity, OutOfSight, Forbidden, NotFound.
        """
        chosen = await self._database.read(lambda tx: staff.member(tx, agent))
        said = None if note is None else self._note(by, request.id, note)

        def build(tx: Transaction, found: Conversation) -> c.Command:
            if found.status is Status.WAITING:
                by.require(Permission.ASSIGN_CONVERSATIONS)
            guards.require_sight(tx, chosen.id, found)
            guards.require_online(tx, chosen.id)
            guards.require_room(tx, chosen.id, found, asked_by=by.id)
            until = tx.now + (self._rules.offer_lasts if said is None else self._rules.warm_offer_lasts)
            return c.Offer(actor=actor_of(by), epoch=request.epoch, agent=chosen.id, until=until, note=said)

        return await self._perform(by, request, "offer", build, agent=agent, **({"note": note} if note else {}))

    async def accept_offer(self, by: Member, request: StaffRequest) -> Stored:
        """Take what was proposed. Raises: AtCapacity."""

        def build(tx: Transaction, found: Conversation) -> c.Command:
            if found.offered_to == by.id:
                guards.require_room(tx, by.id, found)
            return c.AcceptOffer(actor=actor_of(by), epoch=request.epoch)

        return await self._perform(by, request, "accept_offer", build)

    async def decline_offer(self, by: Member, request: StaffRequest) -> Stored:
        """Do not take what was proposed; its owner keeps it."""
        given = c.EndOffer(actor=actor_of(by), epoch=request.epoch, agent=by.id, how="declined")
        return await self._perform(by, request, "decline_offer", lambda _, __: given)

    async def cancel_offer(self, by: Member, request: StaffRequest) -> Stored:
        """Take a proposal back: the owner, or a supervisor. Raises: NotOwner."""

        def build(_: Transaction, found: Conversation) -> c.Command:
            if not by.may(Permission.SUPERVISE) and found.controller != by.id:
                raise NotOwner(f"Conversation {found.id} belongs to another agent.")
            offered = found.offered_to or by.id
            return c.EndOffer(actor=actor_of(by), epoch=request.epoch, agent=offered, how="cancelled")

        return await self._perform(by, request, "cancel_offer", build)

    async def transfer(self, by: Member, request: StaffRequest, queue: str) -> Stored:
        """Pass to a queue; the original queue time stays. Raises: UnknownQueue."""

        def build(tx: Transaction, _: Conversation) -> c.Command:
            if queue not in self._rules.queues:
                raise UnknownQueue(f"There is no queue {queue!r}. Choose one of {', '.join(self._rules.queues)}.")
            deadline = opening.deadline(tx, queue, self._rules.wait_at_most)
            return c.Transfer(actor=actor_of(by), epoch=request.epoch, queue=queue, deadline=deadline)

        return await self._perform(by, request, "transfer", build, queue=queue)

    async def release(self, by: Member, request: StaffRequest) -> Stored:
        """Put back into the queue it came from; supervisors also what somebody else owns."""

        def build(tx: Transaction, found: Conversation) -> c.Command:
            deadline = opening.deadline(tx, found.queue, self._rules.wait_at_most)
            cause: Literal["release", "requeue"] = "release" if found.controller == by.id else "requeue"
            return c.Release(actor=actor_of(by), epoch=request.epoch, cause=cause, deadline=deadline)

        return await self._perform(by, request, "release", build)

    async def release_all(self, by: Member) -> None:
        """Put back all that the agent has, as at the end of their day; what somebody else took meanwhile stays."""

        def build(tx: Transaction, found: Conversation) -> c.Command | None:
            if found.controller != by.id:
                return None
            deadline = opening.deadline(tx, found.queue, self._rules.wait_at_most)
            return c.Release(actor=actor_of(by), epoch=found.epoch, deadline=deadline)

        for conversation in await self._database.read(lambda tx: assignments.held_by(tx, by.id)):
            await self._conversations.perform_as_system(conversation, build)

    async def hand_back(self, by: Member, request: StaffRequest) -> Stored:
        """Give the conversation back to the bot."""
        return await self._give(by, request, "hand_back", c.HandBack)
