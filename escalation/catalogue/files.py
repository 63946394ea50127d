"""Catalogue files on disk: read whole within limits, written whole or not at all."""

import os
from pathlib import Path
from typing import Final

from escalation.catalogue.errors import CatalogueFileInvalid
from escalation.catalogue.formats import FormatName, Parsed, parse, render
from escalation.catalogue.model import Catalogue

MAX_BYTES: Final = 20 * 1024 * 1024


def read_catalogue(path: Path, format_name: FormatName | None = None) -> Parsed:
    """Read a catalogue file in the given or detected format.

    Raises CatalogueFileInvalid for a file that cannot be opened, is over 20 MB, is not UTF-8, or says something wrong.
    """
    source = path.name
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CatalogueFileInvalid(str(path), None, f"cannot be read: {error.strerror or error}") from None
    if len(content) > MAX_BYTES:
        raise CatalogueFileInvalid(source, None, f"is larger than {MAX_BYTES // 1024**2} MB; split it")
    return parse(decode(content, source), source, format_name)


def decode(content: bytes, source: str) -> str:
    """Return the text of a UTF-8 file, with or without a byte order mark. Raises CatalogueFileInvalid with the line."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CatalogueFileInvalid(source, line, "is not UTF-8; save the file in that encoding") from None


def write_catalogue(path: Path, catalogue: Catalogue, format_name: FormatName) -> None:
    """Write the catalogue beside `path` and move it there, so that no half-written file is ever found."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(render(catalogue, format_name), encoding="utf-8", newline="")
        os.replace(part, path)  # noqa: PTH105
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CatalogueFileInvalid(str(path), None, f"cannot be written: {error.strerror or error}") from None
