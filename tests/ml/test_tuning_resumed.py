"""A run that was killed goes on where it was and ends with the same weights; one of other data starts over."""

import json
import multiprocessing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from escalation.classifier import Example, Model, Progress, build_model
from escalation.classifier.errors import BuildRunning, ModelNotSaved, TrainingCancelled
from escalation.classifier.tuning import checkpoint, plan, remaining_time
from escalation.classifier.tuning.checkpoint import Checkpoint, read_tensors, write_tensors
from escalation.classifier.tuning.work_folder import WorkFolder
from tests.ml import tuning_child
from tests.ml.conftest import on_one_thread
from tests.ml.small_world import Encoder, shop_examples


@pytest.fixture(autouse=True)
def every_step_is_saved_and_told(monkeypatch: pytest.MonkeyPatch, one_thread: None) -> None:
    monkeypatch.setattr(checkpoint, "SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr(checkpoint, "LEAST_RATIO", 0.0)
    monkeypatch.setattr(remaining_time, "SECONDS_BETWEEN_TOLD", 0.0)
    monkeypatch.setattr(plan, "SHAPES", tuning_child.SHAPES)


class Build:
    """Full builds of one model in one place, until `stop_at` steps of a stage were taken."""

    def __init__(self, place: Path, encoder: Encoder) -> None:
        self.place = place
        self.encoder = encoder
        self.told: list[Progress] = []
        self.stop_at: tuple[str, int] | None = None
        self.interrupt = False

    @property
    def work(self) -> Path:
        return self.place / ".building-model"

    def run(self, rows: list[Example] | None = None, **options: Any) -> Model:
        self.told = []
        return build_model(
            rows or shop_examples(4), name="tuned", mode="full", folder=self.place / "model",
            encoders=self.place / "encoders", encoder=self.encoder.source, progress=self.tell, **options,
        )  # fmt: skip

    def tell(self, progress: Progress) -> None:
        self.told.append(progress)
        if (progress.stage, progress.step) == self.stop_at:
            raise KeyboardInterrupt

    def until(self, stage: str, step: int, **options: Any) -> None:
        self.stop_at = (stage, step)
        with pytest.raises(KeyboardInterrupt):
            self.run(**options)
        self.stop_at = None

    def first_step(self, stage: str) -> int:
        return next(progress.step for progress in self.told if progress.stage == stage and progress.step)


@pytest.fixture
def build(tmp_path: Path, encoder: Encoder) -> Build:
    return Build(tmp_path, encoder)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> str:
    """The key, hence the hash of the weights, of the encoder that a run gives when nothing happens."""
    with pytest.MonkeyPatch.context() as patched:
        on_one_thread(patched)
        patched.setattr(plan, "SHAPES", tuning_child.SHAPES)
        model = Build(tmp_path_factory.mktemp("uninterrupted"), encoder).run()
    return model.encoder.manifest.key


def exit_code_of_a_build(*arguments: Any) -> int | None:
    """Build in a process of its own. All come from one that has only imported, which takes longer than to build."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.ml.tuning_child"])
    process = processes.Process(target=tuning_child.main, args=arguments)
    process.start()
    process.join()
    return process.exitcode


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_process_killed_twice_ends_with_the_weights_of_one_that_was_not(
    encoder: Encoder, tmp_path: Path, uninterrupted: str
) -> None:
    for stage, step in (("calibrating", 5), ("fine-tuning", 3)):
        assert exit_code_of_a_build(encoder.source, tmp_path, stage, step) == -9
        assert not (tmp_path / "model").exists()
    assert exit_code_of_a_build(encoder.source, tmp_path) == 0
    (key,) = (path.name for path in (tmp_path / "encoders").iterdir())
    assert key == uninterrupted
    told = [json.loads(line) for line in (tmp_path / "told.jsonl").read_text().splitlines()]
    steps = [line["step"] for line in told if line["stage"] == "fine-tuning" and line["loss"] is not None]
    every = range(1, steps[-1] + 1)  # the step it died in is taken again, and none before it; then the second encoder
    assert steps == [1, 2, 3, *every[2:], *every]
    assert not (tmp_path / ".building-model").exists()


@pytest.mark.parametrize(("stage", "step"), [("calibrating", 4), ("judging", 32), ("fine-tuning", 2), ("embedding", 1)])
def test_an_interrupted_build_goes_on_where_it_was(build: Build, uninterrupted: str, stage: str, step: int) -> None:
    build.until(stage, step)
    assert build.work.is_dir() and build.work.stat().st_mode & 0o777 == 0o700
    share = build.told[-1].share
    assert build.run().encoder.manifest.key == uninterrupted
    early = [progress for progress in build.told if progress.stage in {"calibrating", "fine-tuning", "judging"}]
    assert all(progress.share >= 0.9 * share for progress in early)
    if stage == "fine-tuning":
        assert "calibrating" not in {progress.stage for progress in build.told}
        assert build.first_step(stage) == step
    assert not build.work.exists()


def test_other_data_another_seed_or_fresh_start_over(build: Build) -> None:
    build.until("fine-tuning", 2)
    build.until("calibrating", 2, rows=[replace(row, text=f"{row.text} please") for row in shop_examples(4)])
    assert build.first_step("calibrating") == 1
    build.until("calibrating", 3, seed=5)
    assert build.first_step("calibrating") == 1
    build.until("calibrating", 4, seed=5)
    assert build.first_step("calibrating") == 3
    build.until("calibrating", 2, seed=5, fresh=True)
    assert build.first_step("calibrating") == 1


def test_a_damaged_checkpoint_is_left_aside(build: Build, uninterrupted: str) -> None:
    build.until("fine-tuning", 2)
    file = build.work / "final-0.checkpoint"
    file.write_bytes(file.read_bytes()[:-100])
    assert build.run().encoder.manifest.key == uninterrupted
    assert build.first_step("fine-tuning") == 1


def test_a_cancelled_run_deletes_its_own_folder_and_leaves_one_it_was_given(build: Build, tmp_path: Path) -> None:
    stops = iter([False] * 4 + [True] * 100)
    with pytest.raises(TrainingCancelled):
        build.run(cancelled=lambda: next(stops))
    assert not build.work.exists()
    stops = iter([False] * 4 + [True] * 100)
    with pytest.raises(TrainingCancelled):
        build.run(cancelled=lambda: next(stops), work=tmp_path / "given")
    saved = read_tensors(tmp_path / "given" / "calibration-0.checkpoint")
    assert saved is not None
    stopped_after = saved.values["step"]
    build.until("calibrating", stopped_after + 2, work=tmp_path / "given")
    assert build.first_step("calibrating") == stopped_after + 1


def test_one_process_builds_in_a_folder(tmp_path: Path) -> None:
    first = WorkFolder(tmp_path / "work", "a")
    with pytest.raises(BuildRunning, match="work"):
        WorkFolder(tmp_path / "work", "a")
    first.close(remove=False)
    WorkFolder(tmp_path / "work", "a").close(remove=True)
    assert not (tmp_path / "work").exists()


def test_a_full_disk_leaves_the_checkpoint_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.checkpoint"
    write_tensors(file, {"x": torch.ones(3)}, step=1)

    def no_space(tensors: Any, path: Path, metadata: Any) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save_file", no_space)
    with pytest.raises(ModelNotSaved, match="No space left"):
        write_tensors(file, {"x": torch.zeros(3)}, step=2)
    saved = read_tensors(file)
    assert (
        saved is not None and saved.values == {"step": 1} and [path.name for path in tmp_path.iterdir()] == [file.name]
    )


def test_saving_takes_a_small_part_of_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "LEAST_RATIO", 40.0)
    now, saving = [0.0], 0.0
    file = Checkpoint(tmp_path / "a.checkpoint", seconds=10.0, clock=lambda: now[0])

    def state() -> tuple[dict[str, Any], dict[str, Any]]:
        nonlocal saving
        now[0] += 2.0
        saving += 2.0
        return {"x": torch.ones(1)}, {}

    while now[0] < 2000.0:
        now[0] += 1.0
        file.save_if_due(state)
    assert 0 < saving <= 0.03 * now[0]
