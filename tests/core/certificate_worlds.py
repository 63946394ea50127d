"""Simulated worlds of answers and audits, many at once: arrays are (worlds, answers), true where an answer is wrong."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from escalation.proof.evidence import log_e_value_of_window

Bits = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
WORLDS = 2_000


@dataclass(frozen=True)
class Setting:
    """What is claimed of each window, and the coin. `delta` is one test's own."""

    alpha: float = 0.02
    p: float = 0.4
    delta: float = 0.05
    miss: float = 0.0


def allowed(delta: float, worlds: int = WORLDS) -> float:
    """Return the share of false certificates that a true rate of `delta` exceeds once in 740 tests."""
    return delta + 3 * sqrt(delta * (1 - delta) / worlds)


def coins(random: np.random.Generator, shape: tuple[int, ...], p: float) -> Bits:
    """Return coins that fall with chance `p`."""
    return random.random(shape) < p


def never_below(wrong: Bits, alpha: float) -> Bits:
    """Return the same worlds with answers made wrong wherever the share so far would fall below `alpha`."""
    made = wrong.copy()
    total = np.zeros(len(made))
    for at in range(made.shape[1]):
        made[:, at] |= total < alpha * (at + 1) - 1e-9
        total += made[:, at]
    return made


def certified(wrong: Bits, drawn: Bits, setting: Setting, *, right_said: Bits | None = None) -> tuple[Bits, Bits]:
    """Return, for each answer, whether the window up to it is certified at an audit then, and whether falsely so.

    `right_said`: what an audit of the answer would say; the truth if not given.
    """
    said = ~wrong if right_said is None else right_said
    answers = np.broadcast_to(np.arange(1, wrong.shape[1] + 1), wrong.shape)
    right, found = np.cumsum(drawn & said, axis=1), np.cumsum(drawn & ~said, axis=1)
    evidence = np.full(wrong.shape, -np.inf)
    looks = drawn & (_most(answers, right, found, setting) >= -np.log(setting.delta))
    evidence[looks] = log_e_value_of_window(
        answers[looks], right[looks], found[looks], alpha=setting.alpha, p=setting.p, miss=setting.miss
    )
    reached = evidence >= -np.log(setting.delta)
    false = reached & (np.cumsum(wrong, axis=1) >= setting.alpha * answers - 1e-9)
    return reached, false


def _most(answers: Numbers, right: Numbers, found: Numbers, setting: Setting) -> Numbers:
    """Return a cheap upper bound of the log e-value: the best single bet in hindsight, for each of its two parts."""
    tested, count = setting.alpha * (1 - setting.miss), right + found
    share = np.minimum(found / np.maximum(count, 1), tested)
    missed = np.log(share / tested, where=share > 0, out=np.zeros(share.shape))
    likelihood = right * (np.log1p(-share) - np.log1p(-tested)) + found * missed
    rise, p = tested / (1 - tested), setting.p
    least = (1 - setting.alpha) * np.log1p(p * rise) + setting.alpha * np.log1p(p * (setting.miss * (1 + rise) - 1))
    bound: Numbers = likelihood - answers * least
    return bound


def false_share(wrong: Bits, drawn: Bits, setting: Setting, *, right_said: Bits | None = None) -> float:
    """Return the share of worlds that are ever certified falsely, with a look after every audit."""
    _, false = certified(wrong, drawn, setting, right_said=right_said)
    return float(false.any(axis=1).mean())
