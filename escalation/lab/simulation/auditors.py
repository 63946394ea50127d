"""The people who label blind: audits, messages of a version's test, and probes. Pure."""

from collections import defaultdict

from escalation.lab.simulation.outcomes import Journal, LabelKind
from escalation.lab.simulation.strategy import World
from escalation.proof.audits import Label, Ruling, miss_bound, ruling
from escalation.proof.certificate import TEST_SHARE


class Auditors:
    """Give one label of a message after another, each by somebody else, and count what is spent."""

    def __init__(self, world: World, journal: Journal) -> None:
        self._opinions = world.opinions
        self._journal = journal
        self._asked: dict[int, int] = defaultdict(int)

    def label(self, at: int, kind: LabelKind, now: int) -> Label:
        """Return the next auditor's label of message `at`."""
        label = self._opinions.audited(at, self._asked[at])
        self._asked[at] += 1
        self._journal.spend(kind, now)
        return label_of(label)


def label_of(intent: str | None) -> Label:
    """Return the label of somebody who names one intent, or out of scope."""
    return Label(frozenset() if intent is None else frozenset([intent]))


def probe(world: World, journal: Journal) -> float | None:
    """Put known-wrong answers before the auditors; return the bound of how often they miss one, None without probes.

    The wrong answer is the intent people confuse most with the right one: the hardest to notice.
    """
    count, random, near = world.scenario.probes, world.random(5), world.opinions.near
    candidates = [at for at, others in enumerate(near) if others]
    if not count or not candidates:
        return None
    auditors, labels, confirmed = Auditors(world, journal), defaultdict[int, list[Label]](list), 0
    for at in map(int, random.choice(candidates, count, replace=len(candidates) < count)):
        while (said := _ruling(world, near[at][0], labels[at])) is Ruling.MORE:
            labels[at].append(auditors.label(at, LabelKind.PROBE, 0))
        confirmed += said is Ruling.RIGHT
    bound = miss_bound(count, confirmed, world.scenario.delta * (1 - TEST_SHARE))
    journal.say(0, f"auditors confirmed {confirmed} of {count} known-wrong answers: they miss at most {bound:.1%}")
    return bound


def _ruling(world: World, intent: str, labels: list[Label]) -> Ruling:
    return ruling(intent, labels, most=world.scenario.labels_on_disagreement)
