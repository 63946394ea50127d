"""`python -m tests.benchmarks refits`: what a fast refit takes with and without its calibration, by number of examples.

A new label of a new intent makes a calibration stale: the costliest refit. From the size on where label to judged head
takes too long with the calibration, the service lets the head answer first (`learning/fast_refit.py`). Judged on a
gate of a fifth of all, as in the service. Seconds of processor time of one thread, so that other work hardly matters.
"""

import argparse
import random
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console

from escalation.classifier import Model, build_model
from tests.benchmarks.corpora import CorpusMissing, Draw, data_folder, draw
from tests.benchmarks.fast_refit import FastRefitBench
from tests.real_encoder import real_encoders

GATE_SHARE = 4  # one gate row to so many examples
INTENTS = (40, 150)
STDOUT = Console()


def cut(data: Draw, size: int, intents: int) -> Draw:
    """Return `size` random training messages of so many intents, and a gate to go with them."""
    labels = sorted({str(row.label) for row in data.fitted})[:intents]
    rows, judged = ([row for row in part if row.label in labels] for part in (data.fitted, data.judged))
    random.Random(0).shuffle(rows)
    random.Random(1).shuffle(judged)
    return replace(data, fitted=rows[:size], judged=judged[: size // GATE_SHARE])


def seconds(model: Model, data: Draw, labels: int, *, recalibrate: bool) -> list[float]:
    """Return the processor seconds from label to judged head, for so many labels of an intent that was unknown."""
    bench, found = FastRefitBench(model, data), []
    for number, row in enumerate(data.judged[:labels]):
        began = time.process_time()
        bench.refit(row.text, "an_intent_of_its_own", f"new-{number}", recalibrate=recalibrate)
        found.append(time.process_time() - began)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="1000,2000,4000,8000", help="examples, comma separated")
    parser.add_argument("--labels", type=int, default=20, help="refits of the head alone")
    parser.add_argument("--calibrated", type=int, default=8, help="refits with calibration")
    parser.add_argument("--data", type=Path, help="folder of the corpora; default: ESCALATION_DATA or ../shared/data")
    arguments = parser.parse_args()
    try:
        whole = draw("clinc", data_folder(arguments.data), 0)
    except CorpusMissing as missing:
        sys.exit(str(missing))
    STDOUT.print("| examples | intents | head alone, p50 / p95 s | with calibration |\n| --- | --- | --- | --- |")
    for size in map(int, arguments.size.split(",")):
        for intents in INTENTS:
            data = cut(whole, size, intents)
            if len(data.fitted) < size:
                continue
            with tempfile.TemporaryDirectory() as place:
                model = build_model(data.fitted, name="m", folder=Path(place) / "m", encoders=real_encoders())
            asked = ((arguments.labels, False), (arguments.calibrated, True))
            cells = (seconds(model, data, count, recalibrate=wanted) for count, wanted in asked)
            told = " | ".join(f"{np.percentile(each, 50):.2f} / {np.percentile(each, 95):.2f}" for each in cells)
            STDOUT.print(f"| {size:,} | {intents} | {told} |", highlight=False)


if __name__ == "__main__":
    main()
