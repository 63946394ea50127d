"""How commands of staff are carried out: once, on a conversation that their author sees."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_jsonable_python

from escalation.catalogue.service import Catalogues
from escalation.conversations import commands as c
from escalation.conversations.model import Conversation
from escalation.conversations.ports import Stored
from escalation.conversations.scoping import require_seen
from escalation.conversations.service import Conversations
from escalation.database import Database, Transaction
from escalation.desk.handoffs import DeskRules, actor_of
from escalation.kernel.ids import Ids
from escalation.people import staff
from escalation.people.errors import NotSignedIn
from escalation.people.staff import Member

BuildCommand = Callable[[Transaction, Conversation], c.Command]
"""Return the command to give, once the conversation is locked. Raises: what the desk refuses."""


@dataclass(frozen=True)
class StaffRequest:
    """What every command on a conversation names. The same id is the same command, however often it comes."""

    id: str
    conversation: str
    epoch: int
    """The epoch its author saw; the command is refused once control has changed since."""


class Performing:
    """What every command of staff needs; the commands themselves are in `control` and `service`."""

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

    def _note(self, by: Member, id: str, text: str, called: tuple[str, ...] = ()) -> c.AddNote:
        return c.AddNote(actor=actor_of(by), message_id=self._ids(), client_message_id=id, text=text, mentions=called)
