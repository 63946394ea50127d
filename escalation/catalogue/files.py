"""Catalogue files on disk: read whole within limits, written whole or not at all."""

import codecs
import os
from pathlib import Path
from typing import Final

from escalation.catalogue.errors import CatalogueFileInvalid
from escalation.catalogue.formats import FormatName, Parsed, Reading, parse, render, seems_to_be
from escalation.catalogue.model import Catalogue

MAX_BYTES: Final = 20 * 1024 * 1024
PLAIN: Final = Reading()
UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_catalogue(
    path: Path, format_name: FormatName | None = None, reading: Reading = PLAIN, encoding: str | None = None
) -> Parsed:
    """Read a catalogue file in the given or detected format.

    Raises CatalogueFileInvalid for a file that cannot be opened, is over 20 MB, is no text, or says something wrong.
    """
    return parse(read_text(path, encoding, most=MAX_BYTES), path.name, format_name, reading)


def read_text(path: Path, encoding: str | None = None, *, most: int | None = None) -> str:
    """Return the text of a file of at most `most` bytes. Raises CatalogueFileInvalid."""
    try:
        with path.open("rb") as file:
            content = file.read() if most is None else file.read(most + 1)
    except OSError as error:
        raise CatalogueFileInvalid(str(path), None, f"cannot be read: {error.strerror or error}") from None
    if most is not None and len(content) > most:
        raise CatalogueFileInvalid(path.name, None, f"is larger than {most // 1024**2} MB; split it")
    return decode(content, path.name, encoding)


def decode(content: bytes, source: str, encoding: str | None = None) -> str:
    """Return the text of a file in `encoding`, else in UTF-8 or, where its byte order mark says so, in UTF-16.

    Raises CatalogueFileInvalid with the line.
    """
    if kind := seems_to_be(content):
        raise CatalogueFileInvalid(source, None, f"seems to be {kind}; save it as CSV, JSON or YAML")
    name = encoding or ("utf-16" if content.startswith(UTF_16) else "utf-8-sig")
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CatalogueFileInvalid(source, line, _not_in(name, content), "or name its own with --encoding") from None


def _not_in(encoding: str, content: bytes) -> str:
    """Return what is wrong with bytes that are not in that encoding, and what they seem to be."""
    if encoding != "utf-8-sig":
        return f"is not in {encoding}"
    if content.count(b"\0") > len(content) // 4:
        return "is not UTF-8; it seems to be UTF-16 without a byte order mark; save the file in UTF-8"
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return "is not UTF-8; save the file in that encoding"
    return "is not UTF-8; it may be Windows-1252 (cp1252), as older spreadsheets write; save the file in UTF-8"


def write_catalogue(path: Path, catalogue: Catalogue, format_name: FormatName) -> None:
    """Write the catalogue beside `path` and move it there, so that no half-written file is ever found."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(render(catalogue, format_name), encoding="utf-8", newline="")
        os.replace(part, path)  # noqa: PTH105
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CatalogueFileInvalid(str(path), None, f"cannot be written: {error.strerror or error}") from None
