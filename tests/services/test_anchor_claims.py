"""The anchor is provisional until its own audits prove it, and what is shown of that moves with no answer."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from escalation.database import Database, Transaction, table_of
from escalation.learning import anchors, registry, views
from escalation.learning.registry import NewModel
from escalation.learning.tables import AnchorRow
from escalation.proof import anchor_claims, claims
from escalation.proof.certificate import certify_window
from escalation.protocol.rest.learning import ModelList
from tests.fakes import FakeClock
from tests.services.proven_window import ALPHA, ANSWERS, DAY, ProvenWindow, settings

QUARTER = timedelta(days=80)


def promoted(tx: Transaction, name: str, before: str | None) -> None:
    registry.register(tx, NewModel(name, "version", None, "head", 30, 2, 0.9, ""), "candidate")
    registry.promote(tx, name, before, actor="agent:tess")


async def lived(database: Database, clock: FakeClock, anchor: str, models: int = 1) -> ProvenWindow:
    """An anchor answers 120 requests in 80 days, alone or as one of several models."""
    world = ProvenWindow(database, clock, settings(), models)
    await database.write(lambda tx: promoted(tx, anchor, None))
    await world.live(QUARTER)
    return world


async def shown(database: Database) -> ModelList:
    return await database.read(lambda tx: views.models(tx, "provisional", ALPHA))


async def test_an_anchor_is_certified_once_its_own_audits_prove_it(database: Database, clock: FakeClock) -> None:
    await lived(database, clock, "v0")
    found = await shown(database)
    assert (found.anchor, found.anchor_grounds, found.anchor_certified_alpha) == ("v0", "promotion", ALPHA)
    until = found.anchor_certified_until
    assert until is not None and until.time() == datetime.min.time() and until <= clock.now()


async def test_answers_of_other_models_prove_nothing_of_it(database: Database, clock: FakeClock) -> None:
    world = await lived(database, clock, "v9")
    assert (await shown(database)).anchor_certified_alpha is None

    def windows(tx: Transaction) -> list[int]:
        present = anchors.present(tx)
        assert present is not None
        return [each.answers for each in anchor_claims.given(tx, present, tx.now)]

    assert set(await world.company.database.read(windows)) == {0}


async def test_the_next_anchor_is_provisional_again(database: Database, clock: FakeClock) -> None:
    await lived(database, clock, "v0")
    await database.write(lambda tx: promoted(tx, "v1", "v0"))
    found = await shown(database)
    assert (found.anchor, found.anchor_certified_alpha, found.anchor_certified_until) == ("v1", None, None)


async def test_only_answers_since_it_became_the_anchor_and_before_a_midnight_count(
    database: Database, clock: FakeClock
) -> None:
    """Counted are its own: a third of three models' answers, and none before it was the anchor."""
    world = await lived(database, clock, "v0", models=3)

    def answers(tx: Transaction, since: datetime, until: datetime) -> int:
        table = table_of(AnchorRow)
        tx.execute(table.update().values(at=since))
        present = tx.execute(select(table)).one()
        return max(each.answers for each in anchor_claims.given(tx, present, until))

    begun, database = clock.now() - QUARTER - timedelta(minutes=30), world.company.database
    of_a_batch = len([number for number in range(ANSWERS) if number % 3 == 0])
    whole = await database.write(lambda tx: answers(tx, begun, tx.now))
    later = await database.write(lambda tx: answers(tx, begun + 20 * DAY, tx.now))
    earlier = await database.write(lambda tx: answers(tx, begun, begun + 20 * DAY))
    assert whole % of_a_batch == 0 and whole > 2 * of_a_batch
    assert later == whole - 2 * of_a_batch and earlier == 2 * of_a_batch


async def test_what_is_stored_holds_for_the_answers_it_names(database: Database, clock: FakeClock) -> None:
    world = await lived(database, clock, "v0")

    def holds(tx: Transaction) -> bool:
        present = anchors.present(tx)
        assert present is not None and present.certified_until is not None
        windows = anchor_claims.given(tx, present, present.certified_until)
        return any(certify_window(each, claims.terms(tx, world.settings)).certified for each in windows)

    assert await world.company.database.read(holds)


@pytest.mark.parametrize("hour", [0, 13])
def test_it_is_looked_at_for_days_that_are_over(hour: int) -> None:
    now = datetime(2026, 3, 9, hour, 1, tzinfo=UTC)
    found = anchor_claims._midnights(now)
    assert found[0] == datetime(2026, 3, 9, tzinfo=UTC) and found[-1] == datetime(2026, 3, 2, tzinfo=UTC)
