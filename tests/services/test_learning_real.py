"""The whole of learning on the real encoder: a resolution within seconds, one run cancelled, one that fine-tunes."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from escalation.classifier.encoder.source import find_encoder
from escalation.database import Database
from escalation.learning.folders import BUILDING
from escalation.learning.service import Learning
from escalation.protocol.rest.learning import RunView
from tests.fakes import FakeClock
from tests.real_encoder import linked_encoders
from tests.services.learning_world import World, running
from tests.tiny_encoder import TinyEncoder
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
def filled_url(sqlite_url: str) -> str:
    """One database is enough to see the encoder work."""
    return sqlite_url


@pytest.fixture
def world(database: Database, tmp_path: Path, clock: FakeClock) -> World:
    encoder = TinyEncoder("", linked_encoders(tmp_path), find_encoder().key)
    world = World(database, tmp_path, encoder, clock)
    database.on_commit(world.bus.ring)
    return world


async def run_of(learning: Learning) -> RunView:
    return (await learning.runs()).runs[0]


async def ended_run(learning: Learning, stages: set[str] | None = None) -> RunView | None:
    """The newest run, None while it goes on; adds the stage it is in to `stages`."""
    run = await run_of(learning)
    if run.finished_at:
        return run
    if stages is not None:
        stages.add(run.stage)
    return None


async def test_the_loop_on_the_real_encoder(world: World) -> None:
    await world.import_shop()
    world.build()
    # A budget that nothing fits takes the quickest plan: one calibration encoder, two epochs.
    async with running(world.learning(training_budget=timedelta(seconds=20))) as learning:
        await until(lambda: learning.describe().model == "starter.1")
        await learns_within_seconds(world, learning)
        await cancelled_leaves_nothing(world, learning)
        await fine_tunes(learning)


async def learns_within_seconds(world: World, learning: Learning) -> None:
    question = "my lamp hums and flickers in the evening"
    before = (await learning.predictor.predict(question)).guesses[0].label
    wanted = "gift_card" if before != "gift_card" else "refund"
    began = time.process_time()
    await world.resolve(question, wanted)
    await until(lambda: learning.describe().model == "starter.2")
    assert (await learning.predictor.predict(question)).guesses[0].label == wanted
    assert (await learning.predictor.predict("the lamp flickers every evening")).guesses[0].label == wanted
    assert time.process_time() - began < 10, "of processor time: other work on the machine counts for nothing"


async def cancelled_leaves_nothing(world: World, learning: Learning) -> None:
    encoders = {path.name for path in world.encoder.encoders.iterdir()}
    run = await learning.start_run("full", by="tess")

    async def begun() -> bool:
        return (await run_of(learning)).stage not in {"", "starting"}  # its process is there and has told a stage

    await until(begun, 120)
    await learning.cancel_run(run.id, by="tess")
    ended = await until(lambda: ended_run(learning))
    assert ended.state == "cancelled"
    await until(lambda: not list((world.models / BUILDING).iterdir()))  # cleared after the run is told to be over
    await until(lambda: {path.name for path in world.encoder.encoders.iterdir()} == encoders)
    assert not (world.models / "v1").exists()


async def fine_tunes(learning: Learning) -> None:
    await learning.start_run("full", by="tess")
    seen: set[str] = set()
    run = await until(lambda: ended_run(learning, seen), 200)
    assert run.state in {"succeeded", "refused"}, run
    assert run.model in {model.name for model in (await learning.models()).models}
    assert len(seen) >= 3
    if run.state == "succeeded":
        await until(lambda: learning.describe().model == run.model)
        assert (await learning.predictor.predict("where is my order")).guesses[0].label == "order_status"
    else:
        assert run.reasons
