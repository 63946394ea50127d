"""What auditing needs, kept as rows and bound to one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, func, select

from escalation.conversations.lanes import Lane
from escalation.database import Prepared, Transaction, table_of
from escalation.proof.audits import LABELS_ON_DISAGREEMENT, Label
from escalation.proof.breaker import Breaker
from escalation.proof.certificate import DrawnAnswer, Window, Windows
from escalation.proof.tables import AuditLabelRow, AuditRow, AutomaticAnswerRow, ProofStateRow, WindowRow
from escalation.proof.values import AutomaticAnswer, ProofSettings

_state = table_of(ProofStateRow)
_windows = table_of(WindowRow)
_answers = table_of(AutomaticAnswerRow)
_audits = table_of(AuditRow)
_labels = table_of(AuditLabelRow)

ANSWER, PROBE = "answer", "probe"
RIGHT, WRONG, VOID = "right", "wrong", "void"

_STATE = Prepared(select(_state))
_RUNNING = Prepared(select(_windows).where(_windows.c.ended_at.is_(None)).order_by(_windows.c.number))
_LABELS = select(_labels).order_by(_labels.c.at, _labels.c.auditor)


def state(tx: Transaction) -> Row[Any] | None:
    """Return the proof's one row as it is, None before anything was stored."""
    return tx.execute(_STATE).first()


def hold(tx: Transaction) -> Row[Any]:
    """Lock the proof's one row (made if need be) until the commit: one at a time through here."""
    tx.execute(tx.insert(ProofStateRow).on_conflict_do_nothing(index_elements=["id"]), {"id": 1, "breaker_level": 0.0})
    locked = tx.lock(ProofStateRow, 1)
    assert locked is not None
    return locked


def is_stopped(tx: Transaction) -> bool:
    """Return whether the breaker has tripped, and nobody has let answers go on since."""
    known = state(tx)
    return known is not None and known.tripped_at is not None


def budget(known: Row[Any] | None, settings: ProofSettings) -> float:
    """Return the audits a day for windows to come: what an admin set last, else what the settings say."""
    return settings.audits_a_day if known is None or known.audits_a_day is None else known.audits_a_day


def probation(known: Row[Any] | None, settings: ProofSettings) -> tuple[float, int]:
    """Return share and budget of the probation lane: each what an admin set last, else what the settings say."""
    share, most = (known.probation_share, known.probation_budget) if known is not None else (None, None)
    return (
        settings.probation_share if share is None else share,
        settings.probation_budget if most is None else most,
    )


def change(tx: Transaction, **values: Any) -> None:
    """Change columns of the proof's one row; `hold` it first."""
    tx.execute(_state.update().values(**values))


def stop(tx: Transaction, because: Literal["audits", "complaints", "returns"]) -> None:
    """Stop automatic answers, as the breaker tripped; `hold` the proof's row first."""
    change(tx, tripped_at=tx.now, tripped_because=because)


def running(tx: Transaction) -> Sequence[Row[Any]]:
    """Return the rows of the windows that go on, oldest first. The last one's period is the coin's present one."""
    return tx.execute(_RUNNING).all()


def counted(tx: Transaction, row: Row[Any], before: datetime | None = None) -> Window:
    """Return a window, running or over, with the counts of the rows that it holds, or of those before a moment."""
    promised = (*held(_answers, row, before), _answers.c.lane == Lane.CERTIFIED.value)
    answers = tx.execute(select(func.count()).select_from(_answers).where(*promised)).scalar_one()
    drawn = select(_audits.c.verdict, func.count()).where(*drawn_by(row, before)).group_by(_audits.c.verdict)
    of = {said: count for said, count in tx.execute(drawn)}  # noqa: C416  a Row is no tuple to mypy
    return Window(row.started_at, row.chance, answers, of.get(RIGHT, 0), of.get(WRONG, 0), of.get(None, 0))


def drawn_answers(tx: Transaction, row: Row[Any], before: datetime | None = None) -> list[DrawnAnswer]:
    """Return the answers that a window drew (before a moment), in order, with their places among all that it holds."""
    order = _answers.c.period, _answers.c.at, _answers.c.message_id
    promised = (*held(_answers, row, before), _answers.c.lane == Lane.CERTIFIED.value)
    place = func.row_number().over(order_by=order).label("place")
    placed = select(_answers.c.message_id, place).where(*promised).subquery()
    query = (
        select(placed.c.place, _audits.c.verdict)
        .join(_audits, _audits.c.message_id == placed.c.message_id)
        .where(*drawn_by(row, before))
        .order_by(placed.c.place)
    )
    return [DrawnAnswer(at, None if said is None else said == RIGHT) for at, said in tx.execute(query)]


def held(table: Any, row: Row[Any], before: datetime | None = None) -> list[ColumnElement[bool]]:
    """Return the condition that a window holds an answer, or an audit; `before`: only earlier ones."""
    since = [table.c.period >= row.number, *([] if before is None else [table.c.at < before])]
    return since if row.last_period is None else [*since, table.c.period <= row.last_period]


def holds(row: Row[Any], period: int) -> bool:
    """Return whether a window holds the answers of a period."""
    return bool(row.number <= period and (row.last_period is None or period <= row.last_period))


def drawn_by(row: Row[Any], before: datetime | None = None) -> list[ColumnElement[bool]]:
    """Audits of answers of the window; those of the probation lane are in no window."""
    mine = _audits.c.purpose == ANSWER, _audits.c.lane == Lane.CERTIFIED.value, _audits.c.draw < row.chance
    return [*held(_audits, row, before), *mine]


def labels(tx: Transaction, message_id: str) -> list[Label]:
    """Return the labels of a message that count, in the order they were given."""
    found = tx.execute(_LABELS.where(_labels.c.message_id == message_id, _labels.c.counted))
    return [Label(frozenset(row.intents), row.cannot_tell, row.unserved) for row in found]


class RowStore:
    """The `AuditStore` of one transaction. `alpha` is the breaker's; `most`: how many people can be asked now."""

    def __init__(self, tx: Transaction, alpha: float, most: int = LABELS_ON_DISAGREEMENT) -> None:
        self._tx = tx
        self._alpha = alpha
        self._most = most

    def breaker(self) -> Breaker:
        """Return the breaker as it is."""
        return _breaker(state(self._tx), self._alpha)

    def breaker_to_change(self) -> Breaker:
        """Return the breaker, and keep everybody else waiting until the commit."""
        return _breaker(hold(self._tx), self._alpha)

    def set_breaker(self, breaker: Breaker) -> None:
        """Store the breaker; the moment it tripped, and why, are kept."""
        known = state(self._tx)
        change(self._tx, breaker_level=breaker.level)
        if breaker.tripped and (known is None or known.tripped_at is None):
            stop(self._tx, "audits")

    def windows(self) -> Windows:
        """Return the running windows with their counts."""
        return Windows(tuple(counted(self._tx, row) for row in running(self._tx)))

    def drawn_answers(self, window: Window) -> Sequence[DrawnAnswer]:
        """Return the answers that a running window drew, in order."""
        row = next(each for each in running(self._tx) if each.started_at == window.started_at)
        return drawn_answers(self._tx, row)

    def waiting(self, message_id: str) -> AutomaticAnswer | None:
        """Return the answer if it waits for its audit."""
        row = self._tx.execute(_UNDECIDED.where(_audits.c.message_id == message_id)).first()
        return None if row is None else _answer(row)

    def all_waiting(self) -> Sequence[AutomaticAnswer]:
        """Return the answers that wait for their audits, oldest first."""
        return [_answer(row) for row in self._tx.execute(_UNDECIDED.order_by(_audits.c.at, _audits.c.message_id))]

    def add_ruling(self, message_id: str, right: bool) -> None:
        """Store what the audit of an answer came to."""
        rule(self._tx, message_id, RIGHT if right else WRONG, self._most)

    def labels(self, message_id: str) -> Sequence[Label]:
        """Return the labels of a message that count."""
        return labels(self._tx, message_id)

    def add_label(self, message_id: str, label: Label) -> None:
        """Store a label that nobody in particular gave (tests and simulations); people's come through the bench."""
        row = {"message_id": message_id, "auditor": self._tx.now.isoformat(), "at": self._tx.now, "counted": True}
        row |= {"intents": sorted(label.intents), "cannot_tell": label.cannot_tell, "unserved": label.unserved}
        self._tx.execute(_labels.insert(), row)


_UNDECIDED = select(_audits).where(_audits.c.verdict.is_(None), _audits.c.purpose == ANSWER)


def rule(tx: Transaction, message_id: str, verdict: str, most: int) -> None:
    """Store what an audit came to, where `most` people could be asked."""
    decided = {"verdict": verdict, "ruled_at": tx.now, "most": most, "holder": None, "held_until": None}
    tx.execute(_audits.update().where(_audits.c.message_id == message_id).values(**decided))


def _answer(row: Row[Any]) -> AutomaticAnswer:
    probation = row.lane == Lane.PROBATION.value
    return AutomaticAnswer(row.message_id, row.intent, row.at, row.draw, probation, tuple(row.also))


def _breaker(row: Row[Any] | None, alpha: float) -> Breaker:
    return Breaker(alpha) if row is None else Breaker(alpha, row.breaker_level, row.tripped_at is not None)
