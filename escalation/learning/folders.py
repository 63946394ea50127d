"""The folder of models: which are there, what a folder says of itself, and clearing away what nobody needs."""

import json
import shutil
import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from escalation.classifier.errors import ClassifierError, ModelHashMismatch
from escalation.classifier.folder import EXAMPLES, MANIFEST, REPORT, load_model, manifest_hash, read_manifest
from escalation.classifier.forgetting import forget_in_folder, mend
from escalation.classifier.model import Model
from escalation.learning.model_names import is_model_name, version_of
from escalation.learning.registry import NewModel
from escalation.logs import get_logger

BUILDING = ".building"
KEPT_REVISIONS = 3
LEFT_SECONDS = 3600

_log = get_logger(__name__)


class ModelFolders:
    """`<models>/<name>/` for every model; runs build in `<models>/.building/<run>/`; encoders are kept apart."""

    def __init__(self, models: Path, encoders: Path) -> None:
        self._models = models
        self._encoders = encoders

    def path(self, name: str) -> Path:
        """Return the folder of a model."""
        return self._models / name

    def building(self, run: str) -> Path:
        """Return the folder a run works in."""
        return self._models / BUILDING / run

    def names(self) -> list[str]:
        """Return the names of all model folders, sorted."""
        if not self._models.is_dir():
            return []
        return sorted(
            path.parent.name for path in self._models.glob(f"*/{MANIFEST}") if is_model_name(path.parent.name)
        )

    def found(self) -> list[NewModel]:
        """Return what the folders of versions say of themselves; unreadable ones are logged and left out.

        Revisions are left out: one without a row is the leftover of a process that died before it was published.
        """
        return [new for name in self.names() if version_of(name) is None and (new := self._read(name)) is not None]

    def _read(self, name: str) -> NewModel | None:
        folder = self.path(name)
        try:
            manifest = read_manifest(folder)
            ids = json.loads((folder / EXAMPLES).read_text("utf-8"))
            written = json.loads((folder / REPORT).read_text("utf-8"))
            return _described(name, manifest, ids, written, manifest_hash(folder))
        except (ClassifierError, OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("model_folder_unreadable", model=name, error=str(error)[:300])
            return None

    def load(self, name: str, expected: str) -> Model:
        """Load and verify a model whose manifest must have the registered hash; blocks.

        Raises: ModelHashMismatch for another manifest, and what `load_model` raises.
        """
        folder = self.path(name)
        if (folder / MANIFEST).is_file() and manifest_hash(folder) != expected:
            raise ModelHashMismatch(f"{name}/{MANIFEST} is not the one that was registered; the folder was altered.")
        return load_model(folder, self._encoders, name=name)

    def forget(self, name: str, ids: Collection[str]) -> Model:
        """Take examples out of a model's folder; return the model without them; blocks. Raises: ClassifierError."""
        return forget_in_folder(self.path(name), self._encoders, ids)

    def mend(self) -> None:
        """Put right what an interrupted `forget` left aside."""
        for path in (*self._models.glob(".*.fresh"), *self._models.glob(".*.old")):
            mend(self.path(path.name.removeprefix(".").rsplit(".", 1)[0]))

    def remove(self, name: str) -> None:
        """Delete a model's folder, if it is there."""
        shutil.rmtree(self.path(name), ignore_errors=True)

    def clear_building(self, run: str) -> None:
        """Delete what a run left behind."""
        shutil.rmtree(self.building(run), ignore_errors=True)

    def clear_leftovers(self, runs: Collection[str]) -> None:
        """Delete what dead processes left: half-written folders nobody touched for an hour, and folders of runs.

        Those of `runs` stay: they go on from there.
        """
        for path in (self._models / BUILDING).glob("*"):
            if path.name not in runs:
                shutil.rmtree(path, ignore_errors=True)
        for path in (*self._models.glob(".*.partial"), *self._encoders.glob(".*.partial")):
            if path.stat().st_mtime < time.time() - LEFT_SECONDS:
                shutil.rmtree(path, ignore_errors=True)

    def prune(self, used: Collection[str]) -> list[str]:
        """Delete all revisions but those in use (live head, anchor) and the newest; return the names deleted."""
        revisions = sorted(
            (name for name in self.names() if version_of(name) is not None),
            key=lambda name: self.path(name).stat().st_mtime_ns,
        )
        gone = [name for name in revisions[:-KEPT_REVISIONS] if name not in used]
        for name in gone:
            self.remove(name)
        return gone

    def clear_encoder(self, name: str) -> None:
        """Delete the encoder fine-tuned for a model of this name, unless a model folder uses it."""
        try:
            used = {read_manifest(self.path(model))["encoder"]["key"] for model in self.names()}
        except ClassifierError:
            return  # who knows what an unreadable folder needs
        for path in self._encoders.glob(f"*/{MANIFEST}"):
            manifest = json.loads(path.read_text("utf-8"))
            if manifest.get("fine_tuned") and manifest.get("source") == name and path.parent.name not in used:
                shutil.rmtree(path.parent, ignore_errors=True)


def _described(
    name: str, manifest: dict[str, Any], ids: dict[str, Any], written: dict[str, Any], digest: str
) -> NewModel:
    lineage, choice = manifest["lineage"], manifest["choice"]
    report = {
        "grounds": "out_of_fold",
        "out_of_fold": {"coverage": choice["coverage"], "risk": choice["risk"]},
        "accuracy": written.get("accuracy"),
        "coverage": written.get("coverage", choice["coverage"]),
        "risk": written.get("risk", choice["risk"]),
        "novelty_auroc": written.get("auroc"),
    }
    return NewModel(
        name=name,
        kind="version",
        parent=next(iter(reversed(lineage["parents"])), None),
        mode=lineage["mode"],
        examples=len(ids["ids"]) + len(ids["outside"]),
        intents=len(manifest["labels"]),
        threshold=float(manifest["threshold"]),
        manifest_hash=digest,
        report=report,
        created_at=_instant(lineage.get("created_at", "")),
    )


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
