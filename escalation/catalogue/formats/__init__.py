"""The file formats of a catalogue and of labelled messages: telling, reading and writing them. Pure.

`catalogue/files.py` does the I/O. Tables and JSON hold rows (`read_rows`), YAML and Rasa's files whole intents; each is
read as the other where a command wants that.
"""

from collections.abc import Callable
from typing import Final

from escalation.catalogue.errors import CatalogueFileInvalid
from escalation.catalogue.formats import csv_format, jsonl_format, rasa_format, yaml_format
from escalation.catalogue.formats.detection import detect, seems_to_be, unreadable
from escalation.catalogue.formats.parsed import Assembly, Conflicting, Draft, Parsed, Place, assembled
from escalation.catalogue.formats.rows import Reading, Row, Rows, Skipped, said
from escalation.catalogue.model import Catalogue
from escalation.protocol.states import FormatName

__all__ = [
    "FORMATS",
    "ROWS",
    "Assembly",
    "Conflicting",
    "Draft",
    "FormatName",
    "Parsed",
    "Place",
    "Reading",
    "Row",
    "Rows",
    "Skipped",
    "detect",
    "parse",
    "read_rows",
    "render",
    "said",
    "seems_to_be",
]

ROWS: Final[dict[FormatName, Callable[[str, str, Reading], Rows]]] = {
    "jsonl": jsonl_format.read,
    "csv": csv_format.read,
}
"""Formats of rows: text, name of the file for errors, and how to read it."""
WHOLE: Final[dict[FormatName, Callable[[str, str], Parsed]]] = {"yaml": yaml_format.parse, "rasa": rasa_format.parse}
"""Formats of whole intents."""
FORMATS: Final[dict[FormatName, Callable[[Catalogue], str]]] = {
    "yaml": yaml_format.render,
    "jsonl": jsonl_format.render,
    "csv": csv_format.render,
    "rasa": rasa_format.render,
}
"""How each format is written."""
_MARK: Final = "\ufeff"
_PLAIN: Final = Reading()


def parse(text: str, source: str, format_name: FormatName | None = None, reading: Reading = _PLAIN) -> Parsed:
    """Read `text` in the given or detected format. Raises CatalogueFileInvalid naming `source` and the line."""
    text = _checked(text, source)
    name = format_name or detect(text, source, reading)
    if name in WHOLE:
        return WHOLE[name](text, source)
    return assembled(ROWS[name](text, source, reading), skip_invalid=reading.skip_invalid)


def read_rows(text: str, source: str, reading: Reading = _PLAIN, format_name: FormatName | None = None) -> Rows:
    """Read `text` as labelled messages, in file order. Raises CatalogueFileInvalid naming `source` and the line."""
    text = _checked(text, source)
    name = format_name or detect(text, source, reading)
    if name in ROWS:
        return ROWS[name](text, source, reading)
    parsed = WHOLE[name](text, source)
    inside = [
        Row(words, draft.name, line, {})
        for draft in parsed.intents
        for words, line in zip(draft.examples, draft.lines, strict=True)
    ]
    outside = [
        Row(words, None, line, {}) for words, line in zip(parsed.out_of_scope, parsed.out_of_scope_lines, strict=True)
    ]
    return Rows(source, parsed.read_as, (*inside, *outside), (), parsed.warnings)


def _checked(text: str, source: str) -> str:
    if kind := unreadable(text):
        raise CatalogueFileInvalid(source, None, f"seems to be {kind}; save it as CSV, JSON or YAML in UTF-8")
    return text.removeprefix(_MARK)


def render(catalogue: Catalogue, format_name: FormatName) -> str:
    """Return the catalogue in that format. JSONL and CSV hold examples only."""
    return FORMATS[format_name](catalogue)
