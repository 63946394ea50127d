"""How far each agent has read each conversation, on whatever device."""

from sqlalchemy import select

from escalation.database import Transaction, table_of
from escalation.desk.events import CONVERSATION_READ, OWN
from escalation.desk.tables import ReadMarkRow
from escalation.events import NewEvent, append

_marks = table_of(ReadMarkRow)


def advance(tx: Transaction, agent: str, conversation: str, seq: int) -> None:
    """Note that the agent has read up to `seq`, and tell their other devices; a tab that is behind changes nothing."""
    insert = tx.insert(ReadMarkRow)
    further = insert.on_conflict_do_update(
        index_elements=["agent", "conversation"],
        set_={"seq": insert.excluded.seq},
        where=_marks.c.seq < insert.excluded.seq,
    ).returning(_marks.c.seq)
    if tx.execute(further, {"agent": agent, "conversation": conversation, "seq": seq}).first() is not None:
        read = {"conversation": conversation, "up_to": seq}
        append(tx, OWN + agent, NewEvent(CONVERSATION_READ, 1, read, agent))


def of(tx: Transaction, agent: str) -> dict[str, int]:
    """Return the agent's marks by conversation."""
    query = select(_marks.c.conversation, _marks.c.seq).where(_marks.c.agent == agent)
    return {row.conversation: row.seq for row in tx.execute(query)}
