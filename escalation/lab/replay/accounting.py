"""What happened in a replay, counted. Pure."""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol


class Seen(Protocol):
    """What is compared of a message: its place, whether customers may see it, and its sender's name for it."""

    @property
    def id(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def internal(self) -> bool: ...
    @property
    def author(self) -> str: ...
    @property
    def client_message_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """One conversation as its customer saw it, held against the log.

    `lost`: accepted but not in the log, or in the log but never delivered. What was sent and never accepted was not
    promised; its story is unfinished. `duplicated`: twice in the log, or delivered twice or out of order, or delivered
    but not in the log. `leaked`: notes that reached the customer.
    """

    lost: int = 0
    duplicated: int = 0
    leaked: int = 0


def compare(*, accepted: Sequence[str], received: Sequence[Seen], log: Sequence[Seen], repeated: int = 0) -> Delivery:
    """Hold what was accepted of a customer, and what they received, against the log (as staff see it, complete).

    `repeated` is what the client itself noticed: deliveries twice, out of order, or taken back by a snapshot.
    """
    stored = Counter(m.client_message_id for m in log if m.author == "customer" and m.client_message_id)
    public = {m.id for m in log if not m.internal}
    notes = {m.id for m in log if m.internal}
    got = Counter(m.id for m in received)
    last = max((m.seq for m in log), default=0)
    phantoms = sum(1 for m in received if m.seq <= last and m.id not in public and m.id not in notes)
    return Delivery(
        lost=sum(1 for ref in accepted if ref not in stored) + len(public - got.keys()),
        duplicated=sum(n - 1 for n in stored.values()) + sum(n - 1 for n in got.values()) + phantoms + repeated,
        leaked=len(notes & got.keys()) + sum(1 for m in received if m.internal and m.id not in notes),
    )


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision row of the bot."""

    action: Literal["answer", "clarify", "hand_off"]
    grounds: str
    label: str | None
    first_guess: str | None
    reason: str | None = None
    model: str | None = None


@dataclass(slots=True)
class Played:
    """One customer's story. Times are seconds on one clock, or None if it did not come to that."""

    number: int
    label: str | None
    conversation: str | None = None
    decisions: tuple[Decided, ...] = ()
    finished: bool = False
    resolved: bool = False
    reply_seconds: float | None = None
    handoff_seconds: float | None = None
    delivery: Delivery = field(default_factory=Delivery)
    errors: list[str] = field(default_factory=list)

    @property
    def answered(self) -> Decided | None:
        """The first answer of the bot, if it gave one."""
        return next((d for d in self.decisions if d.action == "answer"), None)

    @property
    def directly(self) -> bool:
        """Whether the first answer came without a question before; picked choices are seldom wrong."""
        return self.answered is not None and self.answered.grounds != "choice"

    @property
    def wrong(self) -> bool:
        """Whether the bot answered something else than was asked."""
        return self.answered is not None and (self.label is None or self.answered.label != self.label)

    def did(self, action: str) -> bool:
        """Return whether the bot ever decided `action` here."""
        return any(d.action == action for d in self.decisions)

    @property
    def first_guess_right(self) -> bool | None:
        """Whether the classifier's first guess was right; None out of scope or where it was not asked."""
        first = next((d for d in self.decisions if d.first_guess is not None), None)
        return None if first is None or self.label is None else first.first_guess == self.label


def percentiles(seconds: Iterable[float]) -> dict[str, float | None]:
    """Return p50, p95 and p99 in milliseconds by nearest rank; None without a value."""
    ordered = sorted(seconds)
    if not ordered:
        return {"p50": None, "p95": None, "p99": None}
    ranks = {p: max(0, math.ceil(p / 100 * len(ordered)) - 1) for p in (50, 95, 99)}
    return {f"p{p}": round(ordered[rank] * 1000, 1) for p, rank in ranks.items()}


def share(part: int, whole: int) -> float | None:
    """Return part / whole rounded to four places; None of nothing."""
    return round(part / whole, 4) if whole else None


def _quality(played: Sequence[Played]) -> dict[str, Any]:
    answered = sum(1 for p in played if p.answered is not None)
    guesses = [p.first_guess_right for p in played if p.first_guess_right is not None]
    return {
        "messages": len(played),
        "answered": answered,
        "wrong": sum(1 for p in played if p.wrong),
        "handed_off": sum(1 for p in played if p.did("hand_off")),
        "clarified": sum(1 for p in played if p.did("clarify")),
        "answered_directly": sum(1 for p in played if p.directly),
        "coverage": share(answered, len(played)),
        "risk": share(sum(1 for p in played if p.wrong), answered),
        "risk_directly": share(sum(1 for p in played if p.wrong and p.directly), sum(1 for p in played if p.directly)),
        "accuracy": share(sum(guesses), len(guesses)),
    }


def summarise(played: Sequence[Played], *, seconds: float, parts: int = 5, extra: Iterable[str] = ()) -> dict[str, Any]:
    """Return the one object `--json` prints.

    `coverage` is answered / messages, `risk` wrong / answered (`_directly`: without answers the customer picked from
    choices), `accuracy` the share of right first guesses in scope. `parts` shows the same over equal stretches of the
    replay, so that learning shows. `extra` are errors that belong to no customer.
    """
    errors = Counter(code for p in played for code in p.errors) + Counter(extra)
    reasons = Counter(d.reason for p in played for d in p.decisions if d.action == "hand_off" and d.reason)
    cuts = [len(played) * n // parts for n in range(parts + 1)]
    ordered = sorted(played, key=lambda p: p.number)
    return {
        **_quality(played),
        "resolved": sum(1 for p in played if p.resolved),
        "lost": sum(p.delivery.lost for p in played),
        "duplicated": sum(p.delivery.duplicated for p in played),
        "leaked": sum(p.delivery.leaked for p in played),
        "unfinished": sum(1 for p in played if not p.finished),
        "latency_ms": {
            "reply": percentiles(p.reply_seconds for p in played if p.reply_seconds is not None),
            "handoff_on_screen": percentiles(p.handoff_seconds for p in played if p.handoff_seconds is not None),
        },
        "reasons": dict(sorted(reasons.items())),
        "models": dict(sorted(Counter(d.model for p in played for d in p.decisions if d.model).items())),
        "parts": [_quality(ordered[a:b]) for a, b in itertools.pairwise(cuts) if b > a],
        "seconds": round(seconds, 3),
        "errors": dict(sorted(errors.items())),
    }
