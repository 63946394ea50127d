"""The fast refit: a new head on known embeddings, warm from its parent, in a second or two. Nothing is written."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from escalation.classifier.confidence.traffic import Traffic
from escalation.classifier.errors import EmbeddingInvalid
from escalation.classifier.head.fit import PENALTY, Head, fit_columns, fit_head
from escalation.classifier.head.neighbours import Neighbourhood
from escalation.classifier.head.scorer import Scorer, calibrate
from escalation.classifier.head.training_set import TrainingSet, fit_points, point_weights, training_set
from escalation.classifier.labelled_vectors import LabelledVectors
from escalation.classifier.model import Lineage, Model
from escalation.kernel.arrays import Ints

# Calibration is refitted when the examples grew or shrank by this share, or an intent came or went: a model that knows
# a few more examples than its calibration supposes is, if anything, better than its confidence.
STALE_SHARE = 0.1
# Up to this share of changed examples only the classes they bear on are fitted: their own and the LIKELIEST of each.
SMALL_CHANGE = 0.01
LIKELIEST = 16
MOST_COLUMNS = 48
COLUMN_ITERATIONS = 15
# All classes then follow only while the whole gradient is larger than this, so that what is left out cannot add up
# from refit to refit. CLINC150, 14,980 examples and a surprising one: .09 after the columns, probabilities within .004.
POLISHED = 0.15
POLISH_ITERATIONS = 20
TOLD_APART_BY = 8  # numbers of two vectors; no two texts agree in so many


def refit_head(
    parent: Model, rows: LabelledVectors, name: str, *, recalibrate: bool | None = None, alpha: float | None = None,
    traffic: Traffic | None = None,
) -> Model:  # fmt: skip
    """Return a model fitted on exactly these rows (all there are, not only new ones), sharing the parent's encoder.

    Their vectors come from the parent's encoder. A label the parent does not know becomes a new intent, one that no row
    carries any more is forgotten. `recalibrate` None decides itself.
    `alpha` is the accepted share of wrong answers; None keeps the parent's, another one chooses the threshold anew.
    `traffic`: as in `calibrate`, where that is done.
    Raises: EmbeddingInvalid, TooFewExamples, OneClass.
    """
    old = parent.scorer.training
    if rows.vectors.shape[1] != old.names.shape[1]:
        raise EmbeddingInvalid(f"Embeddings of shape {rows.vectors.shape}; (n, {old.names.shape[1]}) is needed.")
    known = dict(zip(old.labels, old.names, strict=True))
    training = training_set(rows.seen_by(parent.scorer.seen), name_vectors=known, embed=parent.embed)
    training = replace(training, penalty=old.penalty)
    around = training.around
    start = carried_over(parent.scorer.head, old.labels, training.labels)
    head = fitted(start, around, touched_columns(old, training, start), training.penalty)
    wanted = parent.alpha if alpha is None else alpha
    scorer = _kept(parent.scorer, training, around, head)
    if recalibrate is None:
        recalibrate = wanted != parent.alpha or is_stale(scorer)
    if recalibrate:
        scorer = _recalibrated(parent, scorer, wanted, traffic)
    parents = (*parent.lineage.parents, parent.name)[-3:]
    lineage = Lineage("head", parents, training.fingerprint(), parent.lineage.seed, parent.lineage.versions)
    return replace(parent, name=name, scorer=scorer, lineage=lineage, report={})


def carried_over(head: Head, before: Sequence[str], after: Sequence[str]) -> Head:
    """Return the head with columns of `after`'s labels: kept ones moved, new ones zero, as a start for fitting."""
    position = {label: column for column, label in enumerate(before)}
    source = np.asarray([position.get(label, -1) for label in after], np.int64)
    weights = np.where(source >= 0, head.weights[:, source], np.float32(0.0))
    bias = np.where(source >= 0, head.bias[source], np.float32(0.0))
    return Head(np.ascontiguousarray(weights, np.float32), bias.astype(np.float32))


def touched_columns(old: TrainingSet, new: TrainingSet, start: Head) -> Ints | None:
    """Return the classes that the difference between two training sets bears on, int64 (k), ascending.

    None where that is no small part of all: more than SMALL_CHANGE of the examples or MOST_COLUMNS classes, or an
    intent is gone, of which every class has something to take over. `start` is the head before, with `new`'s columns.
    """
    if not set(old.labels) <= set(new.labels):
        return None
    position = {label: code for code, label in enumerate(new.labels)}
    moved = np.asarray([position[label] for label in old.labels], np.int64)
    added, gone = _differing(_known(new, np.arange(len(new.labels))), _known(old, moved))
    if len(added) + len(gone) > SMALL_CHANGE * len(old.rows):
        return None
    logits = start.logits(np.concatenate([new.rows.vectors[added], old.rows.vectors[gone]]))
    likely = np.argsort(-logits, axis=1)[:, :LIKELIEST]
    columns = np.unique(np.concatenate([likely.ravel(), new.rows.codes[added], moved[old.rows.codes[gone]]]))
    return columns if columns.size <= min(MOST_COLUMNS, len(new.labels) // 2) else None


def _known(training: TrainingSet, codes: Ints) -> dict[str, tuple[int, bytes]]:
    """Return (class, what tells its vector from others) of each example id, in order; `codes` renumbers classes."""
    marks = [row.tobytes() for row in training.rows.vectors[:, :TOLD_APART_BY]]
    return dict(zip(training.rows.ids, zip(codes[training.rows.codes].tolist(), marks, strict=True), strict=True))


def _differing(new: dict[str, tuple[int, bytes]], old: dict[str, tuple[int, bytes]]) -> tuple[list[int], list[int]]:
    """Return the rows that are only in the first and those that are only in the second."""
    added = [row for row, (id, known) in enumerate(new.items()) if old.get(id) != known]
    gone = [row for row, (id, known) in enumerate(old.items()) if new.get(id) != known]
    return added, gone


def fitted(start: Head, around: Neighbourhood, columns: Ints | None, penalty: float = PENALTY) -> Head:
    """Fit on all points; `columns` first, and all classes after only as far as they need it, where few are touched."""
    classes = start.bias.size
    if columns is None:
        return fit_points(around, classes, start=start, penalty=penalty)
    points, codes = around.vectors, around.codes
    weights = point_weights(around)
    if columns.size:
        start = fit_columns(
            points, codes, columns, weights=weights, start=start, iterations=COLUMN_ITERATIONS, penalty=penalty
        )
    return fit_head(
        points, codes, classes, weights=weights, start=start, penalty=penalty, iterations=POLISH_ITERATIONS,
        tolerance=POLISHED,
    )  # fmt: skip


def is_stale(scorer: Scorer) -> bool:
    """Whether the calibration is for other intents, or for far fewer or more examples, than the head."""
    training, labels = scorer.training, scorer.calibrated_labels
    outside = len(training.outside) if scorer.calibrated_outside is None else scorer.calibrated_outside
    changed = abs(len(training.rows) - scorer.calibrated_on) + abs(len(training.outside) - outside)
    return labels not in (None, training.labels) or changed > STALE_SHARE * scorer.calibrated_on


def _kept(parent: Scorer, training: TrainingSet, around: Neighbourhood, head: Head) -> Scorer:
    """Return the parent with another head; what its calibration was fitted for is kept in mind until the next one."""
    labels = parent.calibrated_labels or parent.labels
    outside = len(parent.training.outside) if parent.calibrated_outside is None else parent.calibrated_outside
    return replace(
        parent, training=training, head=head, around=around, calibrated_labels=labels, calibrated_outside=outside
    )


def _recalibrated(model: Model, kept: Scorer, alpha: float, traffic: Traffic | None) -> Scorer:
    training, seed = kept.training, model.lineage.seed
    calibration, choices = calibrate(
        training, kept.around, kept.head, kept.base, background=model.encoder.background, alpha=alpha, seed=seed,
        prior=model.encoder.prior, traffic=traffic,
    )  # fmt: skip
    return replace(
        kept, calibration=calibration, choice=dict(choices)[alpha], alpha=alpha, calibrated_on=len(training.rows),
        calibrated_labels=None, calibrated_outside=None, choices=choices,
    )  # fmt: skip
