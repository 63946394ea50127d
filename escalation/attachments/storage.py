"""Where files are: a folder, or whatever `fsspec` can write to, such as `s3://bucket/path`. Every call blocks."""

from contextlib import suppress
from typing import Any

import fsspec

from escalation.attachments.errors import FilesAway, StorageUnusable
from escalation.logs import get_logger

THUMBNAIL = ".thumbnail"
SETTING = "ESCALATION_ATTACHMENTS_URL"

_log = get_logger(__name__)


class FileStorage:
    """Files by id below one address. Raises, from every method: FilesAway."""

    def __init__(self, url: str) -> None:
        """Raises: StorageUnusable, where the address is of no known kind or its package is not installed."""
        self._files: Any
        try:
            self._files, self._root = fsspec.core.url_to_fs(url)
        except ImportError as error:
            raise StorageUnusable(
                f"{SETTING} needs a package that is not here. {error}; s3fs and gcsfs in the version of fsspec, "
                f"{fsspec.__version__}."
            ) from error
        except ValueError as error:
            raise StorageUnusable(f"{SETTING} is no address of a known kind. {error}.") from error
        self._is_local = isinstance(self._files, fsspec.get_filesystem_class("file"))

    def put(self, name: str, data: bytes) -> None:
        """Store a file; again, and it is replaced."""
        try:
            self._write(self._path(name), data)
        except Exception as error:
            raise _away(error) from error

    def _write(self, path: str, data: bytes) -> None:
        folder = path.rpartition("/")[0]
        if self._is_local:
            self._files.makedirs(folder, exist_ok=True)
        try:
            self._files.pipe_file(path, data)
        except FileNotFoundError:
            # A folder's first file. No more is made than that: a bucket that is not there is a wrong address.
            with suppress(FileExistsError):
                self._files.mkdir(folder, create_parents=False)
            self._files.pipe_file(path, data)

    def get(self, name: str) -> bytes | None:
        """Return a file, None if there is none."""
        try:
            data: bytes = self._files.cat_file(self._path(name))
        except FileNotFoundError:
            return None
        except Exception as error:
            raise _away(error) from error
        return data

    def delete(self, name: str) -> None:
        """Delete a file; harmless if it is gone."""
        try:
            self._files.rm_file(self._path(name))
        except FileNotFoundError:
            return
        except Exception as error:
            raise _away(error) from error

    def _path(self, name: str) -> str:
        """Spread over folders by the end of the id, which is random."""
        return f"{self._root}/{name.removesuffix(THUMBNAIL)[-2:]}/{name}"


def _away(error: Exception) -> FilesAway:
    """Return one error for whatever the storage's own package raised, which is of any kind."""
    _log.warning("file_storage_failed", error=f"{type(error).__name__}: {error}"[:300])
    return FilesAway("Files cannot be stored or read now. Try again later.")
