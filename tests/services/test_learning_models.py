"""What answers: registered folders, promotion as compare-and-swap, rollback, and folders that cannot be trusted."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from escalation import events
from escalation.classifier.errors import ModelHashMismatch, ModelIncomplete
from escalation.database import Database
from escalation.learning import registry, views
from escalation.learning.collector import CHANGED
from escalation.learning.errors import ModelMissing, ModelUnknown, NothingToRollBack, StaleChampion
from escalation.learning.folders import KEPT_REVISIONS, ModelFolders
from escalation.learning.registry import NewModel, Serving
from escalation.learning.service import Learning
from escalation.protocol.rest.learning import ModelView
from escalation.protocol.states import AnsweringMode
from tests.fakes import FakeClock
from tests.services.learning_world import SHOP, Looks, World, a_world, running
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.timeout(7 * PATIENCE)


class Holding(NamedTuple):
    mode: AnsweringMode
    alpha: float


@pytest.fixture
def world(database: Database, tmp_path: Path, clock: FakeClock) -> World:
    return a_world(database, tmp_path, clock)


def a_model(name: str, **overrides: Any) -> NewModel:
    values: dict[str, Any] = {
        "name": name, "kind": "version", "parent": None, "mode": "head", "examples": 30, "intents": 6,
        "threshold": 0.9, "manifest_hash": "x",
    }  # fmt: skip
    return NewModel(**(values | overrides))


async def add(world: World, *names: str) -> None:
    for name in names:
        await world.database.write(lambda tx, name=name: registry.register(tx, a_model(name), "candidate"))  # type: ignore[misc]


async def promote(world: World, name: str, expected: str | None) -> None:
    world.clock.advance(1)
    await world.database.write(lambda tx: registry.promote(tx, name, expected, actor="agent:tess"))


async def serving(world: World) -> Serving:
    found = await world.database.read(registry.serving)
    assert found is not None
    return found


async def rollback_to(world: World) -> str | None:
    """What people are told would answer after a rollback."""
    return (await world.database.read(lambda tx: views.models(tx, "provisional", 0.05))).rollback_to


async def test_of_two_promotions_at_the_same_time_one_wins(world: World) -> None:
    await add(world, "v1", "v2", "v3")
    await promote(world, "v1", None)
    results = await asyncio.gather(promote(world, "v2", "v1"), promote(world, "v3", "v1"), return_exceptions=True)
    (loser,) = [result for result in results if result is not None]
    assert isinstance(loser, StaleChampion)
    now = await serving(world)
    assert now.champion == now.live and now.champion in {"v2", "v3"} and now.swaps == 2
    told = await world.database.read(lambda tx: events.read(tx, "models", 0, 10))
    assert [event.payload["name"] for event in told] == ["v1", now.champion]


async def test_a_revision_of_another_champion_is_not_published(world: World) -> None:
    await add(world, "v1", "v2")
    await promote(world, "v1", None)
    before = await serving(world)
    await promote(world, "v2", "v1")
    with pytest.raises(StaleChampion):
        await world.database.write(lambda tx: registry.publish_revision(tx, a_model("v1.1"), before))
    with pytest.raises(ModelUnknown):
        await world.database.read(lambda tx: registry.find(tx, "v1.1"))


async def test_rollback_goes_from_champion_to_earlier_champion_and_pins(world: World) -> None:
    await add(world, "v1", "v2", "v3", "v4")
    for before, name in ((None, "v1"), ("v1", "v2"), ("v2", "v3")):
        await promote(world, name, before)
    rollback = lambda: world.database.write(lambda tx: registry.rollback(tx, actor="agent:tess"))  # noqa: E731
    assert await rollback_to(world) == "v2"
    assert await rollback() == "v2"
    assert await serving(world) == Serving("v2", "v2", True, 4, "v2", 0.9)
    await promote(world, "v4", "v2")
    assert not (await serving(world)).pinned
    assert [await rollback(), await rollback()] == ["v2", "v1"]
    assert await rollback_to(world) is None
    with pytest.raises(NothingToRollBack):
        await rollback()


async def test_rollback_without_an_earlier_version_drops_the_revision(world: World) -> None:
    await add(world, "v1")
    await promote(world, "v1", None)
    now = await serving(world)
    await world.database.write(lambda tx: registry.publish_revision(tx, a_model("v1.1", kind="revision"), now))
    assert await rollback_to(world) == "v1"
    assert await world.database.write(lambda tx: registry.rollback(tx, actor="agent:tess")) == "v1"
    assert await rollback_to(world) is None
    assert await serving(world) == Serving("v1", "v1", True, 3, "v1", 0.9)


async def test_a_revision_that_is_promoted_is_live_under_its_version_and_pinned(world: World) -> None:
    await add(world, "v1", "v2")
    await promote(world, "v1", None)
    for name in ("v1.1", "v1.2"):
        now = await serving(world)
        new = a_model(name, kind="revision", parent="v1")
        await world.database.write(lambda tx, new=new, now=now: registry.publish_revision(tx, new, now))  # type: ignore[misc]
    await promote(world, "v1.1", "v1")
    assert await serving(world) == Serving("v1", "v1.1", True, 4, "v1.1", 0.9)
    assert await rollback_to(world) == "v1"
    await promote(world, "v2", "v1")
    await promote(world, "v1.2", "v2")
    assert await serving(world) == Serving("v1", "v1.2", True, 6, "v1.2", 0.9)
    listed = (await world.database.read(lambda tx: views.models(tx, "provisional", 0.05))).models
    assert {model.name: model.state for model in listed} == {
        "v1": "champion", "v1.1": "archived", "v1.2": "live", "v2": "archived",
    }  # fmt: skip
    with pytest.raises(StaleChampion):
        await promote(world, "v1.1", "v2")
    told = await world.database.read(lambda tx: events.read(tx, "models", 0, 10))
    assert told[-1].payload == {"name": "v1.2", "kind": "revision", "examples": 30}
    assert await rollback_to(world) == "v2"


async def test_an_earlier_revision_answers_again_as_long_as_its_folder_is_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = Looks(monkeypatch)
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        for number in range(1, 6):
            await until(lambda number=number: learning.describe().model == f"starter.{number}")  # type: ignore[misc]
            await world.resolve(f"zebra {number}", "refund")
        await until(lambda: learning.describe().model == "starter.6")
        await until(lambda: not (world.models / "starter.3").exists())
        offered = {model.name for model in (await learning.models()).models if model.promotable}
        assert offered == {"starter.4", "starter.5", "starter.6"}, "the live head can be made the anchor"
        await learning.promote("starter.5", by="sam")
        assert learning.describe().model == "starter.5"
        await looks.another(world)
        assert learning.describe().model == "starter.5", "nothing is learnt until somebody goes on"
        with pytest.raises(ModelIncomplete):
            await learning.promote("starter.3", by="sam")
        await learning.unpin(by="sam")
        await until(lambda: learning.describe().model == "starter.7")
        assert (await serving(world)).champion == "starter"


async def test_the_starter_is_registered_and_answers(world: World) -> None:
    world.build()
    world.build("another")
    learning = world.learning(learn=False)
    with pytest.raises(ModelMissing):
        await learning.predictor.predict("where is my order")
    async with running(learning):
        predicted = await learning.predictor.predict("where is my order")
        assert (predicted.model, predicted.guesses[0].label) == ("starter", "order_status")
        assert predicted.policy.threshold == learning.describe().threshold and predicted.policy.answering
        listed = {model.name: model.state for model in (await learning.models()).models}
        assert listed == {"starter": "champion", "another": "candidate"}


async def test_the_operator_names_the_first_model_but_what_was_learnt_stays(world: World) -> None:
    world.build()
    world.build("mine")
    async with running(world.learning(learn=False, first="mine")) as learning:
        assert learning.describe().model == "mine"
        await learning.promote("starter", by="tess")
    async with running(world.learning(learn=False, first="mine")) as learning:
        assert learning.describe().model == "starter"
    with pytest.raises(ModelUnknown, match="'missing'"):
        await world.learning(learn=False, first="missing").start()


async def test_a_prediction_carries_the_threshold_of_each_accepted_error(world: World) -> None:
    world.build()
    async with running(world.learning(learn=False)) as learning:
        by_error = dict((await learning.predictor.predict("refund please")).policy.by_error)
        assert by_error == {alpha: choice.threshold for alpha, choice in learning.choices()}
        assert learning.describe(Holding("provisional", 0.1)).threshold == by_error[0.1]
        assert learning.describe(Holding("shadow", 0.1), may_answer=False).answering is False


async def test_another_accepted_error_is_learnt_for_without_a_restart(world: World) -> None:
    await world.import_shop()
    world.build()
    holds = [Holding("provisional", 0.02)]
    async with running(world.learning(governed=lambda _: holds[0])) as learning:
        await until(lambda: learning.describe().model == "starter.1")
        holds[0] = Holding("provisional", 0.1)
        world.bus.ring([CHANGED])
        await until(lambda: learning.describe().model == "starter.2")
        assert (await learning.models()).alpha == 0.1


@pytest.mark.parametrize("damage", ["altered", "other manifest", "missing"])
async def test_a_folder_that_cannot_be_trusted_is_refused_and_the_champion_stays(world: World, damage: str) -> None:
    world.build()
    world.build("v1")
    async with running(world.learning(learn=False)) as learning:
        break_folder(world.models / "v1", damage)
        with pytest.raises(ModelIncomplete if damage == "missing" else ModelHashMismatch):
            await learning.promote("v1", by="tess")
        assert (await serving(world)).champion == "starter"
        assert learning.describe().model == "starter" and learning.describe().detail is None


def break_folder(folder: Path, damage: str) -> None:
    match damage:
        case "altered":
            weights = folder / "head.safetensors"
            *rest, last = weights.read_bytes()
            weights.write_bytes(bytes([*rest, last ^ 1]))
        case "other manifest":
            manifest = json.loads((folder / "manifest.json").read_text())
            (folder / "manifest.json").write_text(json.dumps(manifest | {"threshold": 0.0}))
        case _:
            (folder / "head.safetensors").unlink()


async def test_another_process_that_cannot_load_keeps_the_old_model_and_says_so(world: World) -> None:
    world.build()
    world.build("v1")
    async with running(world.learning(learn=False)) as first, running(world.learning(learn=False)) as second:
        await first.models()
        break_folder(world.models / "v1", "altered")
        await promote(world, "v1", "starter")
        await until(lambda: second.describe().detail)
        assert "v1 cannot be loaded, starter answers" in second.describe().detail
        assert second.describe().model == "starter"
        await promote(world, "starter", "v1")
        await until(lambda: second.describe().detail is None)


async def test_every_process_swaps_to_what_is_promoted(world: World) -> None:
    world.build()
    world.build("v1", {name: texts for name, texts in SHOP.items() if name != "password"})
    async with running(world.learning(learn=False)) as first, running(world.learning(learn=False)) as second:
        await first.promote("v1", by="tess")
        await until(lambda: second.describe().model == "v1")
        assert (await second.predictor.predict("reset password")).guesses[0].label != "password"


async def test_of_processes_that_start_at_once_one_registers_the_folders_and_chooses(world: World) -> None:
    world.build()
    several = [world.learning(learn=False) for _ in range(4)]
    await asyncio.gather(*(learning.start() for learning in several))
    assert {learning.describe().model for learning in several} == {"starter"}
    assert (await serving(world)).swaps == 1
    told = await world.database.read(lambda tx: events.read(tx, "models", 0, 10))
    assert [event.payload["name"] for event in told] == ["starter"]
    await asyncio.gather(*(learning.close() for learning in several))


async def test_after_a_restart_the_revision_answers_at_once_and_learning_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = Looks(monkeypatch)
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await until(lambda: learning.describe().model == "starter.1")
        await world.resolve("zebra giraffe", "refund")
        await until(lambda: learning.describe().model == "starter.2")
    await world.resolve("lion tiger walrus", "password")  # nobody learns right now
    learning = world.learning()
    await learning.start()
    assert learning.describe().model == "starter.2"
    assert (await learning.predictor.predict("zebra giraffe")).guesses[0].label == "refund"
    task = asyncio.create_task(learning.run())
    await until(lambda: learning.describe().model == "starter.3")
    assert (await learning.predictor.predict("lion tiger walrus")).guesses[0].label == "password"
    await looks.another(world)
    assert learning.describe().model == "starter.3"  # the same data is not fitted again
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await learning.close()


async def test_excluding_an_example_unlearns_it(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await until(lambda: learning.describe().model == "starter.1")
        before = (await learning.predictor.predict("zebra giraffe")).guesses[0].label
        wanted = next(name for name in SHOP if name != before)
        await world.resolve("zebra giraffe", wanted)
        await until(lambda: learning.describe().model == "starter.2")
        assert (await learning.predictor.predict("zebra giraffe")).guesses[0].label == wanted
        (example,) = (await learning.examples()).examples
        assert (example.text, example.label, example.excluded) == ("zebra giraffe", wanted, False)
        await learning.exclude(example.id, True, by="tess")
        await until(lambda: learning.describe().model == "starter.3")
        assert (await learning.predictor.predict("zebra giraffe")).guesses[0].label == before


async def test_only_the_newest_revisions_keep_their_folders(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        for number in range(1, 6):
            await until(lambda number=number: learning.describe().model == f"starter.{number}")  # type: ignore[misc]
            await world.resolve(f"zebra {number}", "refund")
        await until(lambda: learning.describe().model == "starter.6")
        # Older folders go after the new model answers.
        kept = ["starter", *(f"starter.{number}" for number in range(7 - KEPT_REVISIONS, 7))]
        await until(lambda: ModelFolders(world.models, world.encoder.encoders).names() == kept)


async def test_a_revision_clearly_worse_on_the_gate_is_refused_with_its_reasons(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning(refit_pause=timedelta(seconds=0.5))) as learning:
        await until(lambda: learning.describe().model == "starter.1")
        texts = [(text, intent) for intent, texts in SHOP.items() for text in texts]
        for text, intent in texts * 2:
            await world.resolve(text, intent, gate=True)
        for text, intent in texts * 6:  # somebody labels everything wrong
            await world.resolve(text, "refund" if intent != "refund" else "password")
        refused = await until(lambda: states(learning, "refused"))
        assert "worse on" in refused[0].reasons[0]
        assert (await learning.predictor.predict("where is my order")).guesses[0].label == "order_status"


async def states(learning: Learning, state: str) -> list[ModelView]:
    return [model for model in (await learning.models()).models if model.state == state]
