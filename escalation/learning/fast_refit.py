"""The fast refit: from a resolution to a live head in seconds. One refit at a time, always of the newest data."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

from escalation.catalogue.events import STREAM as CATALOGUE
from escalation.classifier.errors import ClassifierError
from escalation.classifier.head.refit import is_stale
from escalation.classifier.model import Model
from escalation.database import Database, Transaction
from escalation.events import Bus, Doorbell
from escalation.kernel.ids import Ids
from escalation.learning import registry, run_rows
from escalation.learning.collector import CHANGED
from escalation.learning.datasets import Dataset, require_whole
from escalation.learning.errors import DataErased, LeaseLost, RunActive, StaleChampion
from escalation.learning.live_model import LiveModel, ModelLoader, return_freed_memory
from escalation.learning.promotion import GateVerdict
from escalation.learning.registry import Serving
from escalation.learning.steps import LearningSteps, described
from escalation.logs import get_logger

POLL_SECONDS = 5.0
LOOK_AGAIN = 12
POSTPONED_FROM, INTENTS_BESIDE = 400_000, 50
"""From so many examples, times the intents and 50 more, on, a refit with its calibration takes more than two seconds;
the new head then answers before it. `python -m tests.benchmarks refits`, 95th percentile of processor time: 4,000
examples of 40 intents 1.8 s, 2,000 of 150 1.9 s. A shop of 40 intents gets there with 4,445 examples."""
SAME_CATALOGUE = 0.5
"""Below this share of common intents a model belongs to another catalogue: a version is built, not a revision."""
ASK_AGAIN_SECONDS = 300.0

_log = get_logger(__name__)


class FirstVersionRuns:
    """Queues a training run where no refit will do: once for each state of the data, and again if that failed."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._database = database
        self._ids = ids
        self._asked = ""
        self._asked_at = 0.0

    async def request(self, dataset: Dataset) -> None:
        """Queue a `head` run for this data, unless that was done lately."""
        if dataset.fingerprint == self._asked and not await self._failed():
            return
        id = self._ids()
        try:
            await self._database.write(lambda tx: run_rows.queue(tx, id, "head", "system"))
        except RunActive:
            return  # it takes the newest data when it is done; if that is not enough, the next look asks again
        self._asked, self._asked_at = dataset.fingerprint, time.monotonic()
        _log.info("first_version_asked", intents=len(dataset.labels))

    async def _failed(self) -> bool:
        """Whether the run asked for came to nothing, a while ago; one that was refused would be refused again."""
        if time.monotonic() < self._asked_at + ASK_AGAIN_SECONDS:
            return False
        newest = await self._database.read(run_rows.newest)
        return bool(newest) and newest[0].state == "failed"


class FastRefit:
    """Embeds what is new, refits the head, judges it, publishes a revision and swaps it in.

    Where no model fits the catalogue it asks for a version instead.
    """

    def __init__(
        self, steps: LearningSteps, bus: Bus, live: LiveModel, model_loader: ModelLoader, *,
        first_version_runs: FirstVersionRuns, pause: timedelta,
    ) -> None:  # fmt: skip
        self._steps = steps
        self._bus = bus
        self._live = live
        self._model_loader = model_loader
        self._first_version_runs = first_version_runs
        self._pause = pause.total_seconds()
        self._refused = ""
        self._unrung = 0

    async def run(self) -> None:
        """Work until cancelled. Raises: LeaseLost."""
        bell = Doorbell(self._bus, [CATALOGUE, CHANGED])
        look = True
        try:
            while True:
                await self._try(look)
                await asyncio.sleep(self._pause)  # what happens meanwhile joins the next refit
                look = await bell.wait(POLL_SECONDS)
        finally:
            bell.close()

    async def _try(self, look: bool) -> None:
        try:
            await self.step(look=look)
        except LeaseLost:
            raise
        except Exception:
            _log.exception("fast_refit_failed")

    async def step(self, *, look: bool = True) -> str | None:
        """Learn whatever is new; return the name of the revision that is live now, None if there is none.

        `look` False: nobody rang. Then only every twelfth time everything there is to learn from is read again.
        """
        self._unrung = 0 if look else self._unrung + 1
        if self._unrung % LOOK_AGAIN:
            return None
        serving = await self._model_loader.refresh()
        dataset = await self._steps.dataset()
        model = self._live.model
        if not dataset.learnable:
            return None
        if serving is not None and serving.pinned and model is not None:
            return None
        if serving is None or model is None or common_share(model, dataset) < SAME_CATALOGUE:
            await self._first_version_runs.request(dataset)
            return None
        if not await self._is_news(serving, model, dataset):
            return None
        return await self._learn_in_time(serving, model, dataset)

    async def _is_news(self, serving: Serving, model: Model, dataset: Dataset) -> bool:
        if dataset.fingerprint == self._refused:
            return False
        report = await self._steps.database.read(lambda tx: _report_of(tx, serving.live))
        other_error = model.alpha != self._steps.alpha
        changed = report.get("data") != dataset.fingerprint or model.name != serving.live
        return other_error or changed or is_stale(model.scorer)

    async def _learn_in_time(self, serving: Serving, model: Model, dataset: Dataset) -> str | None:
        """Publish the new head before its calibration where that takes long; another error is never postponed."""
        if not calibration_waits(len(dataset.train), len(dataset.labels)) or model.alpha != self._steps.alpha:
            return await self._learn(serving, model, dataset)
        name = await self._learn(serving, model, dataset, recalibrate=False)
        made = self._live.model
        if name is None or made is None or not is_stale(made.scorer):
            return name
        again = await self._learn(replace(serving, live=name, swaps=serving.swaps + 1), made, dataset)
        return again or name

    async def _learn(
        self, serving: Serving, model: Model, dataset: Dataset, *, recalibrate: bool | None = None
    ) -> str | None:
        folders = self._steps.folders.names()
        name = await self._steps.database.read(lambda tx: registry.next_revision(tx, serving.champion, folders))
        vectors = await self._steps.vectors(model, dataset.train)
        try:
            made = await self._steps.refit(model, vectors, dataset, name, recalibrate=recalibrate)
        except ClassifierError as error:
            _log.warning("refit_failed", code=error.code, error=str(error)[:300])
            self._refused = dataset.fingerprint
            return None
        judged, verdict, report = await self._steps.judge(model, made, dataset)
        if not verdict.accepted:
            await self._refuse(judged, serving, dataset, verdict, report)
            return None
        return await self._publish(judged, serving, dataset, verdict, report)

    async def _publish(
        self, model: Model, serving: Serving, dataset: Dataset, verdict: GateVerdict, report: dict[str, Any]
    ) -> str:
        name = await publish(self._steps, self._live, self._model_loader, model, serving, dataset, verdict, report)
        await self._steps.call(return_freed_memory)
        return name

    async def _refuse(
        self, model: Model, serving: Serving, dataset: Dataset, verdict: GateVerdict, report: dict[str, Any]
    ) -> None:
        self._refused = dataset.fingerprint
        new = described(
            model, dataset, verdict, report, kind="revision", mode="head", parent=serving.champion, digest=""
        )
        await self._steps.write(lambda tx: registry.register(tx, new, "refused"))
        _log.warning("revision_refused", model=model.name, reasons=verdict.reasons)


async def publish(
    steps: LearningSteps, live: LiveModel, loader: ModelLoader, model: Model, serving: Serving, dataset: Dataset,
    verdict: GateVerdict, report: dict[str, Any],
) -> str:  # fmt: skip
    """Save a judged refit, and make it the live head if what serves is still `serving`; return its name.

    Raises: StaleChampion, LeaseLost, DataErased; then nothing is left of it.
    """
    saved, digest = await steps.save(model, dataset)
    new = described(
        saved, dataset, verdict, report, kind="revision", mode="head", parent=serving.champion, digest=digest
    )
    try:
        async with loader.changing:
            used = await steps.write(lambda tx: _publish(tx, new, serving, dataset))
            live.swap(saved)
            steps.folders.prune(used)  # no anchor is chosen meanwhile
    except (StaleChampion, LeaseLost, DataErased):
        steps.folders.remove(saved.name)
        raise
    _log.info("revision_published", model=saved.name, examples=len(dataset.train), collected=len(dataset.collected))
    return saved.name


def _publish(tx: Transaction, new: registry.NewModel, serving: Serving, dataset: Dataset) -> set[str]:
    """Make a revision the live head; return what is in use then."""
    anchor = registry.publish_revision(tx, new, serving)
    require_whole(tx, dataset)
    return {new.name, anchor}


def calibration_waits(examples: int, intents: int) -> bool:
    """Whether a refit on so much is published before its calibration, which follows in a second one."""
    return examples * (intents + INTENTS_BESIDE) >= POSTPONED_FROM


def common_share(model: Model, dataset: Dataset) -> float:
    """Return the share of intents that model and catalogue have in common, of all that either has."""
    known = set(model.labels)
    return len(known & dataset.labels) / len(known | dataset.labels)


def _report_of(tx: Transaction, name: str) -> dict[str, Any]:
    report: dict[str, Any] = registry.find(tx, name).report
    return report
