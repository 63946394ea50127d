"""`backup`, `restore` and `verify` as an operator runs them: by command, on a data folder."""

import asyncio
import json
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from escalation.classifier.folder import manifest_hash
from escalation.cli import app
from escalation.database import Database, table_of
from escalation.database.migrate import newest_revision
from escalation.events import bind_secret, log_epoch
from escalation.kernel.clock import SystemClock
from escalation.kernel.ids import new_id
from escalation.learning.tables import ModelRow
from escalation.people.staff import Staff, members
from escalation.people.tables import SessionRow, TicketRow
from escalation.secrets_file import fingerprint, master_key


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@lru_cache(maxsize=1)
def with_one_account() -> dict[str, bytes]:
    """The files of a data folder with one account, by name; to migrate an empty database takes half a second."""
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        folder = Path(place) / "data"
        patch.setenv("ESCALATION_DATA_DIR", str(folder))
        folder.mkdir()
        (folder / "secret.key").write_bytes(bytes(32))
        assert run("staff", "add", "ana@example.com", "--name", "Ana", "--password", "long enough").exit_code == 0
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one account and one model."""
    folder = tmp_path / "data"
    monkeypatch.setenv("ESCALATION_DATA_DIR", str(folder))
    monkeypatch.setenv("ESCALATION_MODELS_DIR", str(tmp_path / "models"))
    model = tmp_path / "models" / "v1"
    model.mkdir(parents=True)
    (model / "manifest.json").write_text("{}")
    folder.mkdir(mode=0o700)
    for name, content in with_one_account().items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    return folder


def epoch_and_names(folder: Path) -> tuple[str, list[str]]:
    database = Database.open(f"sqlite:///{folder}/escalation.sqlite", clock=SystemClock())
    try:
        return database.read_now(lambda tx: (log_epoch(tx), [member.name for member in members(tx)]))
    finally:
        database.close()


def test_an_account_is_disabled_and_enabled(data: Path) -> None:
    done = run("staff", "disable", " ANA@example.com", "--json")
    assert done.exit_code == 0 and json.loads(done.stdout)["disabled"] is True
    assert epoch_and_names(data)[1] == []
    assert run("staff", "enable", "ana@example.com").stdout == "ana@example.com is enabled.\n"
    assert epoch_and_names(data)[1] == ["Ana"]
    assert run("staff", "disable", "nobody@example.com").exit_code == 1


def test_a_restored_folder_holds_everything_and_begins_a_new_history(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, restored = tmp_path / "saved.tgz", tmp_path / "restored"
    assert run("backup", archive, "--data", data, "--json").exit_code == 0
    assert archive.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("ESCALATION_MODELS_DIR", str(tmp_path / "other"))
    done = run("restore", archive, "--data", restored, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["findings"] == []
    assert (tmp_path / "other" / "v1" / "manifest.json").is_file()
    assert (restored / "secret.key").read_bytes() == (data / "secret.key").read_bytes()
    (before, _), (after, names) = epoch_and_names(data), epoch_and_names(restored)
    assert names == ["Ana"]
    assert after != before
    assert all(path.stat().st_mode & 0o077 == 0 for path in [restored, *restored.iterdir()])


def sign_in(folder: Path) -> None:
    """Leave a session in the folder's database."""
    database = Database.open(f"sqlite:///{folder}/escalation.sqlite", clock=SystemClock())
    try:
        session, _ = asyncio.run(Staff(database, new_id).sign_in("ana@example.com", "long enough"))
        asyncio.run(Staff(database, new_id).ticket(session.id))
    finally:
        database.close()


def sessions_and_tickets(folder: Path) -> list[int]:
    database = Database.open(f"sqlite:///{folder}/escalation.sqlite", clock=SystemClock())
    try:
        return database.read_now(lambda tx: [len(tx.execute(select(table_of(each))).all()) for each in SECRETS])
    finally:
        database.close()


SECRETS = (SessionRow, TicketRow)


def test_a_restore_revives_no_session(data: Path, tmp_path: Path) -> None:
    archive, restored = tmp_path / "saved.tgz", tmp_path / "restored"
    sign_in(data)
    assert run("backup", archive, "--data", data).exit_code == 0
    assert run("restore", archive, "--data", restored).exit_code == 0
    assert sessions_and_tickets(data) == [1, 1]
    assert sessions_and_tickets(restored) == [0, 0]


def test_a_restore_never_overwrites(data: Path, tmp_path: Path) -> None:
    archive = tmp_path / "saved.tgz"
    assert run("backup", archive, "--data", data).exit_code == 0
    refused = run("restore", archive, "--data", data)
    assert refused.exit_code == 1
    assert "data_folder_not_empty" in refused.stderr
    assert epoch_and_names(data)[1] == ["Ana"]


def test_a_file_that_is_no_backup_leaves_nothing_behind(data: Path, tmp_path: Path) -> None:
    (tmp_path / "junk.tgz").write_bytes(b"junk")
    refused = run("restore", tmp_path / "junk.tgz", "--data", tmp_path / "new")
    assert refused.exit_code == 1
    assert "backup_invalid" in refused.stderr
    assert not (tmp_path / "new").exists()


def test_verify_says_that_a_sound_folder_is_sound_and_that_an_empty_one_is_none(data: Path, tmp_path: Path) -> None:
    sound = run("verify", "--data", data, "--json")
    assert sound.exit_code == 0
    assert json.loads(sound.stdout) == {"findings": []}
    none = run("verify", "--data", tmp_path / "nowhere")
    assert none.exit_code == 1
    assert "not_found" in none.stderr


PAGE = 4096


@pytest.mark.parametrize("pages", [slice(5, -5), slice(1, 2), slice(-1, None)])
def test_a_damaged_file_is_one_line(data: Path, pages: slice) -> None:
    file = data / "escalation.sqlite"
    whole = bytearray(file.read_bytes())
    assert len(whole) > 100_000
    starts = range(0, len(whole), PAGE)[pages]
    for start in starts:
        whole[start : start + PAGE] = b"\xff" * PAGE
    file.write_bytes(whole)
    broken = run("verify", "--data", data)
    assert broken.exit_code == 1
    assert len(broken.stderr.strip().splitlines()) == 1, broken.stderr
    assert "damaged" in broken.stderr and "restore a backup" in broken.stderr


def test_a_key_that_others_may_read_is_shut(data: Path) -> None:
    (data / "secret.key").chmod(0o644)
    master_key(data)
    assert (data / "secret.key").stat().st_mode & 0o777 == 0o600


def rewritten(archive: Path, change: Callable[[Path], object]) -> Path:
    """The archive with something in it changed."""
    with tempfile.TemporaryDirectory() as name:
        folder, target = Path(name), archive.with_name("changed.tgz")
        with tarfile.open(archive) as source:
            source.extractall(folder, filter="data")
        change(folder)
        with tarfile.open(target, "w:gz") as made:
            for path in sorted(folder.iterdir()):
                made.add(path, path.name)
    return target


def lose_rows(folder: Path) -> None:
    with sqlite3.connect(folder / "escalation.sqlite") as connection:
        connection.execute("DELETE FROM staff")
    connection.close()


def test_a_backup_says_what_it_holds_and_a_restore_compares(data: Path, tmp_path: Path) -> None:
    archive = tmp_path / "saved.tgz"
    told = json.loads(run("backup", archive, "--json").stdout)
    assert (told["database"], told["schema_revision"], told["models"]) == ("sqlite", newest_revision(), ["v1"])
    assert told["rows"] > 0 and told["at"].endswith("Z")
    broken = run("restore", rewritten(archive, lose_rows), "--data", tmp_path / "new")
    assert broken.exit_code == 1
    assert "copy_damaged" in broken.stderr and "staff has 0 rows of 1" in broken.stderr
    assert not (tmp_path / "new").exists()


def test_a_restore_beside_another_key_says_what_to_do(data: Path, tmp_path: Path) -> None:
    archive, new = tmp_path / "saved.tgz", tmp_path / "new"
    assert run("backup", archive).exit_code == 0
    new.mkdir()
    (new / "secret.key").write_bytes(b"x" * 32)
    refused = run("restore", archive, "--data", new)
    assert refused.exit_code == 1
    assert "key_differs" in refused.stderr and "Move it away" in refused.stderr
    (new / "secret.key").write_bytes((data / "secret.key").read_bytes())
    assert run("restore", archive, "--data", new).exit_code == 0


def test_a_restored_database_goes_with_its_own_key_only(data: Path, tmp_path: Path) -> None:
    bind = fingerprint(master_key(data))
    database = Database.open(f"sqlite:///{data}/escalation.sqlite", clock=SystemClock())
    database.write_now(lambda tx: bind_secret(tx, bind))
    database.close()
    archive = tmp_path / "saved.tgz"
    assert run("backup", archive).exit_code == 0
    other = rewritten(archive, lambda folder: (folder / "secret.key").write_bytes(b"y" * 32) and None)
    refused = run("restore", other, "--data", tmp_path / "new")
    assert refused.exit_code == 1 and "secret_differs" in refused.stderr


def write_model(folder: Path, ids: list[str], manifest: str) -> str:
    """Write what a restore reads of a model's folder; returns the manifest's hash."""
    (folder / "examples.json").write_text(json.dumps({"ids": ids, "outside": []}))
    (folder / "manifest.json").write_text(manifest)
    return manifest_hash(folder)


def hash_known(folder: Path, digest: str | None = None) -> str:
    """Return the hash the database knows of v1's manifest; with `digest`, make it that one."""
    row = {"name": "v1", "kind": "version", "state": "candidate", "created_at": SystemClock().now(), "mode": "head"}
    row |= {"examples": 2, "intents": 2, "threshold": 0.9, "manifest_hash": digest, "report": {}, "reasons": []}
    models = table_of(ModelRow)
    database = Database.open(f"sqlite:///{folder}/escalation.sqlite", clock=SystemClock())
    try:
        if digest is not None:
            database.write_now(lambda tx: tx.execute(models.insert(), row) and None)
        return database.read_now(lambda tx: str(tx.execute(select(models.c.manifest_hash)).scalar_one()))
    finally:
        database.close()


@pytest.mark.parametrize(("now", "trusted"), [(["a"], True), (["a", "b"], False), (["a", "c"], False)])
def test_a_restore_knows_a_model_from_which_examples_were_erased_since(
    data: Path, tmp_path: Path, now: list[str], trusted: bool
) -> None:
    model = tmp_path / "models" / "v1"
    before = hash_known(data, write_model(model, ["a", "b"], "{}"))
    assert run("backup", tmp_path / "saved.tgz", "--data", data).exit_code == 0
    after = write_model(model, now, '{"other": true}')
    assert run("restore", tmp_path / "saved.tgz", "--data", tmp_path / "new").exit_code == 0
    assert hash_known(tmp_path / "new") == (after if trusted else before)
