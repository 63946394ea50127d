"""How often somebody may do something: a moving minute for each kind and subject."""

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.web.errors import TooManyAttempts
from escalation.web.limits import Limiter


class Now:
    """A time that tests move, in seconds."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def spent(limiter: Limiter, subject: str = "maria", per_minute: int = 2) -> bool:
    try:
        limiter.spend("message", subject, per_minute)
    except TooManyAttempts:
        return False
    return True


def test_more_than_the_limit_is_refused_until_the_first_is_a_minute_old() -> None:
    now = Now()
    limiter = Limiter(now)
    assert [spent(limiter), spent(limiter), spent(limiter)] == [True, True, False]
    now.seconds += 59.9
    assert not spent(limiter)
    now.seconds += 0.1
    assert [spent(limiter), spent(limiter), spent(limiter)] == [True, True, False]


def test_kinds_and_subjects_are_counted_apart() -> None:
    limiter = Limiter(Now())
    assert spent(limiter, per_minute=1)
    assert spent(limiter, "li", per_minute=1)
    limiter.spend("handoff", "maria", 1)
    with pytest.raises(TooManyAttempts):
        limiter.spend("handoff", "maria", 1)


@given(st.lists(st.tuples(st.sampled_from(["maria", "li"]), st.integers(0, 70)), max_size=60), st.integers(1, 4))
def test_no_minute_has_more_than_the_limit_and_nobody_is_refused_below_it(
    attempts: list[tuple[str, int]], per_minute: int
) -> None:
    now = Now()
    limiter = Limiter(now)
    counted: dict[str, deque[float]] = {"maria": deque(), "li": deque()}
    for subject, pause in attempts:
        now.seconds += pause / 3
        lately = [at for at in counted[subject] if at > now.seconds - 60]
        assert spent(limiter, subject, per_minute) is (len(lately) < per_minute)
        if len(lately) < per_minute:
            counted[subject].append(now.seconds)
