"""What was planned by a clock that was set back since is planned anew, so that nobody waits for the difference.

Turns and timers are due at times of the day. A turn cannot begin in the future, nor a timer be due later than its kind
can be: such a row shows that the clock went back. So nothing has to be remembered, a restart in between does no harm,
and of several processes each finds what the others left.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from escalation.conversations.tables import TimerRow, TurnRow
from escalation.database import Transaction, table_of
from escalation.logs import get_logger

SLACK = timedelta(seconds=1)
"""By so much clocks are put right without anybody noticing."""

_log = get_logger(__name__)
_turns = table_of(TurnRow)
_timers = table_of(TimerRow)

# Built once: building a statement takes longer than SQLite takes to run it.
_BEGUN_LATER = select(_turns).where(_turns.c.began_at > bindparam("latest"))
_REPLAN = (
    _turns.update()
    .where(_turns.c.conversation == bindparam("of"), _turns.c.began_at == bindparam("was"))
    .values(began_at=bindparam("begins"), due_at=bindparam("due"), deadline=bindparam("ends"))
)


def clock_went_back(tx: Transaction, longest: Mapping[str, timedelta]) -> bool:
    """Whether anything is to be planned anew. `longest`: by kind, for how long a timer is set at most."""
    return bool(_turns_from_the_future(tx) or _overlong_timers(tx, longest))


def replan(tx: Transaction, longest: Mapping[str, timedelta]) -> None:
    """Let such turns begin now, each with the waits it had, and let such timers be due as if they were set now."""
    _replan_turns(tx)
    _replan_timers(tx, longest)


def _turns_from_the_future(tx: Transaction) -> list[Row[Any]]:
    return list(tx.execute(_BEGUN_LATER, {"latest": tx.now + SLACK}))


def _replan_turns(tx: Transaction) -> None:
    now = tx.now
    for row in _turns_from_the_future(tx):
        due, ends = now + (row.due_at - row.began_at), now + (row.deadline - row.began_at)
        tx.execute(_REPLAN, {"of": row.conversation, "was": row.began_at, "begins": now, "due": due, "ends": ends})
        _log.warning("turn_planned_anew", conversation=row.conversation, seconds=(row.began_at - now).total_seconds())


def _overlong_timers(tx: Transaction, longest: Mapping[str, timedelta]) -> list[Row[Any]]:
    """Timers of kinds that are not named may be due at any time."""
    latest = tx.now + SLACK
    late = [(_timers.c.kind == kind) & (_timers.c.due_at > latest + most) for kind, most in longest.items()]
    return list(tx.execute(select(_timers).where(or_(*late)))) if late else []


def _replan_timers(tx: Transaction, longest: Mapping[str, timedelta]) -> None:
    for row in _overlong_timers(tx, longest):
        mine = (_timers.c.kind == row.kind) & (_timers.c.subject == row.subject) & (_timers.c.due_at == row.due_at)
        tx.execute(_timers.update().where(mine).values(due_at=tx.now + longest[row.kind]))
        _log.warning("timer_planned_anew", kind=row.kind, conversation=row.subject)
