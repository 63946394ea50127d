"""A head is held back where labels are wrong, and only there."""

from dataclasses import replace

import numpy as np

from escalation.classifier import Example, LabelledVectors
from escalation.classifier.head.fit import PENALTY
from escalation.classifier.head.penalty import STRONGER, choose_penalty
from escalation.classifier.head.training_set import TrainingSet, training_set
from tests.ml.test_head import blobs

CLASSES, EACH, WIDTH = 20, 40, 64


def training(wrong: float) -> TrainingSet:
    """Return examples of which a share carries another label."""
    vectors, codes = blobs(CLASSES, EACH, width=WIDTH)
    names, _ = blobs(CLASSES, 1, seed=50, width=WIDTH)
    random = np.random.default_rng(3)
    flipped = random.random(len(codes)) < wrong
    codes = np.where(flipped, (codes + random.integers(1, CLASSES, len(codes))) % CLASSES, codes)
    count = len(codes)
    rows = LabelledVectors(
        vectors, codes, tuple(f"c{n:02}" for n in range(CLASSES)), tuple(f"e{n}" for n in range(count)),
        np.arange(count), np.zeros(count, bool),
    )  # fmt: skip
    return TrainingSet(rows, rows[:0], names)


def test_right_labels_keep_the_weakest() -> None:
    assert choose_penalty(training(0.0), seed=0) == PENALTY


def test_wrong_labels_choose_a_stronger_one_that_is_more_often_right() -> None:
    noisy, (fresh, truth) = training(0.25), blobs(CLASSES, EACH, seed=9, width=WIDTH)
    chosen = choose_penalty(noisy, seed=0)
    assert chosen in STRONGER
    held, free = (replace(noisy, penalty=each).fit() for each in (chosen, PENALTY))
    right = [(head.logits(fresh).argmax(axis=1) == truth).mean() for head in (held, free)]
    assert right[0] > right[1] + 0.02


def test_what_the_encoder_has_seen_tells_nothing() -> None:
    noisy = training(0.25)
    assert choose_penalty(replace(noisy, rows=noisy.rows.seen_by(noisy.rows.ids)), seed=0) == PENALTY


def test_equal_seeds_choose_alike_and_two_examples_are_enough_to_ask() -> None:
    noisy = training(0.25)
    assert choose_penalty(noisy, seed=4) == choose_penalty(noisy, seed=4)
    two = LabelledVectors.of(noisy.rows.vectors[:2], [Example("", "x", id="a"), Example("", "y", id="b")])
    tiny = training_set(two, embed=lambda _: noisy.names[:2])
    assert choose_penalty(tiny, seed=0) == PENALTY
