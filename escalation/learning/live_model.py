"""Live head and anchor in this process, kept those that the row of what serves names."""

import asyncio
import ctypes
import sys
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from typing import TypeVar

from escalation.classifier.batcher import Classifier
from escalation.classifier.model import Model
from escalation.database import Database, Transaction
from escalation.events import Bus, Doorbell
from escalation.kernel.errors import EscalationError
from escalation.learning import registry
from escalation.learning.errors import ModelMissing
from escalation.learning.events import STREAM
from escalation.learning.folders import ModelFolders
from escalation.learning.registry import Serving
from escalation.logs import get_logger

POLL_SECONDS = 1.0
TRY_AGAIN_EVERY = 30
"""Polls between two attempts to load what could not be loaded."""

T = TypeVar("T")
_log = get_logger(__name__)


class LiveModel:
    """The process's classifier, absent until a model was loaded; `detail` says what is wrong, if anything is.

    `anchored`: whether an anchor is loaded. Without one nothing may be answered; the live head still suggests.
    """

    def __init__(self) -> None:
        self._classifier: Classifier | None = None
        self.anchored = False
        self.detail: str | None = "no model is loaded"

    @property
    def model(self) -> Model | None:
        """The live head."""
        return self._classifier.model if self._classifier else None

    @property
    def anchor(self) -> Model | None:
        """The model that answers, with the threshold that it answers from."""
        return self._classifier.anchor if self._classifier and self.anchored else None

    @property
    def classifier(self) -> Classifier:
        """The classifier to predict with. Raises: ModelMissing."""
        if self._classifier is None:
            raise ModelMissing("No model is loaded; the learner builds one once the catalogue has two intents.")
        return self._classifier

    def swap(self, model: Model) -> None:
        """Make `model` the live head, beside the same anchor. What is being predicted finishes with the old one."""
        self.serve(model, self.anchor)

    def serve(self, model: Model, anchor: Model | None) -> None:
        """Predict with both from now on, in one swap; heads of one encoder share it. None: nothing may be answered."""
        if anchor is not None and _same_encoder(model, anchor):
            anchor = replace(anchor, encoder=model.encoder)
        if self._classifier is None:
            self._classifier = Classifier(model)
        self._classifier.swap(model, anchor)
        self.anchored = anchor is not None
        self.detail = None if self.anchored else "no anchor is loaded, nothing is answered"

    def replace(self, model: Model) -> None:
        """Serve a model that was written anew in the place of the one with its name."""
        live, anchor = self.model, self.anchor
        if live is None or model.name not in {live.name, anchor.name if anchor else ""}:
            return
        if anchor is not None and anchor.name == model.name:
            anchor = _frozen(model, anchor.threshold)
        self.serve(model if live.name == model.name else live, anchor)

    def close(self) -> None:
        """End the inference thread."""
        if self._classifier is not None:
            self._classifier.close()


class ModelLoader:
    """Loads what should serve: off the event loop, warmed up, live head and anchor swapped in as one reference."""

    def __init__(
        self, database: Database, bus: Bus, live: LiveModel, folders: ModelFolders, executor: Executor
    ) -> None:
        self._database = database
        self._bus = bus
        self._live = live
        self._folders = folders
        self._executor = executor
        self.changing = asyncio.Lock()
        """Held while the live model of this process changes, so that a slow load never undoes a newer swap."""
        self._failed: tuple[int, int] = (-1, 0)

    async def run(self) -> None:
        """Follow until cancelled. Only reads; a model that cannot be loaded leaves the old one answering."""
        bell = Doorbell(self._bus, {STREAM})
        try:
            while True:
                await bell.wait(POLL_SECONDS)
                try:
                    await self.refresh()
                except Exception:
                    _log.exception("model_loader_failed")
                    await asyncio.sleep(POLL_SECONDS)
        finally:
            bell.close()

    async def refresh(self) -> Serving | None:
        """Bring this process in line with what should answer; return what that is."""
        async with self.changing:
            wanted = await self._database.read(registry.serving)
            if wanted is not None and self._is_loaded(wanted):
                self._live.detail = None  # whatever could not be loaded is not wanted any more
            elif wanted is not None:
                await self._load(wanted)
            return wanted

    def _is_loaded(self, wanted: Serving) -> bool:
        live, anchor = self._live.model, self._live.anchor
        if live is None or anchor is None or live.name != wanted.live:
            return False
        return (anchor.name, anchor.threshold) == (wanted.anchor, wanted.anchor_threshold)

    async def _load(self, wanted: Serving) -> None:
        swaps, waited = self._failed
        if swaps == wanted.swaps and waited % TRY_AGAIN_EVERY:
            self._failed = (swaps, waited + 1)
            return
        problems: list[str] = []
        live = await self._live_head(wanted, problems)
        if live is None:
            self._live.detail = problems[0]
        else:
            self._live.serve(live, await self._anchor(wanted, live, problems))
            await self._call(return_freed_memory)
            _log.info("model_loaded", model=live.name, anchor=self._live.anchor.name if self._live.anchor else None)
        if problems:
            self._failed, self._live.detail = (wanted.swaps, 1), problems[0]

    async def _live_head(self, wanted: Serving, problems: list[str]) -> Model | None:
        """The old model goes on where the wanted one is broken; where there is none, the champion stands in for it."""
        loaded = self._live.model
        found = await self._try(wanted.live, loaded, problems)
        if found is None and loaded is None and wanted.champion != wanted.live:
            found = await self._try(wanted.champion, None, [])
        stands_in = found or loaded
        if found is None or found.name != wanted.live:
            problems[0] = _problem("model", wanted.live, stands_in, problems[0])
        return stands_in

    async def _anchor(self, wanted: Serving, live: Model, problems: list[str]) -> Model | None:
        """The old anchor goes on where the wanted one is broken; where there is none, nothing is answered."""
        loaded = self._live.anchor
        known = next((each for each in (live, loaded) if each is not None and each.name == wanted.anchor), None)
        failed: list[str] = []
        found = await self._try(wanted.anchor, known, failed)
        problems += [_problem("anchor", wanted.anchor, loaded, each) for each in failed]
        if found is None:
            return loaded
        return found if found.threshold == wanted.anchor_threshold else _frozen(found, wanted.anchor_threshold)

    async def _try(self, name: str, loaded: Model | None, problems: list[str]) -> Model | None:
        """Return the model if it is loaded, or can be; else note why not."""
        if loaded is not None and loaded.name == name:
            return loaded
        try:
            return await self._call(lambda: self._read(name))
        except (EscalationError, OSError) as error:
            _log.error("model_refused", model=name, error=str(error)[:300])
            problems.append(str(error)[:200])
            return None

    def _read(self, name: str) -> Model:
        """Load and warm up; blocks."""
        row = self._database.read_now(lambda tx: _manifest_of(tx, name))
        model = self._folders.load(name, row)
        model.predict(["a message that warms everything up"])
        return model

    async def _call(self, fn: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, fn)


def _frozen(model: Model, threshold: float) -> Model:
    """Return the model answering from this threshold at its own accepted error, and at stricter ones never below it."""

    def of(error: float, own: float) -> float:
        return own if error > model.alpha else threshold if error == model.alpha else max(own, threshold)

    return model.with_thresholds(of)


def _same_encoder(one: Model, other: Model) -> bool:
    """Whether two encoders are one, loaded twice at most."""
    return one.encoder is other.encoder or one.encoder.manifest.key == other.encoder.manifest.key


def _problem(what: str, name: str, stands_in: Model | None, why: str) -> str:
    return f"{what} {name} cannot be loaded, {stands_in.name if stands_in else 'nothing'} answers: {why}"


def _manifest_of(tx: Transaction, name: str) -> str:
    digest: str = registry.find(tx, name).manifest_hash
    return digest


def return_freed_memory() -> None:
    """Give freed memory back to the system where the C library can; blocks for some milliseconds.

    glibc keeps most of what the arrays of a load or a refit leave behind. A process with 15,000 examples shrinks from
    256 to 186 MiB after loading and its first predictions.
    """
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc; musl has none and keeps little
    if trim is not None:
        trim(0)
