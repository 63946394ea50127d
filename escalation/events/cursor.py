"""Positions of followers that must process every event once, even across restarts.

The follower moves its cursor in the same transaction as the rows it makes from the events.
"""

from sqlalchemy import bindparam, select

from escalation.database import Prepared, Transaction, table_of
from escalation.events.errors import StreamOutOfStep
from escalation.events.tables import Cursor

_cursors = table_of(Cursor)
_WHERE = Prepared(select(_cursors.c.seq).where(_cursors.c.name == bindparam("cursor")))
_MOVE = Prepared(
    _cursors.update()
    .where(_cursors.c.name == bindparam("cursor"), _cursors.c.seq < bindparam("to"))
    .values(seq=bindparam("to"))
)


def position(tx: Transaction, name: str) -> int:
    """The last number the follower `name` has dealt with; 0 for a new one."""
    seq: int | None = tx.execute(_WHERE, {"cursor": name}).scalar()
    return seq or 0


def take(tx: Transaction, name: str, stream: str) -> int:
    """The position, its row locked until the commit, so that two copies of a follower do not do the same work."""
    tx.upsert(Cursor, {"name": name, "stream": stream, "seq": 0}, update=())
    row = tx.lock(Cursor, name)
    assert row is not None
    if row.stream != stream:
        raise StreamOutOfStep(f"the cursor {name} follows {row.stream}, not {stream}: use another name")
    return int(row.seq)


def advance(tx: Transaction, name: str, seq: int) -> None:
    """Move the cursor forward to `seq`. Raises: StreamOutOfStep when it is there or further, or was never taken."""
    if tx.execute(_MOVE, {"cursor": name, "to": seq}).rowcount != 1:
        raise StreamOutOfStep(f"the cursor {name} is not before {seq}: another follower of this name was faster")
