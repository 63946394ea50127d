"""Labelled messages as a table: columns `text` and `label` (or `intent`), an empty label is out of scope. Pure."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from escalation.catalogue.errors import CatalogueFileInvalid
from escalation.catalogue.formats.parsed import Assembly, Parsed
from escalation.catalogue.model import Catalogue

DELIMITERS: Final = (",", ";", "\t")
_TEXT: Final = "text"
_LABELS: Final = ("label", "intent")


def header_delimiter(text: str) -> str | None:
    """Return the delimiter under which the first line is a header of ours, None when it is none.

    Spreadsheets write semicolons where the comma is the decimal sign, so three delimiters are tried.
    """
    first = text.split("\n", 1)[0]
    return next((each for each in DELIMITERS if _columns(first.split(each)) is not None), None)


def _columns(header: Sequence[str]) -> tuple[int, int] | None:
    """Return the positions of the text and the label, None when one of them is missing."""
    names = [cell.strip().strip('"').strip().lower() for cell in header]
    label = next((names.index(each) for each in _LABELS if each in names), None)
    return (names.index(_TEXT), label) if _TEXT in names and label is not None else None


def parse(text: str, source: str) -> Parsed:
    """Read a table with a header. Other columns are ignored, empty rows skipped. Raises CatalogueFileInvalid."""
    delimiter = header_delimiter(text)
    if delimiter is None:
        raise CatalogueFileInvalid(source, 1, "the header must name the columns text and label (or intent)")
    assembly = Assembly(source)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns = _columns(next(reader))
    assert columns is not None
    start = reader.line_num + 1
    try:
        for row in reader:
            if row:
                _read(row, start, columns, assembly)
            start = reader.line_num + 1
    except csv.Error as error:
        raise assembly.fail(start, f"the row cannot be read: {error}; check its quotation marks") from None
    return assembly.finish()


def _read(row: Sequence[str], number: int, columns: tuple[int, int], assembly: Assembly) -> None:
    """Take over one row; `number` is the line it starts in."""
    if len(row) <= max(columns):
        raise assembly.fail(number, f"the row has {len(row)} cells; the text and the label need {max(columns) + 1}")
    text, label = row[columns[0]], row[columns[1]]
    if label.strip():
        assembly.example(assembly.intent(label, number), text, number)
    else:
        assembly.out_of_scope(text, number)


def render(catalogue: Catalogue) -> str:
    """Return every example as a row. Titles, answers and policies have no place in this format."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow((_TEXT, _LABELS[0]))
    writer.writerows(catalogue.labelled())
    return out.getvalue()
