"""The steps of a macro, one after the other, each by the command that an agent would give."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from escalation.conversations.model import Conversation
from escalation.desk import calling, mentions, templates
from escalation.desk.performing import StaffRequest
from escalation.desk.resolving import NewResolution
from escalation.desk.service import Desk
from escalation.people.staff import Member
from escalation.protocol.rest.macros import (
    MacroRunBody,
    MacroStep,
    NoteStep,
    ReplyStep,
    ResolveStep,
    SnoozeStep,
    TagStep,
)
from escalation.protocol.states import Status


@dataclass
class StepRunner:
    """Takes steps under the epoch on the agent's screen; a reply that takes the conversation over raises it by one."""

    desk: Desk
    by: Member
    asked: MacroRunBody
    values: Mapping[str, str]
    names: Mapping[str, str]
    """What colleagues are called, by id."""
    epoch: int
    seen: int
    """The newest event the agent has seen; what the steps add counts as seen."""

    async def take(self, step: MacroStep, found: Conversation, id: str) -> None:
        """Carry a step out on the conversation as it was just found. Raises: what the command refuses, Invalid."""
        request = StaffRequest(id, self.asked.conversation, self.epoch)
        if isinstance(step, ReplyStep):
            await self.desk.reply(self.by, request, templates.filled(step.text, self.values))
            self.epoch += found.status in {Status.BOT, Status.WAITING} and found.controller != self.by.id
        elif isinstance(step, NoteStep):
            await self._note(step, id)
        elif isinstance(step, TagStep):
            await self.desk.set_tags(self.by, request, tuple(sorted({*found.tags, *step.tags})))
        elif isinstance(step, SnoozeStep):
            await self.desk.snooze_for(self.by, request, timedelta(minutes=step.minutes))
        elif isinstance(step, ResolveStep):
            await self.desk.resolve(self.by, request, self._resolution(step))
        else:
            await self.desk.transfer(self.by, request, step.queue)

    async def _note(self, step: NoteStep, id: str) -> None:
        text = templates.filled(step.text, self.values)
        called = calling.called(text, self.names, mentions.MOST)
        await self.desk.note(self.by, id, self.asked.conversation, text, called)

    def _resolution(self, step: ResolveStep) -> NewResolution:
        return NewResolution(
            label=step.label, new_intent=False, answer_message_id=None, outcome=step.outcome, learn=False,
            last_seen_seq=self.seen,
        )  # fmt: skip
