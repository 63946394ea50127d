"""Tensors on disk that appear whole or not at all, and the file an unfinished tuning goes on from.

One safetensors file holds weights, optimiser and random state; what is no tensor is JSON in its header. Nothing is
pickled. A file is written beside its place, flushed to disk and renamed, so a kill at any moment leaves the old one.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from escalation.classifier.durable_folder import flush
from escalation.classifier.errors import ModelNotSaved

SECONDS_BETWEEN = 30.0
LEAST_RATIO = 40.0  # work at least so many times as long as saving takes: it costs 2.5 % at most


@dataclass(frozen=True)
class Saved:
    """What a file holds: tensors by name, and plain values."""

    tensors: dict[str, Any]
    values: dict[str, Any]


def write_tensors(path: Path, tensors: Mapping[str, Any], **values: Any) -> None:
    """Write a file whole or not at all. Raises: ModelNotSaved (disk full, no rights); the old file stays."""
    partial = path.with_name(f".{path.name}.partial")
    copies = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    try:
        save_file(copies, partial, metadata={"values": json.dumps(values)})
        flush(partial)
        partial.replace(path)
        flush(path.parent)
    except (OSError, SafetensorError) as error:
        partial.unlink(missing_ok=True)
        raise ModelNotSaved(f"The progress of the run could not be saved in {path.parent.name!r}: {error}") from error


def read_tensors(path: Path) -> Saved | None:
    """Return what a file holds; a missing or damaged one holds nothing, and is deleted."""
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
            return Saved(tensors, json.loads((file.metadata() or {})["values"]))
    except FileNotFoundError:
        return None
    except (OSError, SafetensorError, ValueError, KeyError):
        path.unlink(missing_ok=True)
        return None


def part(tensors: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return the tensors whose names begin with `prefix/`, without it."""
    return {name[len(prefix) + 1 :]: tensor for name, tensor in tensors.items() if name.startswith(f"{prefix}/")}


def prefixed(prefix: str, tensors: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tensors under names beginning with `prefix/`."""
    return {f"{prefix}/{name}": tensor for name, tensor in tensors.items()}


class Checkpoint:
    """The file an unfinished tuning goes on from, written so seldom that it costs no more than 1 / LEAST_RATIO."""

    def __init__(
        self, path: Path, *, seconds: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = path
        self._clock = clock
        self._seconds = SECONDS_BETWEEN if seconds is None else seconds
        self._pause = self._seconds
        self._last = clock()

    def read(self) -> Saved | None:
        """Return what was saved, if anything was."""
        return read_tensors(self._path)

    def save_if_due(self, state: Callable[[], tuple[dict[str, Any], dict[str, Any]]]) -> None:
        """Save the tensors and values of `state` if the last time is long enough ago."""
        if self._clock() - self._last >= self._pause:
            self.save(state)

    def save(self, state: Callable[[], tuple[dict[str, Any], dict[str, Any]]]) -> None:
        """Save at once. Raises: ModelNotSaved."""
        began = self._clock()
        tensors, values = state()
        write_tensors(self._path, tensors, **values)
        self._last = self._clock()
        self._pause = max(self._seconds, LEAST_RATIO * (self._last - began))

    def remove(self) -> None:
        """The tuning is finished."""
        self._path.unlink(missing_ok=True)
