"""`python -m tests.benchmarks.serving_probe WHAT MODEL ENCODERS`: texts as a JSON list on stdin, figures on stdout.

A process of its own with one thread for numpy, so that what it holds is what a serving process holds: no torch, and one
model. WHAT is `messages` (one after another), `callers` (64 at once, through the batcher) or `memory`.
"""

import asyncio
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from escalation.classifier import Classifier, Example, Model, load_model
from escalation.classifier.prediction import Prediction
from escalation.lab.replay.accounting import percentiles
from escalation.learning.live_model import return_freed_memory
from tests.ml.refitting import learn

MIB = 1024 * 1024
WARM_UP = 20
CALLERS = 64
SECONDS = 6.0
REVISIONS = 5
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}


@dataclass(frozen=True, slots=True)
class Served:
    """Seconds to load and verify, milliseconds a message (tokenising to prediction, one thread), resident MiB."""

    load_seconds: float
    p50_ms: float
    p99_ms: float
    resident_mib: float


@dataclass(frozen=True, slots=True)
class Called:
    """Messages a second with CALLERS at once, percentiles of what they waited, and the most batches one waited for."""

    per_second: float
    ms: dict[str, float]
    most_batches: int


@dataclass(frozen=True, slots=True)
class Resident:
    """MiB after loading and 200 predictions, after REVISIONS refits, while a second model and encoder are loaded
    beside the first, and after the swap.
    """

    serving: float
    revised: float
    both: float
    swapped: float


def probe(model: Path, encoders: Path, texts: Sequence[str]) -> Served:
    """Load a model in a fresh process and time it there. Raises: RuntimeError when that process fails."""
    return Served(**_in_child("messages", model, encoders, texts))


def probe_callers(model: Path, encoders: Path, texts: Sequence[str]) -> Called:
    """Ask from many callers at once, each for its next text when it has the last answer. Raises: RuntimeError."""
    return Called(**_in_child("callers", model, encoders, texts))


def probe_memory(model: Path, encoders: Path, texts: Sequence[str]) -> Resident:
    """Measure what a serving process holds over revisions and a swap of encoders. Raises: RuntimeError."""
    return Resident(**_in_child("memory", model, encoders, texts))


def _in_child(what: str, model: Path, encoders: Path, texts: Sequence[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.serving_probe", what, str(model), str(encoders)]
    done = subprocess.run(
        command, input=json.dumps(list(texts)), capture_output=True, text=True, check=False,
        env={**os.environ, **ONE_THREAD},
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"The serving probe of {model.name} failed: {done.stderr.strip()[-500:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _messages(folder: Path, encoders: Path, texts: list[str]) -> Served:
    began = time.perf_counter()
    model = load_model(folder, encoders)
    loaded = time.perf_counter() - began
    for text in texts[:WARM_UP]:
        model.predict([text])
    rounds = []
    for text in texts:
        began = time.perf_counter()
        model.predict([text])
        rounds.append(1000 * (time.perf_counter() - began))
    p50, p99 = (round(float(np.percentile(rounds, rank)), 3) for rank in (50, 99))
    return Served(round(loaded, 2), p50, p99, _resident())


class _Counted:
    """A model whose batches are counted: `ended` so far."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.name, self.threshold = model.name, model.threshold
        self.ended = 0

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Predict and count."""
        made = self._model.predict(texts)
        self.ended += 1
        return made


def _callers(folder: Path, encoders: Path, texts: list[str]) -> Called:
    counted = _Counted(load_model(folder, encoders))
    classifier = Classifier(counted, remembered=0)  # type: ignore[arg-type]  # all it asks of a model
    return asyncio.run(_call(classifier, counted, texts))


async def _call(classifier: Classifier, counted: _Counted, texts: list[str]) -> Called:
    waited: list[float] = []
    batches: list[int] = []
    left = iter(texts)
    end = time.perf_counter() + SECONDS

    async def caller() -> None:
        for text in left:  # shared: no message comes twice, so nothing about it is remembered
            began, before = time.perf_counter(), counted.ended
            if began > end:
                return
            await classifier.predict(text)
            waited.append(time.perf_counter() - began)
            batches.append(counted.ended - before)

    began = time.perf_counter()
    try:
        await asyncio.gather(*(caller() for _ in range(CALLERS)))
    finally:
        classifier.close()
    rate = len(waited) / (time.perf_counter() - began)
    return Called(round(rate, 1), {name: float(ms or 0) for name, ms in percentiles(waited).items()}, max(batches))


def _memory(folder: Path, encoders: Path, texts: list[str]) -> Resident:
    model = _used(load_model(folder, encoders), texts)
    serving = _resident()
    for number in range(REVISIONS):
        model = _used(_revised(model, texts[number], f"r{number}"), texts[:20])
    revised = _resident()
    other = _used(load_model(folder, encoders), texts[:20])  # with an encoder session of its own
    both = _resident()
    model = other
    del other
    return Resident(serving, revised, both, _resident(_used(model, texts)))


def _revised(parent: Model, text: str, name: str) -> Model:
    return learn(parent, [Example(text, parent.labels[0], id=name)], name, recalibrate=False)


def _used(model: Model, texts: Sequence[str]) -> Model:
    for text in texts[:200]:
        model.predict([text])
    return model


def _resident(_kept: Model | None = None) -> float:
    """Return MiB held now, once what is free went back as the service gives it back after each swap."""
    gc.collect()
    return_freed_memory()
    held: float = psutil.Process().memory_info().rss / MIB
    return round(held, 1)


MEASURED: dict[str, Callable[[Path, Path, list[str]], Any]] = {
    "messages": _messages, "callers": _callers, "memory": _memory,
}  # fmt: skip

if __name__ == "__main__":
    found = MEASURED[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]), json.load(sys.stdin))
    if "torch" in sys.modules:
        raise RuntimeError("torch was imported to serve")
    sys.stdout.write(json.dumps(asdict(found)))
