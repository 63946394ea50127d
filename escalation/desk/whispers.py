"""Whispers: words between supervisors and the one agent who has a conversation.

They are rows of their own, not messages: no thread, search, transcript, export or example ever reads them. Whoever is
concerned hears on their own stream that there is one, without its words, and is called until they have seen it.
"""

from typing import Any, Final

from sqlalchemy import Row, func, select

from escalation.conversations import repository
from escalation.conversations.errors import NotAllowedNow
from escalation.conversations.history import state_of
from escalation.conversations.scoping import require_seen
from escalation.conversations.tables import WhisperRow
from escalation.database import Database, Transaction, table_of
from escalation.desk import calls
from escalation.desk.events import OWN, WHISPERED
from escalation.events import NewEvent, append
from escalation.kernel.errors import Forbidden, Invalid
from escalation.kernel.ids import Ids
from escalation.people import staff
from escalation.people.permissions import Permission
from escalation.people.staff import Member
from escalation.protocol.rest.whispers import WhisperList, WhisperView
from escalation.protocol.states import Status

MOST_SHOWN: Final = 50

_whispers = table_of(WhisperRow)


class Whispers:
    """One a process."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    async def of(self, by: Member, conversation: str) -> WhisperList:
        """Return the whispers to supervisors, and to an agent those of the time they had it. Raises: NotFound."""

        def read(tx: Transaction) -> WhisperList:
            state_of(tx, conversation, by.scope)
            mine = [] if by.may(Permission.SUPERVISE) else [_whispers.c.agent == by.id]
            query = _whispers.select().where(_whispers.c.conversation == conversation, *mine)
            rows = tx.execute(query.order_by(_whispers.c.at.desc(), _whispers.c.id.desc()).limit(MOST_SHOWN)).all()
            names = staff.names(tx, {row.by for row in rows})
            return WhisperList(whispers=[_view(row, names.get(row.by, "")) for row in reversed(rows)])

        return await self._database.read(read)

    async def say(self, by: Member, conversation: str, text: str) -> WhisperView:
        """Say something to the agent who has the conversation, or as that agent to the supervisors.

        Raises: NotFound, NotAllowedNow where nobody has it, Forbidden, Invalid.
        """
        id, said = self._ids(), text.strip()
        if not said:
            raise Invalid("A whisper needs a text.")

        def work(tx: Transaction) -> WhisperView:
            found = repository.load(tx, conversation)
            require_seen(by.scope, found)
            if found.status is not Status.ASSIGNED or found.erased:
                raise NotAllowedNow(f"No agent has conversation {conversation}, so there is nobody to whisper to.")
            if by.id != found.controller and not by.may(Permission.SUPERVISE):
                raise Forbidden("Only supervisors and the agent who has the conversation whisper in it.")
            row = {"id": id, "conversation": conversation, "agent": found.controller, "by": by.id, "at": tx.now}
            tx.execute(_whispers.insert(), {**row, "text": said})
            number = _number(tx, conversation)
            told = {"conversation": conversation, "unseen": number}
            for other in sorted(_concerned(tx, conversation, found.controller) - {by.id}):
                calls.keep(tx, "whisper", other, conversation, number)
                append(tx, OWN + other, NewEvent(WHISPERED, 1, told, f"agent:{by.id}"))
            return WhisperView(id=id, at=tx.now, by=by.id, by_name=by.name, text=said)

        return await self._database.write(work)


def _concerned(tx: Transaction, conversation: str, agent: str) -> set[str]:
    """Return the agent and whoever whispered with them."""
    mine = (_whispers.c.conversation == conversation, _whispers.c.agent == agent)
    return {agent, *tx.execute(select(_whispers.c.by).where(*mine)).scalars()}


def _number(tx: Transaction, conversation: str) -> int:
    """Return the number of the newest whisper: how many there are."""
    number = select(func.count()).select_from(_whispers).where(_whispers.c.conversation == conversation)
    return int(tx.execute(number).scalar_one())


def _view(row: Row[Any], name: str) -> WhisperView:
    return WhisperView(id=row.id, at=row.at, by=row.by, by_name=name, text=row.text)
