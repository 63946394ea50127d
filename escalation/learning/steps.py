"""The steps that a fast refit and a training run share: read the data, embed, refit, judge, save."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np

from escalation.classifier.confidence.traffic import Traffic
from escalation.classifier.folder import manifest_hash, save_model, with_golden
from escalation.classifier.head.fit import Head
from escalation.classifier.head.refit import refit_head
from escalation.classifier.labelled_vectors import LabelledVectors
from escalation.classifier.model import Model
from escalation.classifier.prediction import Prediction
from escalation.database import Database, Transaction
from escalation.kernel.arrays import Floats
from escalation.learning import datasets, embeddings, gate, lease
from escalation.learning.datasets import Dataset, Labelled
from escalation.learning.embeddings import EmbeddingCache
from escalation.learning.folders import ModelFolders
from escalation.learning.gate import Contender
from escalation.learning.learnt import Judged, learnt
from escalation.learning.promotion import GateVerdict
from escalation.learning.registry import NewModel

EMBED_AT_ONCE = 32
"""Messages between two looks of the event loop: about 100 ms of work."""

T = TypeVar("T")


@dataclass(frozen=True)
class Judgement:
    """What the challenger judged last made of the gate's rows; its head tells it from every other model."""

    head: Head
    rows: tuple[Labelled, ...]
    predictions: Sequence[Prediction] | None


def learner_thread() -> ThreadPoolExecutor:
    """Return an executor of one thread.

    It has the priority of all others: a slow thread that holds the interpreter's lock would make the fast ones wait.
    """
    return ThreadPoolExecutor(1, thread_name_prefix="learner")


class LearningSteps:
    """The steps as the learner that holds `token` does them: writes fenced by the lease, long work in one thread."""

    def __init__(
        self, database: Database, folders: ModelFolders, executor: Executor, *, token: str, alpha: float,
        accepted: Callable[[Transaction], float] | None = None,
    ) -> None:  # fmt: skip
        """`accepted` reads the share of wrong answers that is accepted now; without it that is `alpha`."""
        self.database = database
        self.folders = folders
        self.alpha = alpha
        self._accepted = accepted or (lambda _: alpha)
        self.token = token
        self._executor = executor
        self._cache = EmbeddingCache()
        self._judged: Judgement | None = None

    async def call(self, fn: Callable[[], T]) -> T:
        """Run `fn` in the learner's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, fn)

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        """Write as the learner. Raises: LeaseLost when another process is the learner now; nothing was written then."""

        def fenced(tx: Transaction) -> T:
            lease.check(tx, self.token)
            return fn(tx)

        return await self.database.write(fenced)

    async def dataset(self) -> Dataset:
        """Read what there is to learn from, and which error is accepted now (`alpha`)."""
        dataset, self.alpha = await self.database.read(lambda tx: (datasets.load(tx), self._accepted(tx)))
        self._cache.keep_only({row.id for row in (*dataset.train, *dataset.gate)})
        return dataset

    async def vectors(self, model: Model, rows: Sequence[Labelled]) -> Floats:
        """Return the rows' vectors under the model's encoder, float32 (n, d); each is embedded once, ever."""
        encoder = model.encoder.manifest.key
        known = self._cache.of(encoder)
        missing = [row for row in rows if row.id not in known]
        if missing:
            known.update(await self.database.read(lambda tx: embeddings.load(tx, encoder, [row.id for row in missing])))
            await self._embed(model, [row for row in missing if row.id not in known], encoder, known)
        if not rows:
            return np.zeros((0, model.encoder.dimension), np.float32)
        return np.stack([known[row.id] for row in rows]).astype(np.float32)

    async def _embed(self, model: Model, rows: Sequence[Labelled], encoder: str, known: dict[str, Floats]) -> None:
        for at in range(0, len(rows), EMBED_AT_ONCE):
            part = rows[at : at + EMBED_AT_ONCE]
            made = await self.call(lambda part=part: model.embed_examples([row.text for row in part]))  # type: ignore[misc]
            await self.keep(encoder, dict(zip((row.id for row in part), made, strict=True)))
        known.update(self._cache.of(encoder))

    async def keep(self, encoder: str, vectors: dict[str, Floats]) -> None:
        """Remember vectors, in memory and in the database."""
        self._cache.of(encoder).update(vectors)
        await self.write(lambda tx: embeddings.store(tx, encoder, vectors))

    async def refit(
        self, parent: Model, vectors: Floats, dataset: Dataset, name: str, *, recalibrate: bool | None = None,
        traffic: Traffic | None = None,
    ) -> Model:  # fmt: skip
        """Fit a new head on all there is to learn from; `vectors` are its rows'. Raises: ClassifierError."""
        return await self.call(
            lambda: refit_head(
                parent,
                LabelledVectors.of(vectors, dataset.train),
                name,
                alpha=self.alpha,
                recalibrate=recalibrate,
                traffic=traffic,
            )
        )

    async def embed(self, model: Model, texts: Sequence[str]) -> Floats:
        """Return the vectors of texts, float32 (n, d); they are kept nowhere."""
        parts = [texts[at : at + EMBED_AT_ONCE] for at in range(0, len(texts), EMBED_AT_ONCE)]
        made = [await self.call(partial(model.embed_examples, part)) for part in parts]
        return np.concatenate([np.zeros((0, model.encoder.dimension), np.float32), *made])

    async def judge(
        self, champion: Model | None, challenger: Model, dataset: Dataset
    ) -> tuple[Model, GateVerdict, dict[str, Any]]:
        """Run the gate; return the challenger with the threshold it may answer from, the verdict and its report."""
        first = None if champion is None else await self._champion(champion, dataset.gate)
        second = Contender(challenger, await self.vectors(challenger, dataset.gate))
        before = None if champion is None else Judged(champion, await self.vectors(champion, dataset.collected))
        after = Judged(challenger, await self.vectors(challenger, dataset.collected))

        def work() -> tuple[Model, GateVerdict, dict[str, Any]]:
            seen = gate.predicted(second, dataset.gate)  # no prediction depends on the threshold
            verdict = gate.run_gate(first, seen, dataset.gate, self.alpha)
            judged = replace(seen, model=gate.guarded(seen, dataset.gate, verdict))
            self._judged = Judgement(challenger.scorer.head, tuple(dataset.gate), seen.predictions)
            report = gate.report(judged, dataset.gate, verdict, dataset.fingerprint)
            return judged.model, verdict, {**report, "learnt": asdict(learnt(before, after, dataset.collected))}

        return await self.call(work)

    async def _champion(self, champion: Model, rows: Sequence[Labelled]) -> Contender:
        """Return the champion, with its predictions if it is the challenger that was judged last, on the same rows."""
        last = self._judged
        same = last is not None and last.head is champion.scorer.head and last.rows == tuple(rows)
        known = last.predictions if last is not None and same else None
        return Contender(champion, await self.vectors(champion, rows), known)

    async def save(self, model: Model, dataset: Dataset) -> tuple[Model, str]:
        """Write a model's folder; return the model as written and the hash of its manifest."""
        folder = self.folders.path(model.name)

        def work() -> tuple[Model, str]:
            saved = with_golden(model, dataset.golden())
            save_model(saved, folder)
            return saved, manifest_hash(folder)

        return await self.call(work)


def described(
    model: Model, dataset: Dataset, verdict: GateVerdict, report: dict[str, Any], *, kind: str, mode: str,
    parent: str | None, digest: str,
) -> NewModel:  # fmt: skip
    """Return the row of a model just made."""
    return NewModel(
        name=model.name, kind=kind, parent=parent, mode=mode, examples=len(dataset.train),
        intents=len(model.labels), threshold=model.threshold, manifest_hash=digest, report=report,
        reasons=verdict.reasons,
    )  # fmt: skip
