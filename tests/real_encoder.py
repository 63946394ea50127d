"""The packaged encoder, exported once for every test and every process that runs tests.

Its folder name tells the recipe and the published weights; the folder above it is named by the code that exports, so
that a change to that code is tested on a new export.
"""

import fcntl
import hashlib
import os
from functools import cache
from pathlib import Path

from escalation.classifier.encoder.serving import load_encoder
from escalation.classifier.encoder.source import DEFAULT_ENCODER, find_encoder

ROOT = Path(__file__).resolve().parent.parent
EXPORTING = sorted((ROOT / "escalation" / "classifier" / "encoder").glob("*.py"))


def _code() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in EXPORTING)).hexdigest()[:12]


ENCODERS = Path(os.environ.get("ESCALATION_ENCODERS_DIR", ROOT / "var" / "encoders" / _code()))
"""Where tests and benchmarks keep exported encoders."""


@cache
def real_encoders() -> Path:
    """Return ENCODERS with the packaged encoder in it; processes that ask at the same time wait for one export."""
    ENCODERS.mkdir(parents=True, exist_ok=True)
    with (ENCODERS.parent / f"{ENCODERS.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        load_encoder(find_encoder().key, ENCODERS, source=DEFAULT_ENCODER)
    return ENCODERS


def linked_encoders(place: Path) -> Path:
    """Return a new folder in `place` for encoders of its own, in which the packaged one is a link to the shared one."""
    folder = place / "encoders"
    folder.mkdir()
    key = find_encoder().key
    (folder / key).symlink_to(real_encoders() / key, target_is_directory=True)
    return folder
