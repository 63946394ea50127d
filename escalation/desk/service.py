"""The desk as a service: the rules of everything staff ask for, whoever brings it in: a socket, a route, a timer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic_core import to_jsonable_python

from escalation.catalogue.service import Catalogues
from escalation.conversations import commands as c
from escalation.conversations.errors import NotOwner
from escalation.conversations.model import Conversation
from escalation.conversations.ports import Stored
from escalation.conversations.scoping import require_seen
from escalation.conversations.service import Conversations
from escalation.database import Database, Transaction
from escalation.desk import assignments, guards, presence, read_marks, resolving
from escalation.desk.errors import UnknownQueue
from escalation.desk.handoffs import DeskRules, actor_of
from escalation.desk.resolving import NewResolution
from escalation.kernel.errors import Invalid
from escalation.kernel.ids import Ids
from escalation.people import staff
from escalation.people.errors import NotSignedIn
from escalation.people.permissions import Permission
from escalation.people.staff import Member
from escalation.protocol.states import Status

SNOOZE_AT_MOST = timedelta(days=30)

BuildCommand = Callable[[Transaction, Conversation], c.Command]
"""Return the command to give, once the conversation is locked. Raises: what the desk refuses."""


@dataclass(frozen=True)
class StaffRequest:
    """What every command on a conversation names. The same id is the same command, however often it comes."""

    id: str
    conversation: str
    epoch: int
    """The epoch its author saw; the command is refused once control has changed since."""


class Desk:
    """Every command of staff. `by` is its author; all methods raise EscalationError, and then nothing changed.

    A conversation that its author does not see is refused with NotFound, like one that does not exist.
    """

    def __init__(
        self, database: Database, conversations: Conversations, catalogues: Catalogues, rules: DeskRules, ids: Ids
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._catalogues = catalogues
        self._rules = rules
        self._ids = ids

    async def member(self, id: str) -> Member:
        """Return the member of staff who asks. Raises: NotFound; NotSignedIn for a disabled account."""
        member = await self._database.read(lambda tx: staff.member(tx, id))
        if member.disabled:
            raise NotSignedIn("Your account was disabled. Nothing was changed.")
        return member

    # --- the agents themselves ---------------------------------------------------------------------------------

    async def set_presence(self, by: Member, availability: Literal["online", "away"]) -> None:
        """Say whether conversations may come."""
        await self._database.write(lambda tx: presence.choose(tx, by.id, availability))

    async def mark_read(self, by: Member, conversation: str, seq: int) -> None:
        """Note how far the agent has read; a tab that is behind takes nothing back."""

        def work(tx: Transaction) -> None:
            guards.require_theirs(tx, by, conversation)
            read_marks.advance(tx, by.id, conversation, seq)

        await self._database.write(work)

    # --- control -----------------------------------------------------------------------------------------------

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

    async def offer(self, by: Member, request: StaffRequest, agent: str) -> Stored:
        """Propose to an agent who is online and has room.

        Raises: AgentAbsent, AtCapacity, OutOfSight, Forbidden, NotFound.
        """
        chosen = await self._database.read(lambda tx: staff.member(tx, agent))

        def build(tx: Transaction, found: Conversation) -> c.Command:
            if found.status is Status.WAITING:
                by.require(Permission.ASSIGN_CONVERSATIONS)
            guards.require_sight(tx, chosen.id, found)
            guards.require_online(tx, chosen.id)
            guards.require_room(tx, chosen.id, asked_by=by.id)
            until = tx.now + self._rules.offer_lasts
            return c.Offer(actor=actor_of(by), epoch=request.epoch, agent=chosen.id, until=until)

        return await self._perform(by, request, "offer", build, agent=agent)

    async def accept_offer(self, by: Member, request: StaffRequest) -> Stored:
        """Take what was proposed. Raises: AtCapacity."""

        def build(tx: Transaction, found: Conversation) -> c.Command:
            if found.offered_to == by.id:
                guards.require_room(tx, by.id)
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
            deadline = tx.now + self._rules.wait_at_most
            return c.Transfer(actor=actor_of(by), epoch=request.epoch, queue=queue, deadline=deadline)

        return await self._perform(by, request, "transfer", build, queue=queue)

    async def release(self, by: Member, request: StaffRequest) -> Stored:
        """Put back into the queue it came from; supervisors also what somebody else owns."""

        def build(tx: Transaction, found: Conversation) -> c.Command:
            deadline = tx.now + self._rules.wait_at_most
            cause: Literal["release", "requeue"] = "release" if found.controller == by.id else "requeue"
            return c.Release(actor=actor_of(by), epoch=request.epoch, cause=cause, deadline=deadline)

        return await self._perform(by, request, "release", build)

    async def release_all(self, by: Member) -> None:
        """Put back all that the agent has, as at the end of their day; what somebody else took meanwhile stays."""

        def build(tx: Transaction, found: Conversation) -> c.Command | None:
            if found.controller != by.id:
                return None
            deadline = tx.now + self._rules.wait_at_most
            return c.Release(actor=actor_of(by), epoch=found.epoch, deadline=deadline)

        for conversation in await self._database.read(lambda tx: assignments.held_by(tx, by.id)):
            await self._conversations.perform_as_system(conversation, build)

    async def hand_back(self, by: Member, request: StaffRequest) -> Stored:
        """Give the conversation back to the bot."""
        return await self._give(by, request, "hand_back", c.HandBack)

    # --- work on a conversation --------------------------------------------------------------------------------

    async def reply(self, by: Member, request: StaffRequest, text: str) -> Stored:
        """Send a public message; in `bot` and `waiting` it is a takeover. Raises: AtCapacity."""
        command = c.Reply(
            actor=actor_of(by),
            epoch=request.epoch,
            message_id=self._ids(),
            client_message_id=request.id,
            text=text,
        )
        body: dict[str, Any] = {"type": "reply", "client_message_id": request.id, "epoch": request.epoch, "text": text}

        def build(tx: Transaction, found: Conversation) -> c.Command:
            guards.require_room_to_seize(tx, by.id, found)
            return command

        return await self._once(by, request.id, request.conversation, body, build)

    async def note(self, by: Member, id: str, conversation: str, text: str) -> Stored:
        """Add an internal note, whoever has control."""
        body = {"type": "note", "client_message_id": id, "text": text}
        command = c.AddNote(actor=actor_of(by), message_id=self._ids(), client_message_id=id, text=text)
        return await self._once(by, id, conversation, body, lambda _, __: command)

    async def hold(self, by: Member, request: StaffRequest) -> Stored:
        """Ask the customer to wait."""
        return await self._give(by, request, "hold", c.Hold)

    async def unhold(self, by: Member, request: StaffRequest) -> Stored:
        """Go on."""
        return await self._give(by, request, "unhold", c.Unhold)

    async def snooze(self, by: Member, request: StaffRequest, until: datetime) -> Stored:
        """Hide until a time to come, or the customer's reply. Raises: Invalid for a time past or too far off."""

        def build(tx: Transaction, _: Conversation) -> c.Command:
            if until <= tx.now:
                raise Invalid("A snooze ends at a time to come. Choose a later one.")
            if until > tx.now + SNOOZE_AT_MOST:
                raise Invalid(f"A snooze lasts at most {SNOOZE_AT_MOST.days} days. Choose an earlier time.")
            return c.Snooze(actor=actor_of(by), epoch=request.epoch, until=until)

        return await self._perform(by, request, "snooze", build, until=until)

    async def wake(self, by: Member, request: StaffRequest) -> Stored:
        """End a snooze."""
        return await self._give(by, request, "wake", c.Wake)

    # --- the end -----------------------------------------------------------------------------------------------

    async def resolve(self, by: Member, request: StaffRequest, resolution: NewResolution) -> Stored:
        """End the conversation and say what it was about. Raises: UnknownIntent, Forbidden, Invalid."""
        await resolving.check_labels(self._catalogues, by, resolution)
        id = self._ids()
        said = {name: value for name, value in vars(resolution).items() if name not in {"answer_text", "parts"}}

        def build(tx: Transaction, found: Conversation) -> c.Command:
            resolving.keep_answer(tx, id, found, resolution)
            stored = {name: value for name, value in said.items() if name != "new_intent"}
            parts = resolving.labelled_parts(tx, found, resolution)
            return c.Resolve(actor=actor_of(by), epoch=request.epoch, resolution_id=id, parts=parts, **stored)

        given = {"answer_text": resolution.answer_text, "parts": resolution.parts or None}
        further = {name: value for name, value in given.items() if value is not None}
        return await self._perform(by, request, "resolve", build, **said, **further)

    async def withdraw_resolution(self, by: Member, request: StaffRequest) -> Stored:
        """Take the newest resolution back: its agent for ten seconds, a supervisor later too."""
        return await self._give(by, request, "withdraw_resolution", c.WithdrawResolution)

    # --- how commands are carried out --------------------------------------------------------------------------

    async def _give(self, by: Member, request: StaffRequest, type: str, command: type[c.Fenced]) -> Stored:
        """Give a command that the conversation's own rules decide alone."""
        given = command(actor=actor_of(by), epoch=request.epoch)
        return await self._perform(by, request, type, lambda _, __: given)

    async def _perform(
        self, by: Member, request: StaffRequest, type: str, build: BuildCommand, **fields: Any
    ) -> Stored:
        body = {"type": type, "command_id": request.id, "epoch": request.epoch}
        return await self._once(by, request.id, request.conversation, body | to_jsonable_python(fields), build)

    async def _once(self, by: Member, id: str, conversation: str, body: dict[str, Any], build: BuildCommand) -> Stored:
        """Carry it out once, on a conversation that its author sees.

        `body` tells a copy of the command from another one with the same id.

        It has the fields of the frame, so that a command sent before an upgrade and again after it stays one.
        """
        named = {**body, "conversation": conversation}

        def build_within(tx: Transaction, found: Conversation) -> c.Command:
            require_seen(by.scope, found)
            return build(tx, found)

        return await self._conversations.perform(actor_of(by), id, conversation, named, build_within)
