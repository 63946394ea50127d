"""The folder a run works in: what it does, what is finished of it, and where the unfinished part goes on.

`run.json` holds the run's fingerprint and plan; `<tuning>.tuned` the weights of a finished tuning, `<tuning>.judged`
the rows it was judged on, `<tuning>.checkpoint` a tuning in work. A folder of other data, another recipe or encoder is
emptied. It holds no words of anybody, only weights, and nobody else may read it.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from escalation.classifier.confidence.folds import OutOfFold
from escalation.classifier.durable_folder import write_json
from escalation.classifier.encoder.source import EncoderSource
from escalation.classifier.errors import BuildRunning
from escalation.classifier.prediction import Example
from escalation.classifier.tuning.checkpoint import Checkpoint, Saved, read_tensors, write_tensors
from escalation.classifier.tuning.plan import SHAPES, Plan
from escalation.classifier.tuning.recipe import TuningRecipe

RUN, LOCK = "run.json", "lock"
FORMAT = 2


def run_fingerprint(
    rows: Sequence[Example],
    *,
    source: EncoderSource,
    recipe: TuningRecipe,
    seed: int,
    wanted: str,
    budget: float | None,
) -> str:
    """Return a sha256 over all that decides what a run gives: equal for the same command on the same data."""
    head = [FORMAT, source.sha256, recipe.as_json(), [shape.__dict__ for shape in SHAPES], seed, wanted, budget]
    digest = hashlib.sha256(json.dumps(head, sort_keys=True).encode())
    for row in rows:
        digest.update(json.dumps([row.id, row.text, row.label, row.group]).encode())
    return digest.hexdigest()


class WorkFolder:
    """One run's folder, held by one process at a time. Raises: BuildRunning when another one works in it."""

    def __init__(self, folder: Path, fingerprint: str, *, fresh: bool = False) -> None:
        self.folder = folder
        self._fingerprint = fingerprint
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise BuildRunning(f"Another process is building in {folder.name!r}; wait for it or stop it.") from error
        self.plan = None if fresh else self._resumed()
        if self.plan is None:
            self._empty()

    def _resumed(self) -> Plan | None:
        try:
            found = json.loads((self.folder / RUN).read_text("utf-8"))
            return Plan.of_json(found["plan"]) if found["fingerprint"] == self._fingerprint else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _empty(self) -> None:
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != LOCK:
                path.unlink()

    def begin(self, plan: Plan) -> None:
        """Write down what the run does; from now on it can be resumed."""
        self.plan = plan
        partial = self.folder / f".{RUN}.partial"
        write_json(partial, {"fingerprint": self._fingerprint, "plan": plan.as_json()})
        partial.replace(self.folder / RUN)

    def checkpoint(self, name: str) -> Checkpoint:
        """Return where a tuning in work is saved."""
        return Checkpoint(self.folder / f"{name}.checkpoint")

    def tuned(self, name: str) -> Saved | None:
        """Return the weights of a finished tuning."""
        return read_tensors(self.folder / f"{name}.tuned")

    def keep_tuned(self, name: str, tensors: dict[str, Any]) -> None:
        """Keep the weights of a finished tuning instead of its checkpoint."""
        write_tensors(self.folder / f"{name}.tuned", tensors)
        self.checkpoint(name).remove()

    def judged(self, name: str) -> OutOfFold | None:
        """Return the rows that a finished tuning was judged on."""
        saved = read_tensors(self.folder / f"{name}.judged")
        return None if saved is None else OutOfFold(**{key: value.numpy() for key, value in saved.tensors.items()})

    def keep_judged(self, name: str, rows: OutOfFold) -> None:
        """Keep the rows a tuning was judged on; its weights have served."""
        import torch

        arrays = {"matrix": rows.matrix, "right": rows.right, "origin": rows.origin, "among": rows.among}
        write_tensors(self.folder / f"{name}.judged", {key: torch.from_numpy(value) for key, value in arrays.items()})
        (self.folder / f"{name}.tuned").unlink(missing_ok=True)

    def close(self, *, remove: bool) -> None:
        """Let go of the folder, and delete it when nothing goes on from it."""
        if remove:
            shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)
