"""How much of something may be done in a time: a token bucket that may be overdrawn. The caller brings the time."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `burst` tokens at once, and `per_second` in the long run. Both are greater than 0."""

    burst: float
    per_second: float

    def times(self, factor: float) -> "Rate":
        """Return the rate of so many together."""
        return Rate(self.burst * factor, self.per_second * factor)


class TokenBucket:
    """Full at first. What is taken beyond what it holds is a debt, which time pays off.

    In any span of t seconds in which everybody waits as told, at most burst + t * per_second tokens are taken before
    the last one that was allowed to begin. Times are seconds of one clock; one that runs backwards stands still here.
    """

    __slots__ = ("_at", "_level", "_rate")

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._level = rate.burst
        self._at = now

    def take(self, tokens: float, now: float) -> float:
        """Take tokens, also more than there are; returns for how many seconds to wait until no debt is left."""
        self._fill(now)
        self._level -= tokens
        return max(0.0, -self._level / self._rate.per_second)

    def take_if_there(self, tokens: float, now: float) -> bool:
        """Take tokens only if it holds as many; returns whether it did."""
        self._fill(now)
        if self._level < tokens:
            return False
        self._level -= tokens
        return True

    def is_full(self, now: float) -> bool:
        """Whether it holds what a new one holds."""
        self._fill(now)
        return self._level >= self._rate.burst

    def _fill(self, now: float) -> None:
        passed = max(0.0, now - self._at)
        self._level = min(self._rate.burst, self._level + passed * self._rate.per_second)
        self._at = max(self._at, now)


class TokenBuckets(Generic[Key]):
    """One bucket a key, all of one rate. A key that left its bucket alone until it is full costs no memory."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: dict[Key, TokenBucket] = {}

    def take(self, key: Key, tokens: float, now: float) -> float:
        """Take tokens from this key's bucket; returns for how many seconds to wait until no debt is left."""
        return self._bucket(key, now).take(tokens, now)

    def take_if_there(self, key: Key, tokens: float, now: float) -> bool:
        """Take tokens from this key's bucket only if it holds as many; returns whether it did."""
        return self._bucket(key, now).take_if_there(tokens, now)

    def _bucket(self, key: Key, now: float) -> TokenBucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(self._rate, now)
        return bucket

    def forget_full(self, now: float) -> None:
        """Forget buckets that are as good as new. Call it now and then."""
        for key in [key for key, bucket in self._buckets.items() if bucket.is_full(now)]:
            del self._buckets[key]

    def __len__(self) -> int:
        return len(self._buckets)
