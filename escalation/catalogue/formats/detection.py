"""Which format a file has, by its ending and its beginning, and what else it may be. Pure."""

from pathlib import PurePath
from typing import Final

from escalation.catalogue.formats import csv_format, rasa_old
from escalation.catalogue.formats.rows import Reading
from escalation.protocol.states import FormatName

_JSON: Final = (".jsonl", ".ndjson", ".json")
_TABLES: Final = (".csv", ".tsv", ".tab")
_YAML: Final = (".yaml", ".yml")
_RASA_KEYS: Final = ("nlu:", "responses:", "version:", "templates:")
_BINARY: Final = (
    (b"PK\x03\x04", "a spreadsheet or an archive (ZIP)"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet or document (OLE)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "an SQLite database"),
)


def detect(text: str, source: str, reading: Reading | None = None) -> FormatName:
    """Return the format by the file's ending and, where that leaves it open, by the text's beginning."""
    suffix = PurePath(source).suffix.lower()
    if suffix in _TABLES:
        return "csv"
    if rasa_old.is_json(text) or (suffix not in _JSON and (rasa_old.is_markdown(text) or rasa_old.is_story(text))):
        return "rasa"
    if suffix in _JSON:
        return "jsonl"
    if suffix not in _YAML:
        if text.lstrip()[:1] in ("{", "["):
            return "jsonl"
        if csv_format.header_delimiter(text, reading) is not None:
            return "csv"
    return "rasa" if _looks_like_rasa(text) else "yaml"


def _looks_like_rasa(text: str) -> bool:
    """Rasa's files name one of these keys at the outermost level, ours never does."""
    return any(line.startswith(_RASA_KEYS) for line in text.split("\n"))


def seems_to_be(content: bytes) -> str | None:
    """Return what a file is that is no text, None where its first bytes do not tell."""
    return next((name for start, name in _BINARY if content.startswith(start)), None)


def unreadable(text: str) -> str | None:
    """Return what a text seems to be that was decoded as UTF-8 and is none, as browsers do; None where it is one."""
    if kind := seems_to_be(text[:64].encode("latin-1", "replace")):
        return kind
    sixteen = text.startswith("\ufffd\ufffd") or (len(text) > 8 and text.count("\0") > len(text) // 4)
    return "UTF-16, read as UTF-8" if sixteen else None
