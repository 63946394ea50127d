"""Training runs, one after the other, each in a child process: from queued to promoted, refused, failed, cancelled."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from escalation.classifier.folder import load_model
from escalation.classifier.model import Model
from escalation.database import Transaction
from escalation.events import Bus, Doorbell
from escalation.kernel.clock import Clock
from escalation.kernel.errors import EscalationError
from escalation.learning import registry, run_rows
from escalation.learning.child_process import TRAINING_COMMAND, TrainingProcess
from escalation.learning.datasets import Dataset, require_whole
from escalation.learning.errors import DataErased, LeaseLost, RunCancelled, RunFailed, StaleChampion
from escalation.learning.events import STREAM
from escalation.learning.live_model import LiveModel, ModelLoader
from escalation.learning.model_names import version_of
from escalation.learning.promotion import GateVerdict
from escalation.learning.registry import Serving
from escalation.learning.run_folder import RunFolder
from escalation.learning.steps import LearningSteps, described
from escalation.learning.training_process import PLANNED, TrainingJob
from escalation.logs import get_logger

POLL_SECONDS = 1.0
CANCEL_SECONDS = 0.5
TOLD_EVERY = 1.0
CHILD_SHARE = 0.85
"""The part of a run that the child process is; the rest is embedding, refitting, the gate."""
JUDGING_SECONDS = 5.0
MOST_JUDGEMENTS = 3

_log = get_logger(__name__)


@dataclass(frozen=True)
class TrainingSettings:
    """What every run is built with: where encoders live, which one to start from, the accepted error, the seed.

    `budget` is how long fine-tuning may take; None: however long it takes.
    """

    encoders: str
    encoder: str
    budget: timedelta | None = None
    seed: int = 0


class TrainingRuns:
    """Takes queued runs one by one, each built in a child process."""

    def __init__(
        self, steps: LearningSteps, bus: Bus, live: LiveModel, model_loader: ModelLoader, *,
        settings: TrainingSettings, clock: Clock, command: Sequence[str] = TRAINING_COMMAND,
    ) -> None:  # fmt: skip
        self._steps = steps
        self._bus = bus
        self._live = live
        self._model_loader = model_loader
        self._settings = settings
        self._clock = clock
        self._command = tuple(command)
        self._plan = ""  # of the run under way: which mode it takes and why, in one sentence

    async def run(self) -> None:
        """Work until cancelled. Raises: LeaseLost."""
        await self._steps.write(lambda tx: run_rows.adopt(tx, self._steps.token))
        active = await self._steps.database.read(run_rows.unfinished)
        await self._steps.call(lambda: self._steps.folders.clear_leftovers(active))
        bell = Doorbell(self._bus, {STREAM})
        try:
            while True:
                if not await self._try():
                    await bell.wait(POLL_SECONDS)
        finally:
            bell.close()

    async def _try(self) -> bool:
        try:
            return await self.step()
        except LeaseLost:
            raise
        except Exception:
            _log.exception("training_runs_failed")
            return False

    async def step(self) -> bool:
        """Carry out the next queued run; return whether there was one."""
        folders = self._steps.folders.names()
        run = await self._steps.write(lambda tx: run_rows.take(tx, self._steps.token, folders))
        if run is None:
            return False
        try:
            state, detail, reasons = await self._carry_out(run)
        except LeaseLost:
            raise
        except RunCancelled:
            state, detail, reasons = "cancelled", "cancelled", ()
        except (EscalationError, OSError) as error:
            state, detail, reasons = "failed", str(error)[:500], (str(error)[:500],)
            _log.warning("run_failed", run=run.id, error=detail)
        await self._steps.write(lambda tx: run_rows.end(tx, run.id, self._steps.token, state, detail, reasons))
        self._steps.folders.clear_building(run.id)  # not before: a run whose learner dies goes on from there
        await self._steps.call(lambda: self._steps.folders.clear_encoder(run.model))
        return True

    async def _carry_out(self, run: Row[Any]) -> tuple[str, str, tuple[str, ...]]:
        run_folder = RunFolder(self._steps.folders.building(run.id))
        now = await self._steps.dataset()
        dataset = await self._steps.call(lambda: run_folder.dataset(now))
        if not dataset.learnable:
            raise RunFailed("There are not two intents with examples to tell apart.")
        self._plan = ""
        built = await self._build(run, dataset, run_folder)
        await self._progress(run, "embedding", CHILD_SHARE)
        model, dataset = await self._refit(run, built, dataset)
        for _ in range(MOST_JUDGEMENTS):
            await self._progress(run, "gate", 0.95)
            try:
                state, detail, reasons = await self._judge(run, model, dataset)
                return state, "; ".join(filter(None, (detail, self._plan))), reasons
            except StaleChampion:
                continue
        raise RunFailed("The champion changed again and again while the model was judged.")

    # --- the child ------------------------------------------------------------------------------------------------

    async def _build(self, run: Row[Any], dataset: Dataset, run_folder: RunFolder) -> Model:
        """Let the child build the model; return it loaded. Raises: RunFailed, RunCancelled, ClassifierError."""
        if not run_folder.finished(run.model):
            self._job(run, dataset, run_folder).write(run_folder.job)
            process = await TrainingProcess.start(run_folder.job, self._command)
            _log.info("run_started", run=run.id, mode=run.mode, model=run.model, pid=process.pid, attempt=run.attempts)
            try:
                await self._hear_out(run, process)
            finally:
                await process.end()
                run_folder.job.unlink(missing_ok=True)
        return await self._steps.call(
            lambda: load_model(run_folder.model(run.model), Path(self._settings.encoders), name=run.model)
        )

    def _job(self, run: Row[Any], dataset: Dataset, run_folder: RunFolder) -> TrainingJob:
        champion, budget = self._live.model, self._settings.budget
        keeps = run.mode == "head" and champion is not None and champion.encoder.manifest.fine_tuned
        return TrainingJob(
            name=run.model,
            mode=run.mode,
            folder=str(run_folder.model(run.model).resolve()),
            work=str(run_folder.work.resolve()),
            budget=None if budget is None else budget.total_seconds(),
            encoders=self._settings.encoders,
            encoder=self._settings.encoder,
            seed=self._settings.seed,
            alpha=self._steps.alpha,
            created_at=self._clock.now().isoformat(),
            examples=[(row.id, row.text, row.label, row.group) for row in dataset.train],
            parents=[champion.name] if champion is not None else [],
            golden=list(dataset.golden()),
            parent=self._version_folder(champion.name) if keeps and champion else None,
        )

    def _version_folder(self, name: str) -> str:
        """The folder of the version a model belongs to; those of revisions come and go."""
        return str(self._steps.folders.path(version_of(name) or name).resolve())

    async def _hear_out(self, run: Row[Any], process: TrainingProcess) -> None:
        listening = asyncio.create_task(self._relay(run, process))
        try:
            while not listening.done():
                await asyncio.wait([listening], timeout=CANCEL_SECONDS)
                if await self._steps.database.read(lambda tx: run_rows.is_cancelled(tx, run.id)):
                    raise RunCancelled(f"Training run '{run.id}' was cancelled.")
            listening.result()
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _relay(self, run: Row[Any], process: TrainingProcess) -> None:
        told, stage = 0.0, ""
        async for said in process.lines():
            now = time.monotonic()
            if "share" not in said or (now - told < TOLD_EVERY and said["stage"] == stage):
                continue
            told, stage = now, said["stage"]
            if stage == PLANNED:
                self._plan = str(said.get("detail", ""))
                _log.info("run_planned", run=run.id, plan=self._plan)
            share = CHILD_SHARE * min(max(float(said["share"]), 0.0), 1.0)
            left = said.get("eta")
            eta = None if left is None else float(left) + JUDGING_SECONDS
            await self._progress(run, stage, share, eta, str(said.get("detail", "")))

    async def _progress(
        self, run: Row[Any], stage: str, share: float, eta: float | None = None, detail: str = ""
    ) -> None:
        """Tell how far the run is. Raises: RunCancelled, LeaseLost."""
        told = detail or self._plan
        values = {"stage": stage, "progress": share, "eta_seconds": eta and round(eta, 1), "detail": told}
        if await self._steps.write(lambda tx: run_rows.progress(tx, run.id, self._steps.token, **values)):
            raise RunCancelled(f"Training run '{run.id}' was cancelled.")

    # --- everything learnt meanwhile, the gate, the promotion -------------------------------------------------------

    async def _refit(self, run: Row[Any], built: Model, before: Dataset) -> tuple[Model, Dataset]:
        """Bring the built model up to what was resolved while it was built."""
        if built.encoder.manifest.fine_tuned:
            await self._steps.keep(built.encoder.manifest.key, built.scorer.training.vectors_by_id())
        now = await self._steps.dataset()
        if now.fingerprint == before.fingerprint:
            return built, now
        vectors = await self._steps.vectors(built, now.train)
        await self._progress(run, "head", 0.9)
        made = await self._steps.refit(built, vectors, now, built.name)
        lineage = replace(built.lineage, fingerprint=made.lineage.fingerprint)
        return replace(made, lineage=lineage), now

    async def _judge(self, run: Row[Any], model: Model, dataset: Dataset) -> tuple[str, str, tuple[str, ...]]:
        """Judge against what answers at this moment, and publish or refuse. Raises: StaleChampion."""
        serving = await self._model_loader.refresh()
        judged, verdict, report = await self._steps.judge(self._live.model, model, dataset)
        saved, digest = await self._steps.save(judged, dataset)
        new = described(
            saved, dataset, verdict, report, kind="version", mode=_mode(run, model),
            parent=serving.champion if serving else None, digest=digest,
        )  # fmt: skip
        try:
            async with self._model_loader.changing:
                outcome = await self._steps.write(lambda tx: self._publish(tx, run, new, verdict, serving, dataset))
                if outcome[0] == "succeeded" and not outcome[2]:
                    self._live.serve(saved, saved)
        except (StaleChampion, LeaseLost, DataErased):
            self._steps.folders.remove(saved.name)
            raise
        _log.info("run_judged", run=run.id, model=saved.name, state=outcome[0], reasons=outcome[2])
        return outcome

    def _publish(
        self, tx: Transaction, run: Row[Any], new: registry.NewModel, verdict: GateVerdict, expected: Serving | None,
        dataset: Dataset,
    ) -> tuple[str, str, tuple[str, ...]]:  # fmt: skip
        run_rows.own(tx, run.id, self._steps.token)
        require_whole(tx, dataset)
        if not verdict.accepted:
            registry.register(tx, new, "refused")
            return "refused", f"{new.name} was refused", verdict.reasons
        now = registry.locked(tx)
        registry.register(tx, new, "candidate")
        if now is not None and now.pinned:
            return "succeeded", f"{new.name} waits: the champion is pinned", ("the champion is pinned",)
        registry.promote(tx, new.name, expected.champion if expected else None, actor="system")
        return "succeeded", f"{new.name} answers now", ()


def _mode(run: Row[Any], model: Model) -> str:
    """What the run was asked for, or chose."""
    return str(model.lineage.mode if run.mode == "auto" else run.mode)
