"""When customers' complaints of answers are unusual: pure."""

import random

from escalation.proof.complaints import FEWEST_EARLIER, RECENT, is_unusual

ALPHA = 0.02


def some(share: float, count: int, seed: int) -> list[bool]:
    draw = random.Random(seed)
    return [draw.random() < share for _ in range(count)]


def test_three_times_as_many_complaints_are_noticed() -> None:
    noticed = sum(is_unusual(some(0.05, 1_000, seed), some(0.2, RECENT, seed + 500), ALPHA) for seed in range(100))
    assert noticed >= 95


def test_what_is_usual_is_not() -> None:
    assert not any(is_unusual(some(0.08, 1_000, seed), some(0.08, RECENT, seed + 500), ALPHA) for seed in range(100))


def test_nobody_knows_what_is_usual_with_few_answers() -> None:
    assert not is_unusual([False] * (FEWEST_EARLIER - 1), [True] * RECENT, ALPHA)
    assert is_unusual([False] * FEWEST_EARLIER, [True] * RECENT, ALPHA)


def test_even_a_great_share_can_become_unusual() -> None:
    assert is_unusual([True, False] * 200, [True] * RECENT, ALPHA)
    assert not is_unusual([True, False] * 200, [True, False, False, False] * 75, ALPHA)
