"""Training runs in their own process: published, refused, cancelled, taken again after a crash."""

import os
from pathlib import Path

import pytest

from escalation import events
from escalation.database import Database, table_of
from escalation.learning import run_rows
from escalation.learning.errors import RunActive, RunOver, RunUnknown
from escalation.learning.folders import BUILDING
from escalation.learning.service import Learning
from escalation.learning.tables import RunRow
from escalation.learning.training_runs import CHILD_SHARE
from escalation.protocol.rest.learning import RunView
from tests.fakes import FakeClock
from tests.services.learning_world import Looks, World, a_world, running
from tests.waiting import PATIENCE, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7 * PATIENCE)]


@pytest.fixture
def world(database: Database, tmp_path: Path, clock: FakeClock) -> World:
    return a_world(database, tmp_path, clock)


async def ended(learning: Learning, state: str) -> RunView:
    async def finished() -> RunView | None:
        run = (await learning.runs()).runs[0]
        return run if run.finished_at else None

    run: RunView = await until(finished)
    assert run.state == state, run
    return run


async def is_stage(learning: Learning, wanted: str) -> bool:
    return (await learning.runs()).runs[0].stage == wanted


async def has_examples(learning: Learning, label: str) -> bool:
    return bool((await learning.examples(label=label)).examples)


async def test_without_any_model_the_learner_builds_a_first_version(world: World) -> None:
    await world.import_shop()
    async with running(world.learning()) as learning:
        assert learning.describe().answering is False
        await until(lambda: learning.describe().model == "v1")
        assert (await learning.predictor.predict("where is my parcel")).guesses[0].label == "order_status"
        run = await ended(learning, "succeeded")
        assert (run.model, run.mode, run.progress) == ("v1", "head", 1.0)
        await world.resolve("zebra giraffe", "refund")
        await until(lambda: learning.describe().model == "v1.1")
        await until(lambda: not list((world.models / BUILDING).iterdir()))
    told = [
        e for e in await world.database.read(lambda tx: events.read(tx, "models", 0, 100)) if e.type == "RunChanged"
    ]
    assert [e.payload["state"] for e in told][:1] == ["queued"] and told[-1].payload["state"] == "succeeded"


async def test_a_run_takes_in_what_was_resolved_and_is_promoted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Looks(monkeypatch)
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await until(lambda: learning.describe().model == "starter.1")
        await world.resolve("zebra giraffe lion", "refund")
        await learning.start_run("head", by="tess")
        with pytest.raises(RunActive):
            await learning.start_run("head", by="tess")
        run = await ended(learning, "succeeded")
        assert run.detail == "v1 answers now; head, as asked: the encoder stays as published"
        await until(lambda: learning.describe().model == "v1")
        assert (await learning.predictor.predict("zebra giraffe lion")).guesses[0].label == "refund"
        with pytest.raises(RunOver):
            await learning.cancel_run(run.id, by="tess")
        with pytest.raises(RunUnknown):
            await learning.cancel_run("nothing", by="tess")
        listed = await learning.models()
        assert (listed.champion, listed.live) == ("v1", "v1")
        assert await learning.rollback(by="tess") == "starter"
        await world.resolve("zebra giraffe lion tiger", "password")
        await until(lambda: has_examples(learning, label="password"))
        await looks.another(world)
        assert learning.describe().model == "starter"  # pinned: fast refits pause


async def test_a_cancelled_run_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeper = ("/bin/sh", "-c", 'echo \'{"stage": "training", "share": 0.4}\'; exec sleep 600', "job")
    monkeypatch.setattr("escalation.learning.service.TRAINING_COMMAND", sleeper)
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        started = await learning.start_run("full", by="tess")
        await until(lambda: is_stage(learning, "training"))
        (place,) = (world.models / BUILDING).iterdir()
        job = place / "job.json"
        assert job.stat().st_mode & 0o777 == 0o600 and place.stat().st_mode & 0o777 == 0o700
        await learning.cancel_run(started.id, by="tess")
        run = await ended(learning, "cancelled")
        assert run.model is None
        await until(lambda: not place.exists())  # it goes after the run is told to be over
        assert {path.name for path in world.models.glob("[!.]*")} <= {"starter", "starter.1"}


async def test_what_is_planned_and_why_stays_to_be_read_while_the_run_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned, reading = (
        '{"stage": "planned", "share": 0, "detail": "head: as few"}',
        '{"stage": "embedding", "share": 0.4}',
    )
    sleeper = ("/bin/sh", "-c", f"echo '{planned}'; echo '{reading}'; exec sleep 600", "job")
    monkeypatch.setattr("escalation.learning.service.TRAINING_COMMAND", sleeper)
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        started = await learning.start_run("auto", by="tess")
        await until(lambda: is_stage(learning, "embedding"))
        assert (await learning.runs()).runs[0].detail == "head: as few"
        await learning.cancel_run(started.id, by="tess")
        assert (await ended(learning, "cancelled")).detail == "cancelled"


async def test_a_failing_process_fails_the_run_with_its_last_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ("/bin/sh", "-c", "echo out of memory >&2; exit 3", "job")
    monkeypatch.setattr("escalation.learning.service.TRAINING_COMMAND", broken)
    await world.import_shop()
    world.build()
    async with running(world.learning()) as learning:
        await learning.start_run("full", by="tess")
        run = await ended(learning, "failed")
        assert "status 3" in run.detail and "out of memory" in run.detail


HALF_DONE = """
work=$(sed 's/.*"work": "\\([^"]*\\)".*/\\1/' "$1"); mkdir -p "$work"; echo half > "$work/state"
echo '{"stage": "fine-tuning", "share": 0.5, "eta": 60}'; echo $$ > PID; exec sleep 600
"""


async def test_stopping_the_service_ends_the_child_and_the_run_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    sleeper = ("/bin/sh", "-c", HALF_DONE.replace("PID", str(pid_file)), "worker")
    await world.import_shop()
    world.build()
    with monkeypatch.context() as patched:
        patched.setattr("escalation.learning.service.TRAINING_COMMAND", sleeper)
        async with running(world.learning()) as learning:
            await learning.start_run("head", by="tess")
            await until(lambda: pid_file.exists() and pid_file.read_text().strip())
            await until(lambda: is_stage(learning, "fine-tuning"))
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)
    (row,) = await world.database.read(lambda tx: tx.execute(table_of(RunRow).select()).all())
    assert (row.state, row.attempts, row.stage) == ("running", 1, "fine-tuning")
    assert row.progress == pytest.approx(CHILD_SHARE / 2) and row.eta_seconds > 60
    (place,) = (world.models / BUILDING).iterdir()
    assert (place / "work" / "state").read_text() == "half\n" and not (place / "job.json").exists()
    (world.models / BUILDING / "of-a-run-long-over").mkdir()
    await world.database.write(lambda tx: run_rows.adopt(tx, "mine"))
    (row,) = await world.database.read(run_rows.newest)
    assert (row.state, row.detail) == ("queued", "goes on after a restart")
    assert row.progress == pytest.approx(CHILD_SHARE / 2)
    with monkeypatch.context() as patched:
        patched.setattr("escalation.learning.service.TRAINING_COMMAND", sleeper)
        pid_file.unlink()
        async with running(world.learning()):
            await until(lambda: pid_file.exists() and pid_file.read_text().strip())
            assert [path.name for path in (world.models / BUILDING).iterdir()] == [place.name]
            assert (place / "work" / "state").is_file()
    async with running(world.learning()) as learning:
        run = await ended(learning, "succeeded")
        assert run.model == "v1"
        await until(lambda: not place.exists())


async def test_progress_never_falls(world: World) -> None:
    run = {"id": "r", "mode": "full", "state": "running", "created_at": world.clock.now(), "reasons": []}
    insert = table_of(RunRow).insert().values(**run, progress=0.6, token="mine")
    await world.database.write(lambda tx: tx.execute(insert) and None)
    for share, shown in ((0.0, 0.6), (0.61, 0.61)):
        await world.database.write(lambda tx, share=share: run_rows.progress(tx, "r", "mine", progress=share) and None)
        (row,) = await world.database.read(run_rows.newest)
        assert row.progress == pytest.approx(shown)


async def test_a_run_that_is_interrupted_again_and_again_fails(world: World) -> None:
    run = {"id": "r", "mode": "full", "state": "running", "created_at": world.clock.now(), "reasons": []}
    insert = table_of(RunRow).insert().values(**run, attempts=run_rows.MOST_ATTEMPTS, token="dead")
    await world.database.write(lambda tx: tx.execute(insert) and None)
    await world.database.write(lambda tx: run_rows.adopt(tx, "mine"))
    (row,) = await world.database.read(run_rows.newest)
    assert row.state == "failed" and f"stopped {run_rows.MOST_ATTEMPTS} times" in row.detail
