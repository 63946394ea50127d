"""When windows begin and end, as rows: by age, by the operator's terms, by traffic, never by what audits say.

The chance of an audit has to stay what it was for as long as a window lasts, so a window whose chance turns out to cost
far more than the budget is ended, and another one begins.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import Row, func, select

from escalation.conversations.lanes import Lane
from escalation.database import Transaction, table_of
from escalation.kernel.ids import new_id
from escalation.proof import policy, rows
from escalation.proof.audits import coin_probability
from escalation.proof.certificate import LONGEST, WINDOWS
from escalation.proof.coins import commitment, period_key
from escalation.proof.tables import AutomaticAnswerRow, WindowRow
from escalation.proof.values import ProofSettings

DAY = timedelta(days=1)
LOOKED_BACK = timedelta(days=14)
SHORTEST = timedelta(hours=1)
"""Traffic of less time than this is taken for that of an hour."""
TOO_COSTLY = 2.0
"""A window ends where it drew this many times the day's budget within a day."""

Because = Literal["over", "terms", "traffic", "key", "restored"]
"""It was as old as a window gets; the accepted share was changed; it drew far more than the budget; its key is gone;
the database was restored from a backup, so that answers are missing."""

_windows = table_of(WindowRow)
_answers = table_of(AutomaticAnswerRow)
_PROMISED = _answers.c.lane == Lane.CERTIFIED.value
"""Answers of the probation lane are in no window; all of them are audited beside the budget."""


def roll(tx: Transaction, settings: ProofSettings) -> None:
    """End the windows whose time has come, and begin one where it is due. Waits for whoever changes the proof."""
    held = rows.hold(tx)
    budget = rows.budget(held, settings)
    going_on, before = [], rows.running(tx)
    for row in before:
        because = _why_over(tx, row, settings, budget)
        if because is None:
            going_on.append(row)
        else:
            _end(tx, row, because)
    # The last period of a window that ended ends too: what comes later is drawn by others, and not by its chance.
    if len(going_on) < max(1, len(before)) or tx.now - going_on[-1].started_at >= LONGEST / WINDOWS:
        _begin(tx, settings, budget)


def is_due(tx: Transaction, settings: ProofSettings) -> bool:
    """Return whether `roll` would end or begin a window; without waiting for anybody."""
    known = rows.state(tx)
    budget = rows.budget(known, settings)
    going_on = rows.running(tx)
    if not going_on or tx.now - going_on[-1].started_at >= LONGEST / WINDOWS:
        return True
    return any(_why_over(tx, row, settings, budget) is not None for row in going_on)


def running_windows(tx: Transaction, settings: ProofSettings) -> Sequence[Row[Any]]:
    """Return the running windows, oldest first; the first answer ever begins one. The last has the coin's period."""
    going_on = rows.running(tx)
    if not going_on:
        roll(tx, settings)
    return going_on or rows.running(tx)


def end_all(tx: Transaction, because: Because) -> None:
    """End every running window; the next `roll` begins another."""
    rows.hold(tx)
    for row in rows.running(tx):
        _end(tx, row, because)


def _why_over(tx: Transaction, row: Row[Any], settings: ProofSettings, budget: float) -> Because | None:
    if tx.now - row.started_at >= LONGEST:
        return "over"
    if row.alpha != policy.current(tx).alpha:
        return "terms"
    if commitment(period_key(settings.secret, row.id)) != row.commitment:
        return "key"
    return "traffic" if _is_costly(tx, row, budget) else None


def _is_costly(tx: Transaction, row: Row[Any], budget: float) -> bool:
    since = max(row.started_at, tx.now - DAY)
    query = select(func.count()).where(_PROMISED, _answers.c.period >= row.number, _answers.c.at >= since)
    answers: int = tx.execute(query).scalar_one()
    return bool(answers * row.chance > TOO_COSTLY * max(budget, 1.0))


def _end(tx: Transaction, row: Row[Any], because: Because) -> None:
    last = tx.execute(select(func.max(_windows.c.number))).scalar_one()
    ended = {"ended_at": tx.now, "ended_because": because, "last_period": last}
    tx.execute(_windows.update().where(_windows.c.number == row.number).values(**ended))


def _begin(tx: Transaction, settings: ProofSettings, budget: float) -> None:
    last: int | None = tx.execute(select(func.max(_windows.c.number))).scalar_one()
    id = new_id()
    row = {
        "number": (last or 0) + 1,
        "id": id,
        "started_at": tx.now,
        "chance": coin_probability(_answers_a_day(tx), budget),
        "alpha": policy.current(tx).alpha,
        "commitment": commitment(period_key(settings.secret, id)),
    }
    tx.execute(_windows.insert(), row)


def _answers_a_day(tx: Transaction) -> float:
    """Return the automatic answers a day of the last two weeks, 0 before the first."""
    since = tx.now - LOOKED_BACK
    query = select(func.count(), func.min(_answers.c.at)).where(_PROMISED, _answers.c.at >= since)
    count, first = tx.execute(query).one()
    if not count:
        return 0.0
    lasted: timedelta = max(tx.now - first, SHORTEST)
    return float(count) / (lasted / DAY)
