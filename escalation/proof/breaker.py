"""The breaker: notices within days that answers went wrong, from the same audits. Pure; it proves nothing."""

from dataclasses import dataclass, replace
from math import log, log1p

FACTOR = 3.0
ALARM = 1000.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """A CUSUM of audits: `level` is its log likelihood ratio of 3 alpha against alpha, never below 0 (Page 1954).

    At alpha 2 % it trips after about 90 audits where 10 % are wrong, and once in more than 17,000 where 2 % are.
    `alpha` below one third.
    """

    alpha: float
    level: float = 0.0
    tripped: bool = False

    def audited(self, right: bool) -> "Breaker":
        """Return the breaker after one more audit; once tripped it stays so until `reset`."""
        worse = FACTOR * self.alpha
        step = log1p(-worse) - log1p(-self.alpha) if right else log(FACTOR)
        level = max(0.0, self.level + step)
        return replace(self, level=level, tripped=self.tripped or level >= log(ALARM))

    def reset(self) -> "Breaker":
        """Return the breaker as new: somebody looked into it."""
        return Breaker(self.alpha)
