"""What the page of learning reads: examples with their titles, the catalogue's too, and what each revision learnt."""

from pathlib import Path

import pytest

from escalation.catalogue import repository
from escalation.database import Database
from escalation.learning.errors import ExampleUnknown
from escalation.learning.service import Learning
from escalation.protocol.rest.learning import ExampleView, LearntView, ModelView
from tests.fakes import FakeClock
from tests.services.learning_world import SHOP, World, a_world, running
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.timeout(7 * PATIENCE)
STRANGE = ("zebra giraffe", "walrus otter", "heron stork")


@pytest.fixture
def world(database: Database, tmp_path: Path, clock: FakeClock) -> World:
    return a_world(database, tmp_path, clock)


async def model(learning: Learning, name: str) -> ModelView:
    return next(each for each in (await learning.models()).models if each.name == name)


async def learnt_by(learning: Learning, name: str) -> LearntView:
    found = (await model(learning, name)).learnt
    assert found is not None
    return found


async def live(learning: Learning, name: str) -> None:
    await until(lambda: learning.describe().model == name)


async def wrong_label(learning: Learning, text: str) -> str:
    """An intent that the model does not suggest first."""
    first = (await learning.predictor.predict(text)).guesses[0].label
    return next(name for name in SHOP if name != first)


async def test_each_revision_says_what_it_learnt_and_that_labels_help(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await live(learning, "starter.1")
        assert (await model(learning, "starter")).learnt is None, "it was built elsewhere"
        first = await learnt_by(learning, "starter.1")
        assert (first.before, first.examples_before, first.added, first.in_scope) == ("starter", 30, [], 0)
        label = await wrong_label(learning, STRANGE[0])
        await world.resolve(STRANGE[0], label)
        await live(learning, "starter.2")
        second = await learnt_by(learning, "starter.2")
        assert (second.before, second.examples_before) == ("starter.1", 30)
        assert [(one.label, one.title, one.count) for one in second.added] == [
            (label, await title(world, label), 1)
        ]  # fmt: skip
        assert (second.added_in_scope, second.added_right_before, second.added_right) == (1, 0, 1)
        assert (second.in_scope, second.right) == (1, 1)
        await world.resolve(STRANGE[1], None)
        await live(learning, "starter.3")
        third = await learnt_by(learning, "starter.3")
        assert [(one.label, one.title, one.count) for one in third.added] == [(None, None, 1)]
        assert (third.examples_before, third.added_in_scope, third.in_scope, third.right) == (31, 0, 1, 1)


async def title(world: World, intent: str) -> str:
    return (await world.database.read(lambda tx: repository.titles(tx, [intent])))[intent]


async def test_what_the_model_before_knew_already_is_counted_before_it_is_learnt(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await live(learning, "starter.1")
        text = "my parcel, where is it"
        label = (await learning.predictor.predict(text)).guesses[0].label
        await world.resolve(text, label)
        await live(learning, "starter.2")
        found = await learnt_by(learning, "starter.2")
        assert (found.added_in_scope, found.added_right_before, found.added_right) == (1, 1, 1)


async def test_labels_held_back_are_counted_before_they_are_enough_to_judge(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await live(learning, "starter.1")
        for text, label in (("where is my order", "order_status"), ("where is my order", "refund"), ("zebra", None)):
            await world.resolve(text, label, gate=True)
        await world.resolve(STRANGE[0], "refund")
        await until(lambda: learning.describe().model not in {"starter", "starter.1"})
        judged = await until(lambda: with_held_back(learning, 2))
        assert (judged.gate_right, judged.accuracy, judged.grounds) == (1, None, "out_of_fold")


async def with_held_back(learning: Learning, count: int) -> ModelView | None:
    """The live model, once it was judged on so many labels."""
    found = await model(learning, learning.describe().model or "")
    return found if found.gate_labels == count else None


async def test_a_kept_calibration_is_told_from_a_new_one(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await live(learning, "starter.1")
        await world.resolve(STRANGE[0], "refund")
        await live(learning, "starter.2")
        assert not (await model(learning, "starter.2")).calibrated
        assert (await model(learning, "starter")).calibrated


async def all_seeds(learning: Learning, limit: int, label: str | None = None) -> list[ExampleView]:
    """Every page of the catalogue's examples, one after the other."""
    found: list[ExampleView] = []
    before = None
    while True:
        page = await learning.examples(limit, before, label, source="seed")
        assert len(page.examples) <= limit
        found += page.examples
        if page.next is None:
            return found
        before = page.next


async def test_the_catalogues_examples_are_shown_page_by_page_with_their_titles(world: World) -> None:
    await world.import_shop()
    learning = world.learning()
    seeds = await all_seeds(learning, 7)
    assert sorted((seed.label, seed.text) for seed in seeds) == sorted(
        (intent, text) for intent, texts in SHOP.items() for text in texts
    )
    assert len({seed.id for seed in seeds}) == len(seeds)
    assert {seed.title for seed in seeds} == {await title(world, intent) for intent in SHOP}
    assert {seed.source for seed in seeds} == {"seed"}
    assert [seed.text for seed in await all_seeds(learning, 2, "refund")] == list(SHOP["refund"])
    assert (await learning.examples(source="seed", label="")).examples == []
    with pytest.raises(ExampleUnknown):
        await learning.examples(5, "nothing", source="seed")
    await learning.close()


async def test_collected_examples_carry_the_title_of_their_intent(world: World) -> None:
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await world.resolve(STRANGE[0], "refund")
        await world.resolve(STRANGE[1], None)

        async def collected() -> list[ExampleView] | None:
            found = (await learning.examples()).examples
            return found if len(found) == 2 else None

        shown = await until(collected)
        assert {(one.label, one.title) for one in shown} == {("refund", await title(world, "refund")), (None, None)}
