"""The fast lane: a new head on known embeddings, warm from its parent, in a second or two. Nothing is written."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from escalation.classifier.errors import EmbeddingInvalid
from escalation.classifier.head import Floats, Head
from escalation.classifier.model import Lineage, Model
from escalation.classifier.out_of_fold import TrainingSet
from escalation.classifier.scorer import Scorer, calibrate
from escalation.classifier.training_set import fingerprint, training_set

# Calibration is refitted when the examples grew or shrank by this share, or an intent came or went: a model that knows
# a few more examples than its calibration supposes is, if anything, better than its confidence.
STALE_SHARE = 0.1


def refit_head(
    parent: Model, embeddings: Floats, labels: Sequence[str | None], ids: Sequence[str], name: str, *,
    groups: Sequence[str] | None = None, recalibrate: bool | None = None, alpha: float | None = None,
) -> Model:  # fmt: skip
    """Return a model fitted on exactly these examples (all of them, not only new ones), sharing the parent's encoder.

    `embeddings` float32 (n, d) come from the parent's encoder; a label None means out of scope; a label the parent does
    not know becomes a new intent, one that no example carries any more is forgotten. `recalibrate` None decides itself.
    `alpha` is the accepted share of wrong answers; None keeps the parent's, another one chooses the threshold anew.
    Raises: EmbeddingInvalid, TooFewExamples, OneClass.
    """
    old = parent.scorer.training
    if embeddings.ndim != 2 or embeddings.shape[1] != old.names.shape[1]:
        raise EmbeddingInvalid(f"Embeddings of shape {embeddings.shape}; (n, {old.names.shape[1]}) is needed.")
    known = dict(zip(old.labels, old.names, strict=True))
    training = training_set(
        embeddings, labels, ids, name_vectors=known, embed=parent.embed, groups=groups, seen=parent.scorer.seen
    )
    head = training.fit(start=carried_over(parent.scorer.head, old.labels, training.labels))
    wanted = parent.alpha if alpha is None else alpha
    if recalibrate is None:
        recalibrate = wanted != parent.alpha or _is_stale(parent.scorer, training)
    scorer = _scorer(parent, training, head, wanted) if recalibrate else _kept(parent, training, head)
    parents = (*parent.lineage.parents, parent.name)[-3:]
    lineage = Lineage("head", parents, fingerprint(training), parent.lineage.seed, parent.lineage.versions)
    return replace(parent, name=name, scorer=scorer, lineage=lineage, report={})


def extend_head(
    parent: Model, embeddings: Floats, labels: Sequence[str | None], ids: Sequence[str], name: str, *,
    without: Collection[str] = (), recalibrate: bool | None = None,
) -> Model:  # fmt: skip
    """Refit on the parent's own examples plus these; an id given again replaces, ids in `without` are left out.

    Raises: as `refit_head`.
    """
    old = parent.scorer.training
    gone = {*ids, *without}
    merged_ids = [*old.ids, *old.outside_ids]
    merged_labels: list[str | None] = [*(old.labels[code] for code in old.codes), *([None] * len(old.outside_ids))]
    kept = [row for row, id in enumerate(merged_ids) if id not in gone]
    vectors = np.concatenate([np.concatenate([old.vectors, old.outside])[kept], embeddings])
    return refit_head(
        parent, vectors, [*(merged_labels[row] for row in kept), *labels], [*(merged_ids[row] for row in kept), *ids],
        name, recalibrate=recalibrate,
    )  # fmt: skip


def carried_over(head: Head, before: Sequence[str], after: Sequence[str]) -> Head:
    """Return the head with columns of `after`'s labels: kept ones moved, new ones zero, as a start for fitting."""
    position = {label: column for column, label in enumerate(before)}
    source = np.asarray([position.get(label, -1) for label in after], np.int64)
    weights = np.where(source >= 0, head.weights[:, source], np.float32(0.0))
    bias = np.where(source >= 0, head.bias[source], np.float32(0.0))
    return Head(np.ascontiguousarray(weights, np.float32), bias.astype(np.float32))


def _is_stale(scorer: Scorer, training: TrainingSet) -> bool:
    grown = abs(len(training.codes) - scorer.calibrated_on)
    outside = abs(len(training.outside) - len(scorer.training.outside))
    return training.labels != scorer.labels or (grown + outside) > STALE_SHARE * scorer.calibrated_on


def _kept(parent: Model, training: TrainingSet, head: Head) -> Scorer:
    return replace(parent.scorer, training=training, head=head, around=training.around)


def _scorer(parent: Model, training: TrainingSet, head: Head, alpha: float) -> Scorer:
    changed = _kept(parent, training, head)
    calibration, choice = calibrate(training, changed.base, alpha=alpha, seed=parent.lineage.seed)
    return replace(changed, calibration=calibration, choice=choice, alpha=alpha, calibrated_on=len(training.codes))
