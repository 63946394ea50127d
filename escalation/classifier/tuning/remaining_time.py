"""How far a long piece of work is, when it will be over, and whether to stop. Pure: the clock is given.

Everything a run does is expected to take some seconds; what is done counts by that expectation, whatever it took. The
time left is what is still expected times how much slower than expected the run has been so far.
"""

import math
import time
from collections.abc import Callable
from typing import Any

from escalation.classifier.errors import TrainingCancelled, TrainingDiverged
from escalation.classifier.progress import Progress, Stop, Tell

SECONDS_BETWEEN_TOLD = 0.5
TRUSTED_AFTER = 10.0  # so many expected seconds weigh as much as all that was measured up to then


class RunProgress:
    """The expected seconds of a whole run, and how many of them are done."""

    def __init__(self, expected: float, tell: Tell, stop: Stop, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._expected = expected
        self._tell = tell
        self._stop = stop
        self._clock = clock
        self._done = 0.0
        self._skipped = 0.0
        self._began = clock()
        self._told = -math.inf
        self._stage = ""

    def skip(self, expected: float) -> None:
        """Count what an earlier process did: it is done, and says nothing of how fast this one is."""
        self._done += expected
        self._skipped += expected

    def advance(self, expected: float, stage: str, **details: Any) -> None:
        """Count `expected` seconds of work as done and tell. Raises: TrainingCancelled, TrainingDiverged."""
        loss = details.get("loss")
        if loss is not None and not math.isfinite(loss):
            raise TrainingDiverged(f"The loss is {loss} at step {details.get('step')}; look for odd examples.")
        self.check()
        self._done += expected
        now = self._clock()
        last = "step" in details and details["step"] == details["steps"]
        if last or stage != self._stage or now - self._told >= SECONDS_BETWEEN_TOLD:
            self._told, self._stage = now, stage
            self._tell(Progress(stage, self.share, eta=self.eta, **details))

    def check(self) -> None:
        """Raises: TrainingCancelled if the run is asked to stop."""
        if self._stop():
            raise TrainingCancelled(f"Stopped at {self.share:.0%} of the run.")

    @property
    def share(self) -> float:
        """What is done of the whole, 0..1."""
        return min(self._done / self._expected, 1.0) if self._expected > 0 else 1.0

    @property
    def eta(self) -> float:
        """Seconds left."""
        worked = self._done - self._skipped
        rate = (self._clock() - self._began + TRUSTED_AFTER) / (worked + TRUSTED_AFTER)
        return max(self._expected - self._done, 0.0) * rate

    def stage(self, stage: str, expected: float) -> Callable[[int, int], None]:
        """Return what counts a stage of so many expected seconds, told piece by piece: (done, of how many)."""
        counted = 0

        def tell(done: int, of: int) -> None:
            nonlocal counted
            self.advance(expected * (done - counted) / max(of, 1), stage, step=done, steps=of)
            counted = done

        return tell
