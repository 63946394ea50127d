"""`verify`, `backup`, `restore`: the health of a data folder."""

import asyncio
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from escalation.classifier.folder import manifest_hash
from escalation.cli.archive import (
    Manifest,
    Unpacked,
    check_folder,
    pack,
    place_files,
    place_key,
    place_models,
    stripped_since,
    unpacked,
)
from escalation.cli.customer import own_erasures
from escalation.cli.output import as_json, clear_errors, errors, say, say_json, warn
from escalation.cli.target import Data, Url, own_database, remote
from escalation.database import Database, Transaction
from escalation.database.copying import SQLITE_NAME, compare, contents_of, put_back
from escalation.database.engines import parse_url
from escalation.database.errors import DatabaseNotEmpty, DataFolderInUse
from escalation.events import bind_secret
from escalation.events.log import renew_log_epoch
from escalation.kernel.clock import SystemClock
from escalation.kernel.errors import EscalationError, NotFound
from escalation.learning import registry
from escalation.people.sessions import end_all
from escalation.proof import rolling
from escalation.secrets_file import fingerprint
from escalation.security import COMMAND, SecurityLog
from escalation.settings import Settings, load_settings
from escalation.verification import verify_database

MOST_SHOWN = 20
NAMED = {"database", "schema_revision", "at", "models"}
"""What of the manifest is shown."""


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
            facts = {"findings": len(findings)}
            with suppress(EscalationError):  # of a database too damaged to be written the findings tell
                database.write_now(lambda tx: SecurityLog.add(tx, "verified", COMMAND, facts=facts))
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
    url = parse_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
        raise NotFound(f"There is no database {url.database}.")


@clear_errors
def backup(file: Path, data: Data = None, json_: bool = as_json) -> None:
    """Write database, key and trained models into one archive; the service may run meanwhile."""
    settings = load_settings(data_dir=data)
    _require(settings)
    manifest = pack(file, settings)
    _note_backup(settings, manifest.at.isoformat(timespec="seconds"))
    rows = sum(manifest.rows.values())
    shown = {
        "file": str(file),
        "bytes": file.stat().st_size,
        "rows": rows,
        **manifest.model_dump(mode="json", include=NAMED),
    }
    say_json(shown) if json_ else say(
        f"{shown['bytes']:,} bytes in {file}: {rows:,} rows of {manifest.database} as of {_shown(manifest)}, "
        f"{len(manifest.models)} models. It holds customers' words and the key."
    )


def _note_backup(settings: Settings, at: str) -> None:
    """Tell the security log of a backup, without an upgrade. On SQLite a running service has the database to itself."""
    try:
        database = Database.open(settings.database, clock=SystemClock())
    except DataFolderInUse:
        warn("the service has the database to itself, so the security log does not tell of this backup")
        return
    try:
        database.write_now(lambda tx: SecurityLog.add(tx, "backed_up", COMMAND, facts={"as_of": at}))
    except (EscalationError, SQLAlchemyError) as error:  # such as a schema of before there was such a log
        warn(f"the security log does not tell of this backup: {str(error).splitlines()[0]}")
    finally:
        database.close()


def _shown(manifest: Manifest) -> str:
    return f"{manifest.at:%Y-%m-%d %H:%M:%S} UTC"


@clear_errors
def restore(file: Path, data: Data = None, json_: bool = as_json) -> None:
    """Unpack a backup into an empty data folder or database and begin a new history: all clients start afresh."""
    settings = load_settings(data_dir=data)
    with unpacked(file, settings) as found:
        check_folder(settings, found.key)
        _load(found, settings)
        stripped = stripped_since(found, settings.models_dir)
        models = place_models(found, settings.models_dir)
        place_files(found, settings)
        key = fingerprint(found.key)
    with own_database(settings) as database:
        database.write_now(lambda tx: bind_secret(tx, key))
        epoch = database.write_now(lambda tx: _begin_anew(tx, found.manifest))
        again = asyncio.run(own_erasures(settings, database).erase_again(by="command"))
        database.write_now(lambda tx: _trust(tx, settings, stripped))
        findings = [str(finding) for finding in database.read_now(verify_database)]
    rows = sum(found.manifest.rows.values())
    shown: dict[str, Any] = {"data": str(settings.data_dir), "rows": rows, "models": models, "erased": len(again)}
    say_json(shown | {"log_epoch": epoch, "findings": findings}) if json_ else say(
        f"restored {rows:,} rows as of {_shown(found.manifest)} and {len(models)} models into "
        f"{settings.data_dir}, {len(findings)} findings, {len(again)} customers erased again"
    )


def _load(found: Unpacked, settings: Settings) -> None:
    """The database first and the key last: what fails leaves a folder that a restore takes again."""
    if found.manifest.database == "sqlite":
        copy, target = found.folder / SQLITE_NAME, Path(str(parse_url(settings.database).database))
        if target.exists():
            raise DatabaseNotEmpty(f"{target} is there already. Move it away, or name another one.")
        compare(found.manifest.contents, contents_of(copy).rows)
        place_key(settings, found.key)
        shutil.move(copy, target)
        target.chmod(0o600)
        return
    database = Database.open(settings.database, clock=SystemClock())
    try:
        put_back(database, found.folder / "tables", found.manifest.contents)
    finally:
        database.close()
    place_key(settings, found.key)


def _trust(tx: Transaction, settings: Settings, models: list[str]) -> None:
    """Folders from which erased examples were taken since the backup have another hash than the backup knows."""
    for name in models:
        registry.rehash(tx, name, manifest_hash(settings.models_dir / name))


def _begin_anew(tx: Transaction, manifest: Manifest) -> str:
    """Begin a new history, in which nobody is signed in; returns its epoch."""
    end_all(tx)
    rolling.end_all(tx, "restored")
    facts = {"as_of": manifest.at.isoformat(timespec="seconds"), "program": manifest.program}
    SecurityLog.add(tx, "restored", COMMAND, facts=facts)
    return renew_log_epoch(tx)
