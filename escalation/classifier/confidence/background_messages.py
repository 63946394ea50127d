"""Background messages, which belong to hardly any catalogue: known out-of-scope rows for every calibration.

Held-out intents stand for requests of the catalogue's own kind that it does not know. Real unknown messages are also
chatter, other trades' requests and fragments ("3", "yes", a name): a fixed written list stands for them (after outlier
exposure, Hendrycks et al. 2019).
CLINC150 val, frozen, no out-of-scope message fitted: FPR95 9.0 -> 6.1 % (100 messages an intent), AUROC +.002 to +.005
(5 to 100); the starter's own out-of-scope messages: AUROC .924 -> .957.
"""

from functools import cache
from importlib.resources import files

import numpy as np

from escalation.classifier.confidence.folds import OutOfFold, judge_outside
from escalation.classifier.head.fit import Head
from escalation.classifier.head.neighbours import Neighbourhood
from escalation.kernel.arrays import Floats, Mask

# Cosine to an example from which on a message may be the catalogue's own business; .6 and .7 do the same.
NEAR = 0.6
SHARE = 0.1  # of all weight in fitting the calibration; the threshold is chosen without these rows


@cache
def background_texts() -> tuple[str, ...]:
    """Return the packaged messages, distinct."""
    lines = (
        files("escalation.classifier.confidence")
        .joinpath("background_messages.txt")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


def judge_background(around: Neighbourhood, head: Head, background: Floats) -> OutOfFold:
    """Judge embedded background messages (m, d) as known out-of-scope ones, without those near an example or name."""
    return judge_outside(around, head, background[is_foreign(background, around.vectors)])


def is_foreign(background: Floats, examples: Floats) -> Mask:
    """Whether each unit vector (m, d) is far from all examples (n >= 1, d)."""
    foreign: Mask = (background @ examples.T).max(axis=1) < NEAR
    return foreign


def with_background(weights: Floats, count: int) -> Floats:
    """Return weights (n + count) with the sum of `weights` (n): `count` rows more share SHARE of it."""
    if not count:
        return weights
    each = np.full(count, SHARE * float(weights.sum()) / count)
    return np.concatenate([weights * (1 - SHARE), each]).astype(np.float32)
