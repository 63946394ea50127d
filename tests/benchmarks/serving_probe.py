"""`python -m tests.benchmarks.serving_probe MODEL ENCODERS`: texts as a JSON list on stdin, one message at a time.

A process of its own, so that what it holds is what a serving process holds: one model, and no torch.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from escalation.classifier import load_model
from escalation.replay.accounting import percentiles

MIB = 1024 * 1024
WARM_UP = 20


@dataclass(frozen=True, slots=True)
class Served:
    """Seconds to load and verify, milliseconds a message (tokenising to prediction, one thread), resident MiB."""

    load_seconds: float
    p50_ms: float
    p99_ms: float
    resident_mib: float


def probe(model: Path, encoders: Path, texts: Sequence[str]) -> Served:
    """Load a model in a fresh process and time it there. Raises: RuntimeError when that process fails."""
    command = [sys.executable, "-m", "tests.benchmarks.serving_probe", str(model), str(encoders)]
    done = subprocess.run(command, input=json.dumps(list(texts)), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"The serving probe of {model.name} failed: {done.stderr.strip()[-500:]}")
    return Served(**json.loads(done.stdout))


def _measure(folder: Path, encoders: Path, texts: list[str]) -> Served:
    began = time.perf_counter()
    model = load_model(folder, encoders)
    loaded = time.perf_counter() - began
    for text in texts[:WARM_UP]:
        model.predict([text])
    rounds = []
    for text in texts:
        began = time.perf_counter()
        model.predict([text])
        rounds.append(time.perf_counter() - began)
    if "torch" in sys.modules:
        raise RuntimeError("torch was imported to serve")
    ms = percentiles(rounds)
    resident = psutil.Process().memory_info().rss / MIB
    return Served(round(loaded, 2), float(ms["p50"]), float(ms["p99"]), round(resident, 1))


if __name__ == "__main__":
    found = _measure(Path(sys.argv[1]), Path(sys.argv[2]), json.load(sys.stdin))
    sys.stdout.write(json.dumps(asdict(found)))
