"""Nearest examples are the nearest ones, and names stand in only for intents without an example."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.classifier.head import neighbours
from escalation.classifier.head.neighbours import CANDIDATES, VOTERS, Neighbourhood, candidates, nearness
from escalation.kernel.arrays import Floats, Ints


def unit(rows: object) -> Floats:
    array = np.asarray(rows, np.float32)
    return (array / np.linalg.norm(array, axis=1, keepdims=True)).astype(np.float32)


def sure_of(first: Ints, classes: int) -> Ints:
    """Return the candidates of logits whose largest is the given label's."""
    return candidates(np.eye(classes, dtype=np.float32)[first])


@settings(max_examples=30)
@given(count=st.integers(2, 40), asked=st.sampled_from([1, 6, neighbours.FEW_ROWS + 1]), seed=st.integers(0, 9999))
def test_it_agrees_with_sorting(count: int, asked: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    points, queries = unit(random.normal(size=(count, 6))), unit(random.normal(size=(asked, 6)))
    codes = np.concatenate([[0, 2], random.integers(0, 3, count - 2)])
    first = random.integers(0, 3, asked)
    around = Neighbourhood.of(points, codes, [f"e{i}" for i in range(count)])
    near = nearness(around, queries, sure_of(first, 3))
    similarity = queries @ points.T
    expected = -np.sort(-similarity, axis=1)[:, :VOTERS]
    np.testing.assert_allclose(near.similarity[:, : expected.shape[1]], expected, atol=1e-6)
    assert (near.order[:, expected.shape[1] :] == -1).all()
    for row in range(asked):
        own, other = similarity[row][codes == first[row]], similarity[row][codes != first[row]]
        assert near.own[row] == pytest.approx(own.max(initial=-1.0), abs=1e-6)
        assert near.other[row] == pytest.approx(other.max(initial=-1.0), abs=1e-6)
        three = np.sort(own)[-3:]
        assert near.centre[row] == pytest.approx(three.mean() if len(own) else -1.0, abs=1e-6)
        nearest = np.argsort(-similarity[row])[:VOTERS]
        weight = np.exp(8 * (similarity[row][nearest] - 1))
        share = (weight * (codes[nearest] == first[row])).sum() / weight.sum()
        assert near.agreement[row] == pytest.approx(share, abs=1e-5)
        assert [around.ids[at] for at in near.order[row] if at >= 0] == [f"e{i}" for i in nearest]


@settings(max_examples=30)
@given(
    count=st.integers(0, 40), classes=st.integers(1, 4), asked=st.sampled_from([1, neighbours.FEW_ROWS + 1]),
    seed=st.integers(0, 9999),
)  # fmt: skip
def test_beside_are_the_nearest_of_the_first_two_labels(count: int, classes: int, asked: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    points, queries = unit(random.normal(size=(count + 1, 6))), unit(random.normal(size=(asked, 6)))
    codes = np.append(random.integers(0, classes, count), classes - 1)
    around = Neighbourhood.of(points, codes, [f"e{i}" for i in range(count + 1)])
    likely = candidates(random.normal(size=(asked, classes)).astype(np.float32))
    near = nearness(around, queries, likely)
    for row in range(asked):
        for rank in (0, 1):
            members = np.flatnonzero(around.codes == likely[row, rank]) if rank < classes else []
            if not len(members):
                assert (near.beside[row, rank], near.beside_similarity[row, rank]) == (-1, -1)
                continue
            cosines = around.vectors[members] @ queries[row]
            assert near.beside[row, rank] == members[cosines.argmax()]
            assert near.beside_similarity[row, rank] == pytest.approx(cosines.max(), abs=1e-6)


def test_only_the_likely_labels_are_measured_alone_and_in_company() -> None:
    random = np.random.default_rng(1)
    classes = CANDIDATES + 10
    codes = random.permutation(np.repeat(np.arange(classes), 12))
    around = Neighbourhood.of(unit(random.normal(size=(len(codes), 8))), codes, [f"e{i}" for i in range(len(codes))])
    count = neighbours.FEW_ROWS + 1
    queries, logits = unit(random.normal(size=(count, 8))), random.normal(size=(count, classes)).astype(np.float32)
    likely = candidates(logits)
    near = nearness(around, queries, likely)
    for row in range(count):
        assert np.isin(around.codes[near.order[row]], likely[row]).all()
        alone = nearness(around, queries[row : row + 1], likely[row : row + 1])
        assert alone.order.tolist() == near.order[row : row + 1].tolist()
        assert alone.beside.tolist() == near.beside[row : row + 1].tolist()
        for column in ("own", "other", "centre", "agreement", "similarity", "beside_similarity"):
            np.testing.assert_allclose(getattr(alone, column)[0], getattr(near, column)[row], atol=1e-6)


def test_many_rows_are_measured_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(2)
    around = Neighbourhood.of(
        unit(random.normal(size=(50, 8))), random.integers(0, 4, 50), [f"e{i}" for i in range(50)]
    )
    queries, logits = unit(random.normal(size=(23, 8))), random.normal(size=(23, 4)).astype(np.float32)
    whole = nearness(around, queries, candidates(logits))
    monkeypatch.setattr(neighbours, "ROWS_AT_ONCE", 7)
    np.testing.assert_allclose(nearness(around, queries, candidates(logits)).centre, whole.centre, atol=1e-6)


def test_candidates_are_the_most_likely_in_order() -> None:
    logits = np.random.default_rng(3).normal(size=(5, 40)).astype(np.float32)
    found = candidates(logits)
    assert found[:, 0].tolist() == logits.argmax(axis=1).tolist()
    assert found.tolist() == np.argsort(-logits, axis=1)[:, :CANDIDATES].tolist()
    assert candidates(logits[:, :3]).shape == (5, 3)


def test_a_name_counts_only_while_its_intent_has_no_example() -> None:
    points = unit([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    around = Neighbourhood.of(points, np.asarray([0, 0, 1]), ["", "e1", ""])
    assert around.ids == ("e1", "", "")
    assert around.spans.tolist() == [[0, 1], [2, 3]]
    near = nearness(around, unit([[0, 1, 0]]), sure_of(np.asarray([0]), 2))
    assert near.own[0] < 0.5
    assert nearness(around, unit([[0, 0, 1]]), sure_of(np.asarray([1]), 2)).own[0] > 0.99


def test_no_messages_and_no_examples_are_no_error() -> None:
    around = Neighbourhood.of(unit([[1, 0]]), np.asarray([0]), ["e"])
    assert nearness(around, np.zeros((0, 2), np.float32), np.zeros((0, 2), np.int64)).order.shape == (0, VOTERS)
