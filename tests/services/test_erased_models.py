"""Models and erased examples: nothing learnt of them is published, and no interruption loses a model."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from escalation.classifier import forgetting
from escalation.classifier.folder import load_model
from escalation.database import Database, table_of
from escalation.kernel.errors import EscalationError
from escalation.learning import datasets, embeddings, run_rows
from escalation.learning import forgetting as erasing
from escalation.learning.errors import DataErased, ModelNotStripped, RunStillThere
from escalation.learning.folders import ModelFolders
from escalation.learning.forgetting import ExampleEraser
from escalation.learning.tables import EmbeddingRow, ExampleRow, RunRow
from escalation.people import erasures
from tests.fakes import FakeClock
from tests.services.learning_world import World, a_world


@pytest.fixture
async def world(database: Database, tmp_path: Path, clock: FakeClock) -> World:
    """A world with a model and one collected example of an erased customer."""
    world = a_world(database, tmp_path, clock)
    await world.import_shop()
    world.build("v1")
    row = {"id": "example-1", "at": clock.now(), "source": "resolution", "message_id": "m1", "message_ids": ["m1"]}
    row |= {"conversation": "c1", "resolution": "r1", "label": "refund", "split": "train", "by": "ana"}
    await database.write(lambda tx: tx.execute(table_of(ExampleRow).insert(), row) and None)
    await database.write(lambda tx: erasures.begin(tx, "maria", "agent:sue"))
    return world


def an_eraser(world: World) -> ExampleEraser:
    return ExampleEraser(world.database, ModelFolders(world.models, world.encoder.encoders), learner_runs=True)


async def code_of(world: World) -> str | None:
    try:
        await an_eraser(world).forget("maria", ["c1"])
    except EscalationError as error:
        return error.code
    return None


async def test_what_was_read_before_an_erasure_is_not_published_after_it(world: World) -> None:
    before = await world.database.read(datasets.load)
    await world.database.write(lambda tx: datasets.require_whole(tx, before))
    await an_eraser(world).forget("maria", ["c1"])
    with pytest.raises(DataErased):
        await world.database.write(lambda tx: datasets.require_whole(tx, before))
    after = await world.database.read(datasets.load)
    await world.database.write(lambda tx: datasets.require_whole(tx, after))


async def test_a_vector_that_comes_late_is_not_kept(world: World) -> None:
    await an_eraser(world).forget("maria", ["c1"])
    seed = (await world.database.read(datasets.load)).train[0].id
    late = {"example-1": np.ones(4, np.float32), seed: np.ones(4, np.float32)}
    await world.database.write(lambda tx: embeddings.store(tx, "encoder", late))
    kept = select(table_of(EmbeddingRow).c.example)
    assert await world.database.read(lambda tx: list(tx.execute(kept).scalars())) == [seed]


async def test_a_run_that_does_not_end_leaves_the_erasure_unfinished(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "RUN_ENDS_SECONDS", 0.05)
    running = {"state": "running", "token": "of a learner"}
    await world.database.write(lambda tx: run_rows.queue(tx, "run-1", "head", "system") and None)
    await world.database.write(lambda tx: tx.execute(table_of(RunRow).update().values(**running)) and None)
    assert await code_of(world) == RunStillThere.code
    (run,) = await world.database.read(run_rows.newest)
    assert run.cancel_requested
    await world.database.write(lambda tx: tx.execute(table_of(RunRow).update().values(state="cancelled")) and None)
    assert await code_of(world) is None


async def test_a_later_run_is_left_alone_when_somebody_erases_again(world: World, clock: FakeClock) -> None:
    await an_eraser(world).forget("maria", ["c1"])
    clock.advance(60)
    await world.database.write(lambda tx: run_rows.queue(tx, "run-2", "head", "system") and None)
    await an_eraser(world).forget("maria", ["c1"])
    assert await world.database.read(run_rows.unfinished) == {"run-2"}


async def test_a_model_that_cannot_be_written_anew_stays_and_is_named(world: World) -> None:
    first = sorted(forgetting.examples_of(world.models / "v1"))[0]
    noted = [first]
    await world.database.write(lambda tx: erasures.add_examples(tx, "maria", noted, ()))
    (world.models / "v1" / "card.md").write_text("altered")
    assert await code_of(world) == ModelNotStripped.code
    assert (world.models / "v1" / "manifest.json").is_file()


@pytest.mark.parametrize("step", ["written", "moved away"])
def test_an_interrupted_change_of_a_folder_is_put_right(world: World, step: str) -> None:
    folder, encoders = world.models / "v1", world.encoder.encoders
    gone = sorted(forgetting.examples_of(folder))[:2]
    shutil.copytree(folder, world.root / "changed" / "v1")
    forgetting.forget_in_folder(world.root / "changed" / "v1", encoders, gone)
    fresh, old = folder.with_name(".v1.fresh"), folder.with_name(".v1.old")
    shutil.copytree(world.root / "changed" / "v1", fresh)
    if step == "moved away":
        folder.rename(old)
    ModelFolders(world.models, encoders).mend()
    assert [path.name for path in world.models.iterdir() if path.name.startswith(".v1")] == []
    model = load_model(folder, encoders, name="v1")
    assert set(gone).isdisjoint(model.scorer.training.vectors_by_id()) is (step == "moved away")
