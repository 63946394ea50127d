"""What a strategy has learnt: its examples, its gate, its live head, and when that is refitted. On known vectors."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from escalation.classifier import ClassifierError, LabelledVectors, Model, Prediction, refit_head
from escalation.classifier.confidence.traffic import Traffic
from escalation.classifier.head.refit import is_stale
from escalation.kernel.arrays import Floats
from escalation.lab.simulation.stream import Stream
from escalation.learning.datasets import Labelled, split_of
from escalation.learning.gate import Contender

AHEAD = 16
"""Messages predicted at once by a new head, twice as many each time it is still the same one."""

URGENT = (1, 3)
"""The so-manieth example of an intent that is learnt at once; others come together first."""


@dataclass(frozen=True)
class Corpus:
    """A stream with its vectors, float32 (n, d): of the seeds, of the messages, of the test."""

    stream: Stream
    seeds: Floats
    messages: Floats
    test: Floats


class PredictionCache:
    """Predictions of the messages by one model at a time, a few ahead."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._model: Model | None = None
        self._from = 0
        self._ahead = AHEAD
        self._made: list[Prediction] = []

    def of(self, model: Model, at: int) -> Prediction:
        """Return what `model` makes of message `at`."""
        if model is not self._model or not self._from <= at < self._from + len(self._made):
            self._ahead = 2 * self._ahead if model is self._model else AHEAD
            self._model, self._from = model, at
            self._made = predicted(model, self._corpus, range(at, min(at + self._ahead, len(self._corpus.messages))))
        return self._made[at - self._from]


def predicted(model: Model, corpus: Corpus, places: Sequence[int]) -> list[Prediction]:
    """Return predictions of the messages at `places`."""
    chosen = list(places)
    if not chosen:
        return []
    return model.predict_embedded(corpus.messages[chosen], [corpus.stream.messages[at].text for at in chosen])


class SimulatedLearner:
    """Examples and the live head fitted on them; `model` is what suggests, vetoes and asks now."""

    def __init__(
        self, model: Model, corpus: Corpus, *, gate_share: float, refit_share: float, from_traffic: bool = False
    ) -> None:
        """`from_traffic`: what is labelled of the traffic joins the rows of each new calibration."""
        self.model = model
        self.learnt = 0
        self._corpus = corpus
        self._gate_share = gate_share
        self._refit_share = refit_share
        self._from_traffic = from_traffic
        self._chances: dict[str, float] = {}
        self._audited = 0
        seeds = corpus.stream.seeds
        self._rows = [Labelled(row.id, row.text, row.label) for row in seeds]
        self._vectors = list(corpus.seeds)
        self._gate: list[Labelled] = []
        self._gate_vectors: list[Floats] = []
        self._known = Counter[str | None](row.label for row in seeds)
        self._fresh = 0
        self._urgent = False
        self._made = 0

    def add(self, at: int, label: str | None, audited: float | None = None) -> None:
        """Learn that message `at` was labelled so; a share by hash only judges, unless its intent is unheard of.

        `audited`: the chance with which its answer was; None: it was handed off.
        """
        message = self._corpus.stream.messages[at]
        row = Labelled(message.id, message.text, label, message.id)
        if (label is None or self._known[label]) and split_of(message.id, self._gate_share) == "gate":
            self._gate.append(row)
            self._gate_vectors.append(self._corpus.messages[at])
            return
        self._chances[message.id] = (1.0 if audited is None else audited) * (1 - self._gate_share)
        self._audited += audited is not None
        self._rows.append(row)
        self._vectors.append(self._corpus.messages[at])
        self._known[label] += 1
        self._urgent |= label is not None and self._known[label] in URGENT
        self._fresh += 1
        self.learnt += 1

    def refit_if_due(self) -> bool:
        """Refit the live head if enough came together; calibration and threshold stay those of its version."""
        if not self._urgent and self._fresh < max(1.0, self._refit_share * len(self._rows)):
            return False
        return self._refit(self.model, recalibrate=False)

    def new_version(self, first: Model) -> bool:
        """Fit everything anew, from the head of `first` instead of the last one, with calibration and threshold."""
        return self._refit(first, recalibrate=True)

    def recalibrate_if_stale(self) -> None:
        """Refit with calibration and threshold where the service would: other intents, more examples, or audits."""
        if is_stale(self.model.scorer) or self._from_traffic:
            self._refit(self.model, recalibrate=True)

    def contender(self, model: Model) -> Contender:
        """Return a model with the gate's vectors."""
        width = self._corpus.messages.shape[1]
        vectors = np.stack(self._gate_vectors) if self._gate_vectors else np.zeros((0, width), np.float32)
        return Contender(model, vectors)

    @property
    def gate(self) -> Sequence[Labelled]:
        """What judges: labelled, never fitted on."""
        return self._gate

    def _refit(self, parent: Model, *, recalibrate: bool) -> bool:
        self._made += 1
        self._fresh, self._urgent = 0, False
        try:
            rows = LabelledVectors.of(np.stack(self._vectors), self._rows)
            traffic = Traffic(dict(self._chances), audited=self._audited) if self._from_traffic else None
            self.model = refit_head(parent, rows, f"live.{self._made}", recalibrate=recalibrate, traffic=traffic)
        except ClassifierError:  # as the service does: the old head stays, the next label tries again
            return False
        return True
