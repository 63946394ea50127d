"""Figures agree with hand counts; a comparison knows a difference from luck."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.classifier import Example, Model, compare, evaluate
from escalation.classifier.errors import TooFewExamples
from escalation.classifier.evaluation import answered_at, auroc, fpr_at_95, judge
from escalation.classifier.prediction import Prediction
from tests.ml.refitting import learn
from tests.ml.small_world import shop_examples, unknown_messages


def predicted(label: str, confidence: float, novelty: float) -> Prediction:
    return Prediction((label,), (confidence,), confidence, novelty)


def test_a_report_counts_by_hand() -> None:
    rows = [Example("1", "a"), Example("2", "a"), Example("3", "b"), Example("4", None), Example("5", "z")]
    figures = [("a", 0.9, 0.1), ("b", 0.8, 0.2), ("b", 0.4, 0.3), ("a", 0.7, 0.9), ("a", 0.1, 0.5)]
    made = [predicted(*row) for row in figures]
    report = judge(made, rows, 0.6, ["a", "b"])
    assert (report.n, report.n_in_scope, report.n_out_of_scope) == (5, 4, 1)
    assert (report.answered, report.wrong) == (3, 2)
    assert report.accuracy == 0.5
    assert report.coverage == pytest.approx(0.6)
    assert report.risk == pytest.approx(2 / 3)
    assert report.auroc == 1.0
    assert report.fpr95 == 0.0
    assert report.answered_at["1%"] == pytest.approx(0.2)
    assert report.unknown_labels == ("z",)


def test_what_cannot_be_computed_is_none() -> None:
    report = judge([predicted("a", 0.2, 0.1)], [Example("1", "a")], 0.6, ["a"])
    assert (report.auroc, report.fpr95, report.risk) == (None, None, None)
    outside = judge([predicted("a", 0.2, 0.1)], [Example("1", None)], 0.6, ["a"])
    assert outside.accuracy is None


@given(st.lists(st.integers(0, 6), min_size=1, max_size=25), st.lists(st.integers(0, 6), min_size=1, max_size=25))
def test_auroc_is_the_share_of_pairs_won(positive: list[int], negative: list[int]) -> None:
    wins = np.mean([(p > n) + 0.5 * (p == n) for p in positive for n in negative])
    assert auroc(np.asarray(positive, float), np.asarray(negative, float)) == pytest.approx(wins)


def test_ties_are_answered_together_or_not_at_all() -> None:
    confidence = np.asarray([0.9, 0.9, 0.5])
    assert answered_at(confidence, np.asarray([True, False, True]), 0.1) == 0.0
    assert answered_at(confidence, np.asarray([True, True, False]), 0.1) == pytest.approx(2 / 3)


def test_false_positives_at_95() -> None:
    assert fpr_at_95(np.arange(20) + 10.0, np.asarray([0.0, 5.0, 11.0, 30.0])) == 0.5


def test_a_model_compared_with_itself_differs_by_nothing(shop: Model) -> None:
    same = compare(shop, shop, shop_examples(3, seed=2))
    assert (same.accuracy, same.coverage, same.gain) == (0.0, 0.0, 0.0)
    assert same.accuracy_interval == (0.0, 0.0)


def test_a_worse_model_is_seen_to_be_worse(shop: Model) -> None:
    rows = shop_examples(12, seed=60)
    shuffled = [rows[(number * 7 + 5) % len(rows)].label for number in range(len(rows))]
    wrong = [replace(row, label=label) for row, label in zip(rows, shuffled, strict=True) for _ in range(3)]
    worse = learn(shop, [replace(row, id=f"w{number}") for number, row in enumerate(wrong)], "worse")
    judged = [*rows, *(Example(text, None) for text in unknown_messages(5))]
    difference = compare(shop, worse, judged)
    assert difference.n == len(judged)
    assert difference.accuracy_interval[1] < 0
    assert difference.accuracy_interval[0] <= difference.accuracy <= difference.accuracy_interval[1]


def test_nothing_to_judge_on(shop: Model) -> None:
    with pytest.raises(TooFewExamples):
        evaluate(shop, [])
    with pytest.raises(TooFewExamples):
        compare(shop, shop, [Example("x", None)] * 5)
