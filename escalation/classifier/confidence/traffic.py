"""Labelled messages of the traffic among the rows to calibrate on, each weighted by the chance with which it was seen.

Examples are the catalogue's, and the messages the bot was least sure of. With audits of what it answered, weighted by
one over their chance, they stand for the whole traffic (Horvitz and Thompson 1952; decision 22).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from escalation.classifier.confidence.folds import Origin, OutOfFold, joined
from escalation.classifier.confidence.signals import signals
from escalation.classifier.head.fit import Head
from escalation.classifier.head.neighbours import Neighbourhood
from escalation.classifier.head.training_set import TrainingSet, fit_fold
from escalation.classifier.prediction import CHOICES
from escalation.kernel.arrays import Doubles, Floats, Ints

FEWEST_AUDITED = 50
"""Audits of answers below which traffic says nothing: out-of-fold rows decide alone."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that was labelled and is no example: `intents` that would serve it, none for out of scope.

    `chance`: with which it was seen, above 0; `beside`: ids of examples of its conversation.
    """

    vector: Floats
    intents: frozenset[str]
    chance: float
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Traffic:
    """What is labelled of the traffic.

    `examples`: of those by id that are messages of it, the chance with which each was seen; 0 where that is unknown, so
    that it does not count. `heard`: labelled messages that are no examples. `audited`: how many of all are audits.
    """

    examples: Mapping[str, float]
    heard: Sequence[Heard] = ()
    audited: int = 0

    @property
    def tells(self) -> bool:
        """Whether there are audits enough to say anything."""
        return self.audited >= FEWEST_AUDITED


def amounts(chances: Doubles) -> Floats:
    """Return how many messages each row counts for, float32 (n): one over its chance, over the greatest such weight.

    0 where the chance is 0. No row counts for more than one, so that a rare audit weighs no more than an example.
    """
    known = chances > 0
    weights = np.where(known, 1.0 / np.where(known, chances, 1.0), 0.0)
    found: Floats = (weights / max(float(weights.max(initial=0.0)), 1e-300)).astype(np.float32)
    return found


def with_traffic(
    rows: OutOfFold, traffic: Traffic, training: TrainingSet, head: Head
) -> tuple[OutOfFold, OutOfFold, Floats]:
    """Return the catalogue's rows, those of the traffic, and how many messages each of the latter counts for.

    `head` is fitted on `training`. Held-out intents stay with the catalogue.
    """
    known = np.asarray([id in traffic.examples for id in rows.ids or ("",) * len(rows.right)], bool)
    mine = known & (rows.origin != Origin.HELD_OUT)
    examples = rows[mine]
    heard = judge_heard(training, head, traffic.heard)
    chances = [traffic.examples[id] for id in examples.ids] + [each.chance for each in traffic.heard]
    return rows[~mine], joined([examples, heard]), amounts(np.asarray(chances, np.float64))


def judge_heard(training: TrainingSet, head: Head, heard: Sequence[Heard]) -> OutOfFold:
    """Judge messages that are no examples: with `head`, or one that knows no example of their conversations."""
    beside = frozenset().union(*(each.beside for each in heard))
    if not beside:
        return _judged(training.labels, training.around, head, heard)
    kept = np.asarray([id not in beside for id in training.rows.ids], bool)
    around = training.points(kept, np.arange(len(training.labels)))
    return _judged(
        training.labels, around, fit_fold(around, len(training.labels), penalty=training.penalty, start=head), heard
    )


def _judged(labels: Sequence[str], around: Neighbourhood, head: Head, heard: Sequence[Heard]) -> OutOfFold:
    if not heard:
        return joined([])
    measured = signals(head, around, np.stack([each.vector for each in heard]))
    likely = measured.likely[:, :CHOICES].tolist()
    hits = [[labels[code] in each.intents for code in row] for row, each in zip(likely, heard, strict=True)]
    right, among = (np.asarray([how(row) for row in hits], bool) for how in (_first, any))
    return OutOfFold(measured.matrix, right, _origins(labels, heard), among)


def _first(row: Sequence[bool]) -> bool:
    return row[0]


def _origins(labels: Sequence[str], heard: Sequence[Heard]) -> Ints:
    known = frozenset(labels)
    inside = np.asarray([bool(each.intents & known) for each in heard], bool)
    origins: Ints = np.where(inside, int(Origin.INSIDE), int(Origin.OUTSIDE))
    return origins
