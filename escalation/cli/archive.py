"""The archive of a backup: the database's copy, the key, the models, and a manifest that says what is in it."""

import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from escalation import __version__
from escalation.classifier.forgetting import examples_of
from escalation.database.copying import SQLITE_NAME, Contents, copy_out
from escalation.kernel.clock import SystemClock
from escalation.kernel.errors import Conflict, Invalid
from escalation.privacy.erased_list import NAME as ERASED
from escalation.secrets_file import NAME as KEY_FILE
from escalation.settings import Settings

MANIFEST = "manifest.json"
FILES = "attachments"
"""The folder of files. Where the operator keeps them elsewhere, they are not in the archive."""
FORMAT = 1
MAY_BE_THERE = {KEY_FILE, ERASED, "escalation.lock", "encoders"}
"""What a data folder may hold before a restore: the key is compared, the list of erased customers obeyed, the others
are made again."""


class BackupInvalid(Invalid):
    """The file is not a backup of this product, or not for this database."""

    code = "backup_invalid"


class DataFolderNotEmpty(Conflict):
    """A restore never overwrites."""

    code = "data_folder_not_empty"


class KeyDiffers(Conflict):
    """The data folder has another key than the backup."""

    code = "key_differs"


class Manifest(BaseModel):
    """What an archive holds."""

    model_config = ConfigDict(frozen=True)

    format: int
    program: str
    database: str
    """`sqlite` or `postgresql`."""
    schema_revision: str
    at: datetime
    """When the copying began: what was stored before is in it."""
    columns: dict[str, list[str]]
    rows: dict[str, int]
    models: list[str]

    @property
    def contents(self) -> Contents:
        """What the database's copy holds."""
        return Contents(self.schema_revision, self.columns, self.rows)


@dataclass(frozen=True)
class Unpacked:
    """An archive's files in a folder of their own, checked for being there."""

    folder: Path
    manifest: Manifest

    @property
    def key(self) -> bytes:
        """The master key."""
        return (self.folder / KEY_FILE).read_bytes()


def backend_of(settings: Settings) -> str:
    """Return which kind of database the settings name."""
    return "sqlite" if settings.database.startswith("sqlite") else "postgresql"


def pack(file: Path, settings: Settings) -> Manifest:
    """Write the archive, readable by its owner only from its first byte on."""
    at = SystemClock().now()
    with tempfile.TemporaryDirectory(prefix="escalation-backup-") as name:
        folder = Path(name)
        contents = copy_out(settings.database, folder)
        models = sorted(path.parent for path in settings.models_dir.glob("*/manifest.json"))
        manifest = Manifest(
            format=FORMAT, program=__version__, database=backend_of(settings), schema_revision=contents.schema, at=at,
            columns=contents.columns, rows=contents.rows, models=[model.name for model in models],
        )  # fmt: skip
        (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
        beside = file.with_name(f".{file.name}.part")
        beside.unlink(missing_ok=True)
        beside.touch(mode=0o600)
        with tarfile.open(beside, "w:gz") as archive:
            archive.add(folder / MANIFEST, MANIFEST)
            archive.add(settings.data_dir / KEY_FILE, KEY_FILE)
            for copy in sorted(folder.glob("*.copy")) or [folder / SQLITE_NAME]:
                archive.add(copy, f"tables/{copy.name}" if copy.suffix == ".copy" else copy.name)
            for model in models:
                archive.add(model, f"models/{model.name}")
            if not settings.attachments_url and settings.attachments_dir.is_dir():
                archive.add(settings.attachments_dir, FILES)
        beside.replace(file)
    return manifest


@contextmanager
def unpacked(file: Path, settings: Settings) -> Iterator[Unpacked]:
    """Lend the archive's files, in a folder beside the data folder. Raises: BackupInvalid."""
    settings.data_dir.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir.parent) as name:
        folder = Path(name)
        try:
            with tarfile.open(file) as archive:
                archive.extractall(folder, filter="data")
            manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        except FileNotFoundError as error:
            raise BackupInvalid(f"{file} is not a backup: it has no {MANIFEST}, or is not there.") from error
        except (tarfile.TarError, OSError, EOFError, ValidationError) as error:
            raise BackupInvalid(f"{file} is not a backup: {str(error).splitlines()[0]}.") from error
        _check(file, folder, manifest, settings)
        yield Unpacked(folder, manifest)


def _check(file: Path, folder: Path, manifest: Manifest, settings: Settings) -> None:
    if manifest.format != FORMAT:
        raise BackupInvalid(f"{file} has format {manifest.format}; this program reads {FORMAT}. Use a newer program.")
    if manifest.database != backend_of(settings):
        raise BackupInvalid(
            f"{file} is of {manifest.database}, the settings name {backend_of(settings)}. "
            "Set ESCALATION_DATABASE_URL to an empty database of that kind, or unset it for SQLite."
        )
    wanted = [f"tables/{name}.copy" for name in manifest.rows] if manifest.database == "postgresql" else [SQLITE_NAME]
    for name in (*wanted, KEY_FILE):
        if not (folder / name).is_file():
            raise BackupInvalid(f"{file} is not whole: it has no {name}.")


def check_folder(settings: Settings, key: bytes) -> None:
    """Refuse a data folder in use, and one with another key. Raises: DataFolderNotEmpty, KeyDiffers."""
    there = {path.name for path in settings.data_dir.iterdir()} if settings.data_dir.exists() else set()
    if odd := sorted(there - MAY_BE_THERE):
        raise DataFolderNotEmpty(f"{settings.data_dir} is not empty: it has {odd[0]}. Name another one with --data.")
    mine = settings.data_dir / KEY_FILE
    if mine.is_file() and mine.read_bytes() != key:
        raise KeyDiffers(
            f"{mine} is another key than the backup's, which signed what customers and staff hold. "
            "Move it away and restore again: the backup brings its own. Every process on this database needs that one."
        )


def place_key(settings: Settings, key: bytes) -> None:
    """Put the key into the data folder."""
    settings.data_dir.mkdir(mode=0o700, exist_ok=True)
    path = settings.data_dir / KEY_FILE
    path.touch(mode=0o600)
    path.write_bytes(key)


def place_models(found: Unpacked, target: Path) -> list[str]:
    """Put the models that are not there yet into their folder; return all names."""
    target.mkdir(parents=True, exist_ok=True)
    for name in found.manifest.models:
        if not (target / name).exists():
            shutil.move(found.folder / "models" / name, target / name)
    return found.manifest.models


def place_files(found: Unpacked, settings: Settings) -> None:
    """Put customers' files into the data folder, where they are kept there."""
    if not settings.attachments_url and (found.folder / FILES).is_dir():
        shutil.copytree(found.folder / FILES, settings.attachments_dir, dirs_exist_ok=True)


def stripped_since(found: Unpacked, target: Path) -> list[str]:
    """Return the models that are there as in the archive but for examples that were erased since, to be trusted so."""
    return [name for name in found.manifest.models if _is_stripped(found.folder / "models" / name, target / name)]


def _is_stripped(saved: Path, there: Path) -> bool:
    try:
        return examples_of(there) < examples_of(saved)
    except (OSError, ValueError, KeyError):
        return False
