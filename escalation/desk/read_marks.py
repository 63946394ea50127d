"""How far each agent has read each conversation."""

from sqlalchemy import select

from escalation.database import Transaction, table_of
from escalation.desk.tables import ReadMarkRow

_marks = table_of(ReadMarkRow)


def advance(tx: Transaction, agent: str, conversation: str, seq: int) -> None:
    """Note that the agent has read up to `seq`; a tab that is behind takes nothing back."""
    insert = tx.insert(ReadMarkRow)
    further = insert.on_conflict_do_update(
        index_elements=["agent", "conversation"],
        set_={"seq": insert.excluded.seq},
        where=_marks.c.seq < insert.excluded.seq,
    )
    tx.execute(further, {"agent": agent, "conversation": conversation, "seq": seq})


def of(tx: Transaction, agent: str) -> dict[str, int]:
    """Return the agent's marks by conversation."""
    query = select(_marks.c.conversation, _marks.c.seq).where(_marks.c.agent == agent)
    return {row.conversation: row.seq for row in tx.execute(query)}
