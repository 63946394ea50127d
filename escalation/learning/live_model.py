"""The model that answers in this process, kept the one that the row of what answers names."""

import asyncio
import ctypes
import sys
from collections.abc import Callable
from concurrent.futures import Executor
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
    """The process's classifier, absent until a model was loaded; `detail` says what is wrong, if anything is."""

    def __init__(self) -> None:
        self._classifier: Classifier | None = None
        self.detail: str | None = "no model is loaded"

    @property
    def model(self) -> Model | None:
        """The model that answers."""
        return self._classifier.model if self._classifier else None

    @property
    def classifier(self) -> Classifier:
        """The classifier to predict with. Raises: ModelMissing."""
        if self._classifier is None:
            raise ModelMissing("No model is loaded; the learner builds one once the catalogue has two intents.")
        return self._classifier

    def swap(self, model: Model) -> None:
        """Answer with `model` from now on; what is being predicted finishes with the old one."""
        if self._classifier is None:
            self._classifier = Classifier(model)
        else:
            self._classifier.swap(model)
        self.detail = None

    def close(self) -> None:
        """End the inference thread."""
        if self._classifier is not None:
            self._classifier.close()


class ModelLoader:
    """Loads the model that should answer: off the event loop, warmed up, swapped in as one reference."""

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
            loaded = self._live.model
            if wanted is not None and loaded is not None and loaded.name == wanted.live:
                self._live.detail = None  # whatever could not be loaded is not wanted any more
            elif wanted is not None:
                await self._load(wanted)
            return wanted

    async def _load(self, wanted: Serving) -> None:
        swaps, waited = self._failed
        if swaps == wanted.swaps and waited % TRY_AGAIN_EVERY:
            self._failed = (swaps, waited + 1)
            return
        try:
            self._live.swap(await self._call(lambda: self._read(wanted.live)))
            await self._call(return_freed_memory)
            _log.info("model_loaded", model=wanted.live)
        except (EscalationError, OSError) as error:
            self._failed = (wanted.swaps, 1)
            await self._keep_what_there_is(wanted, error)

    async def _keep_what_there_is(self, wanted: Serving, error: Exception) -> None:
        """The old model goes on; where there is none, the champion answers for its broken revision."""
        _log.error("model_refused", model=wanted.live, error=str(error)[:300])
        if self._live.model is None and wanted.champion != wanted.live:
            try:
                self._live.swap(await self._call(lambda: self._read(wanted.champion)))
            except (EscalationError, OSError) as second:
                _log.error("model_refused", model=wanted.champion, error=str(second)[:300])
        answering = self._live.model.name if self._live.model else "nothing"
        self._live.detail = f"model {wanted.live} cannot be loaded, {answering} answers: {str(error)[:200]}"

    def _read(self, name: str) -> Model:
        """Load and warm up; blocks."""
        row = self._database.read_now(lambda tx: _manifest_of(tx, name))
        model = self._folders.load(name, row)
        model.predict(["a message that warms everything up"])
        return model

    async def _call(self, fn: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, fn)


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
