"""When to try again: exponential back-off with full jitter. Pure, but for the random source it is given."""

from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits drawn evenly from 0 to a ceiling that doubles from `first` up to `longest` seconds.

    Full jitter spreads the clients of a restarted service over the whole ceiling
    (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
    """

    first: float = 0.5
    longest: float = 30.0
    draws: Random = field(default_factory=Random)

    def ceiling(self, attempt: int) -> float:
        """Return the longest wait before try number `attempt` (from 0), in seconds."""
        return min(self.longest, self.first * 2.0 ** min(attempt, 32))

    def delay(self, attempt: int) -> float:
        """Draw the wait before try number `attempt` (from 0), in seconds."""
        return self.draws.uniform(0.0, self.ceiling(attempt))
