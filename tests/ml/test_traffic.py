"""Labelled traffic beside out-of-fold rows: it stands for what was seen with its chance; nothing weighs too much."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.classifier import LabelledVectors, Model, refit_head
from escalation.classifier.confidence.folds import Origin, OutOfFold, out_of_fold
from escalation.classifier.confidence.threshold import choose_threshold
from escalation.classifier.confidence.traffic import (
    FEWEST_AUDITED,
    Heard,
    Traffic,
    amounts,
    judge_heard,
    with_traffic,
)
from tests.ml.small_world import shop_examples
from tests.ml.test_calibration import training

CHANCES = st.lists(st.floats(0.001, 1.0), min_size=1, max_size=60)


@given(CHANCES)
def test_no_row_counts_for_more_than_one_message_and_the_rarest_seen_counts_for_one(chances: list[float]) -> None:
    counted = amounts(np.asarray(chances))
    assert counted.max() == pytest.approx(1.0) and (counted > 0).all()
    assert counted[int(np.argmin(chances))] == pytest.approx(1.0)


@given(CHANCES)
def test_rows_count_in_proportion_to_one_over_their_chance(chances: list[float]) -> None:
    counted = amounts(np.asarray(chances))
    assert counted * np.asarray(chances) == pytest.approx(np.full(len(chances), min(chances)), rel=1e-4)


def test_a_row_whose_chance_is_unknown_does_not_count() -> None:
    assert amounts(np.asarray([0.0, 0.5, 1.0])).tolist() == [0.0, 1.0, 0.5]
    assert amounts(np.zeros(0)).tolist() == [] and amounts(np.zeros(2)).tolist() == [0.0, 0.0]


def test_weighed_rows_stand_for_all_the_traffic() -> None:
    """Of 20,000 messages all handed-off ones are seen and a tenth of the answered ones."""
    random = np.random.default_rng(3)
    confidence = random.random(20_000)
    right = random.random(20_000) < confidence
    chance = np.where(confidence >= 0.7, 0.1, 1.0)
    seen = random.random(20_000) < chance
    counted = amounts(chance[seen])
    estimated = np.average(~right[seen], weights=counted)
    assert estimated == pytest.approx((~right).mean(), abs=0.02)
    assert (~right[seen]).mean() > (~right).mean() + 0.05


@given(st.integers(0, 2**31), st.floats(0.01, 1.0))
def test_one_wrong_audit_lowers_no_more_coverage_than_one_wrong_example_however_rarely_it_was_seen(
    seed: int, chance: float
) -> None:
    random = np.random.default_rng(seed)
    confidence = random.uniform(0.5, 1.0, 400).astype(np.float32)
    right = random.random(400) < confidence**0.1
    rare = amounts(np.append(np.full(400, 1.0), chance))
    even = np.append(rare[:400], np.float32(1.0))
    wrong, sure = np.append(right, False), np.append(confidence, np.float32(0.999))
    assert rare[400] <= 1.0
    mine = choose_threshold(sure, wrong, rare, 0.05)
    example = choose_threshold(sure, wrong, even, 0.05)
    assert mine.coverage == example.coverage


def heard_of(vectors: np.ndarray, intents: Sequence[str], chance: float = 0.5) -> list[Heard]:
    return [Heard(vector, frozenset({intent}), chance) for vector, intent in zip(vectors, intents, strict=True)]


def test_examples_of_the_traffic_leave_the_catalogues_rows_and_held_out_intents_stay() -> None:
    data = training(6)
    rows = out_of_fold(data, data.fit(), seed=0)
    told = Traffic({"e3": 1.0, "e4": 0.5}, audited=FEWEST_AUDITED)
    catalogue, mine, counted = with_traffic(rows, told, data, data.fit())
    assert sorted(mine.ids) == ["e3", "e4"] and len(catalogue.right) == len(rows.right) - 2
    assert not {"e3", "e4"} & {id for id, kind in zip(catalogue.ids, catalogue.origin, strict=True) if not kind}
    assert (catalogue.origin == Origin.HELD_OUT).sum() == 60
    assert dict(zip(mine.ids, counted.tolist(), strict=True)) == {"e3": 0.5, "e4": 1.0}


def test_any_intent_that_would_serve_makes_a_first_label_right_and_none_makes_it_out_of_scope() -> None:
    data = training(6)
    first = data.rows.vectors[0]
    rows = judge_heard(data, data.fit(), [Heard(first, frozenset({"c0", "c7"}), 1.0), Heard(first, frozenset(), 1.0)])
    assert rows.right.tolist() == [True, False]
    assert rows.origin.tolist() == [Origin.INSIDE, Origin.OUTSIDE]


def test_what_was_heard_beside_an_example_is_judged_without_it() -> None:
    data = training(6)
    vector = data.rows.vectors[0]
    knowing = judge_heard(data, data.fit(), [Heard(vector, frozenset({"c0"}), 1.0)])
    without = judge_heard(data, data.fit(), [Heard(vector, frozenset({"c0"}), 1.0, frozenset({"e0"}))])
    assert without.matrix[0, 4] < knowing.matrix[0, 4]  # its nearest own example is another one


def refitted(shop: Model, traffic: Traffic | None) -> Model:
    rows = shop_examples(8)
    return refit_head(
        shop, LabelledVectors.of(shop.embed([row.text for row in rows]), rows), "again", recalibrate=True,
        traffic=traffic,
    )  # fmt: skip


def test_too_few_audits_change_nothing_and_enough_of_them_do(shop: Model) -> None:
    fresh = shop_examples(10, seed=9)
    vectors = shop.embed([row.text for row in fresh])
    wrong = [Heard(vector, frozenset({"job_offer"}), 1.0) for vector in vectors]
    without = refitted(shop, None).scorer
    few = refitted(shop, Traffic({}, wrong, FEWEST_AUDITED - 1)).scorer
    enough = refitted(shop, Traffic({}, wrong, FEWEST_AUDITED)).scorer
    assert few.choice == without.choice and (few.calibration.correct == without.calibration.correct).all()
    assert enough.choice.coverage < without.choice.coverage


def test_audits_that_find_answers_right_let_more_be_answered(shop: Model) -> None:
    fresh = [row for seed in range(9, 14) for row in shop_examples(10, seed=seed)]
    vectors = shop.embed([row.text for row in fresh])
    labels = [row.label or "" for row in fresh]
    without = refitted(shop, None)
    told = refitted(shop, Traffic({}, heard_of(vectors, labels), len(fresh)))
    asked = shop_examples(20, seed=30)
    texts = [row.text for row in asked]
    answered = [sum(made.confidence >= model.threshold for made in model.predict(texts)) for model in (without, told)]
    assert answered[1] >= answered[0]


def test_rows_keep_their_examples_when_some_are_taken() -> None:
    data = training(2)
    rows = out_of_fold(data, data.fit(), seed=0)
    bare = replace(rows, ids=())
    half = rows.right
    assert rows[half].ids == tuple(id for id, kept in zip(rows.ids, half, strict=True) if kept)
    assert set(bare[half].ids) == {""} or not half.any()
    assert isinstance(bare[half], OutOfFold)
