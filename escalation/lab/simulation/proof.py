"""Our own proof inside the simulation: blind labels, the windows, the breaker, and what is claimed. Pure.

All arithmetic is the service's: `learning.audits`, `learning.certificate`, `learning.breaker`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf

from escalation.lab.simulation.outcomes import Claim, Journal, LabelKind, Outlook
from escalation.lab.simulation.play import World
from escalation.proof.audits import Label, Ruling, miss_bound, ruling
from escalation.proof.breaker import Breaker
from escalation.proof.certificate import LONGEST, TEST_SHARE, Terms, Windows
from escalation.proof.forecast import window_audits_missing

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
        self._most = world.scenario.labels_on_disagreement
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
        for wanted in range(1, self._most + 1):
            labels = self._first(at, wanted, kind, now)
            found = ruling(intent, [Label(frozenset([each] if each else [])) for each in labels], most=self._most)
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
    draw: float


class Proof:
    """The running windows and the breaker. Probation answers are all audited and stay out of the windows."""

    def __init__(self, world: World, journal: Journal, panel: Panel, terms: Terms) -> None:
        self.terms = terms
        self.breaker = Breaker(world.scenario.alpha)
        self._per_day = world.scenario.messages_per_day
        self._alpha = world.scenario.alpha
        self._journal = journal
        self._panel = panel
        self._windows = Windows()
        self._waiting: list[Given] = []

    def roll(self, now: int, p: float) -> None:
        """Drop windows that are too old and open one where it is due: answers in it are drawn with chance `p`."""
        self._windows = self._windows.rolled(moment(now, self._per_day), p)

    def answered(self, given: Given) -> None:
        """Count an automatic answer; drawn ones, and all of probation, wait for their audit."""
        if not given.probation:
            self._windows = self._windows.answered(given.draw)
        if given.probation or any(given.draw < window.p for window in self._windows.running):
            self._waiting.append(given)

    def audit(self, now: int, ruled: Callable[[Given, bool], None]) -> None:
        """Do all audits that wait, looking at the certificate after each; `ruled` hears what each came to."""
        for given in self._waiting:
            right = self._panel.is_right(given.at, given.label, LabelKind.AUDIT, now)
            ruled(given, right)
            if given.probation:
                continue
            self._windows = self._windows.audited(moment(given.at, self._per_day), given.draw, right)
            self.breaker = self.breaker.audited(right)
            self._look(now)
        self._waiting = []

    def _look(self, now: int) -> None:
        found = self._windows.certificate(self.terms)
        if found is not None and found.certified:
            self._journal.granted += 1
            self._journal.granted_falsely += self.claim(now).false(self._alpha)

    def reset_breaker(self) -> None:
        """Go on after somebody looked into it."""
        self.breaker = self.breaker.reset()

    def claim(self, now: int) -> Claim:
        """Return what is promised of the answers so far, beside what is true."""
        found = self._windows.certificate(self.terms)
        if found is None:
            return Claim(now, now, False, 1.0, 0.0, 0)
        since = place(found.window.started_at, self._per_day)
        inside = [fate for fate in self._journal.fates[since:now] if fate.promised]
        share = sum(fate.wrong for fate in inside) / max(len(inside), 1)
        return Claim(now, since, found.certified, found.bound, share, len(inside))

    def outlook(self, now: int) -> Outlook | None:
        """Return how near the certificate is, None without a window."""
        found = self._windows.certificate(self.terms)
        if found is None:
            return None
        window, when = found.window, moment(now, self._per_day)
        pace = window.drawn / max((when - window.started_at) / timedelta(days=1), 1e-9)
        missing = window_audits_missing(window, self.terms, drawn_a_day=pace)
        half, likely, days = (inf if x is None else x for x in (missing.half, missing.likely, missing.days_half))
        return Outlook(
            window.drawn, (window.wrong + window.pending) / max(window.drawn, 1),
            self._alpha * (1 - (self.terms.miss or 0.0)), found.e_value, found.needed, half, likely, days,
            (window.started_at + LONGEST - when) / timedelta(days=1),
        )  # fmt: skip
