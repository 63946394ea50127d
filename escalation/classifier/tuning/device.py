"""Where tensors are computed: the GPU when there is one, else one or two processors. The one place that chooses."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import torch

from escalation.classifier.encoder.transformer import PooledEncoder

MOST_THREADS = 2
LOOKS, SECONDS_BETWEEN_LOOKS = 10, 0.05


@dataclass(frozen=True)
class Device:
    """A torch device name, and whether 16-bit arithmetic is in its hardware: a step takes half the time then.

    Elsewhere bfloat16 is emulated and slower.
    """

    name: str
    bfloat16: bool

    def autocast(self) -> Any:
        """Return the context to compute vectors in."""
        return torch.autocast(self.name, dtype=torch.bfloat16, enabled=self.bfloat16)

    def put(self, module: PooledEncoder) -> PooledEncoder:
        """Return the module, moved there."""
        moved: PooledEncoder = module.to(self.name)
        return moved


def choose_device() -> Device:
    """Return what this machine computes fastest on, and set the threads of the processor."""
    torch.set_num_threads(free_processors())
    if torch.cuda.is_available():
        return Device("cuda", bool(torch.cuda.is_bf16_supported()))
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return Device("cpu", bool(supported()))


def free_processors() -> int:
    """Return 1 or 2: on a machine that is busy serving, two threads wait for each other longer than one works."""
    processors = os.cpu_count() or 1
    return MOST_THREADS if processors > 1 and others_running() < 0.75 * processors else 1


def others_running() -> float:
    """Return how many threads want a processor now, besides this one: the median of a few looks within half a second.

    The load average of the last minute would count what a run did that was stopped a moment ago and goes on now.
    """
    try:
        return median(_running() for _ in range(LOOKS)) - 1
    except (OSError, StopIteration):  # not Linux
        return os.getloadavg()[0]


def _running() -> int:
    time.sleep(SECONDS_BETWEEN_LOOKS)
    with Path("/proc/stat").open() as file:
        return next(int(line.split()[1]) for line in file if line.startswith("procs_running"))
