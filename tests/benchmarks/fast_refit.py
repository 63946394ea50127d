"""Fast refits of a model of 15,000 examples: seconds a label, and what its first ones teach of an intent."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from escalation.classifier import Example, LabelledVectors, Model, refit_head
from escalation.classifier.head.fit import softmax
from escalation.classifier.head.training_set import TrainingSet, fit_points
from escalation.kernel.arrays import Floats, Ints
from escalation.lab.replay.accounting import percentiles
from escalation.learning import gate
from escalation.learning.datasets import Labelled
from escalation.learning.gate import Contender
from tests.benchmarks.corpora import Draw
from tests.ml.refitting import examples_of

SHOWN = (1, 3, 5)
CONVERGED = 0.003  # the gradient's norm; rounding in float32 lets it fall no further


class FastRefitBench:
    """A fast refit without its database: examples known before, and what comes in."""

    def __init__(self, model: Model, data: Draw) -> None:
        self.model = model
        self.vectors = model.scorer.training.rows.vectors
        self.rows = examples_of(model.scorer.training)[: len(self.vectors)]
        self.gate = gate_rows(data.judged)
        self.gate_vectors = model.embed([row.text for row in data.judged])
        # What answers now was judged on these rows when it was a challenger; its predictions are kept since.
        self.champion = gate.predicted(Contender(model, self.gate_vectors), self.gate)

    def refit(self, text: str, label: str, name: str, *, recalibrate: bool = False) -> Model:
        """Embed one message, refit on everything with it, judge the result: the whole of what the label waits for."""
        vectors = np.concatenate([self.vectors, self.model.embed([text])])
        rows = LabelledVectors.of(vectors, [*self.rows, Example(text, label, id=name)])
        made = refit_head(self.model, rows, name, recalibrate=recalibrate)
        challenger = gate.predicted(Contender(made, self.gate_vectors), self.gate)
        gate.run_gate(self.champion, challenger, self.gate, self.model.alpha)
        return made

    def measure(self, messages: Sequence[Example], converged: int = 400) -> dict[str, Any]:
        """Time one label after another, each on its own; compare the first with a refit run to the end."""
        seconds, moved = [], []
        before = self.model.scorer.head.weights
        first: Model | None = None
        for number, row in enumerate(messages):
            began = time.perf_counter()
            made = self.refit(row.text, str(row.label), f"new-{number}")
            seconds.append(time.perf_counter() - began)
            moved.append(float(np.abs(made.scorer.head.weights - before).max()))
            first = first or made
        assert first is not None
        training, start = first.scorer.training, first.scorer.head
        exact = fit_points(
            training.around, len(training.labels), start=start, iterations=converged, tolerance=CONVERGED,
            penalty=training.penalty,
        )  # fmt: skip
        live, end = (softmax(head.logits(self.gate_vectors)) for head in (first.scorer.head, exact))
        return {
            "label_to_judged_ms": percentiles(seconds), "least_moved": round(min(moved), 6),
            "furthest_probability": round(float(np.abs(live - end).max()), 4),
        }  # fmt: skip


def gate_rows(judged: Sequence[Example]) -> list[Labelled]:
    """Return examples as the gate has them."""
    return [Labelled(id=row.id, text=row.text, label=row.label) for row in judged]


def new_intents(model: Model, data: Draw, judged: Floats, count: int) -> dict[str, Any]:
    """Recall of intents that were unknown, after 1, 3 and 5 examples, and what the others lose, in points.

    Each refit is a fast refit: from the model before, with one intent's examples gone and then coming back.
    """
    training = model.scorer.training
    truth = np.asarray([str(row.label) for row in data.judged])
    recall: dict[int, list[float]] = {shown: [] for shown in SHOWN}
    lost: dict[int, list[float]] = {shown: [] for shown in SHOWN}
    for code in np.random.default_rng(0).choice(len(training.labels), count, replace=False):
        label, others = training.labels[code], training.rows.codes != code
        known = truth != label
        rows, fresh = np.flatnonzero(others), np.flatnonzero(~others)
        without = refit_rows(model, training, rows)
        before = first_labels(without, judged[known]) == truth[known]
        for shown in SHOWN:
            found = first_labels(refit_rows(without, training, np.append(rows, fresh[:shown])), judged) == truth
            recall[shown].append(float(found[~known].mean()))
            lost[shown].append(100 * float(before.mean() - found[known].mean()))
    return {
        "intents": count,
        "recall": {shown: round(float(np.mean(recall[shown])), 3) for shown in SHOWN},
        "points_lost": {shown: round(float(np.mean(lost[shown])), 3) for shown in SHOWN},
    }


def refit_rows(parent: Model, training: TrainingSet, rows: Ints) -> Model:
    """Refit the parent on some of the examples, as a fast refit does before it calibrates."""
    known = examples_of(training)
    chosen = LabelledVectors.of(training.rows.vectors[rows], [known[row] for row in rows])
    return refit_head(parent, chosen, "part", recalibrate=False)


def first_labels(model: Model, vectors: Floats) -> Any:
    """Return the first label of each vector."""
    return np.asarray(model.labels)[model.scorer.head.first(vectors)]
