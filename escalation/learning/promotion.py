"""Whether a challenger may answer in the champion's place. Pure: judged rows in, a verdict with its reasons out.

The gate advises: it is reused by every refit, and it holds only what was escalated. It refuses what is clearly worse;
it never proves anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.96
FEWEST_GATE = 30
"""Below this many in-scope gate rows the gate says nothing."""
COVERAGE_DROP = 0.1
"""Without a gate, a version of the same intents that would answer this much less is refused."""


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """What one model made of one gate row. `right`: in scope and the first label is the row's."""

    right: bool
    in_scope: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class OutOfFoldEstimate:
    """A model's own estimate from its training examples: shares of messages answered, and of those wrong."""

    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """`threshold` is what the challenger may answer from: its own, or a stricter one that the gate asked for."""

    accepted: bool
    reasons: tuple[str, ...]
    threshold: float
    grounds: str
    """`gate`, or `out_of_fold` while the gate has too few rows."""
    difference: float | None = None
    interval: tuple[float, float] | None = None


def judge(
    champion: Sequence[JudgedRow], challenger: Sequence[JudgedRow], *, threshold: float, alpha: float,
) -> GateVerdict:  # fmt: skip
    """Compare two models on the same rows, in the same order; `threshold` is the challenger's.

    Refused: the whole 95 % interval of the accuracy difference lies below 0. Where the share of wrong answers is
    clearly above `alpha`, the threshold is raised until it is not.
    """
    pairs = [(a.right, b.right) for a, b in zip(champion, challenger, strict=True) if b.in_scope]
    difference, interval = paired_difference(pairs)
    safe = safe_threshold(challenger, threshold, alpha)
    reasons = []
    if interval[1] < 0:
        reasons.append(f"worse on {len(pairs)} gate messages: {_difference(difference, interval)}")
    if safe > threshold:
        reasons.append(f"threshold raised from {threshold:.3f} to {safe:.3f}: too many wrong answers on the gate")
    return GateVerdict(interval[1] >= 0, tuple(reasons), safe, "gate", difference, interval)


def judge_without_gate(
    champion: OutOfFoldEstimate | None, challenger: OutOfFoldEstimate, *, threshold: float, same_intents: bool
) -> GateVerdict:
    """Decide on out-of-fold estimates alone; `champion` None when nothing answers yet."""
    if champion is not None and same_intents and challenger.coverage < champion.coverage - COVERAGE_DROP:
        reason = (
            f"would answer {challenger.coverage:.1%} of messages where the champion answers {champion.coverage:.1%}"
        )
        return GateVerdict(False, (f"{reason} (out of fold; the gate has too few labels)",), threshold, "out_of_fold")
    return GateVerdict(True, (), threshold, "out_of_fold")


def has_gate(rows: Sequence[JudgedRow]) -> bool:
    """Whether there are enough rows to compare on."""
    return sum(row.in_scope for row in rows) >= FEWEST_GATE


def paired_difference(pairs: Sequence[tuple[bool, bool]]) -> tuple[float, tuple[float, float]]:
    """Return the difference of two paired proportions, second minus first, with its 95 % interval.

    Wald with half a pair added to each of the four cells (Agresti and Min 2005, 'Simple improved confidence intervals
    for comparing matched proportions'); without pairs 0 and (-1, 1).
    """
    if not pairs:
        return 0.0, (-1.0, 1.0)
    gained = sum(second and not first for first, second in pairs) + 0.5
    lost = sum(first and not second for first, second in pairs) + 0.5
    count = len(pairs) + 2
    middle = (gained - lost) / count
    reach = Z * sqrt(max(gained + lost - (gained - lost) ** 2 / count, 0.0)) / count
    raw = sum(int(second) - int(first) for first, second in pairs) / len(pairs)
    return raw, (max(-1.0, middle - reach), min(1.0, middle + reach))


def safe_threshold(rows: Sequence[JudgedRow], threshold: float, alpha: float) -> float:
    """Return the lowest threshold, not below `threshold`, whose share of wrong answers is not clearly above `alpha`."""
    answered = sorted((row for row in rows if row.confidence >= threshold), key=lambda row: row.confidence)
    wrong = sum(not row.right for row in answered)
    least = threshold
    for position, row in enumerate(answered):
        count = len(answered) - position
        tied = position > 0 and answered[position - 1].confidence == row.confidence
        if not tied and wilson_lower(wrong, count) <= alpha:
            break
        wrong -= not row.right
        least = answered[position + 1].confidence if count > 1 else 1.0
    return max(threshold, least)


def wilson_lower(wrong: int, count: int) -> float:
    """Return Wilson's lower 97.5 % bound of a share seen in `count` independent trials (Wilson 1927)."""
    if not count or not wrong:
        return 0.0
    share, square = wrong / count, Z * Z
    middle = share + square / (2 * count)
    reach = Z * sqrt(share * (1 - share) / count + square / (4 * count * count))
    return max(0.0, (middle - reach) / (1 + square / count))


def _difference(difference: float, interval: tuple[float, float]) -> str:
    return f"accuracy {difference:+.3f} [{interval[0]:+.3f}, {interval[1]:+.3f}]"
