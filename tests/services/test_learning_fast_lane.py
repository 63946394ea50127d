"""The fast lane on a real, tiny encoder: a resolution changes the next prediction; nothing is lost or learnt twice."""

from pathlib import Path

import pytest

from escalation import events
from escalation.database import Database
from escalation.learning.service import Learning
from tests.services.learning_world import World, a_world, running, until

UNKNOWN = "zebra giraffe lion tiger"


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    return a_world(database, tmp_path)


def model_of(learning: Learning) -> str:
    return str(learning.describe()["model"])


async def test_a_resolution_changes_the_next_prediction_of_its_text(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await until(lambda: model_of(learning) == "starter.1")
        before = await learning.predictor.predict(UNKNOWN)
        wanted = "password" if before.guesses[0].label != "password" else "refund"
        await world.resolve(UNKNOWN, wanted)
        await until(lambda: model_of(learning) == "starter.2")
        after = await learning.predictor.predict(UNKNOWN)
        assert (before.guesses[0].label, after.guesses[0].label) != (wanted, wanted)
        assert after.guesses[0].label == wanted and after.model == "starter.2"
        assert after.neighbours[0].label == wanted and after.neighbours[0].similarity > 0.99
    envelopes = await world.database.read(lambda tx: events.read(tx, "models", 0, 10))
    assert [(e.payload["name"], e.payload["kind"]) for e in envelopes if e.type == "ModelPublished"] == [
        ("starter", "version"),
        ("starter.1", "revision"),
        ("starter.2", "revision"),
    ]
