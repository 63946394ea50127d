"""How a long build tells how far it is, and how it is asked to stop."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is. `share` 0..1 of the whole; `loss` and `epoch` only while fine-tuning; `eta` in seconds.

    `note`: what was decided, for people; said once.
    """

    stage: str
    share: float
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    loss: float | None = None
    eta: float | None = None
    note: str = ""


Tell = Callable[[Progress], None]
Stop = Callable[[], bool]
