"""Beside the nearest examples of any label: the nearest of the first label and the nearest of the runner-up."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.classifier import Model, Neighbour, Prediction
from escalation.classifier.counter_example import nearest_of
from escalation.classifier.head import Floats
from escalation.classifier.neighbourhood import Neighbourhood
from tests.ml.small_world import shop_examples

CLASSES = 4


def unit(rows: object) -> Floats:
    array = np.asarray(rows, np.float32)
    return (array / np.linalg.norm(array, axis=1, keepdims=True)).astype(np.float32)


@settings(max_examples=30, deadline=None)
@given(count=st.integers(1, 40), seed=st.integers(0, 9999))
def test_it_is_the_nearest_of_its_class_and_never_a_name(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    points, (message,) = unit(random.normal(size=(count, 6))), unit(random.normal(size=(1, 6)))
    codes = random.integers(0, CLASSES, count)
    ids = [f"e{place}" if random.random() < 0.7 else "" for place in range(count)]
    around = Neighbourhood.of(points, codes, ids)
    for code in range(CLASSES):
        members = [place for place in range(count) if around.codes[place] == code and around.ids[place]]
        found = nearest_of(around, message, code)
        if not members:
            assert found is None
            continue
        assert found is not None
        assert found[0] in members
        highest = max(float(around.vectors[place] @ message) for place in members)
        np.testing.assert_allclose(found[1], highest, atol=1e-6)


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


def test_an_intent_known_by_its_name_alone_has_no_counter_example() -> None:
    around = Neighbourhood.of(unit([[1, 0], [0, 1]]), np.asarray([0, 1]), ["e1", ""])
    assert nearest_of(around, unit([[0, 1]])[0], 1) is None


def test_the_evidence_is_everything_once_nearest_first() -> None:
    near, other, far = (
        Neighbour(id, label, cosine) for id, label, cosine in [("a", "x", 0.9), ("b", "z", 0.5), ("c", "y", 0.7)]
    )
    prediction = Prediction(("x", "y"), (0.6, 0.4), 0.5, 0.5, (near, other), support=near, counter=far)
    assert prediction.evidence == (near, far, other)
    assert Prediction(("x", "y"), (0.6, 0.4), 0.5, 0.5).evidence == ()
