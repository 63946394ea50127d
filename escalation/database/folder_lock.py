"""One process owns a data folder: an advisory lock that the kernel drops when the process dies, however it dies."""

import fcntl
import os
from pathlib import Path

from escalation.database.errors import DataFolderInUse, DataFolderUnwritable

LOCK_NAME = "escalation.lock"


class FolderLock:
    """Holds the lock file of `folder` from construction to `release`.

    Raises: DataFolderInUse, DataFolderUnwritable.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_NAME
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DataFolderUnwritable(
                f"the data folder {folder} cannot be written ({error.strerror}): "
                "make it writable for this user or set another one"
            ) from error
        try:
            self._take(folder)
        except BaseException:
            os.close(self._file)
            raise

    def _take(self, folder: Path) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.read(self._file, 32).decode("ascii", "replace").strip() or "unknown"
            raise DataFolderInUse(
                f"the data folder {folder} is in use by process {owner}. Where that is the running service, give its "
                "address with --url if the command has it; else stop it first, or set another folder with --data"
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let the next process in. The file stays: removing it would race with who just opened it."""
        os.close(self._file)
