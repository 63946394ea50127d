"""Calls: what asks a member of staff to look at a conversation, kept until they have. One mark for each kind.

A mention is at the place of its note, and read once their read mark is there. Whispers of a conversation are numbered
from 1; the mark goes once they have seen the one it names, or the conversation leaves the agent it was about.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, bindparam, or_, select

from escalation.conversations.tables import CallRow
from escalation.database import Prepared, Transaction, table_of
from escalation.desk.events import OWN, WHISPERED
from escalation.desk.tables import ReadMarkRow
from escalation.events import NewEvent, append

Kind = Literal["mention", "whisper"]

_calls = table_of(CallRow)
_marks = table_of(ReadMarkRow)
_WHISPERS: Final = (_calls.c.conversation == bindparam("of"), _calls.c.kind == "whisper")


def _drop(*which: ColumnElement[bool]) -> Prepared:
    return Prepared(_calls.delete().where(*_WHISPERS, *which).returning(_calls.c.agent))


_END = _drop()
_SEE = _drop(_calls.c.agent == bindparam("who"), _calls.c.seq <= bindparam("up_to"))


def keep(tx: Transaction, kind: Kind, agent: str, conversation: str, seq: int) -> None:
    """Keep the newest call of an agent to a conversation."""
    tx.upsert(CallRow, {"agent": agent, "conversation": conversation, "kind": kind, "seq": seq})


def of(tx: Transaction, agent: str) -> Mapping[Kind, Mapping[str, int]]:
    """Return by kind and conversation the place of the newest mention of the agent and of the whisper not yet seen."""
    found: dict[Kind, dict[str, int]] = {"mention": {}, "whisper": {}}
    for row in tx.execute(select(_calls).where(_calls.c.agent == agent)):
        found[row.kind][row.conversation] = row.seq
    return found


def unread_mentions(agent: str) -> Select[Any]:
    """The conversations with a mention that the agent has not read."""
    read = (_marks.c.agent == _calls.c.agent) & (_marks.c.conversation == _calls.c.conversation)
    beyond = or_(_marks.c.seq.is_(None), _marks.c.seq < _calls.c.seq)
    mine = (_calls.c.agent == agent, _calls.c.kind == "mention", beyond)
    return select(_calls.c.conversation).select_from(_calls.outerjoin(_marks, read)).where(*mine)


def see_whispers(tx: Transaction, agent: str, conversation: str, up_to: int) -> None:
    """The agent has seen the whispers up to this number; their devices hear of it."""
    _gone(tx, conversation, _SEE, {"who": agent, "up_to": up_to})


def end_whispers(tx: Transaction, conversation: str) -> None:
    """The conversation has left its agent: nobody has to look at what was whispered; all who had hear of it."""
    _gone(tx, conversation, _END, {})


def _gone(tx: Transaction, conversation: str, drop: Prepared, which: Mapping[str, Any]) -> None:
    for agent in tx.execute(drop, {"of": conversation, **which}).scalars():
        seen = {"conversation": conversation, "unseen": 0}
        append(tx, OWN + agent, NewEvent(WHISPERED, 1, seen, "system"))
