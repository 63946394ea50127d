"""Limited-memory BFGS for smooth convex functions (Nocedal & Wright 2006, 7.4, 7.5): serving needs numpy only."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.floating]
Objective = Callable[[Vector], tuple[float, Vector]]
Precondition = Callable[[Vector], Vector]
"""A fixed, positive definite guess at H^-1 times a vector; only its shape counts, not its size."""
MEMORY = 6  # 10 take as many iterations and twice the time between them
SUFFICIENT_DECREASE = 1e-4
MOST_HALVINGS = 20


@dataclass(frozen=True)
class Pair:
    """A step taken and what it did to the gradient, with the products that every later iteration needs."""

    change: Vector
    bend: Vector
    curvature: float
    scale: float
    """The size that makes the preconditioner fit this pair."""


def minimise(
    objective: Objective, start: Vector, *, iterations: int, tolerance: float, precondition: Precondition = np.copy,
    least: int = 0,
) -> tuple[Vector, int]:  # fmt: skip
    """Return the point reached and the iterations used; stops when the gradient's norm is at most `tolerance`, after
    `least` iterations.

    `objective` gives value and gradient. With a loss summed (not averaged) over examples an absolute tolerance means
    the same for 100 examples and 10,000, and a warm start after one new example still moves. A good `precondition`
    saves iterations; by default there is none.
    """
    point, (value, gradient) = start, objective(start)
    pairs: deque[Pair] = deque(maxlen=MEMORY)
    for iteration in range(iterations):
        norm = float(np.linalg.norm(gradient))
        if norm <= tolerance and (iteration >= least or norm == 0.0):
            return point, iteration
        direction = -_inverse_hessian_times(gradient, pairs, precondition)
        slope = float(direction @ gradient)
        if slope >= 0:  # rounding spoilt the curvature pairs: fall back to steepest descent
            pairs.clear()
            direction, slope = -gradient, -norm * norm
        step = 1.0 if pairs else min(1.0, 1.0 / float(np.linalg.norm(direction)))
        found = _backtrack(objective, point, value, direction, slope, step)
        if found is None:
            return point, iteration
        moved, value, fresh = found
        change, bend = moved - point, fresh - gradient
        curvature = float(change @ bend)
        if curvature > 1e-10 * float(bend @ bend):
            pairs.append(Pair(change, bend, curvature, curvature / float(bend @ precondition(bend))))
        point, gradient = moved, fresh
    return point, iterations


def _inverse_hessian_times(gradient: Vector, pairs: deque[Pair], precondition: Precondition) -> Vector:
    """Return the two-loop recursion's estimate of H^-1 g."""
    vector = gradient.copy()
    weights = []
    for pair in reversed(pairs):
        weight = float(pair.change @ vector) / pair.curvature
        vector -= weight * pair.bend
        weights.append(weight)
    vector = precondition(vector)
    if pairs:
        vector *= pairs[-1].scale
    for pair, weight in zip(pairs, reversed(weights), strict=True):
        vector += (weight - float(pair.bend @ vector) / pair.curvature) * pair.change
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
