"""The batch swap: when the live head becomes a challenger, and whether it may become the anchor. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from escalation.proof.forecast import VersionCertificate

APART = timedelta(days=1)
FEWEST_NEW = 50
NEVER = 1.0
"""A threshold that no confidence reaches."""


@dataclass(frozen=True, slots=True)
class SwapPace:
    """How often a live head is tried: at most once in `apart`, with at least `fewest` new examples."""

    apart: timedelta = APART
    fewest: int = FEWEST_NEW


@dataclass(frozen=True, slots=True)
class Challenger:
    """A frozen live head up for anchor.

    `threshold`: its own (out of fold); `accepted`: the gate's verdict (`promotion.judge`); `risk`: what audits
    say of answers given lately, else the gate's estimate of its share of wrong answers at `threshold`; None while there
    are too few rows for either (decision 25).
    """

    threshold: float
    accepted: bool
    risk: float | None = None
    certificate: VersionCertificate | None = None


@dataclass(frozen=True, slots=True)
class Swap:
    """`threshold` for the new anchor; on the `gate` alone it answers as provisional."""

    threshold: float
    grounds: Literal["certificate", "gate"]


USUAL = SwapPace()


def freeze_due(last: datetime | None, now: datetime, new_examples: int, pace: SwapPace = USUAL) -> bool:
    """Whether the live head is to be frozen as a challenger: at most once a day, with at least 50 new examples."""
    return new_examples >= pace.fewest and (last is None or now - last >= pace.apart)


def swap(present: float | None, challenger: Challenger, alpha: float, *, tripped: bool = False) -> Swap | None:
    """Return how the challenger becomes anchor, None if it may not; `present`: the anchor's threshold, if there is one.

    A version certificate suffices. On the gate's word the threshold only falls where `may_lower` allows it, and a
    version that would answer nothing (wrong labels alone can make it so) does not replace one that answers, unless
    that one `tripped` the breaker.
    """
    proven = challenger.certificate
    if proven is not None and proven.threshold is not None:
        return Swap(proven.threshold, "certificate")
    if not challenger.accepted:
        return None
    own = challenger.threshold
    if present is not None and present < NEVER <= own and not tripped:
        return None
    if present is not None and own < present and not may_lower(challenger.risk, alpha):
        own = present
    return Swap(own, "gate")


def may_lower(risk: float | None, alpha: float) -> bool:
    """Whether a threshold may fall without a certificate: gate or audits estimate at most half the accepted error."""
    return risk is not None and risk <= alpha / 2
