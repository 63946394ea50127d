"""An exported encoder on disk, `<encoders>/<key>/`: two graphs, `tokenizer.json`, a manifest of their hashes.

`model.onnx` has unsigned weights and serves on any processor; `model-signed.onnx`, for those with VNNI, has each less
128 and gives the same vectors.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from escalation.classifier.encoder.source import sha256_of
from escalation.classifier.errors import EncoderHashMismatch, EncoderInvalid, EncoderMissing

GRAPH, SIGNED_GRAPH, TOKENIZER, MANIFEST = "model.onnx", "model-signed.onnx", "tokenizer.json", "manifest.json"
FILES = (GRAPH, SIGNED_GRAPH, TOKENIZER)
FORMAT = 1


@dataclass(frozen=True, slots=True)
class EncoderManifest:
    """What an exported encoder is and how it was made.

    `source` and `source_sha256` name the weights (for a fine-tuned encoder: the run and the hash of its own weights).
    `cosine_mean` and `cosine_min` compare its vectors with torch's on a few probe sentences at export time.
    """

    key: str
    source: str
    source_sha256: str
    recipe: str
    fine_tuned: bool
    dimension: int
    max_tokens: int
    files: dict[str, str]
    versions: dict[str, str]
    cosine_mean: float
    cosine_min: float
    format: int = FORMAT

    def as_json(self) -> dict[str, Any]:
        """Return the manifest as plain JSON values."""
        return asdict(self)


def read_manifest(path: Path) -> EncoderManifest:
    """Return what a manifest says, unchecked. Raises: EncoderInvalid."""
    try:
        return EncoderManifest(**json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError) as error:
        raise EncoderInvalid(f"{path.parent.name}/{MANIFEST} cannot be read: {error}") from error


def read_encoder(folder: Path) -> EncoderManifest:
    """Return the manifest of an exported encoder after checking every file against it.

    Raises: EncoderMissing (no such folder), EncoderInvalid (unreadable manifest), EncoderHashMismatch.
    """
    manifest = manifest_of(folder)
    check_hashes(folder, manifest, tuple(manifest.files))
    return manifest


def manifest_of(folder: Path) -> EncoderManifest:
    """Return the manifest of an exported encoder, its files unchecked. Raises: EncoderMissing, EncoderInvalid."""
    path = folder / MANIFEST
    if not path.is_file():
        raise EncoderMissing(f"No exported encoder {folder.name!r} in {folder.parent.name}/.")
    manifest = read_manifest(path)
    # Encoders fine-tuned with an earlier release have no signed graph, and cannot be exported again.
    if manifest.format != FORMAT or set(manifest.files) | {SIGNED_GRAPH} != set(FILES):
        raise EncoderInvalid(f"{folder.name}/{MANIFEST} is of another format; delete the folder to have it rebuilt.")
    return manifest


def check_hashes(folder: Path, manifest: EncoderManifest, names: Sequence[str]) -> None:
    """Raises: EncoderHashMismatch when one of these files is not what the manifest says."""
    for name in names:
        file = folder / name
        if not file.is_file() or sha256_of(file) != manifest.files[name]:
            raise EncoderHashMismatch(f"{folder.name}/{name} is missing or altered; delete the folder to rebuild it.")


def is_exported(name: str, encoders: Path) -> bool:
    """Whether the published encoder of that name was exported once; its files may be gone since."""
    for path in encoders.glob(f"*/{MANIFEST}"):
        try:
            found = read_manifest(path)
        except EncoderInvalid:
            continue
        if found.source == name and not found.fine_tuned:
            return True
    return False
