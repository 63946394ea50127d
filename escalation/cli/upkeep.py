"""`verify`, `backup`, `restore`: the health of a data folder."""

import shutil
import sqlite3
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import typer

from escalation.cli.output import as_json, clear_errors, errors, say, say_json
from escalation.cli.target import Data, Url, own_database, remote
from escalation.database import Transaction
from escalation.events.log import renew_log_epoch
from escalation.kernel.errors import Conflict, Invalid, NotFound
from escalation.people.sessions import end_all
from escalation.secrets_file import NAME as KEY_FILE
from escalation.settings import Settings, load_settings
from escalation.verification import verify_database

DATABASE_FILE = "escalation.sqlite"
MOST_SHOWN = 20


class BackupInvalid(Invalid):
    """The file is not a backup of this product."""

    code = "backup_invalid"


class DataFolderNotEmpty(Conflict):
    """A restore never overwrites."""

    code = "data_folder_not_empty"


@clear_errors
def verify(data: Data = None, url: Url = None, json_: bool = as_json) -> None:
    """Check the invariants of a data folder or a running service; exit status 1 if any is broken."""
    if url:
        with remote(url) as service:
            findings: list[str] = service.call("GET", "/verify")["findings"]
    else:
        settings = load_settings(data_dir=data)
        _require(settings)
        with own_database(settings) as database:
            findings = [str(finding) for finding in database.read_now(verify_database)]
    if json_:
        say_json({"findings": findings})
    else:
        for finding in findings[:MOST_SHOWN]:
            errors.print(finding, highlight=False, soft_wrap=True)
        if len(findings) > MOST_SHOWN:
            errors.print(f"... and {len(findings) - MOST_SHOWN} more; --json lists all")
        say(f"{len(findings)} findings" if findings else "every invariant holds")
    raise typer.Exit(1 if findings else 0)


def _require(settings: Settings) -> None:
    if settings.database.startswith("sqlite") and not (settings.data_dir / DATABASE_FILE).is_file():
        raise NotFound(f"There is no {DATABASE_FILE} in {settings.data_dir}.")


@clear_errors
def backup(file: Path, data: Data = None, json_: bool = as_json) -> None:
    """Write database, key and trained models into one archive; the service may run meanwhile."""
    settings = load_settings(data_dir=data)
    _require(settings)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE_FILE
        _copy_database(settings.data_dir / DATABASE_FILE, copy)
        beside = file.with_name(f".{file.name}.part")
        with tarfile.open(beside, "w:gz") as archive:
            archive.add(copy, DATABASE_FILE)
            archive.add(settings.data_dir / KEY_FILE, KEY_FILE)
            for model in sorted(settings.models_dir.glob("*/manifest.json")):
                archive.add(model.parent, f"models/{model.parent.name}")
        beside.chmod(0o600)
        beside.replace(file)
    shown = {"file": str(file), "bytes": file.stat().st_size}
    say_json(shown) if json_ else say(f"{shown['bytes']:,} bytes in {file}; it holds customers' words and the key.")


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online copy: a consistent snapshot while others write."""
    reader = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    writer = sqlite3.connect(target)
    try:
        reader.backup(writer, pages=1_000)
    finally:
        writer.close()
        reader.close()


@clear_errors
def restore(file: Path, data: Data = None, json_: bool = as_json) -> None:
    """Unpack a backup into an empty data folder and begin a new history, so that every client starts afresh."""
    settings = load_settings(data_dir=data)
    if settings.data_dir.exists() and any(settings.data_dir.iterdir()):
        raise DataFolderNotEmpty(f"{settings.data_dir} is not empty. Name another folder with --data.")
    models = _unpack(file, settings)
    with own_database(settings) as database:
        epoch = database.write_now(_begin_anew)
        findings = [str(finding) for finding in database.read_now(verify_database)]
    shown: dict[str, Any] = {"data": str(settings.data_dir), "models": models, "log_epoch": epoch, "findings": findings}
    say_json(shown) if json_ else say(
        f"restored {settings.data_dir} with {len(models)} models, {len(findings)} findings"
    )


def _begin_anew(tx: Transaction) -> str:
    """Begin a new history, in which nobody is signed in; returns its epoch."""
    end_all(tx)
    return renew_log_epoch(tx)


def _unpack(file: Path, settings: Settings) -> list[str]:
    """Everything into a folder beside, then into place: a broken archive leaves nothing behind."""
    settings.data_dir.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir.parent) as folder:
        staging = Path(folder)
        try:
            with tarfile.open(file) as archive:
                archive.extractall(staging, filter="data")
        except (tarfile.TarError, OSError, EOFError) as error:
            raise BackupInvalid(f"{file} is not a backup: {str(error).splitlines()[0]}") from error
        if not (staging / DATABASE_FILE).is_file() or not (staging / KEY_FILE).is_file():
            raise BackupInvalid(f"{file} is not a backup: it has no {DATABASE_FILE} or no {KEY_FILE}.")
        settings.data_dir.mkdir(mode=0o700, exist_ok=True)
        for name in (DATABASE_FILE, KEY_FILE):
            shutil.move(staging / name, settings.data_dir / name)
            (settings.data_dir / name).chmod(0o600)
        return _unpack_models(staging / "models", settings.models_dir)


def _unpack_models(staging: Path, target: Path) -> list[str]:
    target.mkdir(parents=True, exist_ok=True)
    names = sorted(path.name for path in staging.iterdir()) if staging.is_dir() else []
    for name in names:
        if not (target / name).exists():
            shutil.move(staging / name, target / name)
    return names
