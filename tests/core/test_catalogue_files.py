"""Catalogue files on disk: limits, encodings, and no half-written file."""

from pathlib import Path

import pytest

from escalation.catalogue import files
from escalation.catalogue.errors import CatalogueFileInvalid
from escalation.catalogue.files import read_catalogue, write_catalogue
from escalation.catalogue.formats import FORMATS
from escalation.catalogue.model import Catalogue, Intent


def test_each_format_survives_the_disk(tmp_path: Path) -> None:
    catalogue = Catalogue("en", (Intent("a", "A", examples=("one", "two, three\nfour")),))
    for name in FORMATS:
        path = tmp_path / f"{name}.txt"
        write_catalogue(path, catalogue, name)
        assert list(read_catalogue(path, name).catalogue().labelled()) == list(catalogue.labelled())
    assert len(list(tmp_path.iterdir())) == len(FORMATS)


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("\ufefftext,label\nhi,greet\n".encode())
    assert list(read_catalogue(path).catalogue().labelled()) == [("hi", "greet")]


def test_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("text,label\nhi,greet\nça va,greet\n".encode("latin-1"))
    with pytest.raises(CatalogueFileInvalid, match=r"a\.csv, line 3: is not UTF-8"):
        read_catalogue(path)


def test_a_file_that_is_missing_a_folder_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CatalogueFileInvalid, match="cannot be read: No such file"):
        read_catalogue(tmp_path / "none.yaml")
    with pytest.raises(CatalogueFileInvalid, match="cannot be read: Is a directory"):
        read_catalogue(tmp_path)
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    (tmp_path / "big.csv").write_text("text,label\na,b\n")
    with pytest.raises(CatalogueFileInvalid, match="is larger than"):
        read_catalogue(tmp_path / "big.csv")


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueFileInvalid, match="cannot be written"):
        write_catalogue(tmp_path / "none" / "a.csv", Catalogue(intents=(Intent("a", "A", examples=("b",)),)), "csv")
