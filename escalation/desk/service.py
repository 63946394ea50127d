"""The desk as a service: the rules of everything staff ask for, whoever brings it in: a socket, a route, a timer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from escalation.attachments import rows as files
from escalation.conversations import changed_messages, read_state
from escalation.conversations import commands as c
from escalation.conversations.model import Conversation
from escalation.conversations.ports import Stored
from escalation.database import Transaction
from escalation.desk import (
    breaks,
    calls,
    guards,
    label_choices,
    mentions,
    presence,
    read_marks,
    resolving,
    suggested,
)
from escalation.desk.control import Control
from escalation.desk.handoffs import actor_of
from escalation.desk.performing import StaffRequest
from escalation.desk.resolving import NewResolution
from escalation.kernel.errors import Invalid
from escalation.people.staff import Member

SNOOZE_AT_MOST = timedelta(days=30)


class Desk(Control):
    """Every command of staff. `by` is its author; all methods raise EscalationError, and then nothing changed.

    A conversation that its author does not see is refused with NotFound, like one that does not exist.
    """

    # --- the agents themselves ---------------------------------------------------------------------------------

    async def set_presence(self, by: Member, availability: presence.Choice) -> None:
        """Say whether conversations may come, or that what is open is finished and nothing follows."""
        await self._database.write(lambda tx: presence.choose(tx, by.id, availability))

    async def take_break(self, by: Member, *, over: bool = False) -> None:
        """Take nothing new for a few minutes, or end that early. Raises: Invalid so soon after the last break."""
        rules = self._rules.breaks
        await self._database.write(lambda tx: breaks.end(tx, by.id) if over else breaks.take(tx, by.id, rules))

    async def mark_read(self, by: Member, conversation: str, seq: int, whispers: int = 0) -> None:
        """Note how far the agent has read, and which whispers; a tab that is behind takes nothing back."""

        def work(tx: Transaction) -> None:
            guards.require_theirs(tx, by, conversation)
            read_marks.advance(tx, by.id, conversation, seq)
            if whispers:
                calls.see_whispers(tx, by.id, conversation, whispers)
            read_state.by_agent(tx, by.id, conversation, seq)

        await self._database.write(work)

    # --- work on a conversation --------------------------------------------------------------------------------

    async def reply(
        self,
        by: Member,
        request: StaffRequest,
        text: str,
        attachments: Sequence[str] = (),
        quotes: str | None = None,
    ) -> Stored:
        """Send a public message; in `bot` and `waiting` it is a takeover.

        Raises: AtCapacity, FileUnknown; NotFound where what it quotes is not there to be quoted.
        """
        command = c.Reply(
            actor=actor_of(by),
            epoch=request.epoch,
            message_id=self._ids(),
            client_message_id=request.id,
            text=text,
            quotes=quotes,
        )
        body: dict[str, Any] = {"type": "reply", "client_message_id": request.id, "epoch": request.epoch, "text": text}
        body |= {"attachments": list(attachments)} if attachments else {}
        body |= {"quotes": quotes} if quotes else {}

        def build(tx: Transaction, found: Conversation) -> c.Command:
            guards.require_room_to_seize(tx, by.id, found)
            if quotes is not None:
                changed_messages.require_quotable(tx, found.id, quotes)
            suggested.note_sent(tx, self._conversations.catalogue(), found, by.id, text)
            if not attachments:
                return command
            return command.model_copy(update={"files": files.bind(tx, f"agent:{by.id}", found.id, attachments)})

        return await self._once(by, request.id, request.conversation, body, build)

    async def note(self, by: Member, id: str, conversation: str, text: str, called: tuple[str, ...] = ()) -> Stored:
        """Add an internal note, whoever has control. `called`: the colleagues it mentions.

        Raises: OutOfSight for one who would not see it.
        """
        body: dict[str, Any] = {"type": "note", "client_message_id": id, "text": text}
        body |= {"mentions": list(called)} if called else {}
        command = self._note(by, id, text, called)

        def build(tx: Transaction, found: Conversation) -> c.Command:
            mentions.require_reachable(tx, called, found)
            return command

        return await self._once(by, id, conversation, body, build)

    async def edit_message(self, by: Member, request: StaffRequest, message_id: str, text: str) -> Stored:
        """Replace the text of an own message within a minute. Raises: NotFound, NotOwner, TooLate."""

        def build(tx: Transaction, found: Conversation) -> c.Command:
            message = changed_messages.sent(tx, found.id, message_id)
            return c.EditMessage(actor=actor_of(by), epoch=request.epoch, message=message, text=text)

        return await self._perform(by, request, "edit_message", build, message_id=message_id, text=text)

    async def delete_message(self, by: Member, request: StaffRequest, message_id: str) -> Stored:
        """Take an own message back within a minute. Raises: NotFound, NotOwner, TooLate."""

        def build(tx: Transaction, found: Conversation) -> c.Command:
            message = changed_messages.sent(tx, found.id, message_id)
            return c.DeleteMessage(actor=actor_of(by), epoch=request.epoch, message=message)

        return await self._perform(by, request, "delete_message", build, message_id=message_id)

    async def set_tags(self, by: Member, request: StaffRequest, tags: tuple[str, ...]) -> Stored:
        """Set the tags, whoever has control."""
        command = c.Tag(actor=actor_of(by), tags=tags)
        return await self._perform(by, request, "set_tags", lambda _, __: command, tags=tags)

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

    async def snooze_for(self, by: Member, request: StaffRequest, time: timedelta) -> Stored:
        """Hide for some time from now on, at most 30 days, or until the customer's reply."""

        def build(tx: Transaction, _: Conversation) -> c.Command:
            return c.Snooze(actor=actor_of(by), epoch=request.epoch, until=tx.now + min(time, SNOOZE_AT_MOST))

        return await self._perform(by, request, "snooze_for", build, seconds=time.total_seconds())

    async def wake(self, by: Member, request: StaffRequest) -> Stored:
        """End a snooze."""
        return await self._give(by, request, "wake", c.Wake)

    async def plan_follow_up(self, by: Member, request: StaffRequest, at: datetime, note: str | None = None) -> Stored:
        """Plan to write to the customer again. Raises: Invalid for a time past or too far off."""
        said = None if note is None else self._note(by, request.id, note)

        def build(tx: Transaction, _: Conversation) -> c.Command:
            _require_time_of_follow_up(tx, at)
            return c.PlanFollowUp(actor=actor_of(by), epoch=request.epoch, at=at, note=said)

        return await self._perform(by, request, "plan_follow_up", build, at=at, **({"note": note} if note else {}))

    async def cancel_follow_up(self, by: Member, request: StaffRequest) -> Stored:
        """Give the plan to write again up."""
        return await self._give(by, request, "cancel_follow_up", c.CancelFollowUp)

    # --- the end -----------------------------------------------------------------------------------------------

    async def resolve(self, by: Member, request: StaffRequest, resolution: NewResolution) -> Stored:
        """End the conversation and say what it was about. Raises: UnknownIntent, Forbidden, Invalid."""
        await resolving.check_labels(self._catalogues, by, resolution)
        id = self._ids()
        said = {name: value for name, value in vars(resolution).items() if name not in resolving.KEPT_APART}

        def build(tx: Transaction, found: Conversation) -> c.Command:
            if resolution.follow_up is not None:
                _require_time_of_follow_up(tx, resolution.follow_up)
            resolving.keep_answer(tx, id, found, resolution)
            stored = {name: value for name, value in said.items() if name != "new_intent"}
            parts = resolving.labelled_parts(tx, found, resolution)
            shown = label_choices.commit(tx, self._conversations, found, label_choices.Choice(id, by.id, resolution))
            stored |= {"parts": parts, "shown": shown, "follow_up": resolution.follow_up}
            return c.Resolve(actor=actor_of(by), epoch=request.epoch, resolution_id=id, **stored)

        given = {
            "answer_text": resolution.answer_text,
            "parts": resolution.parts or None,
            "decide_ms": resolution.decide_ms,
            "follow_up": resolution.follow_up,
        }
        further = {name: value for name, value in given.items() if value is not None}
        return await self._perform(by, request, "resolve", build, **said, **further)

    async def withdraw_resolution(self, by: Member, request: StaffRequest) -> Stored:
        """Take the newest resolution back: its agent for ten seconds, a supervisor later too."""
        return await self._give(by, request, "withdraw_resolution", c.WithdrawResolution)


def _require_time_of_follow_up(tx: Transaction, at: datetime) -> None:
    if at <= tx.now:
        raise Invalid("A follow-up is planned for a time to come. Choose a later one.")
    if at > tx.now + SNOOZE_AT_MOST:
        raise Invalid(f"A follow-up is at most {SNOOZE_AT_MOST.days} days away. Choose an earlier time.")
