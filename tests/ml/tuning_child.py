"""A full build for a process of its own, which saves after every step and kills itself where it is told to."""

import json
import os
import signal
from dataclasses import asdict
from pathlib import Path

from escalation.classifier import Progress, build_model
from escalation.classifier.tuning import checkpoint, device, plan, remaining_time
from escalation.classifier.tuning.plan import Shape
from tests.ml.small_world import shop_examples

SHAPES = (Shape(finals=2, least=4, most=6, calibrations=2),)
"""Two encoders of either kind: all there is to resume between, in a third of the steps that so few examples get."""


def main(source: str, place: Path, stage: str = "", step: int = 0) -> None:
    """Build `place/model`, write what is told to `place/told.jsonl`, and die by SIGKILL at that step of that stage."""
    checkpoint.SECONDS_BETWEEN = checkpoint.LEAST_RATIO = remaining_time.SECONDS_BETWEEN_TOLD = 0.0
    device.MOST_THREADS = device.LOOKS = 1
    plan.SHAPES = SHAPES

    def tell(progress: Progress) -> None:
        with (place / "told.jsonl").open("a") as file:
            file.write(json.dumps(asdict(progress)) + "\n")
        if (progress.stage, progress.step) == (stage, step):
            os.kill(os.getpid(), signal.SIGKILL)

    build_model(
        shop_examples(4), name="tuned", mode="full", folder=place / "model", encoders=place / "encoders",
        encoder=source, progress=tell,
    )  # fmt: skip
