"""`escalation certificate`: listing, exporting while the service runs, checking, and what can go wrong with files."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from escalation.database import Database
from escalation.database.migrate import upgrade
from escalation.events import start_log
from escalation.proof.chosen import proof_settings
from escalation.settings import load_settings
from tests.fakes import FakeClock
from tests.services.proven_window import ALPHA, ANSWERS, BATCHES, ProvenWindow
from tests.services.test_upkeep import run

pytestmark = pytest.mark.slow


@pytest.fixture
def lived(database_url: str, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder, in use by a service, in whose database a window ended; its terms are those of the settings."""
    folder = tmp_path / "data"
    for name, value in (("DATA_DIR", str(folder)), ("DATABASE_URL", database_url), ("ALPHA", str(ALPHA))):
        monkeypatch.setenv(f"ESCALATION_{name}", value)
    monkeypatch.setenv("ESCALATION_AUDITS_A_DAY", "1000")
    folder.mkdir(exist_ok=True)
    (folder / "secret.key").write_bytes(bytes(range(32)))
    (folder / "secret.key").chmod(0o600)
    database = Database.open(database_url, clock=clock)
    try:
        upgrade(database)
        database.write_now(start_log)
        window = ProvenWindow(database, clock, proof_settings(load_settings(), bytes(range(32))))
        asyncio.run(window.live())
        yield folder
    finally:
        database.close()


def test_a_window_is_listed_exported_and_checked_while_the_service_runs(lived: Path, tmp_path: Path) -> None:
    listed = json.loads(run("certificate", "list", "--json").stdout)["windows"]
    assert [each["window"] for each in listed] == [1, 2, 3]
    assert [each["no_key_because"] for each in listed] == [None, "running", "running"]
    shown = run("certificate", "list").stdout
    assert f"commitment {listed[0]['commitment']}" in shown

    file, paper = tmp_path / "window-1.jsonl", tmp_path / "window-1.html"
    done = run("certificate", "export", "--window", 1, "--output", file, "--html", paper, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["result"], told["answers"]) == ("holds", BATCHES * ANSWERS)
    found = run("certificate", "verify", file)
    assert found.exit_code == 0 and found.stdout.startswith(f"holds: {told['says']}\n")
    text = paper.read_text().replace("\u00a0", " ")  # before a percent sign
    assert told["sha256"] in text
    assert told["says"] in text
    assert listed[0]["commitment"] in text
    assert "<script" not in text and "src=" not in text and "href=" not in text and "http:" not in text

    again = run("certificate", "export", "--window", 1, "--output", tmp_path / "again.jsonl")
    assert again.exit_code == 0 and (tmp_path / "again.jsonl").read_bytes() == file.read_bytes()
    file.write_text(file.read_text().replace('"verdict": "right"', '"verdict": "wrong"', 1))
    changed = run("certificate", "verify", file, "--json")
    assert changed.exit_code == 1
    finding = json.loads(changed.stdout)
    assert finding["result"] == "does not hold" and f"Line {finding['line']}: its labels come to" in finding["says"]

    going_on = run("certificate", "export", "--window", 3, "--output", tmp_path / "3.jsonl")
    assert "cannot be checked yet: Draws cannot be checked" in going_on.stdout
    assert run("certificate", "verify", tmp_path / "3.jsonl").exit_code == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_files_that_cannot_be_written_or_read_are_named(lived: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.touch()
    for options, says in (
        (("--window", 1, "--output", there), f"file_exists: {there} is there already."),
        (("--window", 1, "--output", tmp_path / "no" / "x"), f"not_found: There is no folder {tmp_path / 'no'}."),
        (("--window", 1, "--output", tmp_path / "x", "--html", there), f"file_exists: {there} is there already."),
        (("--window", 9, "--output", tmp_path / "x"), "window_unknown: There is no window 9; there are 1 to 3."),
    ):
        done = run("certificate", "export", *options)
        assert done.exit_code == 1 and says in done.stderr, done.stderr
        assert not (tmp_path / "x").exists()
    assert "file_unusable" in run("certificate", "verify", tmp_path / "none").stderr
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00")
    assert "does not hold: Line 1 cannot be read" in run("certificate", "verify", tmp_path / "x").stdout


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_the_key_nothing_is_given_out_and_none_is_made(lived: Path, tmp_path: Path) -> None:
    (lived / "secret.key").unlink()
    done = run("certificate", "export", "--window", 1, "--output", tmp_path / "x")
    assert done.exit_code == 0 and "secret.key is missing" in done.stderr
    assert "does not hold: Draws cannot be checked: a key was lost or replaced" in done.stdout
    assert not (lived / "secret.key").exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_folder_without_a_database_is_refused(database_url: str, tmp_path: Path) -> None:
    done = run("certificate", "list", "--data", tmp_path / "nothing")
    assert done.exit_code == 1 and "There is no database" in done.stderr
    assert not (tmp_path / "nothing").exists()
