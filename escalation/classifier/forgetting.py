"""Taking examples out of a model that is there: their vectors and ids. What the weights learnt of them stays.

A refit without the examples gives a head that never saw them; this is for models that nobody refits any more, and
for the time until then.
"""

import json
import shutil
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import numpy as np

from escalation.classifier.durable_folder import flush
from escalation.classifier.folder import EXAMPLES, load_model, save_model, with_golden
from escalation.classifier.head.scorer import Scorer
from escalation.classifier.labelled_vectors import LabelledVectors
from escalation.classifier.model import Model


def examples_of(folder: Path) -> set[str]:
    """Return the ids of the examples whose vectors a model folder holds."""
    ids = json.loads((folder / EXAMPLES).read_text("utf-8"))
    return {*ids["ids"], *ids["outside"]}


def forget_in_folder(folder: Path, encoders: Path, ids: Collection[str]) -> Model:
    """Write a model folder anew without these examples, in the place of the old one; return the model as it is now.

    Raises: what `load_model` and `save_model` raise. A folder that an interrupted call left aside is put right first.
    """
    fresh, old = _beside(folder)
    mend(folder)
    loaded = load_model(folder, encoders, name=folder.name)
    if not examples_of(folder) & set(ids):
        return loaded
    kept = replace(loaded, scorer=forget(loaded.scorer, ids))
    model = with_golden(kept, tuple(row.text for row in kept.golden))
    save_model(model, fresh)
    folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old)
    flush(folder.parent)
    return model


def mend(folder: Path) -> None:
    """Put right what a call left that was interrupted between two steps."""
    fresh, old = _beside(folder)
    if not folder.exists() and fresh.exists():
        fresh.rename(folder)
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _beside(folder: Path) -> tuple[Path, Path]:
    return folder.with_name(f".{folder.name}.fresh"), folder.with_name(f".{folder.name}.old")


def forget(scorer: Scorer, ids: Collection[str]) -> Scorer:
    """Return the scorer without these examples among its neighbours; head, calibration and threshold stay."""
    gone, before = set(ids), scorer.training
    training = replace(before, rows=_without(before.rows, gone), outside=_without(before.outside, gone))
    outside = len(before.outside) if scorer.calibrated_outside is None else scorer.calibrated_outside
    return replace(
        scorer, training=training, around=training.around, seen=scorer.seen - gone, calibrated_outside=outside
    )


def _without(rows: LabelledVectors, gone: Collection[str]) -> LabelledVectors:
    return rows[np.fromiter((id not in gone for id in rows.ids), bool, count=len(rows))]
