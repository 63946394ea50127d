"""Labelled messages as a table with a header; an empty label is out of scope. Pure."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from escalation.catalogue.errors import CatalogueFileInvalid
from escalation.catalogue.formats.columns import (
    COLUMNS_REMEDY,
    TEXT_COLUMN_REMEDY,
    ColumnsUnclear,
    find_columns,
    plain_name,
)
from escalation.catalogue.formats.labels import as_cell, as_text_cell, is_no_name_cell, is_no_text_cell
from escalation.catalogue.formats.marks import marked
from escalation.catalogue.formats.rows import Reading, RowCollector, Rows
from escalation.catalogue.model import Catalogue

DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_BITEXT: Final = {"instruction", "category", "intent", "response"}
_SEP: Final = "sep="
Cells = tuple[int, Sequence[str]]
"""The line a row starts in, and its cells."""


def header_delimiter(text: str, reading: Reading | None = None) -> str | None:
    """Return the delimiter under which the first line is a header with a text and a label, None when it is none.

    Spreadsheets write semicolons where the comma is the decimal sign, so several delimiters are tried.
    """
    try:
        return _delimiter(_first_line(text), reading or Reading())
    except ColumnsUnclear:
        return None


def _first_line(text: str) -> str:
    return next(iter(io.StringIO(text[:100_000], newline=None)), "").rstrip("\n")


def _delimiter(first: str, reading: Reading) -> str:
    """Raises: ColumnsUnclear, with the reason of the delimiter that makes most columns."""
    problems: list[tuple[int, str]] = []
    for delimiter in DELIMITERS:
        names = _names(first, delimiter)
        try:
            find_columns(names, reading.text_column, reading.label_column, labelled=reading.labelled)
            return delimiter
        except ColumnsUnclear as error:
            problems.append((-len(names), str(error)))
    raise ColumnsUnclear(min(problems)[1])


def _names(first: str, delimiter: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    except csv.Error:
        return []


def read(text: str, source: str, reading: Reading) -> Rows:
    """Read a table. Other columns are ignored, empty rows skipped. Raises: CatalogueFileInvalid."""
    collector = RowCollector(source, reading)
    first, skip = _first_line(text), 0
    if first.lower().startswith(_SEP) and len(first.strip()) == len(_SEP) + 1:
        # Excel's own line above the header. A table whose delimiter nobody else uses is read with it as well.
        delimiter, skip = first.strip()[-1], 1
    else:
        try:
            delimiter = _delimiter(first, reading)
        except ColumnsUnclear as error:
            remedy = COLUMNS_REMEDY if reading.labelled else TEXT_COLUMN_REMEDY
            raise collector.fail(1, f"the header must name the columns: {error}", remedy) from None
    table = _table(text, delimiter, collector)[skip:]
    if not table:
        raise collector.fail(None, "holds no intents and no messages")
    names = _take(table, delimiter, collector)
    kind = "a Bitext table" if {plain_name(name) for name in names} >= _BITEXT else "a table"
    return collector.finish(f"{kind} with {DELIMITERS.get(delimiter, repr(delimiter))}")


def _table(text: str, delimiter: str, collector: RowCollector) -> list[Cells]:
    """Return all rows that are not empty. Raises: CatalogueFileInvalid for quotation marks that do not fit."""
    try:
        return list(_cells(text, delimiter, None, collector))
    except CatalogueFileInvalid:
        # Some programs write \" for a quotation mark, which only then is tried: elsewhere a backslash is a backslash.
        if '\\"' in text:
            try:
                return list(_cells(text, delimiter, "\\", collector))
            except CatalogueFileInvalid:
                pass
        raise


def _cells(text: str, delimiter: str, escape: str | None, collector: RowCollector) -> Iterator[Cells]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, escapechar=escape, strict=True)
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        raise collector.fail(start, f"the row cannot be read: {error}; check its quotation marks") from None


def _take(table: list[Cells], delimiter: str, collector: RowCollector) -> tuple[str, ...]:
    """Give every row to the collector; return the header's names."""
    line, header = table[0]
    names = tuple(name.strip() for name in header)
    columns = collector.columns(names, line)
    text_at, label_at = names.index(columns.text), None if columns.label is None else names.index(columns.label)
    halves = _halves(table[1:], label_at)
    for line, cells in table[1:]:
        if problem := _problem(cells, names, text_at, label_at, delimiter):
            collector.invalid(line, problem)
        elif [cell.strip().lower() for cell in cells] == [name.lower() for name in names]:
            collector.skip(line, "the header again")
        elif line in halves:
            collector.invalid(line, f"{halves[line]} seems to be the rest of a text; {_quoted(delimiter)}")
        else:
            label = "" if label_at is None else cells[label_at]
            fields = dict(zip(names, cells, strict=False))
            collector.add(cells[text_at], label, line, fields, as_cell, as_text_cell)
    return names


def _quoted(delimiter: str) -> str:
    return f"put a text that holds '{delimiter}' in quotation marks"


def _problem(
    cells: Sequence[str], names: Sequence[str], text_at: int, label_at: int | None, delimiter: str
) -> str | None:
    """Return why a row's cells cannot be told apart, None where they can."""
    needed = max(text_at, label_at or 0) + 1
    if len(cells) > len(names):
        return f"the row has {len(cells)} cells, the header {len(names)}; {_quoted(delimiter)}"
    if len(cells) < needed:
        return f"the row has {len(cells)} cells; the text and the label need {needed}"
    return None


def _halves(table: list[Cells], label_at: int | None) -> dict[int, str]:
    """Return, by line, labels that are the end of a text: several words after a blank, once, where others have none."""
    if label_at is None:
        return {}
    labels = [(line, cells[label_at]) for line, cells in table if len(cells) > label_at]
    spaced = [(line, label) for line, label in labels if label.startswith(" ") and " " in label.strip()]
    if 2 * sum(label.startswith(" ") for _, label in labels) > len(labels):
        return {}
    count = Counter(label.strip() for _, label in labels)
    return {line: f"the label '{label.strip()[:80]}'" for line, label in spaced if count[label.strip()] == 1}


def render(catalogue: Catalogue) -> str:
    """Return every example as a row. Titles, answers and policies have no place in this format.

    No cell begins as a formula. All are in quotation marks, so that a spreadsheet which divides at semicolons finds no
    formula inside one either.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(("text", "label"))
    for text, label in catalogue.labelled():
        writer.writerow((marked(text, is_no_text_cell), marked(label, is_no_name_cell)))
    return out.getvalue()
