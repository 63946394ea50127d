"""What an outsider is told of one window: the lines of its certificate, which `outside.py` checks.

No words, no customers, no conversations and no names: message ids, numbers of intents and numbers of auditors.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import Row, func, select

from escalation.conversations.lanes import Lane
from escalation.database import Transaction, table_of
from escalation.proof import outside, rows
from escalation.proof.audits import is_late
from escalation.proof.certificate import TEST_SHARE, WINDOWS
from escalation.proof.coins import commitment, period_key
from escalation.proof.errors import WindowUnknown
from escalation.proof.tables import AuditLabelRow, AuditRow, AutomaticAnswerRow, WindowDayRow, WindowRow
from escalation.proof.values import ProofSettings

STATEMENT = (
    "An answer is wrong if auditors, who saw the request and not the answer, did not name its intent among those that "
    "would fully serve the request, or if no audit was decided within seven days. The statement is about the answers "
    "of this file, and not about later ones."
)

_answers = table_of(AutomaticAnswerRow)
_audits = table_of(AuditRow)
_days = table_of(WindowDayRow)
_labels = table_of(AuditLabelRow)
_windows = table_of(WindowRow)

Record = dict[str, Any]


def windows(tx: Transaction) -> Sequence[Row[Any]]:
    """Return the rows of all windows, oldest first."""
    return tx.execute(select(_windows).order_by(_windows.c.number)).all()


def days(tx: Transaction, window: int) -> Sequence[Row[Any]]:
    """Return how a window stood day by day."""
    return tx.execute(select(_days).where(_days.c.window == window).order_by(_days.c.day)).all()


def disclose(tx: Transaction, settings: ProofSettings, window: int) -> list[Record]:
    """Return the lines of a window's certificate as records, the header first. Raises: WindowUnknown."""
    everything = windows(tx)
    row = next((each for each in everything if each.number == window), None)
    if row is None:
        known = f"there are 1 to {everything[-1].number}" if everything else "there is none yet"
        raise WindowUnknown(f"There is no window {window}; {known}.")
    told = _Telling(tx, settings, row, [each for each in everything if rows.holds(row, each.number)])
    return list(_chained(told.records()))


def no_key_because(tx: Transaction, settings: ProofSettings, row: Row[Any]) -> str | None:
    """Return why the keys of a window cannot be given out now, by the names of `outside.WHY`; None if they can.

    No running window may still draw with them. And no audit of these answers may wait: who knows which requests are
    answers could tell them from probes.
    """
    going_on = [each.number for each in rows.running(tx)]
    if row.ended_at is None or (going_on and row.last_period >= going_on[-1]):
        return "running"
    waiting = _audits.c.verdict.is_(None), _audits.c.purpose == rows.ANSWER
    periods = _audits.c.period.between(row.number, row.last_period)
    if tx.execute(select(func.count()).select_from(_audits).where(*waiting, periods)).scalar_one():
        return "waiting"
    held = (each for each in windows(tx) if rows.holds(row, each.number))
    return None if all(_key(settings, each) for each in held) else "lost"


def _key(settings: ProofSettings, period: Row[Any]) -> str | None:
    """Return the key of a period in hexadecimal, None if the secret is no longer the one it was made of."""
    key = period_key(settings.secret, period.id)
    return key.hex() if commitment(key) == period.commitment else None


def _chained(records: Iterator[Record]) -> Iterator[Record]:
    chain = ""
    for number, record in enumerate(records):
        numbered = {"n": number, **record}
        chain = outside.linked(chain, numbered)
        yield {**numbered, "chain": chain}


def _numbers() -> defaultdict[str, int]:
    return defaultdict(count(1).__next__)


@dataclass
class _Telling:
    """Makes the lines of one window; intents and auditors get numbers in the order in which they come."""

    tx: Transaction
    settings: ProofSettings
    row: Row[Any]
    periods: list[Row[Any]]
    intents: defaultdict[str, int] = field(default_factory=_numbers)
    auditors: defaultdict[str, int] = field(default_factory=_numbers)

    def records(self) -> Iterator[Record]:
        """Yield the records, without their numbers and hashes."""
        because = no_key_because(self.tx, self.settings, self.row)
        hidden = because in {"running", "waiting"}
        labels = self._all_labels()
        answers = [self._answer(each, labels, hidden) for each in self._all_answers()]
        decided = select(_audits).where(_audits.c.purpose == rows.PROBE, _audits.c.verdict.is_not(None))
        found = self.tx.execute(decided.order_by(_audits.c.ruled_at, _audits.c.message_id)).all()
        probes = [self._probe(each, labels) for each in found]
        yield self._header(answers, probes, because)
        yield from answers
        yield from probes

    def _header(self, answers: list[Record], probes: list[Record], because: str | None) -> Record:
        row, verdicts = self.row, [each["verdict"] for each in probes]
        terms = {"alpha": row.alpha, "delta": self.settings.delta, "windows": WINDOWS, "test_share": TEST_SHARE}
        terms |= {"chance": row.chance}
        drawn = [(place, each["verdict"]) for place, each in enumerate(answers, 1) if each["drawn"]]
        counted, confirmed = len(verdicts) - verdicts.count(rows.VOID), verdicts.count(rows.RIGHT)
        return {
            "kind": "window", "format": outside.FORMAT, "statement": STATEMENT, "window": row.number,
            "started_at": row.started_at.isoformat(),
            "ended_at": None if row.ended_at is None else row.ended_at.isoformat(),
            "ended_because": row.ended_because, "terms": terms, "no_key_because": because,
            "periods": [self._period(each, because in {None, "lost"}) for each in self.periods],
            "answers": len(answers), "probes": counted, "confirmed": confirmed, "void": verdicts.count(rows.VOID),
            "auditors": len(self.auditors), "claim": outside.claimed(terms, len(answers), drawn, counted, confirmed),
        }  # fmt: skip

    def _period(self, row: Row[Any], told: bool) -> Record:
        return {
            "period": row.number, "started_at": row.started_at.isoformat(), "alpha": row.alpha, "chance": row.chance,
            "commitment": row.commitment, "key": _key(self.settings, row) if told else None,
        }  # fmt: skip

    def _all_answers(self) -> list[tuple[Row[Any], Row[Any] | None]]:
        """Return the window's answers in order, each with its audit if the window drew it."""
        certified = _answers.c.lane == Lane.CERTIFIED.value
        found = self.tx.execute(select(_answers).where(*rows.held(_answers, self.row), certified)).all()
        drawn = self.tx.execute(select(_audits).where(*rows.drawn_by(self.row)))
        audits = {each.message_id: each for each in drawn}
        in_order = sorted(found, key=lambda each: (each.period, each.at, each.message_id))
        return [(each, audits.get(each.message_id)) for each in in_order]

    def _answer(self, both: tuple[Row[Any], Row[Any] | None], labels: dict[str, list[Any]], hidden: bool) -> Record:
        answer, audit = both
        at = answer.at.date() if hidden else answer.at
        told = {
            "kind": "answer", "id": None if hidden else answer.message_id, "at": at.isoformat(),
            "period": answer.period, "lane": answer.lane, "model": answer.model,
            "intent": self.intents[answer.intent], "also": [self.intents[each] for each in answer.also],
            "drawn": audit is not None,
        }  # fmt: skip
        if audit is None:
            return told
        late = audit.verdict == rows.WRONG and is_late(audit.at, audit.ruled_at)
        return told | self._ruling(audit, labels) | {"late": late}

    def _probe(self, audit: Row[Any], labels: dict[str, list[Any]]) -> Record:
        return {"kind": "probe", "intent": self.intents[audit.intent], **self._ruling(audit, labels)}

    def _ruling(self, audit: Row[Any], labels: dict[str, list[Any]]) -> Record:
        told = [self._label(each) for each in labels.get(audit.message_id, [])]
        return {"labels": told, "most": audit.most, "verdict": audit.verdict}

    def _label(self, row: Row[Any]) -> Record:
        named = [self.intents[each] for each in row.intents]
        auditor = self.auditors[row.auditor]
        return {"auditor": auditor, "intents": named, "cannot_tell": row.cannot_tell, "unserved": row.unserved}

    def _all_labels(self) -> dict[str, list[Any]]:
        """Return the labels that count, by message, in the order they were given."""
        found: dict[str, list[Any]] = defaultdict(list)
        query = select(_labels).where(_labels.c.counted).order_by(_labels.c.at, _labels.c.auditor)
        for each in self.tx.execute(query):
            found[each.message_id].append(each)
        return found
