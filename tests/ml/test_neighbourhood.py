"""Nearest examples are the nearest ones, and names stand in only for intents without an example."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.classifier.head import Floats
from escalation.classifier.neighbourhood import Neighbourhood, nearness


def unit(rows: object) -> Floats:
    array = np.asarray(rows, np.float32)
    return (array / np.linalg.norm(array, axis=1, keepdims=True)).astype(np.float32)


@settings(max_examples=30, deadline=None)
@given(count=st.integers(2, 40), asked=st.integers(1, 6), seed=st.integers(0, 9999))
def test_it_agrees_with_sorting(count: int, asked: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    points, queries = unit(random.normal(size=(count, 6))), unit(random.normal(size=(asked, 6)))
    codes = random.integers(0, 3, count)
    first = random.integers(0, 3, asked)
    near = nearness(Neighbourhood.of(points, codes, [f"e{i}" for i in range(count)]), queries, first)
    similarity = queries @ points.T
    np.testing.assert_allclose(near.similarity, -np.sort(-similarity, axis=1)[:, : near.similarity.shape[1]], atol=1e-6)
    for row in range(asked):
        own = similarity[row][codes == first[row]]
        assert near.own[row] == np.float32(own.max() if len(own) else -1.0)
        assert -0.001 <= near.agreement[row] <= 1.001
        assert near.centre[row] <= near.own[row] + 1e-5


def test_a_name_counts_only_while_its_intent_has_no_example() -> None:
    points = unit([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    around = Neighbourhood.of(points, np.asarray([0, 0, 1]), ["e1", "", ""])
    assert around.silent.tolist() == [1]
    near = nearness(around, unit([[0, 1, 0]]), np.asarray([0]))
    assert near.own[0] < 0.5
    assert nearness(around, unit([[0, 0, 1]]), np.asarray([1])).own[0] > 0.99
