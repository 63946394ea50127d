"""Audits: how many, what one says, and how often auditors miss a wrong answer. Pure.

The coin itself is `proof.coins.draw`: fixed by a secret key and the id of the message.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from escalation.proof.binomial import clopper_pearson
from escalation.proof.certificate import AUDIT_WITHIN

DAILY_AUDITS = 40
LABELS_ON_DISAGREEMENT = 4
"""The most people asked about one answer."""
ASKED_OF_A_MISS = 3
"""People asked about a probe that the first of them confirms."""


class Ruling(StrEnum):
    """What an audit came to so far."""

    RIGHT = "right"
    WRONG = "wrong"
    MORE = "more"
    """Another blind label is needed."""


@dataclass(frozen=True, slots=True)
class Label:
    """One auditor's blind label: every intent whose answer would fully serve the message.

    Empty `intents`: out of scope. `cannot_tell` and `unserved` (a further request stays unserved) make any answer
    wrong.
    """

    intents: frozenset[str] = frozenset()
    cannot_tell: bool = False
    unserved: bool = False

    def confirms(self, intent: str, also: Collection[str] = ()) -> bool:
        """Whether this label calls the given answer right; with `also` the answers given in one turn, all of them.

        Who labels blind calls a further request unserved because no one answer serves both: answers to all that the
        label names leave nothing open.
        """
        given = {intent, *also}
        complete = not self.unserved or (len(given) > 1 and self.intents <= given)
        return given <= self.intents and complete and not self.cannot_tell


def ruling(
    intent: str, labels: Sequence[Label], *, most: int = LABELS_ON_DISAGREEMENT, also: Collection[str] = ()
) -> Ruling:
    """Return what blind labels, in order, say of an answer with `intent`; `also`: what was answered with it.

    The first decides if it confirms the answer. If not, the first two who agree decide: two that confirm it, or two
    that name the same other thing; after `most` labels without either it is wrong. A person's slip is rarely another's,
    so where two refuse an answer for different reasons a fourth is asked. With an auditor error of 5 % first labels
    alone would condemn 5 % of the right answers, the majority of three (`most` 3) .49 %, this rule .2 %, for four
    to five labels more in a thousand answers. With `most` 5 three have to agree: .06 %.
    """
    if labels and labels[0].confirms(intent, also):
        return Ruling.RIGHT
    said = (_so_far(intent, also, labels[:count], most) for count in range(1, min(len(labels), most) + 1))
    return next((each for each in said if each is not Ruling.MORE), Ruling.MORE)


def probe_ruling(intent: str, labels: Sequence[Label], *, most: int = LABELS_ON_DISAGREEMENT) -> Ruling | None:
    """Return what labels say of a probe, an answer with `intent` that the settled label calls wrong.

    `WRONG`: it was noticed; `RIGHT`: it was missed; None: no probe at all, for two auditors confirm it, against the
    one person who settled the label. Without that, wrong labels of agents would count as misses. With fewer
    than three auditors (`most`) nobody can tell, and what is confirmed was missed.
    """
    said = ruling(intent, labels, most=most)
    if said is not Ruling.RIGHT or most < ASKED_OF_A_MISS:
        return said
    if sum(label.confirms(intent) for label in labels) > 1:
        return None
    return Ruling.RIGHT if len(labels) >= ASKED_OF_A_MISS else Ruling.MORE


def _so_far(intent: str, also: Collection[str], labels: Sequence[Label], most: int) -> Ruling:
    """Return what these labels say if those before the last decided nothing."""
    needed = (most + 1) // 2
    confirmed = sum(label.confirms(intent, also) for label in labels)
    if confirmed >= needed:
        return Ruling.RIGHT
    out_of_reach = confirmed + most - len(labels) < needed
    return Ruling.WRONG if out_of_reach or _agreeing(intent, also, labels) >= needed else Ruling.MORE


def _agreeing(intent: str, also: Collection[str], labels: Sequence[Label]) -> int:
    """Return how many of the labels that refuse the answer agree; one by which no answer would do agrees with any."""
    votes, none_would_do = Counter[str | None](), 0
    for label in labels:
        if label.confirms(intent, also):
            continue
        if label.cannot_tell or label.unserved:
            none_would_do += 1
        else:
            votes.update((label.intents - {intent, *also}) or {None})
    return none_would_do + max(votes.values(), default=0)


def agreed(labels: Sequence[Label]) -> Label | None:
    """Return the label that more than half of the people gave, None without one: what may be learnt of a message."""
    if not labels:
        return None
    label, votes = Counter(labels).most_common(1)[0]
    return label if 2 * votes > len(labels) else None


def is_late(answered_at: datetime, now: datetime) -> bool:
    """Whether the time to audit an answer is over: if it was not audited, it counts as wrong."""
    return now - answered_at > AUDIT_WITHIN


def coin_probability(answers_a_day: float, audits_a_day: float = DAILY_AUDITS) -> float:
    """Return the chance of the coin, 0..1, that spends the daily budget of audits on the expected automatic answers.

    It is set when a window starts and stays for that window: a chance that follows the audits would be no coin.
    """
    return 1.0 if answers_a_day <= audits_a_day else audits_a_day / answers_a_day


def miss_bound(probes: int, confirmed: int, delta: float = 0.01) -> float:
    """Return an upper bound, with confidence 1 - `delta`, of the chance that an audit confirms a wrong answer.

    From `probes` answers known to be wrong, `confirmed` of them called right by the whole procedure (90 probes, none
    confirmed: .0499). Without probes 1. Raises: ValueError for more confirmed than probes.
    """
    if not 0 <= confirmed <= probes:
        raise ValueError(f"{confirmed} of {probes} probes cannot have been confirmed.")
    return clopper_pearson(confirmed, probes, delta)
