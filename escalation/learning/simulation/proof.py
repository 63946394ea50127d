"""Our own proof inside the simulation: blind labels, the windows, the breaker, and what is claimed. Pure.

All arithmetic is the service's: `learning.audits`, `learning.certificate`, `learning.breaker`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from escalation.learning.audits import LABELS_ON_DISAGREEMENT, Label, Ruling, miss_bound, ruling
from escalation.learning.breaker import Breaker
from escalation.learning.certificate import TEST_SHARE, Fell, Promise, Terms
from escalation.learning.simulation.outcomes import Claim, Journal, LabelKind
from escalation.learning.simulation.play import World

LOOK_EVERY = 5
"""Audits between two looks at the certificate; each could be looked at, for 3 ms."""
BEGIN = datetime(2000, 1, 1, tzinfo=UTC)


def moment(at: int, messages_per_day: int) -> datetime:
    """Return when message `at` comes, days being equally long and busy."""
    return BEGIN + timedelta(days=1) * at / messages_per_day


def place(when: datetime, messages_per_day: int) -> int:
    """Return the message that comes at `when`."""
    return round((when - BEGIN) / timedelta(days=1) * messages_per_day)


class Panel:
    """Blind labels of messages: asked for when needed, spent once, shared by all who want to know."""

    def __init__(self, world: World, journal: Journal) -> None:
        self._opinions = world.opinions
        self._journal = journal
        self._labels: dict[int, list[str | None]] = {}
        self._auditors: dict[int, int] = {}

    def blind(self, at: int, label: str | None) -> None:
        """Count the handling agent's label, given without seeing a guess, as the first."""
        self._labels[at] = [label]

    def has(self, at: int) -> bool:
        """Whether anybody labelled message `at` blind."""
        return at in self._labels

    def is_right(self, at: int, intent: str, kind: LabelKind, now: int) -> bool:
        """Return what the people rule about `intent` as the answer to message `at`, asking as many as it takes."""
        for wanted in range(1, LABELS_ON_DISAGREEMENT + 1):
            labels = self._first(at, wanted, kind, now)
            found = ruling(intent, [Label(frozenset([each] if each else [])) for each in labels])
            if found is not Ruling.MORE:
                break
        return found is Ruling.RIGHT

    def agreed(self, at: int) -> tuple[bool, str | None]:
        """Return whether the labels given so far name one intent (or out of scope) by majority, and which."""
        labels = self._labels[at]
        label, votes = Counter(labels).most_common(1)[0]
        return 2 * votes > len(labels), label

    def _first(self, at: int, wanted: int, kind: LabelKind, now: int) -> list[str | None]:
        labels = self._labels.setdefault(at, [])
        while len(labels) < wanted:
            auditor = self._auditors.get(at, 0)
            self._auditors[at] = auditor + 1
            labels.append(self._opinions.audited(at, auditor))
            self._journal.spend(kind, now)
        return labels[:wanted]


def probe(world: World, journal: Journal) -> float | None:
    """Put known-wrong answers before the auditors; return the bound of how often they miss one, None without probes.

    The wrong answer is the intent people confuse most with the right one: the hardest to notice.
    """
    count, random = world.scenario.probes, world.random(5)
    if not count:
        return None
    candidates = [at for at, near in enumerate(world.opinions.near) if near]
    if not candidates:
        return None
    panel, confirmed = Panel(world, journal), 0
    for at in random.choice(candidates, count, replace=len(candidates) < count):
        confirmed += panel.is_right(int(at), world.opinions.near[at][0], LabelKind.PROBE, 0)
    bound = miss_bound(count, confirmed, world.scenario.delta * (1 - TEST_SHARE))
    journal.say(0, f"auditors confirmed {confirmed} of {count} known-wrong answers: they miss at most {bound:.1%}")
    return bound


@dataclass(frozen=True, slots=True)
class Given:
    """An automatic answer that waits for its audit."""

    at: int
    label: str
    probation: bool
    fell: Fell


class Proof:
    """The running windows and the breaker. Probation answers are all audited and stay out of the windows."""

    def __init__(self, world: World, journal: Journal, panel: Panel, terms: Terms) -> None:
        self.terms = terms
        self.breaker = Breaker(world.scenario.alpha)
        self._per_day = world.scenario.messages_per_day
        self._alpha = world.scenario.alpha
        self._journal = journal
        self._panel = panel
        self._promise = Promise()
        self._waiting: list[Given] = []

    def roll(self, now: int, p: float) -> None:
        """Drop windows that are too old and open one where it is due: answers in it are drawn with chance `p`."""
        self._promise = self._promise.rolled(moment(now, self._per_day), p)

    def answered(self, given: Given) -> None:
        """Count an automatic answer; drawn ones, and all of probation, wait for their audit."""
        if not given.probation:
            self._promise = self._promise.answered(given.fell)
        if given.probation or any(given.fell(window.p) for window in self._promise.windows):
            self._waiting.append(given)

    def audit(self, now: int, ruled: Callable[[Given, bool], None]) -> None:
        """Do all audits that wait, looking at the certificate again and again; `ruled` hears what each came to."""
        for number, given in enumerate(self._waiting, 1):
            right = self._panel.is_right(given.at, given.label, LabelKind.AUDIT, now)
            ruled(given, right)
            if given.probation:
                continue
            self._promise = self._promise.audited(moment(given.at, self._per_day), given.fell, right)
            self.breaker = self.breaker.audited(right)
            if number % LOOK_EVERY == 0 or number == len(self._waiting):
                self._look(now)
        self._waiting = []

    def _look(self, now: int) -> None:
        found = self._promise.certificate(self.terms)
        if found is not None and found.certified:
            self._journal.granted += 1
            self._journal.granted_falsely += self.claim(now).false(self._alpha)

    def reset_breaker(self) -> None:
        """Go on after somebody looked into it."""
        self.breaker = self.breaker.reset()

    def claim(self, now: int) -> Claim:
        """Return what is promised of the answers so far, beside what is true."""
        found = self._promise.certificate(self.terms)
        if found is None:
            return Claim(now, now, False, 1.0, 0.0, 0)
        since = place(found.window.started_at, self._per_day)
        inside = [fate for fate in self._journal.fates[since:now] if fate.promised]
        share = sum(fate.wrong for fate in inside) / max(len(inside), 1)
        return Claim(now, since, found.certified, found.bound, share, len(inside))
