"""A model on disk: written whole or not at all, verified file by file before it may serve.

`manifest.json` names everything else with its hash; `head.safetensors` holds all arrays; `examples.json` the ids behind
them; `golden.json` what the model must reproduce; `report.json` and `card.md` are for people. No customer's words.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from escalation.classifier.card import model_card
from escalation.classifier.confidence.calibration import Calibration
from escalation.classifier.confidence.folds import OutOfFold
from escalation.classifier.confidence.signals import SIGNALS
from escalation.classifier.confidence.threshold import Choice, Choices
from escalation.classifier.durable_folder import durable_folder, write_json
from escalation.classifier.encoder.serving import OnnxEncoder, load_encoder
from escalation.classifier.encoder.source import sha256_of
from escalation.classifier.errors import (
    EmbeddingInvalid,
    GoldenMismatch,
    ModelExists,
    ModelHashMismatch,
    ModelIncomplete,
    ModelInvalid,
    ModelNotSaved,
)
from escalation.classifier.head.fit import PENALTY, Head
from escalation.classifier.head.scorer import Scorer
from escalation.classifier.head.training_set import TrainingSet
from escalation.classifier.labelled_vectors import OUT_OF_SCOPE, LabelledVectors
from escalation.classifier.mentions.wording import Wording
from escalation.classifier.model import Golden, Lineage, Model
from escalation.kernel.arrays import Floats, Ints

FORMAT = 1
MANIFEST, HEAD, EXAMPLES, GOLDEN, REPORT, CARD = (
    "manifest.json", "head.safetensors", "examples.json", "golden.json", "report.json", "card.md",
)  # fmt: skip
FILES = (HEAD, EXAMPLES, GOLDEN, REPORT, CARD)
Arrays = dict[str, np.ndarray[Any, Any]]
MOST_GOLDEN = 30  # each is predicted at every start, 2 to 6 ms; an encoder exported otherwise shows in any of them


def save_model(model: Model, folder: Path) -> None:
    """Write `model` to `folder`, which must not exist yet. On failure nothing is left and nothing else was touched.

    Raises: ModelExists, ModelNotSaved (disk full, no rights).
    """
    if folder.exists():
        raise ModelExists(f"Model folder {folder.name!r} is already there; choose another name.")
    model = with_golden(model, tuple(row.text for row in model.golden))  # a refitted one decides otherwise
    try:
        with durable_folder(folder) as place:
            _write_files(model, place)
            files = {name: sha256_of(place / name) for name in FILES}
            write_json(place / MANIFEST, _manifest(model, files))
    except FileExistsError as error:
        raise ModelExists(f"Model folder {folder.name!r} appeared meanwhile; choose another name.") from error
    except OSError as error:
        raise ModelNotSaved(f"Model {model.name!r} could not be saved: {error.strerror or error}.") from error
    except SafetensorError as error:  # its own word for a disk that is full
        raise ModelNotSaved(f"Model {model.name!r} could not be saved: {error}.") from error


def load_model(folder: Path, encoders: Path, *, name: str | None = None) -> Model:
    """Load and verify a model folder; its encoder is exported first if it is a published one and missing.

    Raises: ModelIncomplete, ModelHashMismatch, ModelInvalid, GoldenMismatch, EncoderMissing, EncoderHashMismatch,
    EncoderInvalid.
    """
    manifest = read_manifest(folder)
    _verify_files(folder, manifest)
    try:
        scorer = _read_scorer(folder, manifest)
        golden = tuple(Golden(**row) for row in json.loads((folder / GOLDEN).read_text("utf-8")))
        report = json.loads((folder / REPORT).read_text("utf-8"))
        lineage = Lineage(**{**manifest["lineage"], "parents": tuple(manifest["lineage"]["parents"])})
    except (KeyError, ValueError, TypeError, IndexError, SafetensorError, EmbeddingInvalid) as error:
        raise ModelInvalid(f"Model folder {folder.name!r} contradicts itself: {error}") from error
    _check_numbers(scorer, folder)
    encoder = _encoder(manifest, scorer, encoders)
    model = Model(
        name or str(manifest["name"]), encoder, scorer, lineage, frozenset(manifest["languages"]), golden, report
    )
    check_golden(model)
    return model


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a model folder's manifest. Raises: ModelIncomplete, ModelInvalid."""
    path = folder / MANIFEST
    if not folder.is_dir():
        there = "`escalation model list` shows those there are"
        raise ModelIncomplete(f"There is no model {folder.name!r} in {folder.parent}; {there}.")
    if not path.is_file():
        raise ModelIncomplete(f"{folder.name!r} is no model folder: {MANIFEST} is missing.")
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ModelInvalid(f"{folder.name}/{MANIFEST} is not JSON: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ModelInvalid(f"{folder.name}/{MANIFEST} is not of format {FORMAT}.")
    return manifest


def manifest_hash(folder: Path) -> str:
    """Return the hex sha256 of a folder's manifest, which holds the hashes of all its other files."""
    return sha256_of(folder / MANIFEST)


def check_golden(model: Model) -> None:
    """Raises: GoldenMismatch when the model, with this machine's encoder, gives another label or decision."""
    predictions = model.predict([row.text for row in model.golden])
    for row, prediction in zip(model.golden, predictions, strict=True):
        answered = prediction.confidence >= model.threshold
        if (prediction.label, answered) != (row.label, row.answered):
            raise GoldenMismatch(
                f"Model {model.name!r} gives {prediction.label!r} (answered: {answered}) for a golden message where "
                f"{row.label!r} (answered: {row.answered}) was stored; its encoder was exported differently."
            )


def golden_of(model: Model, texts: tuple[str, ...]) -> tuple[Golden, ...]:
    """Return at most MOST_GOLDEN of the texts, evenly spread, as golden rows.

    Left out are those so near a border that another processor may tip them.
    """
    rows = []
    for text, prediction in zip(texts, model.predict(texts), strict=True):
        gap = prediction.scores[0] - prediction.scores[1]
        if gap >= 0.15 and abs(prediction.confidence - model.threshold) >= 0.05:
            rows.append(Golden(text, prediction.label, prediction.confidence >= model.threshold))
    return tuple(rows[:: -(-len(rows) // MOST_GOLDEN) or 1])


def with_golden(model: Model, texts: tuple[str, ...]) -> Model:
    """Return the model with golden rows for `texts`, which must be the product's or catalogue's, never a customer's."""
    return replace(model, golden=golden_of(model, texts))


def _write_files(model: Model, place: Path) -> None:
    training = model.scorer.training
    save_file(_arrays(model.scorer), place / HEAD)
    write_json(place / EXAMPLES, {"ids": training.rows.ids, "outside": training.outside.ids})
    write_json(place / GOLDEN, [asdict(row) for row in model.golden])
    write_json(place / REPORT, dict(model.report))
    (place / CARD).write_text(model_card(model), "utf-8")


def _arrays(scorer: Scorer) -> Arrays:
    training, calibration, rows = scorer.training, scorer.calibration, scorer.training.rows
    return {
        "weights": scorer.head.weights, "bias": scorer.head.bias,
        "centre": calibration.centre, "scale": calibration.scale,
        "correct": calibration.correct, "novel": calibration.novel,
        "vectors": rows.vectors.astype(np.float16), "codes": rows.codes.astype(np.int32),
        "groups": rows.groups.astype(np.int32), "seen": rows.seen.astype(np.uint8),
        "names": training.names.astype(np.float16), "outside": training.outside.vectors.astype(np.float16),
        "base_matrix": scorer.base.matrix, "base_right": scorer.base.right.astype(np.uint8),
        "base_origin": scorer.base.origin.astype(np.uint8), "base_among": scorer.base.among.astype(np.uint8),
        "cues": rows.wording.cues.astype(np.uint16), "words": rows.wording.table(),
        **({} if calibration.among is None else {"among": calibration.among}),
    }  # fmt: skip


def _manifest(model: Model, files: Mapping[str, str]) -> dict[str, Any]:
    encoder, scorer = model.encoder.manifest, model.scorer
    return {
        "format": FORMAT,
        "name": model.name,
        "labels": list(model.labels),
        "encoder": {
            "key": encoder.key, "source": encoder.source, "source_sha256": encoder.source_sha256,
            "recipe": encoder.recipe, "fine_tuned": encoder.fine_tuned,
        },
        "lineage": {**asdict(model.lineage), "versions": dict(model.lineage.versions)},
        "alpha": scorer.alpha,
        "threshold": model.threshold,
        "choice": asdict(scorer.choice),
        "choices": [{"alpha": alpha, **asdict(choice)} for alpha, choice in scorer.choices],
        "calibrated_on": scorer.calibrated_on,
        "calibrated_labels": scorer.calibrated_labels and list(scorer.calibrated_labels),
        "calibrated_outside": scorer.calibrated_outside,
        "signals": list(SIGNALS),
        "penalty": scorer.training.penalty,
        "languages": sorted(model.languages),
        "files": dict(files),
    }  # fmt: skip


def _verify_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    expected = manifest.get("files")
    if not isinstance(expected, dict) or set(expected) != set(FILES):
        raise ModelInvalid(f"{folder.name}/{MANIFEST} does not name the files of a model.")
    for name, digest in expected.items():
        if not (folder / name).is_file():
            raise ModelIncomplete(f"{folder.name}/{name} is missing.")
        if sha256_of(folder / name) != digest:
            raise ModelHashMismatch(f"{folder.name}/{name} was altered or cut short: its hash is not the manifest's.")


def _read_scorer(folder: Path, manifest: Mapping[str, Any]) -> Scorer:
    arrays: Arrays = load_file(folder / HEAD)
    ids = json.loads((folder / EXAMPLES).read_text("utf-8"))
    if manifest["signals"] != list(SIGNALS):
        raise ValueError("its calibration is for other signals")
    labels = tuple(manifest["labels"])
    rows = LabelledVectors(
        arrays["vectors"].astype(np.float32), _ints(arrays["codes"]), labels, tuple(ids["ids"]),
        _ints(arrays["groups"]), arrays["seen"].astype(bool), _wording(arrays, len(labels)),
    )  # fmt: skip
    outside = _outside(arrays["outside"].astype(np.float32), labels, tuple(ids["outside"]))
    training = TrainingSet(rows, outside, arrays["names"].astype(np.float32), float(manifest.get("penalty", PENALTY)))
    calibration = Calibration(
        arrays["centre"], arrays["scale"], arrays["correct"], arrays["novel"], arrays.get("among")
    )
    right = arrays["base_right"].astype(bool)
    among = arrays["base_among"].astype(bool) if "base_among" in arrays else right  # a folder made before it was there
    base = OutOfFold(arrays["base_matrix"], right, _ints(arrays["base_origin"]), among)
    seen = frozenset(rows[rows.seen].ids)
    judged = manifest.get("calibrated_labels")
    return Scorer(
        training, Head(arrays["weights"], arrays["bias"]), calibration, Choice(**manifest["choice"]),
        float(manifest["alpha"]), int(manifest["calibrated_on"]), training.around, base, seen,
        judged and tuple(judged), manifest.get("calibrated_outside"), _choices(manifest.get("choices", [])),
    )  # fmt: skip


def _choices(rows: list[dict[str, float]]) -> Choices:
    """Return the thresholds by accepted error; a folder made before they were kept has none."""
    return tuple((row.pop("alpha"), Choice(**row)) for row in (dict(each) for each in rows))


def _wording(arrays: Arrays, intents: int) -> Wording:
    """Return the wording of the examples; a folder made before it was there has none."""
    if "words" not in arrays or not len(arrays["words"]):
        return Wording.unread()
    return Wording.of_table(_ints(arrays["cues"]), _ints(arrays["words"]), intents)


def _outside(vectors: Floats, labels: tuple[str, ...], ids: tuple[str, ...]) -> LabelledVectors:
    """Return known out-of-scope messages; they are in no fold, so their groups are not stored."""
    count = len(ids)
    codes = np.full(count, OUT_OF_SCOPE, np.int64)
    return LabelledVectors(vectors, codes, labels, ids, np.arange(count), np.zeros(count, bool))


def _ints(array: np.ndarray[Any, Any]) -> Ints:
    return array.astype(np.int64)


def _check_numbers(scorer: Scorer, folder: Path) -> None:
    """Raises: ModelInvalid for shapes that do not fit together or numbers that are not finite."""
    training, head, calibration = scorer.training, scorer.head, scorer.calibration
    rows, classes, width = training.rows, len(training.labels), len(SIGNALS)
    if (
        head.weights.shape != (training.names.shape[1], classes) or head.bias.shape != (classes,)
        or rows.vectors.shape[1] != head.weights.shape[0] or rows.codes.ndim != 1
        or len(set(training.labels)) != classes or classes < 2 or rows.codes.min(initial=0) < 0
        or rows.codes.max(initial=0) >= classes or calibration.correct.shape != (width + 1,)
        or calibration.novel.shape != (width + 1,)
        or (calibration.among is not None and calibration.among.shape != (width + 1,))
    ):  # fmt: skip
        raise ModelInvalid(f"Model folder {folder.name!r}: labels, head and examples do not fit together.")
    for name, array in _arrays(scorer).items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ModelInvalid(f"Model folder {folder.name!r}: {name} holds numbers that are not finite.")


def _encoder(manifest: Mapping[str, Any], scorer: Scorer, encoders: Path) -> OnnxEncoder:
    wanted = manifest["encoder"]
    encoder = load_encoder(wanted["key"], encoders, source=None if wanted["fine_tuned"] else wanted["source"])
    if encoder.dimension != scorer.head.weights.shape[0]:
        raise ModelInvalid(f"Encoder {wanted['key']!r} gives other vectors than the head was fitted on.")
    return encoder
