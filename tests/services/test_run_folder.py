"""What a run finds of itself after a restart: the examples it began with, unless something was taken away."""

from dataclasses import replace
from pathlib import Path

from escalation.learning.datasets import Dataset, Labelled
from escalation.learning.run_folder import LEARNT_FROM, BuildingSite

ROWS = tuple(Labelled(f"row-{number}", f"text {number}", "refund" if number % 2 else "password") for number in range(6))


def a_dataset(rows: tuple[Labelled, ...] = ROWS, seeds: int = 2) -> Dataset:
    return Dataset(rows, (), seeds)


def restarted(folder: Path, now: Dataset) -> tuple[Dataset, bool]:
    """Begin with ROWS, keep some work, start again with `now`; return what is learnt from and whether work is kept."""
    site = BuildingSite(folder)
    assert site.dataset(a_dataset()) == a_dataset()
    site.work.mkdir()
    again = BuildingSite(folder)
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
    site = BuildingSite(tmp_path / "building" / "run")
    site.dataset(a_dataset())
    assert site.folder.stat().st_mode & 0o777 == 0o700
    (file,) = site.folder.iterdir()
    assert "row-3" in file.read_text() and "text" not in file.read_text()


def test_orders_of_a_dead_process_are_deleted(tmp_path: Path) -> None:
    site = BuildingSite(tmp_path / "run")
    site.orders.write_text("words")
    assert not BuildingSite(tmp_path / "run").orders.exists()


def test_a_damaged_note_begins_again(tmp_path: Path) -> None:
    site = BuildingSite(tmp_path / "run")
    site.dataset(a_dataset())
    (site.folder / LEARNT_FROM).write_text("{")
    site.work.mkdir()
    assert site.dataset(a_dataset()) == a_dataset() and not site.work.exists()
