"""The whole of learning on the real encoder: a resolution within seconds, a fine-tuning run, one cancelled half-way."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path

import pytest

from escalation.classifier.encoder.source import find_encoder
from escalation.classifier.errors import ClassifierError
from escalation.database import Database
from escalation.learning.folders import BUILDING
from escalation.learning.service import Learning
from escalation.protocol.rest.learning import RunView
from tests.fakes import FakeClock
from tests.services.learning_world import World, running, until
from tests.tiny_encoder import TinyEncoder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
def world(database: Database, tmp_path: Path, clock: FakeClock) -> World:
    if database.is_postgres:
        pytest.skip("one database is enough to see the encoder work")
    try:
        key = find_encoder().key
    except ClassifierError as error:
        pytest.skip(f"no encoder: {error.message}")
    world = World(database, tmp_path, TinyEncoder("", tmp_path / "encoders", key), clock)
    database.on_commit(world.bus.ring)
    return world


async def run_of(learning: Learning) -> RunView:
    return (await learning.runs()).runs[0]


async def test_the_loop_on_the_real_encoder(world: World) -> None:
    await world.import_shop()
    world.build()
    # A budget that nothing fits takes the quickest plan: one calibration encoder, two epochs.
    async with running(world.learning(training_budget=timedelta(seconds=20))) as learning:
        await until(lambda: learning.describe().model == "starter.1", 60)
        await learns_within_seconds(world, learning)
        await cancelled_leaves_nothing(world, learning)
        await fine_tunes(learning)


async def learns_within_seconds(world: World, learning: Learning) -> None:
    question = "my lamp hums and flickers in the evening"
    before = (await learning.predictor.predict(question)).guesses[0].label
    wanted = "gift_card" if before != "gift_card" else "refund"
    began = time.monotonic()
    await world.resolve(question, wanted)
    await until(lambda: learning.describe().model == "starter.2", 30)
    assert (await learning.predictor.predict(question)).guesses[0].label == wanted
    assert (await learning.predictor.predict("the lamp flickers every evening")).guesses[0].label == wanted
    assert time.monotonic() - began < 10


async def cancelled_leaves_nothing(world: World, learning: Learning) -> None:
    encoders = {path.name for path in world.encoder.encoders.iterdir()}
    run = await learning.start_run("full", by="tess")
    async with asyncio.timeout(120):
        while (await run_of(learning)).progress == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await learning.cancel_run(run.id, by="tess")
    async with asyncio.timeout(30):
        while not (ended := await run_of(learning)).finished_at:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert ended.state == "cancelled"
    await until(lambda: not list((world.models / BUILDING).iterdir()))  # cleared after the run is told to be over
    await until(lambda: {path.name for path in world.encoder.encoders.iterdir()} == encoders)
    assert not (world.models / "v1").exists()


async def fine_tunes(learning: Learning) -> None:
    await learning.start_run("full", by="tess")
    seen: set[str] = set()
    async with asyncio.timeout(200):
        while not (run := await run_of(learning)).finished_at:
            seen.add(run.stage)
            await asyncio.sleep(0.1)
    assert run.state in {"succeeded", "refused"}, run
    assert run.model in {model.name for model in (await learning.models()).models}
    assert len(seen) >= 3
    if run.state == "succeeded":
        await until(lambda: learning.describe().model == run.model)
        assert (await learning.predictor.predict("where is my order")).guesses[0].label == "order_status"
    else:
        assert run.reasons
