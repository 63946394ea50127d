"""What a run finds of itself after a restart: the examples it began with, unless something was taken away."""

from dataclasses import replace
from pathlib import Path

from escalation.learning.datasets import Dataset, Labelled
from escalation.learning.run_folder import LEARNT_FROM, RunFolder

ROWS = tuple(Labelled(f"row-{number}", f"text {number}", "refund" if number % 2 else "password") for number in range(6))


def a_dataset(rows: tuple[Labelled, ...] = ROWS, seeds: int = 2) -> Dataset:
    return Dataset(rows, (), seeds)


def restarted(folder: Path, now: Dataset) -> tuple[Dataset, bool]:
    """Begin with ROWS, keep some work, start again with `now`; return what is learnt from and whether work is kept."""
    run_folder = RunFolder(folder)
    assert run_folder.dataset(a_dataset()) == a_dataset()
    run_folder.work.mkdir()
    again = RunFolder(folder)
    return again.dataset(now), again.work.exists()


def test_what_was_learnt_meanwhile_waits(tmp_path: Path) -> None:
    more = (*ROWS[:2], Labelled("seed-9", "a new one", "refund"), *ROWS[2:], Labelled("row-9", "later", None))
    assert restarted(tmp_path / "run", a_dataset(more, seeds=3)) == (a_dataset(), True)


def test_what_was_taken_away_or_relabelled_is_not_learnt_from(tmp_path: Path) -> None:
    without = a_dataset(ROWS[:-1])
    assert restarted(tmp_path / "a", without) == (without, False)
    relabelled = a_dataset((*ROWS[:-1], replace(ROWS[-1], label="warranty")))
    assert restarted(tmp_path / "b", relabelled) == (relabelled, False)


def test_the_folder_is_private_and_names_nobody_s_words(tmp_path: Path) -> None:
    run_folder = RunFolder(tmp_path / "building" / "run")
    run_folder.dataset(a_dataset())
    assert run_folder.folder.stat().st_mode & 0o777 == 0o700
    (file,) = run_folder.folder.iterdir()
    assert "row-3" in file.read_text() and "text" not in file.read_text()


def test_the_job_of_a_dead_process_is_deleted(tmp_path: Path) -> None:
    run_folder = RunFolder(tmp_path / "run")
    run_folder.job.write_text("words")
    assert not RunFolder(tmp_path / "run").job.exists()


def test_a_damaged_note_begins_again(tmp_path: Path) -> None:
    run_folder = RunFolder(tmp_path / "run")
    run_folder.dataset(a_dataset())
    (run_folder.folder / LEARNT_FROM).write_text("{")
    run_folder.work.mkdir()
    assert run_folder.dataset(a_dataset()) == a_dataset() and not run_folder.work.exists()
