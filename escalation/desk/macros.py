"""Macros: several steps at once, each an ordinary command of the agent who runs it. The first refusal ends them."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from pydantic import TypeAdapter

from escalation.conversations.history import state_of
from escalation.conversations.model import Conversation
from escalation.database import Database, Transaction, table_of
from escalation.desk import templates
from escalation.desk.errors import MacroTaken, MacroUnknown
from escalation.desk.macro_steps import StepRunner
from escalation.desk.named_rows import NamedRows
from escalation.desk.service import Desk
from escalation.desk.tables import MacroRow
from escalation.kernel.errors import EscalationError, Invalid
from escalation.kernel.ids import Ids
from escalation.people import staff
from escalation.people.permissions import Permission
from escalation.people.staff import Member
from escalation.protocol.rest.macros import (
    MacroBody,
    MacroList,
    MacroRunBody,
    MacroRunView,
    MacroStep,
    MacroView,
    NoteStep,
    ReplyStep,
    TagStep,
)

_rows: Final = NamedRows(table_of(MacroRow), "macro", most=200, taken=MacroTaken, unknown=MacroUnknown)
_steps: TypeAdapter[list[MacroStep]] = TypeAdapter(list[MacroStep])


def checked(body: MacroBody) -> MacroBody:
    """Return a macro as it is stored. Raises: Invalid."""
    for place, step in enumerate(body.steps, 1):
        if isinstance(step, ReplyStep | NoteStep):
            templates.require_fillable(step.text)
        elif not isinstance(step, TagStep) and place < len(body.steps):
            raise Invalid(f"Step {place} ({step.kind}) gives the conversation away: it must be the last one.")
    return body


class Macros:
    """The macros of all staff. `site_names`: the name of each site by its id."""

    def __init__(self, database: Database, desk: Desk, ids: Ids, site_names: Mapping[str, str]) -> None:
        self._database = database
        self._desk = desk
        self._ids = ids
        self._site_names = site_names

    async def all(self) -> MacroList:
        """Return every macro, by name."""
        return MacroList(macros=[_view(row) for row in await self._database.read(_rows.all)])

    async def add(self, by: Member, body: MacroBody) -> MacroView:
        """Store a new one. Raises: Invalid, MacroTaken."""
        return _view(await _rows.add(self._database, self._ids, by, _values(checked(body))))

    async def change(self, by: Member, id: str, body: MacroBody) -> MacroView:
        """Replace one. Raises: Invalid, MacroUnknown, MacroTaken."""
        return _view(await _rows.change(self._database, id, by, _values(checked(body))))

    async def delete(self, id: str) -> None:
        """Delete one. Raises: MacroUnknown."""
        await _rows.delete(self._database, id)

    async def run(self, by: Member, id: str, asked: MacroRunBody) -> MacroRunView:
        """Take the steps in order until one is refused; what was done before it stays.

        Raises: MacroUnknown, NotFound for a conversation the agent does not see.
        """
        by.require(Permission.WORK_CONVERSATIONS)
        steps, found, names = await self._database.read(lambda tx: self._asked(tx, by, id, asked.conversation))
        values = {"agent": by.name, "site": self._site_names.get(found.site, "")}
        runner = StepRunner(self._desk, by, asked, values, names, epoch=asked.epoch, seen=asked.last_seen_seq)
        for done, step in enumerate(steps):
            try:
                await runner.take(step, found, str(uuid5(NAMESPACE_URL, f"{by.id} {asked.run_id} {done}")))
            except EscalationError as error:
                return MacroRunView(done=done, steps=len(steps), code=error.code, message=error.message)
            found = await self._database.read(lambda tx: state_of(tx, asked.conversation, by.scope))
        return MacroRunView(done=len(steps), steps=len(steps))

    def _asked(
        self, tx: Transaction, by: Member, id: str, conversation: str
    ) -> tuple[list[MacroStep], Conversation, Mapping[str, str]]:
        """Return the steps, the conversation, and what everybody is called whom a note may call."""
        steps = _steps.validate_python(_rows.one(tx, id).steps)
        return steps, state_of(tx, conversation, by.scope), {each.id: each.name for each in staff.members(tx)}


def _values(body: MacroBody) -> dict[str, Any]:
    return {"name": body.name, "steps": [step.model_dump(mode="json") for step in body.steps]}


def _view(row: Any) -> MacroView:
    return MacroView(id=row.id, name=row.name, steps=_steps.validate_python(row.steps), changed_at=row.changed_at)
