"""Building a model from examples: `head` on the frozen encoder in seconds, `full` with the encoder fine-tuned."""

import platform
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime

from escalation.classifier.encoder import OnnxEncoder, load_encoder
from escalation.classifier.encoder_source import find_encoder
from escalation.classifier.errors import ModelExists
from escalation.classifier.folder import save_model, with_golden
from escalation.classifier.head import Floats
from escalation.classifier.language import known_languages
from escalation.classifier.model import Lineage, Model
from escalation.classifier.out_of_fold import OutOfFold
from escalation.classifier.prediction import Example
from escalation.classifier.progress import Progress, Stop, Tell
from escalation.classifier.scorer import fit_scorer
from escalation.classifier.training_set import check_examples, fingerprint, name_text, training_set

Mode = Literal["head", "full"]
EMBED_AT_ONCE = 100
EMBEDDING_THREADS = 2


def build_model(
    examples: Sequence[Example], *, out_of_scope: Sequence[str] = (), name: str, mode: Mode = "head", folder: Path,
    encoders: Path, encoder: str | None = None, seed: int = 0, alpha: float = 0.02, golden: Sequence[str] = (),
    progress: Tell | None = None, cancelled: Stop | None = None, parents: Sequence[str] = (), created_at: str = "",
) -> Model:  # fmt: skip
    """Build a model, write it to `folder` (its own folder, which must not exist) and return it.

    Examples with label None and `out_of_scope` texts are known out-of-scope messages. `golden` texts are stored in the
    folder, so they must be the catalogue's own; without any the intents' names serve. `encoder` as in `find_encoder`.
    Raises: ExampleInvalid, TooFewExamples, OneClass, ModelExists, ModelNotSaved, TrainingCancelled, TrainingDiverged,
    and what `load_encoder` raises.
    """
    tell = progress or (lambda _: None)
    stop = cancelled or (lambda: False)
    if folder.exists():
        raise ModelExists(f"Model folder {folder.name!r} is already there; choose another name.")
    rows = _with_ids([*examples, *(Example(text, None) for text in out_of_scope)])
    check_examples(rows)
    source = find_encoder(encoder)
    tell(Progress("encoder", 0.0))
    base: OutOfFold | None = None
    if mode == "full":
        from escalation.classifier.training import fine_tune

        key, base = fine_tune(rows, source=source, encoders=encoders, name=name, seed=seed, tell=tell, stop=stop)
        loaded = load_encoder(key, encoders)
    else:
        loaded = load_encoder(source.key, encoders, source=source.name)
    model = _fit(rows, loaded, base, name, mode, seed, alpha, tell)
    lineage = replace(model.lineage, parents=tuple(parents), created_at=created_at)
    model = with_golden(replace(model, lineage=lineage), tuple(golden) or tuple(map(name_text, model.labels)))
    save_model(model, folder)
    tell(Progress("done", 1.0))
    return model


def _with_ids(examples: Sequence[Example]) -> list[Example]:
    return [row if row.id else replace(row, id=f"row-{position}") for position, row in enumerate(examples)]


def _fit(
    rows: Sequence[Example], encoder: OnnxEncoder, base: OutOfFold | None, name: str, mode: Mode, seed: int,
    alpha: float, tell: Tell,
) -> Model:  # fmt: skip
    texts = [row.text for row in rows]
    seen = frozenset(row.id for row in rows if row.label is not None) if base is not None else frozenset()
    training = training_set(
        embed_all(encoder, texts, tell), [row.label for row in rows], [row.id for row in rows], name_vectors={},
        embed=encoder.embed, groups=[row.group for row in rows], seen=seen,
    )  # fmt: skip
    tell(Progress("head", 0.9))
    scorer = fit_scorer(training, alpha=alpha, seed=seed, base=base, seen=seen)
    versions = {"python": platform.python_version(), "numpy": np.__version__, "onnxruntime": onnxruntime.__version__}
    lineage = Lineage(mode, (), fingerprint(training), seed, versions)
    known = frozenset(known_languages(row.text for row in rows if row.label is not None))
    return Model(name, encoder, scorer, lineage, known)


def embed_all(encoder: OnnxEncoder, texts: Sequence[str], tell: Tell) -> Floats:
    """Return unit vectors, float32 (n, d), telling the progress on the way."""
    pieces = [texts[at : at + EMBED_AT_ONCE] for at in range(0, len(texts), EMBED_AT_ONCE)]
    parts: list[Floats] = []
    with ThreadPoolExecutor(EMBEDDING_THREADS) as pool:  # runs of a session are independent and release the lock
        for part in pool.map(encoder.embed, pieces):
            parts.append(part)
            tell(Progress("embedding", 0.8 + 0.1 * len(parts) / len(pieces), step=len(parts), steps=len(pieces)))
    return np.concatenate(parts)
