"""Confidence means what it says, whatever the mix of sure, unsure, new and wrongly labelled rows."""

from dataclasses import replace

import numpy as np
import pytest

from escalation.classifier import LabelledVectors
from escalation.classifier.confidence.calibration import Calibration, cautious_calibration, fit_calibration
from escalation.classifier.confidence.folds import Origin, OutOfFold, example_folds, out_of_fold
from escalation.classifier.confidence.signals import SIGNALS
from escalation.classifier.head.training_set import TrainingSet
from escalation.kernel.arrays import Floats, Mask
from tests.ml.test_head import blobs

WIDTH = len(SIGNALS)


def world(count: int, seed: int, *, label_error: float = 0.0) -> tuple[Floats, Mask, Mask]:
    """Return signals that grow with a hidden certainty, whether right, whether new (15 %)."""
    random = np.random.default_rng(seed)
    novel = random.random(count) < 0.15
    certainty = np.where(novel, random.normal(-1.5, 1, count), random.normal(2.5, 1.5, count))
    signals = certainty[:, None] + random.normal(0, 0.7, (count, WIDTH))
    right = ~novel & (random.random(count) < 1 / (1 + np.exp(-2 * certainty)))
    return signals.astype(np.float32), right & (random.random(count) >= label_error), novel


def rows(matrix: Floats, right: Mask, novel: Mask) -> OutOfFold:
    """Return rows of which half of the wrong ones in scope had the right label among the first few."""
    near = right | (~novel & (np.arange(len(right)) % 2 == 0))
    return OutOfFold(matrix, right, np.where(novel, Origin.HELD_OUT, Origin.INSIDE), near)


def fitted(matrix: Floats, right: Mask, novel: Mask) -> Calibration:
    return fit_calibration(rows(matrix, right, novel), np.ones(len(right), np.float32))


def test_confidence_is_the_share_that_is_right() -> None:
    matrix, right, novel = world(6000, 1)
    calibration = fitted(matrix, right, novel)
    fresh, truth, _ = world(6000, 2)
    confidence = calibration.confidence(fresh)
    for low, high in ((0.0, 0.3), (0.3, 0.7), (0.7, 0.95), (0.95, 1.0)):
        inside = (confidence >= low) & (confidence < high)
        assert truth[inside].mean() == pytest.approx(float(confidence[inside].mean()), abs=0.1)


def test_the_chance_of_choices_is_the_share_with_the_right_label_among_them_and_at_least_confidence() -> None:
    matrix, right, novel = world(6000, 1)
    calibration = fitted(matrix, right, novel)
    fresh = rows(*world(6000, 2))
    chance = calibration.choices(fresh.matrix)
    assert chance is not None
    assert (chance >= calibration.confidence(fresh.matrix)).all()
    for low, high in ((0.0, 0.3), (0.3, 0.7), (0.7, 0.95), (0.95, 1.0)):
        inside = (chance >= low) & (chance < high)
        assert fresh.among[inside].mean() == pytest.approx(float(chance[inside].mean()), abs=0.12)


def test_wrong_labels_never_make_it_surer() -> None:
    fresh, truth, _ = world(6000, 2)
    matrix, right, novel = world(6000, 1, label_error=0.05)
    confidence = fitted(matrix, right, novel).confidence(fresh)
    sure = confidence >= 0.9
    assert sure.any()
    assert truth[sure].mean() >= confidence[sure].mean()


def test_novelty_ranks_the_new_above_the_known() -> None:
    matrix, right, novel = world(3000, 3)
    calibration = fitted(matrix, right, novel)
    score = calibration.novelty(matrix)
    assert score[novel].mean() > 0.6
    assert score[~novel].mean() < 0.2


def test_more_certainty_never_means_less_confidence() -> None:
    matrix, right, novel = world(800, 4)
    matrix[:, 3] = -matrix[:, 0] + 0.1 * matrix[:, 3]  # a signal that pretends the contrary
    calibration = fitted(matrix, right, novel)
    assert (calibration.correct[:-1] >= 0).all()
    assert (calibration.novel[:-1] <= 0).all()


def test_the_cautious_calibration_answers_nothing() -> None:
    best = np.full((1, WIDTH), 1.0, np.float32)
    best[0, :2] = 8.0
    assert cautious_calibration().confidence(best)[0] < 0.5


def training(each: int, *, classes: int = 10, seen: bool = False) -> TrainingSet:
    vectors, codes = blobs(classes, each)
    names, _ = blobs(classes, 1, seed=50)
    count = len(codes)
    rows = LabelledVectors(
        vectors, codes, tuple(f"c{n}" for n in range(classes)), tuple(f"e{n}" for n in range(count)),
        np.arange(count) // 2, np.full(count, seen),
    )  # fmt: skip
    return TrainingSet(rows, rows[:0], names)


def judged(training: TrainingSet) -> OutOfFold:
    return out_of_fold(training, training.fit(), seed=0)


def test_every_example_is_judged_once_inside_and_once_held_out() -> None:
    rows = judged(training(6))
    assert np.bincount(rows.origin, minlength=3).tolist() == [60, 60, 0]
    assert rows.among[rows.right].all()
    assert not rows.among[rows.novel].any()
    assert rows.right[rows.origin == Origin.INSIDE].mean() > 0.8
    assert not rows.right[rows.novel].any()


def test_examples_that_say_nearly_the_same_share_a_fold() -> None:
    few = replace(training(6).rows, groups=np.arange(60))
    near = few.vectors.copy()
    near[1] = near[0] + 0.001
    twins = replace(few, vectors=near)
    dealt = [example_folds(each, np.random.default_rng(seed)) for seed in range(20) for each in (few, twins)]
    assert any(folds[0] != folds[1] for folds in dealt[::2])
    assert all(folds[0] == folds[1] for folds in dealt[1::2])


def test_what_the_encoder_has_seen_is_never_judged() -> None:
    assert len(judged(training(6, seen=True)).origin) == 0


def test_known_out_of_scope_messages_take_up_to_half_of_their_share() -> None:
    origin = np.repeat([0, 1, 2], [850, 400, 50])
    never = np.zeros(1300, bool)
    weights = OutOfFold(np.zeros((1300, WIDTH), np.float32), never, origin, never).weights(0.15)
    shares = [float(weights[origin == kind].sum() / weights.sum()) for kind in range(3)]
    assert shares == pytest.approx([0.85, 0.075, 0.075], abs=1e-4)


def test_one_example_an_intent_still_gives_rows() -> None:
    rows = judged(training(1))
    assert (rows.origin == Origin.INSIDE).sum() == 10
