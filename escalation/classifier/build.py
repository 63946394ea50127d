"""Building a model from examples: `head` on the frozen encoder in seconds, `full` with the encoder fine-tuned."""

import platform
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from escalation.classifier.confidence.folds import OutOfFold
from escalation.classifier.confidence.language import known_languages
from escalation.classifier.encoder.serving import OnnxEncoder, clean_text, load_encoder
from escalation.classifier.encoder.source import EncoderSource, find_encoder
from escalation.classifier.errors import ExampleInvalid, ModelExists
from escalation.classifier.folder import save_model, with_golden
from escalation.classifier.head.scorer import fit_scorer
from escalation.classifier.head.training_set import check_labels, name_text, training_set
from escalation.classifier.labelled_vectors import LabelledVectors
from escalation.classifier.model import Lineage, Model, text_id
from escalation.classifier.prediction import Example
from escalation.classifier.progress import Progress, Stop, Tell
from escalation.classifier.tuning.plan import SECONDS_A_MESSAGE, Plan, RequestedMode, Size, without_tuning
from escalation.classifier.tuning.recipe import RECIPE, TuningRecipe
from escalation.classifier.tuning.remaining_time import RunProgress
from escalation.kernel.arrays import Floats

if TYPE_CHECKING:
    from escalation.classifier.tuning.fine_tuning import FineTuning

EMBED_AT_ONCE = 100
EMBEDDING_THREADS = 2
SECONDS_AN_EXAMPLE = 0.003  # fitting and calibrating the head, per example of 150 intents


def build_model(
    examples: Sequence[Example], *, out_of_scope: Sequence[str] = (), name: str, mode: RequestedMode = "head",
    folder: Path, encoders: Path, encoder: str | None = None, seed: int = 0, alpha: float = 0.02,
    golden: Sequence[str] = (), budget: float | None = None, work: Path | None = None, fresh: bool = False,
    progress: Tell | None = None, cancelled: Stop | None = None, parents: Sequence[str] = (), created_at: str = "",
    recipe: TuningRecipe = RECIPE, languages: Collection[str] = (),
) -> Model:  # fmt: skip
    """Build a model, write it to `folder` (its own folder, which must not exist) and return it.

    Examples with label None and `out_of_scope` texts are known out-of-scope messages. `golden` texts are stored in the
    folder, so they must be the catalogue's own; without any the intents' names serve. `encoder` as in `find_encoder`.
    `auto` is `full` where that gains enough and fits `budget` (seconds; None: any), see `tuning.plan`.
    A full build keeps its progress in `work` (default `.building-NAME` beside `folder`): the same call goes on where a
    killed one was, unless `fresh`. A cancelled build deletes the default folder and leaves one that was given.
    `recipe` is how it fine-tunes. `languages` (ISO 639-1) count as known beside those of the examples: an encoder for
    many languages carries what it learnt in one to the others.
    Raises: ExampleInvalid, TooFewExamples, OneClass, ModelExists, ModelNotSaved, TrainingCancelled, TrainingDiverged,
    BuildRunning, and what `load_encoder` raises.
    """
    if folder.exists():
        raise ModelExists(f"Model folder {folder.name!r} is already there; choose another name.")
    rows = _with_ids([*examples, *(Example(text, None) for text in out_of_scope)])
    check_examples(rows)
    job = _Job(rows, find_encoder(encoder), encoders, name, seed, alpha, recipe)
    tell = progress or _ignored
    tell(Progress("encoder", 0.0))
    with ExitStack() as stack:
        plan, run = without_tuning(job.size, mode), None
        if plan is None:
            place = work or folder.parent / f".building-{folder.name}"
            run = stack.enter_context(_opened(job, mode, budget, place, fresh=fresh, given=work is not None))
            plan = run.plan
        tell(Progress("planned", 0.0, note=plan.why))
        model = _fit(job, plan, run, RunProgress(plan.seconds + _fitting_seconds(job.size), tell, cancelled or _never))
        lineage = replace(model.lineage, parents=tuple(parents), created_at=created_at)
        if model.languages:  # where none was recognised every language is known
            model = replace(model, languages=model.languages | frozenset(languages))
        model = with_golden(replace(model, lineage=lineage), tuple(golden) or tuple(map(name_text, model.labels)))
        save_model(model, folder)
    tell(Progress("done", 1.0))
    return model


@dataclass(frozen=True)
class _Job:
    rows: Sequence[Example]
    source: EncoderSource
    encoders: Path
    name: str
    seed: int
    alpha: float
    recipe: TuningRecipe

    @property
    def labelled(self) -> tuple[Example, ...]:
        return tuple(row for row in self.rows if row.label is not None)

    @property
    def size(self) -> Size:
        return Size(len(self.labelled), len({row.label for row in self.labelled}))


def _ignored(_: Progress) -> None: ...


def _never() -> bool:
    return False


def check_examples(examples: Sequence[Example]) -> None:
    """Raises: ExampleInvalid (not text, empty text or label, a label that no file can hold; names the position),
    TooFewExamples, OneClass.
    """
    for position, example in enumerate(examples):
        if not isinstance(example.text, str) or not clean_text(example.text):
            raise ExampleInvalid(f"Example {position} has no text.")
        if example.label is not None and (not isinstance(example.label, str) or not example.label.strip()):
            raise ExampleInvalid(f"Example {position} has an empty label; use null for out of scope.")
        if example.label is not None and any(unicodedata.category(c) in {"Cc", "Cs"} for c in example.label):
            raise ExampleInvalid(f"Example {position} has a control character or half a character in its label.")
    check_labels([example.label for example in examples if example.label is not None])


def _with_ids(examples: Sequence[Example]) -> list[Example]:
    """Return the examples; those without an id get the one of their text, and its second one a number as well."""
    met: Counter[str] = Counter()
    return [row if row.id else replace(row, id=_numbered(text_id(row.text), met)) for row in examples]


def _numbered(id: str, met: Counter[str]) -> str:
    met[id] += 1
    return id if met[id] == 1 else f"{id}-{met[id]}"


def _opened(
    job: _Job, mode: RequestedMode, budget: float | None, place: Path, *, fresh: bool, given: bool
) -> AbstractContextManager["FineTuning"]:
    from escalation.classifier.tuning.fine_tuning import TuningRequest, opened  # torch; a head is built without

    request = TuningRequest(job.labelled, job.source, mode, budget, job.seed, job.recipe)
    return opened(request, place, fresh=fresh, kept_when_cancelled=given)


def _fit(job: _Job, plan: Plan, run: "FineTuning | None", progress: RunProgress) -> Model:
    base: OutOfFold | None = None
    seen: frozenset[str] = frozenset()
    if run is not None and plan.mode == "full":
        key, base = run.fine_tune(job.name, job.encoders, progress)
        encoder = load_encoder(key, job.encoders)
        seen = frozenset(row.id for row in job.labelled)
    else:
        encoder = load_encoder(job.source.key, job.encoders, source=job.source.name)
    tell = progress.stage("embedding", _embedding_seconds(len(job.rows)))
    vectors = embed_all(encoder, [row.text for row in job.rows], lambda done: tell(done.step, done.steps))
    training = training_set(LabelledVectors.of(vectors, job.rows, seen=seen), embed=encoder.embed)
    progress.advance(0.0, "head")
    scorer = fit_scorer(
        training, background=encoder.background, alpha=job.alpha, seed=job.seed, base=base, seen=seen,
        prior=encoder.prior,
    )  # fmt: skip
    versions = {"python": platform.python_version(), "numpy": np.__version__, "onnxruntime": onnxruntime.__version__}
    lineage = Lineage(plan.mode, (), training.fingerprint(), job.seed, versions)
    known = frozenset(known_languages(row.text for row in job.labelled))
    return Model(job.name, encoder, scorer, lineage, known)


def _fitting_seconds(size: Size) -> float:
    return _embedding_seconds(size.examples) + SECONDS_AN_EXAMPLE * size.examples


def _embedding_seconds(messages: int) -> float:
    return SECONDS_A_MESSAGE * messages / EMBEDDING_THREADS


def embed_all(encoder: OnnxEncoder, texts: Sequence[str], tell: Tell) -> Floats:
    """Return unit vectors, float32 (n, d), telling the progress on the way (its share is of the embedding)."""
    pieces = [texts[at : at + EMBED_AT_ONCE] for at in range(0, len(texts), EMBED_AT_ONCE)]
    parts: list[Floats] = []
    with ThreadPoolExecutor(EMBEDDING_THREADS) as pool:  # runs of a session are independent and release the lock
        for part in pool.map(encoder.embed, pieces):
            parts.append(part)
            tell(Progress("embedding", len(parts) / len(pieces), step=len(parts), steps=len(pieces)))
    return np.concatenate(parts)
