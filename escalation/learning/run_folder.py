"""The folder that a run works in, which outlives the process: what the run learns from, the child's work, the model.

It names examples by id and holds nobody's words, but for the job while the child reads it.
"""

import json
import shutil
from dataclasses import replace
from pathlib import Path

from escalation.classifier.durable_folder import write_json
from escalation.classifier.folder import MANIFEST
from escalation.learning.datasets import Dataset

LEARNT_FROM, WORK, JOB = "learnt_from.json", "work", "job.json"


class RunFolder:
    """`folder` is made if it is missing, for this user alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        self.job.unlink(missing_ok=True)

    @property
    def job(self) -> Path:
        """Where the child reads what to build."""
        return self.folder / JOB

    @property
    def work(self) -> Path:
        """Where the child keeps what it has done."""
        return self.folder / WORK

    def model(self, name: str) -> Path:
        """Return where the child puts a model."""
        return self.folder / name

    def finished(self, name: str) -> bool:
        """Whether an earlier process built the model, and died before it was judged."""
        return (self.model(name) / MANIFEST).is_file()

    def dataset(self, now: Dataset) -> Dataset:
        """Return what the run learns from: what it began with, even if more is known by now, else all there is now.

        It begins again when something was taken away meanwhile, for a model must not learn from that.
        """
        known = {(row.id, row.label) for row in now.train}
        began = self._began_with()
        if began is None or not began <= known:
            return self._begin(now)
        seeds = sum((row.id, row.label) in began for row in now.train[: now.seeds])
        return replace(now, train=tuple(row for row in now.train if (row.id, row.label) in began), seeds=seeds)

    def _began_with(self) -> set[tuple[str, str | None]] | None:
        try:
            rows = json.loads((self.folder / LEARNT_FROM).read_text("utf-8"))
            return {(id, label) for id, label in rows}
        except (OSError, ValueError):
            return None

    def _begin(self, dataset: Dataset) -> Dataset:
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        partial = self.folder / f".{LEARNT_FROM}"
        write_json(partial, [[row.id, row.label] for row in dataset.train])
        partial.replace(self.folder / LEARNT_FROM)
        return dataset
