"""What a fine-tuning is made of. Every field changes the result, so all of them are part of a run's fingerprint."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class TuningRecipe:
    """`batch` rows a step; rates at the top of the triangle, which rises over `warm_up` of all steps.

    `max_tokens`: 99.9 % of customer messages are shorter, and time grows with it. `scale` multiplies cosine logits, so
    that softmax over 150 intents can reach certainty. `smoothing`: labels from resolutions are wrong now and then.
    `fewest_steps`: small data is gone through more often, `least` to `most` epochs. `tuned_share`: how much of the
    tuned weights is in the result, the rest is the published encoder's (1: all tuned).

    `together`: so many messages of an intent go into one batch, where `contrast` times a loss pulls them to each other
    and away from the others; `temperature` divides its cosines.
    """

    batch: int = 32
    max_tokens: int = 64
    encoder_rate: float = 8e-5
    head_rate: float = 2e-3
    weight_decay: float = 0.01
    warm_up: float = 0.1
    clip: float = 1.0
    scale: float = 20.0
    smoothing: float = 0.05
    fewest_steps: int = 150
    tuned_share: float = 0.6
    together: int = 4
    contrast: float = 1.0
    temperature: float = 0.07

    def batches(self, rows: int) -> int:
        """Steps of one epoch over so many rows."""
        return max(1, -(-rows // self.batch))

    def as_json(self) -> dict[str, Any]:
        """Return the recipe as plain JSON values."""
        return asdict(self)


RECIPE = TuningRecipe()
