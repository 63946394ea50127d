"""Who took part in a conversation, and whether its words are still there: what auditing and probing ask of it."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from escalation.conversations.tables import MessageRow
from escalation.database import Transaction, table_of
from escalation.desk.tables import AssignmentRow

_messages = table_of(MessageRow)
_assignments = table_of(AssignmentRow)


def handled(tx: Transaction, conversation: str, agent: str) -> bool:
    """Return whether somebody owned a conversation, or wrote in it, be it a note."""
    owned = select(_assignments.c.id).where(_assignments.c.conversation == conversation, _assignments.c.agent == agent)
    wrote = select(_messages.c.id).where(
        _messages.c.conversation == conversation, _messages.c.author == "agent", _messages.c.author_id == agent
    )
    return tx.execute(select(1).where(or_(owned.exists(), wrote.exists()))).first() is not None


def is_erased(tx: Transaction, message_ids: Sequence[str]) -> bool:
    """Return whether any of these messages has lost its words, or is not there at all."""
    kinds = tx.execute(select(_messages.c.body).where(_messages.c.id.in_(message_ids))).scalars().all()
    return len(kinds) < len(message_ids) or any(body["kind"] == "erased" for body in kinds)
