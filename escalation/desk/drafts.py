"""Drafts: what an agent has typed and not sent, kept so that their other devices have it.

They are rows of their own, not events: nothing follows them, and no search, transcript or example reads them.
Colleagues learn that there is one, never its words. A draft goes when it is sent, when its conversation ends, and
with an erasure.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam

from escalation.conversations import events as e
from escalation.conversations import repository
from escalation.conversations.errors import NotAllowedNow
from escalation.conversations.history import state_of
from escalation.conversations.model import Conversation
from escalation.conversations.scoping import require_seen
from escalation.conversations.tables import DraftRow
from escalation.database import Database, Prepared, Transaction, table_of
from escalation.people import staff
from escalation.people.staff import Member
from escalation.protocol.rest.drafts import DraftKept, DraftKind, DraftList, DraftOfOther, DraftView

_drafts = table_of(DraftRow)
_OF = Prepared(_drafts.select().where(_drafts.c.conversation == bindparam("of")))
_DROP = Prepared(
    _drafts.delete().where(
        _drafts.c.conversation == bindparam("of"),
        _drafts.c.agent == bindparam("who"),
        _drafts.c.kind == bindparam("as"),
    )
)
_DROP_ALL = Prepared(_drafts.delete().where(_drafts.c.conversation == bindparam("of")))


class Drafts:
    """One a process."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, by: Member, conversation: str) -> DraftList:
        """Return the reader's own drafts, and who else has one. Raises: NotFound."""

        def read(tx: Transaction) -> DraftList:
            state_of(tx, conversation, by.scope)
            rows = sorted(tx.execute(_OF, {"of": conversation}).all(), key=lambda row: (row.kind, row.at), reverse=True)
            names = staff.names(tx, {row.agent for row in rows})
            others = [row for row in rows if row.agent != by.id]
            return DraftList(
                own=[DraftView(kind=row.kind, text=row.text, at=row.at) for row in rows if row.agent == by.id],
                others=[DraftOfOther(kind=row.kind, name=names.get(row.agent, ""), at=row.at) for row in others],
            )

        return await self._database.read(read)

    async def keep(self, by: Member, conversation: str, kind: DraftKind, text: str) -> DraftKept:
        """Keep a draft in place of the one before, or none where it is blank. Raises: NotFound, NotAllowedNow."""

        def work(tx: Transaction) -> DraftKept:
            found = repository.load(tx, conversation)
            require_seen(by.scope, found)
            if found.erased:
                raise NotAllowedNow(f"Conversation {conversation} was erased: its customer is gone for good.")
            return DraftKept(at=put(tx, by.id, conversation, kind, text))

        return await self._database.write(work)


def put(tx: Transaction, agent: str, conversation: str, kind: DraftKind, text: str) -> datetime | None:
    """Keep a draft; return when, None where it is blank and therefore gone."""
    if not text.strip():
        tx.execute(_DROP, {"of": conversation, "who": agent, "as": kind})
        return None
    tx.upsert(DraftRow, {"agent": agent, "conversation": conversation, "kind": kind, "text": text, "at": tx.now})
    return tx.now


def record(tx: Transaction, after: Conversation, events: Sequence[e.ConversationEvent]) -> None:
    """Drop what was sent, and every draft of a conversation that has ended."""
    for event in events:
        if isinstance(event, e.Closed):
            tx.execute(_DROP_ALL, {"of": after.id})
        elif isinstance(event, e.MessageAdded) and event.author == "agent":
            kind = "note" if event.internal else "reply"
            tx.execute(_DROP, {"of": after.id, "who": event.author_id, "as": kind})
