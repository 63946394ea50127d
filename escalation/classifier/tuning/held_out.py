"""What a fine-tuning run holds out to calibrate on: encoders that never see these rows; the final one sees all.

Rows that a fine-tuned encoder has seen lie closer to their intent than any new message will, so out-of-fold heads on
them flatter. A calibration encoder is tuned by the same recipe on the rest, some intents held out whole, and judged on
what was held out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from escalation.classifier.confidence.folds import OutOfFold, deal_folds, judge
from escalation.classifier.head.training_set import TrainingSet
from escalation.kernel.arrays import Ints, Mask

ROW_SHARE = 5  # one row in five of the intents that stay
INTENT_SHARE = 0.12
JUDGED_ROWS = 4000  # examples times calibration encoders, about
FEWEST_FOR_NOVEL = 8  # with fewer intents none is held out whole


@dataclass(frozen=True)
class HeldOutSplit:
    """`held` (n): rows the encoder is judged on. `present`: codes of the intents it knows, ascending."""

    held: Mask
    present: Ints


def calibrations_for(examples: int, classes: int) -> tuple[int, int]:
    """Return how many encoders calibrate (one for much data, five for little), and how many intents each never meets.

    A threshold needs some 800 judged rows: from 750 examples two encoders leave 450, mostly too few to answer anything.
    """
    count = min(max(round(JUDGED_ROWS / max(examples, 1)), 1), ROW_SHARE)
    return count, round(INTENT_SHARE * classes) if classes >= FEWEST_FOR_NOVEL else 0


def splits(codes: Ints, groups: Sequence[str], classes: int, seed: int) -> list[HeldOutSplit]:
    """Return a split for each calibration encoder, each with other rows and other intents held out."""
    random = np.random.default_rng(seed)
    count, few = calibrations_for(len(codes), classes)
    _, numbers = np.unique([group or f"row {row}" for row, group in enumerate(groups)], return_inverse=True)
    folds = deal_folds(codes, numbers, ROW_SHARE, random)
    order = random.permutation(classes)
    made = []
    for number in range(count):
        away = order[number * few : (number + 1) * few]
        present = np.setdiff1d(np.arange(classes), away)
        made.append(HeldOutSplit((folds == number) | np.isin(codes, away), present))
    return made


def judged(training: TrainingSet, split: HeldOutSplit) -> OutOfFold:
    """Return the judged rows of one encoder; `training` holds its vectors of all examples."""
    return judge(training, split.held, split.present)
