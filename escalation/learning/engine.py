"""What learning needs of the classifier, as one port: load, save, refit. Tests give one with a small encoder."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from escalation.classifier.encoder.source import sha256_of
from escalation.classifier.errors import ModelHashMismatch
from escalation.classifier.folder import MANIFEST, load_model, save_model, with_golden
from escalation.classifier.head.refit import refit_head
from escalation.classifier.model import Model
from escalation.kernel.arrays import Floats


class Engine(Protocol):
    """Loads and makes models. Every method blocks and is called off the event loop."""

    def load(self, folder: Path, name: str) -> Model:
        """Load and verify a model folder. Raises: ClassifierError."""
        ...

    def save(self, model: Model, folder: Path, golden: Sequence[str]) -> Model:
        """Write the model with `golden` texts of the catalogue to check it by; return it as written."""
        ...

    def refit(
        self, parent: Model, vectors: Floats, labels: Sequence[str | None], ids: Sequence[str], groups: Sequence[str],
        name: str, *, alpha: float, recalibrate: bool | None = None,
    ) -> Model:  # fmt: skip
        """Return a model with the parent's encoder, fitted on exactly these examples, for this accepted error."""
        ...


class ClassifierEngine:
    """The engine on the real classifier; `encoders` is where exported encoders live."""

    def __init__(self, encoders: Path) -> None:
        self._encoders = encoders

    def load(self, folder: Path, name: str) -> Model:
        """Load and verify a model folder. Raises: ClassifierError."""
        return load_model(folder, self._encoders, name=name)

    def save(self, model: Model, folder: Path, golden: Sequence[str]) -> Model:
        """Write the model with `golden` texts to check it by; return it as written."""
        finished = with_golden(model, tuple(golden))
        save_model(finished, folder)
        return finished

    def refit(
        self, parent: Model, vectors: Floats, labels: Sequence[str | None], ids: Sequence[str], groups: Sequence[str],
        name: str, *, alpha: float, recalibrate: bool | None = None,
    ) -> Model:  # fmt: skip
        """Return a model with the parent's encoder, fitted on exactly these examples."""
        return refit_head(parent, vectors, labels, ids, name, groups=groups, alpha=alpha, recalibrate=recalibrate)


def manifest_hash(folder: Path) -> str:
    """Return the hex sha256 of a folder's manifest, which holds the hashes of all its other files."""
    return sha256_of(folder / MANIFEST)


def load_checked(engine: Engine, folder: Path, name: str, expected: str) -> Model:
    """Load a folder whose manifest must be the registered one.

    Raises: ModelHashMismatch for another manifest; ModelIncomplete and the rest as `Engine.load`.
    """
    if (folder / MANIFEST).is_file() and manifest_hash(folder) != expected:
        raise ModelHashMismatch(f"{name}/{MANIFEST} is not the one that was registered; the folder was altered.")
    return engine.load(folder, name)


def with_threshold(model: Model, threshold: float) -> Model:
    """Return the model answering from another threshold."""
    choice = replace(model.scorer.choice, threshold=threshold)
    return replace(model, scorer=replace(model.scorer, choice=choice))
