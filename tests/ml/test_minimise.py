"""L-BFGS finds what linear algebra finds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.classifier.head.minimise import Vector, minimise


@settings(max_examples=40)
@given(size=st.integers(1, 12), seed=st.integers(0, 10_000))
def test_it_solves_quadratics(size: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    root = random.normal(size=(size, size))
    matrix = root @ root.T + 0.5 * np.eye(size)
    target = random.normal(size=size)

    def objective(point: Vector) -> tuple[float, Vector]:
        return float(0.5 * point @ matrix @ point - target @ point), matrix @ point - target

    point, iterations = minimise(objective, np.zeros(size), iterations=500, tolerance=1e-7)
    np.testing.assert_allclose(matrix @ point, target, atol=1e-5)
    assert iterations < 500


def test_a_preconditioner_changes_the_way_and_not_the_end() -> None:
    random = np.random.default_rng(1)
    bends = np.append(np.linspace(1.0, 2.0, 49), 4000.0)
    target = random.normal(size=50)

    def objective(point: Vector) -> tuple[float, Vector]:
        return float(0.5 * point @ (bends * point) - target @ point), bends * point - target

    plain, slow = minimise(objective, np.zeros(50), iterations=500, tolerance=1e-6)
    helped, fast = minimise(
        objective, np.zeros(50), iterations=500, tolerance=1e-6, precondition=lambda each: each / bends.clip(1, 1000)
    )
    np.testing.assert_allclose(helped, plain, atol=1e-6)
    assert fast < 0.7 * slow


def test_a_start_at_the_minimum_is_returned_at_once() -> None:
    point, iterations = minimise(lambda x: (float(x @ x), 2 * x), np.zeros(3), iterations=10, tolerance=1e-9)
    assert iterations == 0
    assert not point.any()


def test_it_can_be_made_to_move_where_it_would_stop_at_once() -> None:
    near, _ = minimise(lambda x: (float(x @ x), 2 * x), np.full(3, 1e-4), iterations=10, tolerance=1.0, least=1)
    assert np.abs(near).max() < 1e-4
    there, iterations = minimise(lambda x: (float(x @ x), 2 * x), np.zeros(3), iterations=10, tolerance=1.0, least=1)
    assert iterations == 0 and not there.any(), "there is nowhere to go from the minimum"


def test_a_function_that_is_never_finite_returns_the_start() -> None:
    def objective(point: Vector) -> tuple[float, Vector]:
        return (1.0, np.ones(2)) if not point.any() else (float("nan"), np.ones(2))

    point, _ = minimise(objective, np.zeros(2), iterations=10, tolerance=1e-9)
    assert not point.any()
