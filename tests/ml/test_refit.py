"""The fast refit: one example moves the head, a new intent is learnt, what is withdrawn is forgotten."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from escalation.classifier import Example, LabelledVectors, Model, evaluate, load_model, refit_head, save_model
from escalation.classifier.errors import EmbeddingInvalid, OneClass, TooFewExamples
from escalation.classifier.head.fit import softmax
from escalation.classifier.head.refit import fitted, is_stale, touched_columns
from escalation.classifier.head.training_set import TrainingSet, training_set
from escalation.kernel.arrays import Floats, Ints
from tests.ml.refitting import learn
from tests.ml.small_world import TOPICS, Encoder, sentences, shop_examples, unknown_messages


def test_one_example_changes_the_weights_and_leaves_the_parent(shop: Model) -> None:
    before = shop.scorer.head.weights.copy()
    child = learn(shop, [Example("zebra ribbon where", "gift_wrap", id="new")])
    assert np.abs(child.scorer.head.weights - before).max() > 0.01
    assert (shop.scorer.head.weights == before).all()
    assert child.name == "shop.1"
    assert child.lineage.parents == ("shop",)
    assert child.lineage.fingerprint != shop.lineage.fingerprint
    assert child.encoder is shop.encoder


def test_learning_the_same_again_changes_nothing(shop: Model) -> None:
    child = learn(shop, [], "same")
    texts = [row.text for row in shop_examples(4, seed=8)]
    for one, other in zip(shop.predict(texts), child.predict(texts), strict=True):
        assert one.label == other.label
        assert one.confidence == pytest.approx(other.confidence, abs=0.02)
    assert child.lineage.fingerprint == shop.lineage.fingerprint


def test_a_new_intent_is_learnt_from_three_examples(shop: Model) -> None:
    texts = [f"{text} guitar" for text in sentences("guitar lesson music teacher violin", 13, 1)]
    rows = [Example(text, "music_lesson", id=f"m{number}") for number, text in enumerate(texts)]
    child = learn(shop, rows[:3])
    assert "music_lesson" in child.labels
    found = [prediction.label == "music_lesson" for prediction in child.predict(texts[3:])]
    assert np.mean(found) >= 0.6
    report = evaluate(child, shop_examples(10, seed=5))
    assert report.accuracy is not None
    assert report.accuracy > 0.8


def crowd(classes: int, each: int, seed: int) -> tuple[Floats, Ints]:
    """Return unit vectors (n, 24) around as many centres as there are classes, and their codes."""
    random = np.random.default_rng(seed)
    codes = np.repeat(np.arange(classes), each)
    centres = np.random.default_rng(5).normal(size=(classes, 24))
    points = centres[codes] + random.normal(size=(len(codes), 24))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32), codes


def a_set(vectors: Floats, codes: Ints) -> TrainingSet:
    names = {f"c{code:02}": vectors[codes == code][0] for code in range(codes.max() + 1)}
    rows = [Example("", f"c{code:02}", id=f"e{row}") for row, code in enumerate(codes)]
    return training_set(LabelledVectors.of(vectors, rows), name_vectors=names, embed=lambda texts: vectors[:0])


def test_a_head_that_was_not_at_its_end_gets_there_with_the_next_example() -> None:
    points, codes = crowd(40, 10, 1)
    old = a_set(points, codes)
    new = a_set(np.concatenate([points, points[:1]]), np.concatenate([codes, [7]]))
    head = old.fit(iterations=6)
    exact = new.fit(iterations=500)
    live = fitted(head, new.around, touched_columns(old, new, head))
    assert np.abs(softmax(live.logits(points)) - softmax(exact.logits(points))).max() < 0.02


def test_what_touches_much_is_fitted_as_a_whole() -> None:
    points, codes = crowd(40, 10, 1)
    old = a_set(points, codes)
    head = old.fit(iterations=5)
    same = touched_columns(old, old, head)
    assert same is not None and same.size == 0
    assert touched_columns(old, a_set(points[10:], codes[10:] - 1), head) is None  # an intent is gone
    assert touched_columns(old, a_set(points, np.roll(codes, 3)), head) is None  # 3 of 10 have another label
    assert touched_columns(a_set(points[:100], codes[:100]), old, head) is None


def test_another_text_of_the_same_example_and_label_is_a_change() -> None:
    points, codes = crowd(80, 5, 1)
    old = a_set(points, codes)
    moved = points.copy()
    moved[5] = points[395]
    columns = touched_columns(old, a_set(moved, codes), old.fit(iterations=5))
    assert columns is not None and {1, 79} <= {*columns.tolist()}


def test_an_intent_younger_than_the_calibration_answers_nothing_until_the_next_one(
    shop: Model, encoder: Encoder, tmp_path: Path
) -> None:
    texts = [f"{text} guitar" for text in sentences("guitar lesson music teacher violin", 13, 1)]
    rows = [Example(text, "music_lesson", id=f"m{number}") for number, text in enumerate(texts)]
    kept = learn(shop, rows, "shop.1", recalibrate=False)
    assert is_stale(kept.scorer) and not is_stale(shop.scorer)
    found = kept.predict(texts)
    assert {prediction.label for prediction in found} == {"music_lesson"}
    assert all(prediction.confidence < kept.threshold for prediction in found)
    known = [row.text for row in shop_examples(3, seed=8)]
    assert any(prediction.confidence > 0 for prediction in kept.predict(known))
    save_model(kept, tmp_path / "shop.1")
    again = load_model(tmp_path / "shop.1", encoder.encoders)
    assert is_stale(again.scorer) and again.predict(texts) == found
    later = learn(again, [], "shop.2")
    assert not is_stale(later.scorer)
    assert any(prediction.confidence > 0 for prediction in later.predict(texts))


def with_penalty(model: Model, penalty: float) -> Model:
    return replace(model, scorer=replace(model.scorer, training=replace(model.scorer.training, penalty=penalty)))


def test_a_refit_keeps_the_penalty_that_was_chosen(shop: Model) -> None:
    rows = shop_examples(1, seed=3)
    strict, lax = (learn(learn(with_penalty(shop, penalty), rows), []) for penalty in (0.5, 0.02))
    assert [child.scorer.training.penalty for child in (strict, lax)] == [0.5, 0.02]
    texts = shop.embed([row.text for row in shop_examples(4, seed=8)])
    wanted = softmax(strict.scorer.training.fit().logits(texts))
    assert np.abs(softmax(strict.scorer.head.logits(texts)) - wanted).max() < 0.02
    assert np.abs(softmax(lax.scorer.head.logits(texts)) - wanted).max() > 0.02


def test_replacing_withdrawing_and_forgetting(shop: Model) -> None:
    child = learn(shop, [Example("volcano volcano", "refund", id="x"), Example("whale song", "whales", id="w")])
    assert "whales" in child.labels
    again = learn(child, [Example("volcano volcano", "gift_wrap", id="x")], "next", without=["w"])
    rows = again.scorer.training.rows
    assert "whales" not in again.labels
    assert again.labels[rows.codes[rows.ids.index("x")]] == "gift_wrap"
    assert len(rows) == len(shop.scorer.training.rows) + 1


def test_out_of_scope_resolutions_are_no_class(shop: Model) -> None:
    rows = [Example(text, None, id=f"o{number}") for number, text in enumerate(unknown_messages(5, seed=77))]
    child = learn(shop, rows)
    assert child.labels == shop.labels
    assert len(child.scorer.training.outside) == len(shop.scorer.training.outside) + 5


def test_calibration_is_refreshed_when_it_is_stale(shop: Model) -> None:
    few = learn(shop, shop_examples(1, seed=3)[:2])
    assert few.scorer.calibrated_on == shop.scorer.calibrated_on
    assert few.threshold == shop.threshold
    many = learn(shop, shop_examples(6, seed=3))
    assert many.scorer.calibrated_on == len(many.scorer.training.rows)


def test_a_revision_is_saved_like_any_model(shop: Model, encoder: Encoder, tmp_path: Path) -> None:
    child = learn(shop, shop_examples(4, seed=3), "shop.7")
    save_model(child, tmp_path / "shop.7")
    again = load_model(tmp_path / "shop.7", encoder.encoders)
    texts = [row.text for row in shop_examples(2, seed=6)]
    assert again.predict(texts) == child.predict(texts)


def test_more_examples_answer_more(shop: Model) -> None:
    judge = [*shop_examples(25, seed=21), *(Example(text, None) for text in unknown_messages(30, seed=21))]
    grown = shop
    coverage = [evaluate(grown, judge).coverage]
    for step in range(3):
        grown = learn(grown, shop_examples(25, seed=30 + step), f"shop.{step}")
        coverage.append(evaluate(grown, judge).coverage)
    assert coverage[-1] >= coverage[0]
    assert coverage[-1] > 0.5


def test_bad_embeddings_are_refused(shop: Model) -> None:
    good = shop.embed(["one", "two"])
    bad = good.copy()
    bad[1, 3] = np.nan
    one, two, none = (Example("", label, id=id) for label, id in (("a", "1"), ("b", "2"), (None, "3")))
    with pytest.raises(EmbeddingInvalid, match="finite"):
        LabelledVectors.of(bad, [one, two])
    with pytest.raises(EmbeddingInvalid, match="match"):
        LabelledVectors.of(good, [one])
    with pytest.raises(EmbeddingInvalid, match="id"):
        LabelledVectors.of(good, [one, replace(two, id="")])
    with pytest.raises(EmbeddingInvalid, match="lengths"):
        replace(LabelledVectors.of(good, [one, two]), ids=("1",))
    with pytest.raises(EmbeddingInvalid, match="shape"):
        refit_head(shop, LabelledVectors.of(good[:, :5], [one, two]), "n")
    with pytest.raises(OneClass):
        refit_head(shop, LabelledVectors.of(good, [one, replace(two, label="a")]), "n")
    with pytest.raises(TooFewExamples):
        refit_head(shop, LabelledVectors.of(good, [one, none]), "n")


def test_uneven_classes_and_wrong_labels_leave_the_promise_nearly_kept(shop: Model) -> None:
    rows = shop_examples(10, seed=40)
    rows += [
        Example(text, "refund", id=f"r{number}") for number, text in enumerate(sentences(TOPICS["refund"], 150, 41))
    ]
    wrong = [
        Example(row.text, "job_offer" if number % 20 == 0 else row.label, id=f"n{row.id}")
        for number, row in enumerate(rows)
    ]
    vectors = shop.embed([row.text for row in wrong])
    child = refit_head(shop, LabelledVectors.of(vectors, wrong), "noisy", recalibrate=True)
    report = evaluate(
        child, [*shop_examples(20, seed=50), *(Example(text, None) for text in unknown_messages(25, seed=50))]
    )
    assert report.risk is None or report.risk <= 0.3  # the shop accepts one in five
