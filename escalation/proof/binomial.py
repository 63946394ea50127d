"""Binomial probabilities and the bounds that rest on them. Pure.

`scipy.special` is imported where it is used: it takes 24 MiB, and the process that serves imports this package with its
command line but computes none of this.
"""

from functools import lru_cache

import numpy as np


def binomial_at_most(most: int, trials: int, chance: float) -> float:
    """Return P(X <= `most`) of a binomial with `trials` and a `chance` strictly between 0 and 1."""
    from scipy.special import bdtr

    return float(bdtr(most, trials, chance)) if most >= 0 else 0.0


@lru_cache(maxsize=4096)
def binomial_most(trials: int, chance: float, level: float) -> tuple[int, float]:
    """Return the largest k with P(X <= k) <= `level`, and that probability; -1 and 1.0 where there is none."""
    from scipy.special import bdtr

    within = bdtr(np.arange(trials + 1), trials, chance)
    most = int(np.searchsorted(within, level, side="right")) - 1
    return (most, float(within[most])) if most >= 0 else (-1, 1.0)


def clopper_pearson(found: int, trials: int, delta: float) -> float:
    """Return the exact upper bound, with confidence 1 - `delta`, of the chance behind `found` of `trials`.

    Clopper and Pearson 1934. 1 where every trial, or none at all, was found.
    """
    from scipy.special import betaincinv

    return 1.0 if found >= trials else float(betaincinv(found + 1, trials - found, 1 - delta))
