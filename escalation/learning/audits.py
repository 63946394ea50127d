"""Audits: how many, what one says, and how often auditors miss a wrong answer. Pure.

The coin itself is `conversations.coins.coin`; it is drawn before anything looks at the message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from escalation.learning.certificate import AUDIT_WITHIN
from escalation.learning.evidence import binomial_at_most

DAILY_AUDITS = 40
LABELS_ON_DISAGREEMENT = 3
PRECISION = 1e-9


class Ruling(StrEnum):
    """What an audit came to so far."""

    RIGHT = "right"
    WRONG = "wrong"
    MORE = "more"
    """Two more blind labels are needed."""


@dataclass(frozen=True, slots=True)
class Label:
    """One auditor's blind label: every intent whose answer would fully serve the message.

    Empty `intents`: out of scope. `cannot_tell` and `unserved` (a further request stays unserved) make any answer
    wrong.
    """

    intents: frozenset[str] = frozenset()
    cannot_tell: bool = False
    unserved: bool = False

    def confirms(self, intent: str) -> bool:
        """Whether this label calls the given answer right."""
        return intent in self.intents and not (self.cannot_tell or self.unserved)


def ruling(intent: str, labels: Sequence[Label], *, most: int = LABELS_ON_DISAGREEMENT) -> Ruling:
    """Return what blind labels, in order, say of an answer with `intent`.

    The first decides if it confirms the answer; if not, two more are asked for and the majority of three decides (as
    soon as it is certain). With an auditor error of 5 % and 1 % truly wrong, first labels alone would call 5.9 % of the
    answers wrong, this rule 1.4 %, for 6 % of the answers with a second label. A majority of `most` 5 (odd) instead:
    1.1 %, for one label more on most of those 6 %.
    """
    if labels and labels[0].confirms(intent):
        return Ruling.RIGHT
    heard = labels[:most]
    confirmed = sum(label.confirms(intent) for label in heard)
    if confirmed > most // 2:
        return Ruling.RIGHT
    return Ruling.WRONG if len(heard) - confirmed > most // 2 else Ruling.MORE


def is_right(intent: str, labels: Sequence[Label], *, answered_at: datetime, now: datetime) -> bool | None:
    """Return whether the answer was right; None while its audit may still be done, False once it is 7 days late."""
    said = ruling(intent, labels)
    if said is not Ruling.MORE:
        return said is Ruling.RIGHT
    return None if now - answered_at <= AUDIT_WITHIN else False


def coin_probability(answers_a_day: float, audits_a_day: float = DAILY_AUDITS) -> float:
    """Return the chance of the coin, 0..1, that spends the daily budget of audits on the expected automatic answers.

    It is set when a window starts and stays for that window: a chance that follows the audits would be no coin.
    """
    return 1.0 if answers_a_day <= audits_a_day else audits_a_day / answers_a_day


def miss_bound(probes: int, confirmed: int, delta: float = 0.01) -> float:
    """Return an upper bound, with confidence 1 - `delta`, of the chance that an audit confirms a wrong answer.

    From `probes` answers known to be wrong, `confirmed` of them called right by the whole procedure (Clopper and
    Pearson 1934; 90 probes, none confirmed: .0499). Without probes 1.
    """
    if not 0 <= confirmed <= probes:
        raise ValueError(f"{confirmed} of {probes} probes cannot have been confirmed.")
    low, high = 0.0, 1.0
    while confirmed < probes and high - low > PRECISION:
        middle = (low + high) / 2
        low, high = (low, middle) if binomial_at_most(confirmed, probes, middle) <= delta else (middle, high)
    return high
