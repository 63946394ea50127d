"""The token bucket holds what it promises, whatever is asked of it and whatever the clock does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.kernel.token_bucket import Rate, TokenBucket, TokenBuckets

RATES = st.builds(Rate, st.floats(1, 1_000), st.floats(0.1, 1_000))
STEPS = st.lists(st.tuples(st.floats(-5, 20), st.floats(0.01, 50)), max_size=60)


def test_a_burst_then_a_rate() -> None:
    bucket = TokenBucket(Rate(burst=10, per_second=2), now=100.0)
    assert [bucket.take(1, 100.0) for _ in range(10)] == [0.0] * 10
    assert bucket.take(1, 100.0) == 0.5
    assert bucket.take(3, 100.5) == 1.5
    assert bucket.take(1, 103.0) == 0.0
    assert not bucket.is_full(107.0) and bucket.is_full(108.0)


def test_what_is_not_there_is_not_taken() -> None:
    bucket = TokenBucket(Rate(burst=2, per_second=1), now=0.0)
    assert [bucket.take_if_there(1, 0.0) for _ in range(4)] == [True, True, False, False]
    assert not bucket.take_if_there(2, 1.0) and bucket.take_if_there(1, 1.0)


@given(RATES, STEPS)
def test_who_waits_as_told_never_gets_more_than_burst_and_rate(rate: Rate, steps: list[tuple[float, float]]) -> None:
    bucket, now, taken = TokenBucket(rate, 0.0), 0.0, 0.0
    for pause, tokens in steps:
        now += max(0.0, pause)
        assert taken <= rate.burst + now * rate.per_second + 1e-6, "what was taken before this one"
        now += bucket.take(tokens, now)
        taken += tokens
        assert taken <= rate.burst + now * rate.per_second + 1e-6, "once the wait is over the debt is paid"


@given(RATES, STEPS)
def test_who_keeps_to_the_rate_never_waits(rate: Rate, steps: list[tuple[float, float]]) -> None:
    bucket, now = TokenBucket(rate, 0.0), 0.0
    for pause, tokens in steps:
        asked = min(tokens, rate.burst)
        now += max(pause, asked / rate.per_second) + 1e-6
        assert bucket.take(asked, now) <= 1e-6


@given(RATES, STEPS)
def test_a_clock_that_runs_backwards_gives_nothing(rate: Rate, steps: list[tuple[float, float]]) -> None:
    """A jump back and forth must not fill the bucket twice for the same time."""
    jumping, steady, now, latest = TokenBucket(rate, 0.0), TokenBucket(rate, 0.0), 0.0, 0.0
    for pause, tokens in steps:
        now += pause
        latest = max(latest, now)
        assert jumping.take(tokens, now) == pytest.approx(steady.take(tokens, latest))


@given(RATES, st.lists(st.tuples(st.floats(0, 20), st.sampled_from("abc"), st.floats(0.01, 50)), max_size=60))
def test_keys_do_not_share_and_forgetting_changes_nothing(rate: Rate, steps: list[tuple[float, str, float]]) -> None:
    buckets, alone = TokenBuckets[str](rate), {key: TokenBucket(rate, 0.0) for key in "abc"}
    now = 0.0
    for pause, key, tokens in steps:
        now += pause
        buckets.forget_full(now)
        assert buckets.take(key, tokens, now) == pytest.approx(alone[key].take(tokens, now), abs=1e-6)
    buckets.forget_full(now + 1e9)
    assert len(buckets) == 0
