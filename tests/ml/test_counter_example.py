"""Beside the nearest examples of any label: the nearest of the first label and the nearest of the runner-up."""

from dataclasses import replace
from pathlib import Path

from escalation.classifier import Example, Model, Neighbour, Prediction, build_model
from tests.ml.small_world import Encoder, shop_examples


def test_a_prediction_names_an_example_for_each_of_its_first_two_labels(shop: Model) -> None:
    texts = [row.text for row in shop_examples(6, seed=3)]
    for prediction in shop.predict(texts):
        assert prediction.support is not None
        assert prediction.counter is not None
        assert (prediction.support.label, prediction.counter.label) == prediction.labels[:2]
        for each in (prediction.support, prediction.counter):
            assert each.example_id.startswith(f"{each.label}-0-")
            nearer = [near for near in prediction.neighbours if near.similarity > each.similarity]
            assert all(near.label != each.label for near in nearer)


def test_an_example_typed_again_is_its_own_support(shop: Model) -> None:
    known = shop_examples(25)[30]
    (prediction,) = shop.predict([known.text])
    assert prediction.support is not None
    assert prediction.label == known.label
    assert prediction.support.similarity > 0.999


def test_an_intent_known_by_its_name_alone_has_no_counter_example(shop: Model) -> None:
    (before,) = shop.predict(["late parcel"])
    nameless = shop.scorer.around
    code = shop.labels.index(before.labels[1])
    ids = tuple("" if owner == code else id for id, owner in zip(nameless.ids, nameless.codes, strict=True))
    scorer = replace(shop.scorer, around=replace(nameless, ids=ids))
    (found,) = replace(shop, scorer=scorer).predict(["late parcel"])
    assert found.labels == before.labels
    assert found.support == before.support
    assert found.counter is None
    assert all(near.label != before.labels[1] for near in found.neighbours)


def test_fewer_examples_than_are_shown_are_all_that_is_shown(encoder: Encoder, tmp_path: Path) -> None:
    rows = [Example("late parcel", "order", id="a"), Example("wrong size", "return", id="b")]
    model = build_model(rows, name="m", folder=tmp_path / "m", encoders=encoder.encoders, encoder=encoder.source)
    (found,) = model.predict(["late parcel"])
    assert [near.example_id for near in found.neighbours] == ["a", "b"]


def test_the_evidence_is_everything_once_nearest_first() -> None:
    near, other, far = (
        Neighbour(id, label, cosine) for id, label, cosine in [("a", "x", 0.9), ("b", "z", 0.5), ("c", "y", 0.7)]
    )
    prediction = Prediction(("x", "y"), (0.6, 0.4), 0.5, 0.5, (near, other), support=near, counter=far)
    assert prediction.evidence == (near, far, other)
    assert Prediction(("x", "y"), (0.6, 0.4), 0.5, 0.5).evidence == ()
