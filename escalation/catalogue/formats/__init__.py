"""The file formats of a catalogue: telling, reading and writing them. Pure; `catalogue/files.py` does the I/O."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from escalation.catalogue.formats import csv_format, jsonl_format, rasa_format, yaml_format
from escalation.catalogue.formats.parsed import Assembly, Conflicting, Draft, Parsed, Place
from escalation.catalogue.model import Catalogue
from escalation.protocol.states import FormatName

__all__ = [
    "FORMATS",
    "Assembly",
    "Conflicting",
    "Draft",
    "Format",
    "FormatName",
    "Parsed",
    "Place",
    "detect",
    "parse",
    "render",
]


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is read (text, name of the file for errors) and written."""

    parse: Callable[[str, str], Parsed]
    render: Callable[[Catalogue], str]


FORMATS: Final[dict[FormatName, Format]] = {
    "yaml": Format(yaml_format.parse, yaml_format.render),
    "jsonl": Format(jsonl_format.parse, jsonl_format.render),
    "csv": Format(csv_format.parse, csv_format.render),
    "rasa": Format(rasa_format.parse, rasa_format.render),
}
_JSON_LINES: Final = (".jsonl", ".ndjson", ".json")
_TABLES: Final = (".csv", ".tsv")
_YAML: Final = (".yaml", ".yml")
_RASA_KEYS: Final = ("nlu:", "responses:", "version:")


def detect(text: str, source: str) -> FormatName:
    """Return the format by the file's ending and, where that leaves it open, by the text's beginning."""
    suffix = PurePath(source).suffix.lower()
    if suffix in _JSON_LINES:
        return "jsonl"
    if suffix in _TABLES:
        return "csv"
    if suffix not in _YAML:
        if text.lstrip().startswith("{"):
            return "jsonl"
        if csv_format.header_delimiter(text) is not None:
            return "csv"
    return "rasa" if _looks_like_rasa(text) else "yaml"


def _looks_like_rasa(text: str) -> bool:
    """Rasa's files name `nlu`, `responses` or `version` at the outermost level, ours never does."""
    return any(line.startswith(_RASA_KEYS) for line in text.split("\n"))


def parse(text: str, source: str, format_name: FormatName | None = None) -> Parsed:
    """Read `text` in the given or detected format. Raises CatalogueFileInvalid naming `source` and the line."""
    return FORMATS[format_name or detect(text, source)].parse(text, source)


def render(catalogue: Catalogue, format_name: FormatName) -> str:
    """Return the catalogue in that format. JSONL and CSV hold examples only."""
    return FORMATS[format_name].render(catalogue)
