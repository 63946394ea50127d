"""The head learns from one example, forgets nothing by it, and gives new intents a chance."""

import numpy as np

from escalation.classifier.head.fit import LEAST_AMOUNT, Head, class_amounts, encode_labels, fit_head, softmax
from escalation.kernel.arrays import Floats, Ints


def blobs(classes: int, each: int, *, seed: int = 0, width: int = 24, spread: float = 0.35) -> tuple[Floats, Ints]:
    """Return unit vectors around random class centres and their codes."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(classes, width))
    codes = np.repeat(np.arange(classes), each)
    points = centres[codes] + spread * random.normal(size=(classes * each, width)) * np.sqrt(width) / 2
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32), codes


def test_it_separates_what_can_be_separated() -> None:
    vectors, codes = blobs(6, 20)
    fresh, truth = blobs(6, 20, seed=1)
    head = fit_head(vectors, codes, 6)
    assert (head.logits(fresh).argmax(axis=1) == truth).mean() > 0.95


def test_one_new_example_changes_a_warm_head() -> None:
    vectors, codes = blobs(6, 60)
    first = fit_head(vectors, codes, 6)
    extra = -vectors[:1]
    second = fit_head(np.concatenate([vectors, extra]), np.append(codes, 0), 6, start=first)
    before, after = softmax(first.logits(extra))[0, 0], softmax(second.logits(extra))[0, 0]
    assert after > before + 0.05


def test_a_warm_fit_agrees_with_a_cold_one() -> None:
    vectors, codes = blobs(6, 30)
    some = fit_head(vectors[::2], codes[::2], 6)
    warm = fit_head(vectors, codes, 6, start=some)
    cold = fit_head(vectors, codes, 6)
    fresh, _ = blobs(6, 30, seed=5)
    np.testing.assert_allclose(softmax(warm.logits(fresh)), softmax(cold.logits(fresh)), atol=0.02)


def test_a_class_with_three_examples_among_hundreds_is_found() -> None:
    vectors, codes = blobs(5, 100)
    fresh, truth = blobs(5, 50, seed=2)
    kept = (codes != 4) | (np.cumsum(codes == 4) <= 3)
    head = fit_head(vectors[kept], codes[kept], 5)
    first = head.logits(fresh).argmax(axis=1)
    assert (first[truth == 4] == 4).mean() > 0.7
    assert (first[truth != 4] == truth[truth != 4]).mean() > 0.9


def test_weights_count_examples() -> None:
    vectors, codes = blobs(3, 10)
    twice = fit_head(np.concatenate([vectors, vectors]), np.concatenate([codes, codes]), 3)
    weighted = fit_head(vectors, codes, 3, weights=np.full(30, 2.0, np.float32))
    np.testing.assert_allclose(softmax(twice.logits(vectors)), softmax(weighted.logits(vectors)), atol=0.01)


def test_a_small_class_among_large_ones_weighs_more_and_never_more_than_the_median() -> None:
    codes = np.repeat(np.arange(4), [1, 40, 60, 100])
    amounts = class_amounts(codes, 4, np.ones(201, np.float32))
    assert amounts[0] == LEAST_AMOUNT
    assert (amounts[1:] == 1.0).all()
    few = np.repeat(np.arange(4), [2, 5, 5, 9])
    assert class_amounts(few, 4, np.ones(21, np.float32))[:3].tolist() == [2.5, 2.5, 1.0]


def test_classes_of_one_size_weigh_what_they_did() -> None:
    weights = np.tile(np.asarray([1.5, 1.0, 1.0], np.float32), 6)
    np.testing.assert_array_equal(class_amounts(np.repeat(np.arange(6), 3), 6, weights), weights)


def test_labels_become_positions() -> None:
    assert encode_labels(["b", "a", "b"], ["a", "b"]).tolist() == [1, 0, 1]


def test_logits_are_linear() -> None:
    head = Head(np.eye(2, dtype=np.float32), np.asarray([0.0, 1.0], np.float32))
    assert head.logits(np.asarray([[2.0, 3.0]], np.float32)).tolist() == [[2.0, 4.0]]
