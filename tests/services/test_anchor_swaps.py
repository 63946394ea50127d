"""The anchor: what moves it and what does not, batch swaps, and replicas that follow."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from escalation import events
from escalation.database import Database, table_of
from escalation.learning import anchors, lease, registry, views
from escalation.learning.errors import LeaseLost, StaleChampion
from escalation.learning.folders import ModelFolders
from escalation.learning.registry import Serving
from escalation.learning.service import Learning
from escalation.learning.steps import LearningSteps, learner_thread
from escalation.learning.tables import AnchorRow
from escalation.proof import policy
from escalation.proof.anchoring import anchor_swaps, conclude, due
from escalation.proof.swaps import Challenger, SwapPace
from escalation.proof.values import ProofSettings
from tests.fakes import FakeClock
from tests.services.learning_world import World, a_world, running
from tests.services.test_learning_models import a_model, add, promote, serving
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.timeout(7 * PATIENCE)

ALPHA = 0.02
PACE = SwapPace(timedelta(days=1), 50)
SOON = ProofSettings(b"", ALPHA, swaps=SwapPace(timedelta(seconds=0.1), 1))
UNKNOWN = "zebra giraffe lion tiger"


@pytest.fixture
def world(database: Database, tmp_path: Path, clock: FakeClock) -> World:
    return a_world(database, tmp_path, clock)


async def publish(world: World, name: str, examples: int = 30, threshold: float = 0.8) -> None:
    """The fast refit makes a live head."""
    now = await serving(world)
    new = a_model(name, kind="revision", parent="v1", examples=examples, threshold=threshold)
    await world.database.write(lambda tx: registry.publish_revision(tx, new, now))


async def tried(world: World, pace: SwapPace = PACE) -> str | None:
    found = await world.database.read(lambda tx: due(tx, pace))
    return None if found is None else found.serving.live


async def concluded(world: World, challenger: Challenger, present: float | None = 0.9) -> None:
    """Whatever is live is judged, and the verdict carried out."""
    found = await world.database.read(lambda tx: due(tx, PACE))
    assert found is not None
    up = found._replace(present=present)
    await world.database.write(lambda tx: conclude(tx, up, challenger, ("worse on 40",), ALPHA))


async def history(world: World) -> list[tuple[str, str, bool, float]]:
    table = table_of(AnchorRow)
    rows = await world.database.read(lambda tx: tx.execute(select(table).order_by(table.c.number)).all())
    return [(row.model, row.grounds, row.accepted, row.threshold) for row in rows]


async def test_a_refit_moves_the_live_head_and_people_move_both(world: World) -> None:
    await add(world, "v1", "v2")
    await promote(world, "v1", None)
    await publish(world, "v1.1")
    assert await serving(world) == Serving("v1", "v1.1", False, 2, "v1", 0.9)
    await promote(world, "v1.1", "v1")
    assert await serving(world) == Serving("v1", "v1.1", False, 3, "v1.1", 0.8), "the live head goes on learning"
    await publish(world, "v1.2")
    await promote(world, "v2", "v1")
    assert (await serving(world)).anchor == "v2"
    assert await world.database.write(lambda tx: registry.rollback(tx, actor="agent:tess")) == "v1"
    assert await serving(world) == Serving("v1", "v1", True, 6, "v1", 0.9)
    assert await history(world) == [
        ("v1", "promotion", True, 0.9), ("v1.1", "promotion", True, 0.8), ("v2", "promotion", True, 0.9),
        ("v1", "rollback", True, 0.9),
    ]  # fmt: skip


async def test_a_live_head_is_tried_once_a_day_with_fifty_new_examples(world: World) -> None:
    await add(world, "v1")
    assert await tried(world) is None
    await promote(world, "v1", None)
    assert await tried(world) is None, "the first anchor is its own live head"
    await publish(world, "v1.1", examples=79)
    assert await tried(world) is None
    await publish(world, "v1.2", examples=80)
    assert await tried(world) == "v1.2"
    await concluded(world, Challenger(0.8, accepted=False))
    world.clock.advance(86_399)
    await publish(world, "v1.3", examples=140)
    assert await tried(world) is None
    world.clock.advance(1)
    assert await tried(world) == "v1.3"
    await concluded(world, Challenger(0.8, accepted=True, risk=0.01))
    assert await serving(world) == Serving("v1", "v1.3", False, 5, "v1.3", 0.8)
    assert (await history(world))[1:] == [("v1.2", "gate", False, 0.8), ("v1.3", "gate", True, 0.8)]
    shown = await world.database.read(lambda tx: views.models(tx, "provisional", ALPHA))
    assert (shown.anchor, shown.anchor_threshold, shown.anchor_grounds) == ("v1.3", 0.8, "gate")
    told = await world.database.read(lambda tx: events.read(tx, "models", 0, 10))
    assert told[-1].payload == {"name": "v1.3", "kind": "anchor", "examples": 140}
    await world.database.write(lambda tx: registry.rollback(tx, actor="agent:tess"))
    assert (await serving(world)).anchor == "v1", "a rollback drops an anchor made of the live head"


@pytest.mark.parametrize(("risk", "present", "threshold"), [(None, 0.9, 0.9), (None, None, 0.8), (0.01, 0.9, 0.8)])
async def test_a_threshold_falls_only_on_a_low_estimate_of_the_gate(
    world: World, risk: float | None, present: float | None, threshold: float
) -> None:
    """Unless the anchor answered nothing, so that there is none to fall."""
    await add(world, "v1")
    await promote(world, "v1", None)
    await publish(world, "v1.1", examples=100)
    await concluded(world, Challenger(0.8, accepted=True, risk=risk), present)
    assert (await serving(world)).anchor_threshold == threshold


async def test_a_promotion_while_the_live_head_is_judged_stands(world: World) -> None:
    await add(world, "v1", "v2")
    await promote(world, "v1", None)
    await publish(world, "v1.1", examples=100)
    found = await world.database.read(lambda tx: due(tx, PACE))
    assert found is not None
    await promote(world, "v2", "v1")
    with pytest.raises(StaleChampion):
        await world.database.write(lambda tx: conclude(tx, found, Challenger(0.8, accepted=True), (), ALPHA))
    assert (await serving(world)).anchor == "v2" and len(await history(world)) == 2


async def test_of_two_processes_only_the_learner_swaps(world: World) -> None:
    await add(world, "v1")
    await promote(world, "v1", None)
    await publish(world, "v1.1", examples=100)
    found = await world.database.read(lambda tx: due(tx, PACE))
    assert found is not None
    await world.database.write(lambda tx: lease.acquire(tx, "late"))
    world.clock.advance(31)
    await world.database.write(lambda tx: lease.acquire(tx, "learner"))
    folders, thread = ModelFolders(world.models, world.encoder.encoders), learner_thread()
    late, learner = (
        LearningSteps(world.database, folders, thread, token=token, alpha=ALPHA) for token in ("late", "learner")
    )

    async def swap(steps: LearningSteps) -> Any:
        return await steps.write(lambda tx: conclude(tx, found, Challenger(0.95, accepted=True), (), ALPHA))

    with pytest.raises(LeaseLost):
        await swap(late)
    assert (await swap(learner)).threshold == 0.95
    with pytest.raises(StaleChampion):
        await swap(learner)
    assert (await serving(world)).anchor == "v1.1" and len(await history(world)) == 2
    thread.shutdown()


async def said(learning: Learning, text: str = UNKNOWN) -> tuple[str, str]:
    """The first labels of anchor and live head."""
    predicted = await learning.predictor.predict(text)
    assert predicted.anchor is not None
    return predicted.anchor.guesses[0].label, predicted.guesses[0].label


async def test_a_resolution_reaches_the_live_head_at_once_and_the_anchor_at_the_swap(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await until(lambda: learning.describe().model == "starter.1")
        before, _ = await said(learning)
        wanted = "password" if before != "password" else "refund"
        await world.resolve(UNKNOWN, wanted)
        await until(lambda: learning.describe().model == "starter.2")
        assert await said(learning) == (before, wanted)
        assert learning.describe().anchor == "starter"
    async with running(world.learning(also=[anchor_swaps(SOON)])) as learning:
        assert (learning.describe().model, learning.describe().anchor) == ("starter.2", "starter")
        await until(lambda: learning.describe().anchor == "starter.2")
        assert await said(learning) == (wanted, wanted)
        for number in range(3, 7):
            await world.resolve(f"otter {number}", "refund")
            await until(lambda number=number: learning.describe().model == f"starter.{number}")  # type: ignore[misc]


async def test_replicas_load_the_anchor_beside_the_live_head_and_share_the_encoder(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as first, running(world.learning(learn=False)) as second:
        await until(lambda: first.describe().model == "starter.1")
        await world.resolve(UNKNOWN, "refund")
        await until(lambda: second.describe().model == "starter.2")
        live, anchor = second._live.model, second._live.anchor
        assert live is not None and anchor is not None and anchor.name == "starter"
        assert anchor.encoder is live.encoder
        assert await said(first) == await said(second)


async def test_a_process_without_an_anchor_answers_nothing_and_says_so(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await until(lambda: learning.describe().model == "starter.1")
    (world.models / "starter" / "head.safetensors").unlink()
    async with running(world.learning(learn=False)) as learning:
        shown = learning.describe()
        assert (shown.model, shown.anchor, shown.answering) == ("starter.1", None, False)
        assert "anchor starter cannot be loaded, nothing answers" in str(shown.detail)
        assert not (await learning.predictor.predict("refund please")).policy.answering


@pytest.mark.parametrize("chosen_in", ["settings", "rows"])
async def test_an_anchor_made_for_another_accepted_error_is_replaced_at_once(world: World, chosen_in: str) -> None:
    """Its threshold would let through what the operator accepts no more."""
    await world.import_shop()
    world.build()
    chosen = ProofSettings(b"", 0.2)
    if chosen_in == "rows":
        await world.database.write(lambda tx: policy.install(tx, chosen))
    usual = anchor_swaps(chosen if chosen_in == "settings" else ProofSettings(b"", ALPHA))
    how: dict[str, Any] = {"alpha": 0.2} if chosen_in == "settings" else {"governed": policy.current}
    async with running(world.learning(**how, also=[usual])) as learning:
        await until(lambda: learning.describe().model == "starter.1")
        await until(lambda: learning.describe().anchor == "starter.1")
    present = await world.database.read(anchors.present)
    assert present is not None and present.grounds == "gate"
