"""A model's own examples with a few more, as the fast lane refits it: for tests and benchmarks."""

from collections.abc import Collection, Sequence

import numpy as np

from escalation.classifier import Example, LabelledVectors, Model, refit_head
from escalation.classifier.head.training_set import TrainingSet


def examples_of(training: TrainingSet) -> list[Example]:
    """Return the messages behind a training set, in the order of `vectors_by_id`, without their words and groups."""
    labels: list[str | None] = [training.labels[code] for code in training.rows.codes]
    labels += [None] * len(training.outside)
    return [Example("", label, id=id) for label, id in zip(labels, training.vectors_by_id(), strict=True)]


def learn(
    parent: Model, fresh: Sequence[Example], name: str = "shop.1", *, without: Collection[str] = (),
    recalibrate: bool | None = None,
) -> Model:  # fmt: skip
    """Refit on the parent's examples and these; an id given again replaces, ids in `without` are left out."""
    gone = {*without, *(row.id for row in fresh)}
    known = parent.scorer.training.vectors_by_id()
    kept = [row for row in examples_of(parent.scorer.training) if row.id not in gone]
    vectors = np.concatenate([*(known[row.id][None] for row in kept), parent.embed([row.text for row in fresh])])
    return refit_head(parent, LabelledVectors.of(vectors, [*kept, *fresh]), name, recalibrate=recalibrate)
