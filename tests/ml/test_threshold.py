"""The threshold keeps its promise on the data it was chosen on."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.classifier.confidence.threshold import NEVER, bounded_share, choose_threshold


def rows(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return confidences that are exactly calibrated, and outcomes."""
    random = np.random.default_rng(seed)
    confidence = (1 - random.beta(0.5, 3.0, count) * 0.7).astype(np.float32).clip(0, 0.9999)
    return confidence, random.random(count) < confidence


@settings(max_examples=50)
@given(seed=st.integers(0, 10_000), alpha=st.floats(0.01, 0.2))
def test_the_bound_holds_for_what_would_be_answered(seed: int, alpha: float) -> None:
    confidence, right = rows(1500, seed)
    choice = choose_threshold(confidence, right, np.ones(1500, np.float32), alpha)
    answered = confidence >= choice.threshold
    assert choice.bound <= alpha or choice.threshold == NEVER
    if choice.threshold < NEVER:
        assert (~right[answered]).mean() <= alpha
        assert abs(answered.mean() - choice.coverage) < 1e-6


def test_a_larger_accepted_error_never_answers_less() -> None:
    confidence, right = rows(2000, 3)
    weights = np.ones(2000, np.float32)
    coverage = [choose_threshold(confidence, right, weights, alpha).coverage for alpha in (0.01, 0.02, 0.05, 0.1)]
    assert coverage == sorted(coverage)
    assert coverage[-1] > coverage[0]


def test_too_few_rows_answer_nothing() -> None:
    confidence, right = np.full(20, 0.99, np.float32), np.ones(20, bool)
    assert choose_threshold(confidence, right, np.ones(20, np.float32), 0.02).threshold == NEVER


def test_out_of_scope_rows_weigh_what_they_are_assumed_to() -> None:
    confidence, right = rows(1000, 1)
    light, heavy = np.ones(1000, np.float32), np.where(right, 1.0, 5.0).astype(np.float32)
    assert (
        choose_threshold(confidence, right, heavy, 0.05).coverage
        < choose_threshold(confidence, right, light, 0.05).coverage
    )


def test_a_wrong_label_counts_as_a_wrong_answer() -> None:
    random = np.random.default_rng(2)
    confidence, right = rows(3000, 2)
    shown = right & (random.random(3000) >= 0.04)
    weights = np.ones(3000, np.float32)
    assert choose_threshold(confidence, right, weights, 0.02).threshold < NEVER
    assert choose_threshold(confidence, shown, weights, 0.02).threshold == NEVER


def test_the_bound_matches_worked_examples() -> None:
    seen, expected = np.asarray([0.0, 0.1, 0.1]), np.asarray([0.02, 0.1, 0.001])
    gamma = np.asarray([2.3026, 15.4066])  # 90 % quantiles of shapes 1 and 11
    worked = [0.02 * gamma[0] / 3, 0.1 * gamma[1] / 11, 0.1]  # the last: never below what was seen
    np.testing.assert_allclose(bounded_share(seen, expected, np.full(3, 100.0)), worked, rtol=0.015)


def test_errors_that_confidence_did_not_expect_raise_the_bound_and_more_rows_narrow_it() -> None:
    count, expected = np.full(3, 500.0), np.full(3, 0.01)
    low, middle, high = bounded_share(np.asarray([0.0, 0.01, 0.02]), expected, count)
    assert low < 0.01 < middle < high
    assert bounded_share(np.asarray([0.01]), np.asarray([0.01]), np.asarray([5000.0]))[0] < middle


def test_few_rows_answer_where_confidence_is_sure() -> None:
    confidence, right = np.full(60, 0.999, np.float32), np.ones(60, bool)
    assert choose_threshold(confidence, right, np.ones(60, np.float32), 0.02).threshold < NEVER
    assert choose_threshold(confidence - 0.04, right, np.ones(60, np.float32), 0.02).threshold == NEVER
