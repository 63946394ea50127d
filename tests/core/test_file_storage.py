"""Where files are: a folder or a bucket, and what happens where that is wrong or does not answer."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from escalation.attachments.errors import FilesAway, StorageUnusable
from escalation.attachments.storage import FileStorage

IDS = ("a-file-01", "another-01", "third-02")


class Buckets(MemoryFileSystem):  # type: ignore[misc]
    """As object storages are: who may makes a bucket by asking for the folders above a file. One that is not there."""

    protocol = "buckets"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **_: Any) -> None:
        if not self.exists("/mine"):
            raise FileNotFoundError("The specified bucket does not exist")
        super().pipe_file(path, value, mode)


class Unreachable(MemoryFileSystem):  # type: ignore[misc]
    """Fails as packages do that are no part of Python: with errors of their own."""

    protocol = "unreachable"

    def _fail(self, *_: Any, **__: Any) -> None:
        raise ZeroDivisionError("could not connect")

    pipe_file = cat_file = rm_file = _fail


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    for kind in (Buckets, Unreachable):
        fsspec.register_implementation(kind.protocol, kind, clobber=True)
    yield
    Buckets.store.clear()
    Buckets.pseudo_dirs[:] = [""]


def kept_and_deleted(storage: FileStorage) -> None:
    for id in IDS:
        storage.put(id, b"old")
        storage.put(id, id.encode())
    assert [storage.get(id) for id in IDS] == [id.encode() for id in IDS]
    for id in (*IDS, "never-stored"):
        storage.delete(id)
    assert {storage.get(id) for id in IDS} == {None}


def test_a_folder(tmp_path: Path) -> None:
    kept_and_deleted(FileStorage(str(tmp_path / "new" / "files")))


def test_a_bucket() -> None:
    Buckets().mkdir("/mine")
    kept_and_deleted(FileStorage("buckets://mine/files"))


def test_a_bucket_that_is_not_there_is_not_made() -> None:
    storage = FileStorage("buckets://mine/files")
    with pytest.raises(FilesAway):
        storage.put("a", b"hello")
    assert not Buckets().exists("/mine")


@pytest.mark.parametrize(
    "ask", [lambda s: s.put("a", b"hello"), lambda s: s.get("a"), lambda s: s.delete("a")], ids=["put", "get", "delete"]
)
def test_one_that_does_not_answer(ask: Callable[[FileStorage], object]) -> None:
    with pytest.raises(FilesAway):
        ask(FileStorage("unreachable://mine"))


def test_a_kind_whose_package_is_not_installed_says_what_to_install() -> None:
    fsspec.register_implementation("bought", "no_such_package.Files", errtxt="Install no_such_package", clobber=True)
    with pytest.raises(StorageUnusable, match=rf"Install no_such_package; .* {fsspec.__version__}"):
        FileStorage("bought://mine")


def test_a_kind_nobody_knows() -> None:
    with pytest.raises(StorageUnusable, match=r"ESCALATION_ATTACHMENTS_URL .*nosuch"):
        FileStorage("nosuch://mine")
