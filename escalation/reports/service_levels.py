"""What service levels a case was under, from the clocks of its conversation."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select

from escalation.database import Prepared, Transaction, table_of
from escalation.desk.routing.work import Target
from escalation.desk.tables import SlaClockRow, SlaOutcomeRow
from escalation.reports.cases import Case

_running = table_of(SlaClockRow)
_ended = table_of(SlaOutcomeRow)
_ENDED = Prepared(
    select(_ended.c.target, _ended.c.seq, _ended.c.warned, _ended.c.breached).where(
        _ended.c.conversation == bindparam("of")
    )
)
_RUNNING = Prepared(
    select(_running.c.target, _running.c.warned, _running.c.breached).where(_running.c.conversation == bindparam("of"))
)


class ClockSeen(NamedTuple):
    """One clock of a conversation; `ended` by which of its events, None while it runs."""

    target: Target
    ended: int | None
    warned: bool
    breached: bool


def clocks_of(tx: Transaction, conversation: str) -> list[ClockSeen]:
    """Return every clock that a conversation ever had."""
    found = [ClockSeen(*row) for row in tx.execute(_ENDED, {"of": conversation})]
    for target, *seen in tx.execute(_RUNNING, {"of": conversation}):
        found.append(ClockSeen(target, None, *seen))
    return found


def note(cases: Sequence[Case], clocks: Iterable[ClockSeen]) -> None:
    """Count each clock in the case that it ended in, or the last one. What runs in time is not decided yet. Pure."""
    for clock in clocks:
        case = next(one for one in reversed(cases) if clock.ended is None or one.seq <= clock.ended)
        case.under_sla = True
        case.sla_warned += clock.warned
        if clock.ended is not None or clock.breached:
            case.levels[f"{clock.target}_targets"] += 1
            case.levels[f"{clock.target}_met"] += not clock.breached
