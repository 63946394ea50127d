"""Limited-memory BFGS for smooth convex functions (Nocedal & Wright 2006, 7.4, 7.5): serving needs numpy only."""

from collections import deque
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.floating]
Objective = Callable[[Vector], tuple[float, Vector]]
MEMORY = 10
SUFFICIENT_DECREASE = 1e-4
MOST_HALVINGS = 20


def minimise(objective: Objective, start: Vector, *, iterations: int, tolerance: float) -> tuple[Vector, int]:
    """Return the point reached and the iterations used; stops when the gradient's norm is at most `tolerance`.

    `objective` gives value and gradient. With a loss summed (not averaged) over examples an absolute tolerance means
    the same for 100 examples and 10,000, and a warm start after one new example still moves.
    """
    point, (value, gradient) = start, objective(start)
    pairs: deque[tuple[Vector, Vector, float]] = deque(maxlen=MEMORY)
    for iteration in range(iterations):
        norm = float(np.linalg.norm(gradient))
        if norm <= tolerance:
            return point, iteration
        direction = -_inverse_hessian_times(gradient, pairs)
        slope = float(direction @ gradient)
        if slope >= 0:  # rounding spoilt the curvature pairs: fall back to steepest descent
            pairs.clear()
            direction, slope = -gradient, -norm * norm
        step = 1.0 if pairs else min(1.0, 1.0 / norm)
        found = _backtrack(objective, point, value, direction, slope, step)
        if found is None:
            return point, iteration
        moved, value, fresh = found
        change, bend = moved - point, fresh - gradient
        curvature = float(change @ bend)
        if curvature > 1e-10 * float(bend @ bend):
            pairs.append((change, bend, curvature))
        point, gradient = moved, fresh
    return point, iterations


def _inverse_hessian_times(gradient: Vector, pairs: deque[tuple[Vector, Vector, float]]) -> Vector:
    """Return the two-loop recursion's estimate of H^-1 g."""
    vector = gradient.copy()
    weights = []
    for change, bend, curvature in reversed(pairs):
        weight = float(change @ vector) / curvature
        vector -= weight * bend
        weights.append(weight)
    if pairs:
        _, bend, curvature = pairs[-1]
        vector *= curvature / float(bend @ bend)
    for (change, bend, curvature), weight in zip(pairs, reversed(weights), strict=True):
        vector += (weight - float(bend @ vector) / curvature) * change
    return vector


def _backtrack(
    objective: Objective, point: Vector, value: float, direction: Vector, slope: float, step: float
) -> tuple[Vector, float, Vector] | None:
    """Return (point, value, gradient) of the first step with sufficient decrease; None when there is none left."""
    for _ in range(MOST_HALVINGS):
        moved = point + (step * direction).astype(point.dtype)
        reached, gradient = objective(moved)
        if np.isfinite(reached) and reached <= value + SUFFICIENT_DECREASE * step * slope:
            return moved, reached, gradient
        step *= 0.5
    return None
