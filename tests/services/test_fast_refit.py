"""Fast refits on a real, tiny encoder: a resolution changes the next prediction; nothing is lost or learnt twice."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from escalation import events
from escalation.catalogue.service import Catalogues
from escalation.classifier import Model
from escalation.classifier.folder import read_manifest
from escalation.database import Database, table_of
from escalation.learning import fast_refit, lease
from escalation.learning.errors import LeaseLost
from escalation.learning.service import Learning
from escalation.learning.steps import LearningSteps
from escalation.learning.tables import EmbeddingRow
from tests.fakes import FakeClock
from tests.services.learning_world import SHOP, World, a_world, running
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.timeout(7 * PATIENCE)
UNKNOWN = "zebra giraffe lion tiger"


@pytest.fixture
def world(database: Database, tmp_path: Path, clock: FakeClock) -> World:
    return a_world(database, tmp_path, clock)


def model_of(learning: Learning) -> str | None:
    return learning.describe().model


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


async def test_another_catalogue_gets_a_version_of_its_own_without_anybody_asking(world: World) -> None:
    world.build()
    other = {f"topic_{n}": (f"zebra {word}", f"{word} giraffe") for n, word in enumerate(("lion", "otter", "heron"))}
    await world.import_shop(other)
    async with running(world.learning()) as learning:
        assert model_of(learning) == "starter"  # it answers nothing of this catalogue meanwhile
        await until(lambda: model_of(learning) == "v1")
        assert (await learning.predictor.predict("otter")).guesses[0].label == "topic_1"
        assert [run.mode for run in (await learning.runs()).runs] == ["head"]


async def test_a_new_intent_is_learnt_from_its_first_resolution_even_if_that_falls_to_the_gate(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await until(lambda: model_of(learning) == "starter.1")
        await Catalogues(world.database, ids=world.ids).add_intent("animals", actor="agent:ana", answer="We sell none.")
        await world.resolve("zebra giraffe lion tiger walrus", "animals", gate=True)
        await until(lambda: model_of(learning) == "starter.2")
        assert (await learning.predictor.predict("walrus tiger zebra")).guesses[0].label == "animals"


async def test_out_of_scope_resolutions_train_novelty_and_name_no_intent(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await until(lambda: model_of(learning) == "starter.1")
        await world.resolve("stork crane ibis", None)
        await until(lambda: model_of(learning) == "starter.2")
        (row,) = (await learning.examples(label="")).examples
        assert row.text == "stork crane ibis" and row.label is None
        assert None not in (await learning.predictor.predict("stork crane ibis")).guesses


async def test_a_revision_that_cannot_be_read_at_the_start_is_made_anew_from_the_champion(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await until(lambda: model_of(learning) == "starter.1")
    (world.models / "starter.1" / "head.safetensors").write_bytes(b"disk fault")
    broken = world.learning()
    await broken.start()
    assert model_of(broken) == "starter" and "starter.1 cannot be loaded" in broken.describe().detail
    await broken.close()
    async with running(world.learning()) as learning:
        await until(lambda: model_of(learning) == "starter.2")
        assert learning.describe().detail is None


async def test_each_text_is_embedded_once_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded: list[str] = []
    keep = LearningSteps.keep

    async def noted(steps: LearningSteps, encoder: str, vectors: dict[str, Any]) -> None:
        embedded.extend(vectors)
        await keep(steps, encoder, vectors)

    monkeypatch.setattr(LearningSteps, "keep", noted)
    await world.import_shop()
    world.build()
    for revision in (1, 2):
        async with running(world.learning()) as learning:
            await until(lambda revision=revision: model_of(learning) == f"starter.{revision}")  # type: ignore[misc]
            await world.resolve("zebra lion", "refund")
            await until(lambda revision=revision: model_of(learning) == f"starter.{revision + 1}")  # type: ignore[misc]
    rows = await world.database.read(lambda tx: tx.execute(table_of(EmbeddingRow).select()).all())
    seeds = sum(len(texts) for texts in SHOP.values())
    assert len(rows) == seeds + 2 and {row.encoder for row in rows} == {world.encoder.key}
    assert sorted(embedded) == sorted(row.example for row in rows)


async def test_what_the_model_was_built_from_is_not_embedded_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded: list[str] = []
    embed = Model.embed

    def noted(model: Model, texts: Sequence[str]) -> Any:
        embedded.extend(texts)
        return embed(model, texts)

    await world.import_shop()
    world.build()
    monkeypatch.setattr(Model, "embed", noted)
    async with running(world.learning()) as learning:
        await until(lambda: model_of(learning) == "starter.1")
        assert not {text for texts in SHOP.values() for text in texts} & {*embedded}
        await world.resolve("zebra lion", "refund")
        await until(lambda: model_of(learning) == "starter.2")
        assert "zebra lion" in embedded


async def test_the_lease_goes_to_one_learner_and_outlives_it_by_half_a_minute(world: World) -> None:
    def acquire(token: str) -> Any:
        return world.database.write(lambda tx: lease.acquire(tx, token))

    assert await acquire("first")
    if not world.database.is_postgres:
        return  # one process owns the folder
    assert not await acquire("second")
    world.clock.advance(lease.LASTS + timedelta(seconds=1))
    assert await acquire("second")
    with pytest.raises(LeaseLost):
        await world.database.write(lambda tx: lease.renew(tx, "first"))


async def test_a_large_head_answers_before_its_calibration_which_follows_unasked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast_refit, "POSTPONED_FROM", 0)
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await until(lambda: model_of(learning).startswith("starter."))
        await Catalogues(world.database, ids=world.ids).add_intent("animals", actor="agent:ana", answer="We sell none.")
        await world.resolve("zebra giraffe lion tiger walrus", "animals")
        await until(lambda: "animals" in live_labels(world, learning) and not is_provisional(world, learning))
        assert (await learning.predictor.predict("walrus tiger zebra")).guesses[0].label == "animals"
    envelopes = await world.database.read(lambda tx: events.read(tx, "models", 0, 20))
    revisions = [e.payload for e in envelopes if e.type == "ModelPublished" and e.payload["kind"] == "revision"]
    assert revisions[-1]["examples"] == revisions[-2]["examples"]  # the same examples, first without, then with it


def live_labels(world: World, learning: Learning) -> list[str]:
    return list(read_manifest(world.models / model_of(learning))["labels"])


def is_provisional(world: World, learning: Learning) -> bool:
    return read_manifest(world.models / model_of(learning))["calibrated_labels"] is not None
