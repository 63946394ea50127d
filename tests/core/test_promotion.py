"""The gate's arithmetic, and the small pure rules of learning: names, splits, what trains."""

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.learning.datasets import Labelled, divided, split_of
from escalation.learning.model_names import is_model_name, next_revision, next_version, version_of
from escalation.learning.promotion import (
    JudgedRow,
    OutOfFoldEstimate,
    has_gate,
    judge,
    judge_without_gate,
    paired_difference,
    safe_threshold,
    wilson_lower,
)

ROWS = st.lists(
    st.builds(
        JudgedRow, right=st.booleans(), in_scope=st.just(True), confidence=st.sampled_from([0.1, 0.5, 0.9, 0.95, 0.99])
    ),
    max_size=60,
)


def rows(right: int, wrong: int, confidence: float = 0.5) -> list[JudgedRow]:
    return [JudgedRow(True, True, confidence)] * right + [JudgedRow(False, True, confidence)] * wrong


def test_a_clearly_worse_challenger_is_refused_with_the_numbers() -> None:
    verdict = judge(rows(90, 10), rows(60, 40), threshold=0.9, alpha=0.02)
    assert not verdict.accepted and verdict.interval is not None and verdict.interval[1] < 0
    assert "worse on 100 gate messages: accuracy -0.300" in verdict.reasons[0]


@pytest.mark.parametrize("right", [88, 90, 95])
def test_equal_or_slightly_worse_is_accepted(right: int) -> None:
    assert judge(rows(90, 10), rows(right, 100 - right), threshold=0.9, alpha=0.02).accepted


def test_too_many_wrong_answers_raise_the_threshold() -> None:
    sure_and_right, sure_and_wrong = rows(60, 0, 0.99), rows(0, 30, 0.92)
    challenger = sure_and_right + sure_and_wrong
    verdict = judge(challenger, challenger, threshold=0.9, alpha=0.02)
    assert verdict.accepted and verdict.threshold == 0.99
    assert "threshold raised from 0.900 to 0.990" in verdict.reasons[0]


def test_when_every_answer_is_wrong_nothing_is_answered() -> None:
    assert safe_threshold(rows(0, 20, 0.95), 0.9, 0.02) == 1.0


@given(ROWS, st.sampled_from([0.0, 0.5, 0.9]), st.floats(0.01, 0.4))
def test_the_threshold_never_falls_and_what_is_left_is_not_clearly_wrong(
    judged: list[JudgedRow], threshold: float, alpha: float
) -> None:
    safe = safe_threshold(judged, threshold, alpha)
    answered = [row for row in judged if row.confidence >= safe]
    assert safe >= threshold
    assert wilson_lower(sum(not row.right for row in answered), len(answered)) <= alpha


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=80))
def test_the_interval_mirrors_and_stays_within_bounds(pairs: list[tuple[bool, bool]]) -> None:
    difference, (low, high) = paired_difference(pairs)
    mirrored, (other_low, other_high) = paired_difference([(b, a) for a, b in pairs])
    assert -1 <= low <= high <= 1
    assert (mirrored, other_low, other_high) == pytest.approx((-difference, -high, -low))


def test_the_interval_agrees_with_a_large_sample() -> None:
    pairs = [(True, False)] * 100 + [(False, True)] * 160 + [(True, True)] * 740
    difference, (low, high) = paired_difference(pairs)
    error = (0.26 - 0.06**2) ** 0.5 / 1000**0.5
    assert difference == pytest.approx(0.06)
    assert (low, high) == pytest.approx((0.06 - 1.96 * error, 0.06 + 1.96 * error), abs=0.002)


def test_few_pairs_are_as_in_the_paper_with_half_a_pair_in_each_cell() -> None:
    difference, (low, high) = paired_difference([(True, False), (False, True), (False, True), (True, True)])
    z = NormalDist().inv_cdf(0.975)
    gained, lost, count = 2.5, 1.5, 6
    reach = z * (gained + lost - (gained - lost) ** 2 / count) ** 0.5 / count
    assert difference == pytest.approx(0.25)
    assert (low, high) == pytest.approx((1 / 6 - reach, 1 / 6 + reach), abs=1e-4)


def test_the_verdict_tells_what_it_stands_on() -> None:
    before, after = rows(90, 10), rows(60, 40)
    difference, interval = paired_difference([(a.right, b.right) for a, b in zip(before, after, strict=True)])
    verdict = judge(before, after, threshold=0.9, alpha=0.02)
    assert (verdict.difference, verdict.interval, verdict.grounds) == (difference, interval, "gate")
    numbers = f"accuracy {difference:+.3f} [{interval[0]:+.3f}, {interval[1]:+.3f}]"
    assert verdict.reasons == (f"worse on 100 gate messages: {numbers}",)


def test_answers_of_one_confidence_stay_or_go_together() -> None:
    at_the_threshold = rows(0, 20, 0.9) + rows(60, 0, 0.99)
    assert safe_threshold(at_the_threshold, 0.9, 0.02) == 0.99
    two = [JudgedRow(False, True, 0.95), JudgedRow(True, True, 0.97)]
    assert safe_threshold(two, 0.9, 0.0) == 0.97
    assert safe_threshold([JudgedRow(True, True, 0.95)], 0.9, 0.0) == 0.9, "what is right at its bound need not go"


def test_wilson_lower_solves_its_equation() -> None:
    bound, share, count = wilson_lower(7, 50), 7 / 50, 50
    z = NormalDist().inv_cdf(0.975)
    assert share - bound == pytest.approx(z * (bound * (1 - bound) / count) ** 0.5, abs=1e-4)


def test_without_a_gate_only_a_version_that_would_answer_far_less_is_refused() -> None:
    champion, same = OutOfFoldEstimate(0.6, 0.01), {"threshold": 0.9, "same_intents": True}
    assert judge_without_gate(champion, OutOfFoldEstimate(0.55, 0.01), threshold=0.9, same_intents=True).accepted
    refused = judge_without_gate(champion, OutOfFoldEstimate(0.2, 0.01), threshold=0.9, same_intents=True)
    assert not refused.accepted and "out of fold" in refused.reasons[0] and refused.grounds == "out_of_fold"
    assert judge_without_gate(champion, OutOfFoldEstimate(0.2, 0.01), threshold=0.9, same_intents=False).accepted
    assert judge_without_gate(None, OutOfFoldEstimate(0.0, 0.0), **same).accepted  # type: ignore[arg-type]


def test_out_of_scope_rows_do_not_make_a_gate() -> None:
    outside = [JudgedRow(False, False, 0.1)] * 100
    assert not has_gate(outside + rows(10, 10)) and has_gate(outside + rows(20, 10))


def test_names_count_on() -> None:
    assert next_version(["starter", "v2", "v10", "v3.4", "version"]) == "v11"
    assert next_revision("v3", ["v3", "v3.4", "v3.12", "v30.99"]) == "v3.13"
    assert next_revision("starter", []) == "starter.1" and version_of("starter.1") == "starter"
    assert version_of("v3") is None
    assert not any(map(is_model_name, ["", ".building", "a/b", "..", "a\\b", "x" * 101]))


@given(st.text(min_size=1, max_size=20))
def test_a_conversation_stays_on_its_side(conversation: str) -> None:
    assert split_of(conversation, 0.2) == split_of(conversation, 0.2)
    assert split_of(conversation, 0.0) == "train"


def test_about_the_share_is_kept_for_the_gate() -> None:
    sides = [split_of(f"conversation-{n}", 0.2) for n in range(5000)]
    assert 0.18 < sides.count("gate") / 5000 < 0.22


def test_gate_rows_of_an_intent_nothing_else_is_known_of_train() -> None:
    seed, learnt = Labelled("s", "hi", "greet"), Labelled("l", "bye", "leave")
    gate = [Labelled("g1", "hello", "greet"), Labelled("g2", "return", "returns"), Labelled("g3", "what", None)]
    dataset = divided([seed], [learnt], gate)
    assert [row.id for row in dataset.train] == ["s", "l", "g2"]
    assert [row.id for row in dataset.gate] == ["g1", "g3"]
    assert dataset.labels == {"greet", "leave", "returns"} and len(dataset.collected) == 2
