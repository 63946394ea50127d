"""Learning as the rest of the program uses it: predictions, the background work, and what people ask for."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from escalation.classifier.confidence.threshold import Choices
from escalation.classifier.explanation import Explanation, explain
from escalation.classifier.nearest import nearest_examples
from escalation.conversations.predictions import TurnPolicy
from escalation.database import Database, Transaction
from escalation.events import Bus
from escalation.kernel.clock import Clock
from escalation.kernel.ids import Ids, new_id
from escalation.learning import examples, lease, registry, run_rows, views
from escalation.learning.child_process import TRAINING_COMMAND
from escalation.learning.collector import CHANGED, collector
from escalation.learning.fast_refit import FastRefit, FirstVersionRuns
from escalation.learning.folders import ModelFolders
from escalation.learning.forgetting import ExampleEraser
from escalation.learning.learner import Learner, Work
from escalation.learning.live_model import LiveModel, ModelLoader
from escalation.learning.predictor import Limits, ModelPredictor
from escalation.learning.steps import LearningSteps, learner_thread
from escalation.learning.training_runs import TrainingRuns, TrainingSettings
from escalation.logs import get_logger
from escalation.people.scope import EVERYTHING, Scope
from escalation.protocol.rest.learning import ExamplePage, ExampleSource, ModelList, RunList, RunView
from escalation.protocol.rest.service import ServiceView
from escalation.protocol.states import AnsweringMode, TrainingMode

STARTER = "starter"
LearnerWork = Callable[[LearningSteps, LiveModel, ModelLoader], Work]
"""Makes a loop of the learner, given its steps and what this process serves."""

_log = get_logger(__name__)


@dataclass(frozen=True)
class LearningOptions:
    """What the operator set. `first`: serve this model at the start; "" means the champion, else the starter."""

    models_dir: Path
    encoders: Path
    encoder: str = ""
    alpha: float = 0.02
    mode: AnsweringMode = "provisional"
    first: str = ""
    learn: bool = True
    refit_pause: timedelta = timedelta(seconds=1)
    gate_share: float = 0.2
    training_budget: timedelta | None = None
    novelty_limit: float = 0.9
    clarify_floor: float = 0.8
    margin: float = 0.35
    languages: frozenset[str] = frozenset()


class Governed(Protocol):
    """What holds now: the mode, and the accepted share of wrong answers."""

    @property
    def mode(self) -> AnsweringMode:
        """What the bot may answer."""
        ...

    @property
    def alpha(self) -> float:
        """0 to 1."""
        ...


class Learning:
    """One a process. `start`, then `run` as a task until cancelled, then `close`."""

    def __init__(
        self, database: Database, bus: Bus, *, clock: Clock, options: LearningOptions, ids: Ids = new_id,
        governed: Callable[[Transaction], Governed] | None = None, also: Sequence[LearnerWork] = (),
    ) -> None:  # fmt: skip
        """`governed` reads mode and accepted error as they hold now; without it they are those of the options.

        `also`: what the learner does beside its own work.
        """
        self._governed = governed or (lambda _: options)
        self._database = database
        self._bus = bus
        self._clock = clock
        self._options = options
        self._ids = ids
        self._also = tuple(also)
        self._folders = ModelFolders(options.models_dir, options.encoders)
        self._learner_thread = learner_thread()
        self._loader_thread = ThreadPoolExecutor(1, thread_name_prefix="model-loader")
        # One explanation at a time: the bot comes first.
        self._explainer_thread = ThreadPoolExecutor(1, thread_name_prefix="explainer")
        self._live = LiveModel()
        self._model_loader = ModelLoader(database, bus, self._live, self._folders, self._loader_thread)
        limits = Limits(options.novelty_limit, options.clarify_floor, options.margin, languages=options.languages)
        self.predictor = ModelPredictor(self._live, limits)

    # --- life -----------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Register the folders there are, decide what answers first, and load it. No model at all is no error."""
        await self._register()
        await self._database.write(self._choose_first)
        await self._model_loader.refresh()

    async def run(self) -> None:
        """Keep loading what should answer and, where this process learns, learn; until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._model_loader.run())
            if self._options.learn:
                group.create_task(Learner(self._database, self._ids, self._work).run())

    async def close(self) -> None:
        """End the threads; after `run` was cancelled."""
        self._live.close()
        await asyncio.to_thread(self._learner_thread.shutdown)
        await asyncio.to_thread(self._loader_thread.shutdown)
        await asyncio.to_thread(self._explainer_thread.shutdown)

    def _work(self, token: str) -> tuple[Work, ...]:
        """The loops of the learner that holds `token`."""
        options = self._options
        steps = LearningSteps(
            self._database, self._folders, self._learner_thread, token=token, alpha=options.alpha,
            accepted=lambda tx: self._governed(tx).alpha,
        )  # fmt: skip
        examples_follower = collector(self._database, ids=self._ids, token=token, gate_share=options.gate_share)
        fast_refit = FastRefit(
            steps, self._bus, self._live, self._model_loader, pause=options.refit_pause,
            first_version_runs=FirstVersionRuns(self._database, self._ids),
        )  # fmt: skip
        settings = TrainingSettings(str(options.encoders.resolve()), options.encoder, options.training_budget)
        training_runs = TrainingRuns(
            steps, self._bus, self._live, self._model_loader, settings=settings, clock=self._clock,
            command=TRAINING_COMMAND,
        )  # fmt: skip
        others = (make(steps, self._live, self._model_loader) for make in self._also)
        return partial(examples_follower.run, self._bus), fast_refit.run, training_runs.run, *others

    async def _register(self) -> None:
        found = await asyncio.get_running_loop().run_in_executor(self._loader_thread, self._folders.found)
        known = await self._database.read(registry.known)
        if any(new.name not in known for new in found):
            names = await self._database.write(lambda tx: registry.register_found(tx, found))
            _log.info("models_registered", models=names)

    def _choose_first(self, tx: Transaction) -> None:
        """Say what answers where nothing does yet, or where the operator names another version."""
        lease.hold(tx)  # of several processes that start at once, one chooses
        now = registry.locked(tx)
        wanted = None
        if self._options.first:
            row = registry.find(tx, self._options.first)
            # Once it was champion, what was learnt and promoted since is newer than the setting.
            wanted = row.name if row.state == "candidate" else None
        if wanted is None and now is None:
            versions = views.versions(tx)
            wanted = STARTER if STARTER in versions else next(iter(versions), None)
        if wanted is not None:
            registry.promote(tx, wanted, now.champion if now else None, actor="system")

    def eraser(self) -> ExampleEraser:
        """Return what erases customers' examples, also from what serves."""
        return ExampleEraser(
            self._database, self._folders, self._loader_thread, self._live.replace, self._model_loader.changing
        )

    # --- what people ask for --------------------------------------------------------------------------------------

    def describe(self, now: Governed | None = None, *, may_answer: bool = True) -> ServiceView:
        """Return what answers now, where `now` holds; `may_answer`: mode and breaker let it."""
        model, anchor, now = self._live.model, self._live.anchor, now or self._options
        return ServiceView(
            mode=now.mode,
            model=model.name if model else None,
            anchor=anchor.name if anchor else None,
            threshold=TurnPolicy.of(anchor.by_error).at(now.alpha).threshold if anchor else None,
            alpha=now.alpha,
            languages=sorted(model.languages | self._options.languages) if model and model.languages else [],
            answering=may_answer and anchor is not None,
            detail=self._live.detail,
        )

    def choices(self) -> Choices:
        """Return the thresholds of the anchor, by accepted error; none while no model is loaded."""
        return self._live.anchor.choices if self._live.anchor else ()

    async def explain(self, text: str, label: str) -> tuple[str, Explanation]:
        """Return which words speak for an intent, and the name of the model that says so: the live head.

        Raises: ModelMissing, LabelUnknown (an intent that this model does not know, or not any more).
        """
        model = self._live.classifier.model
        loop = asyncio.get_running_loop()
        return model.name, await loop.run_in_executor(self._explainer_thread, lambda: explain(model, text, label))

    async def nearest(self, text: str, among: Sequence[str]) -> list[tuple[str, float]]:
        """Return which of these examples the live head learnt from, the nearest to a text first, each with its cosine.

        Raises: ModelMissing.
        """
        model = self._live.classifier.model
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._explainer_thread, lambda: nearest_examples(model, text, among))

    async def examples(
        self,
        limit: int = 50,
        before: str | None = None,
        label: str | None = None,
        source: ExampleSource = "resolution",
        scope: Scope = EVERYTHING,
    ) -> ExamplePage:
        """Return a page of the examples of a source. Raises: ExampleUnknown."""
        return await self._database.read(lambda tx: examples.page(tx, limit, before, label, source, scope))

    async def exclude(self, example_id: str, excluded: bool, *, by: str, scope: Scope = EVERYTHING) -> None:
        """Leave an example out of training, or take it back in; leaving one out ends the pause after a rollback.

        Raises: ExampleUnknown.
        """

        def fn(tx: Transaction) -> None:
            examples.exclude(tx, example_id, excluded, scope)
            if excluded:
                registry.unpin(tx)
            tx.rung.add(CHANGED)

        await self._database.write(fn)
        _log.info("example_excluded", example=example_id, excluded=excluded, by=by)

    async def models(self) -> ModelList:
        """Return the versions, the newest revisions, and which of them answers."""
        await self._register()
        folders = await asyncio.get_running_loop().run_in_executor(self._loader_thread, self._folders.names)

        def read(tx: Transaction) -> ModelList:
            now = self._governed(tx)
            return views.models(tx, now.mode, now.alpha, frozenset(folders))

        return await self._database.read(read)

    async def promote(self, name: str, *, by: str, address: str = "") -> None:
        """Make a version or a revision the one that answers, once it has proved loadable.

        It becomes anchor and live head at once. Promoting a revision pauses fast refits, unless it is the live head; so
        does the champion while a revision of it is live, which is dropped.
        Raises: ModelUnknown, StaleChampion, ClassifierError (wrong hash, files missing; the champion stays).
        """
        await self._register()
        row, now = await self._database.read(lambda tx: (registry.find(tx, name), registry.serving(tx)))
        await asyncio.get_running_loop().run_in_executor(
            self._loader_thread, self._folders.load, name, row.manifest_hash
        )
        champion = now.champion if now else None
        await self._database.write(
            lambda tx: registry.promote(tx, name, champion, actor=_actor(by), pin=name == champion, address=address)
        )
        await self._model_loader.refresh()

    async def rollback(self, *, by: str, address: str = "") -> str:
        """Let the champion before answer again, else this one without its refits, which pause; return its name.

        Raises: NothingToRollBack.
        """
        name = await self._database.write(lambda tx: registry.rollback(tx, actor=_actor(by), address=address))
        await self._model_loader.refresh()
        return name

    async def unpin(self, *, by: str) -> None:
        """Let fast refits go on after a rollback."""
        if await self._database.write(registry.unpin):
            _log.info("unpinned", by=by)
        self._bus.ring([CHANGED])

    async def runs(self) -> RunList:
        """Return the training runs, newest first."""
        return await self._database.read(views.all_runs)

    async def start_run(self, mode: TrainingMode, *, by: str) -> RunView:
        """Queue a training run. Raises: RunActive."""
        id = self._ids()
        return views.run(await self._database.write(lambda tx: run_rows.queue(tx, id, mode, _actor(by))))

    async def cancel_run(self, id: str, *, by: str) -> None:
        """Cancel a training run. Raises: RunUnknown, RunOver."""
        await self._database.write(lambda tx: run_rows.cancel(tx, id))
        _log.info("run_cancel_asked", run=id, by=by)


def _actor(by: str) -> str:
    return by if by == "system" or ":" in by else f"agent:{by}"
