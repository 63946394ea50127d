"""Erasing examples: rows, embeddings, and what is left of them in models. Which models learnt from them is told."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row, select

from escalation.classifier import forgetting
from escalation.classifier.errors import ClassifierError
from escalation.classifier.folder import manifest_hash
from escalation.classifier.model import Model
from escalation.database import Database, Transaction, table_of
from escalation.learning import embeddings, registry, run_rows
from escalation.learning.collector import CHANGED
from escalation.learning.errors import ModelNotStripped, RunStillThere
from escalation.learning.folders import ModelFolders
from escalation.learning.tables import ExampleRow, ModelRow
from escalation.logs import get_logger
from escalation.people import erasures

CHUNK = 200
RUN_ENDS_SECONDS = 60.0
LOOK_SECONDS = 0.2

T = TypeVar("T")
_log = get_logger(__name__)
_examples = table_of(ExampleRow)
_models = table_of(ModelRow)


@dataclass
class ExampleEraser:
    """Erases examples of customers. `on_changed` gets each model that was written anew, for whoever serves it."""

    database: Database
    folders: ModelFolders
    executor: Executor | None = None
    """Where files are read and written; None: a thread of asyncio's."""
    on_changed: Callable[[Model], None] = lambda _: None
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a model's folder and its row do not agree."""
    learner_runs: bool = True
    """Whether a learner is there that ends its run when it is asked to; else what it left is deleted at once."""

    async def forget(self, customer: str, conversations: Sequence[str]) -> None:
        """Delete the examples made of these conversations, and what models hold of them.

        The customer's erasure has begun: what was deleted is noted there, so that it can be called again.
        Raises: RunStillThere, ModelNotStripped.
        """
        there = await self._call(self.folders.names)
        deleted = 0
        while some := await self.database.write(lambda tx: delete_examples(tx, customer, conversations, there)):
            deleted += some
        noted = await self.database.write(lambda tx: erasures.find(tx, customer))
        if not noted.examples:
            return
        await self._end_runs(None if deleted else noted.at)
        held = await self._call(lambda: held_by_folders(self.folders, noted.examples))
        await self.database.write(lambda tx: note_models(tx, customer, held))
        for name in held:
            await self._strip(name, noted.examples)

    async def _end_runs(self, begun_by: datetime | None) -> None:
        """A run that goes on would learn from what is gone, and its folder holds words while the child reads them.

        `begun_by`: only runs that were queued by then; None: any.
        """
        runs = await self.database.write(lambda tx: _cancel_runs(tx, begun_by))
        if not self.learner_runs:
            for id in runs:
                await self._call(lambda id=id: self.folders.clear_building(id))  # type: ignore[misc]
            return
        try:
            async with asyncio.timeout(RUN_ENDS_SECONDS):
                await self._until_over(runs)
        except TimeoutError as error:
            raise RunStillThere(
                f"Training run {min(runs)} does not end, so the erasure is not complete yet. It goes on by itself."
            ) from error

    async def _until_over(self, runs: Collection[str]) -> None:
        while True:
            if not (await self.database.read(run_rows.unfinished)).intersection(runs):
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def _strip(self, name: str, ids: Collection[str]) -> None:
        async with self.changing:
            model = await self._call(lambda: _strip(self.folders, name, ids))
            digest = await self._call(lambda: manifest_hash(self.folders.path(name)))
            await self.database.write(lambda tx: registry.rehash(tx, name, digest))
            self.on_changed(model)

    async def _call(self, fn: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.executor, fn)


def delete_examples(
    tx: Transaction, customer: str, conversations: Sequence[str], with_folders: Collection[str], most: int = CHUNK
) -> int:
    """Delete at most `most` examples made of these conversations, with their embeddings; return how many.

    Models without a folder that were made while an example was there are marked; those `with_folders` say it in a file.
    A pause after a rollback ends, as it does when somebody leaves an example out.
    """
    mine = _examples.select().where(_examples.c.conversation.in_(conversations))
    gone = tx.execute(mine.order_by(_examples.c.id).limit(most)).all()
    if not gone:
        return 0
    ids = [row.id for row in gone]
    made = [name for row in gone for name in _made_after(tx, row) if name not in with_folders]
    erasures.add_examples(tx, customer, ids, made)
    _mark(tx, {name: made.count(name) for name in made})
    embeddings.forget(tx, ids)
    tx.execute(_examples.delete().where(_examples.c.id.in_(ids)))
    registry.unpin(tx)
    tx.rung.add(CHANGED)
    return len(ids)


def _made_after(tx: Transaction, example: Row[Any]) -> list[str]:
    """Return the models that were made here while this example was there to learn from.

    Only what was made here has the fingerprint of its data in its report.
    """
    if example.split != "train":
        return []
    query = select(_models.c.name, _models.c.report).where(_models.c.created_at >= example.at)
    if example.excluded_at is not None:
        query = query.where(_models.c.created_at < example.excluded_at)
    return [row.name for row in tx.execute(query) if "data" in row.report]


def held_by_folders(folders: ModelFolders, ids: Collection[str]) -> dict[str, int]:
    """Return how many of these examples each model's folder holds, where it holds any; blocks."""
    wanted, found = set(ids), dict[str, int]()
    folders.mend()
    for name in folders.names():
        try:
            held = len(forgetting.examples_of(folders.path(name)) & wanted)
        except (OSError, ValueError, KeyError):
            _log.warning("model_folder_unreadable", model=name)
            continue
        if held:
            found[name] = held
    return found


def note_models(tx: Transaction, customer: str, held: Mapping[str, int]) -> None:
    """Mark the models that hold examples which are gone, and name them in the erasure; each once."""
    known = erasures.find(tx, customer).models
    erasures.add_examples(tx, customer, (), held)
    _mark(tx, {name: count for name, count in held.items() if name not in known})


def _mark(tx: Transaction, counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        grown = _models.c.erased_examples + count
        tx.execute(_models.update().where(_models.c.name == name).values(erased_examples=grown))


def _strip(folders: ModelFolders, name: str, ids: Collection[str]) -> Model:
    try:
        return folders.forget(name, ids)
    except ClassifierError as error:
        raise ModelNotStripped(
            f"Model {name} cannot be written anew without the erased examples: {error.message} "
            "Put it right or delete its folder; the erasure goes on by itself."
        ) from error


def _cancel_runs(tx: Transaction, begun_by: datetime | None) -> set[str]:
    runs = run_rows.unfinished(tx, begun_by)
    for id in sorted(runs):
        run_rows.cancel(tx, id)
    return runs
