"""Rows of labelled messages, from whatever file: which are taken, which are left out and why. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from escalation.catalogue.errors import CatalogueFileInvalid
from escalation.catalogue.formats.columns import (
    ANSWERS,
    COLUMNS_REMEDY,
    PARTS,
    TEXT_COLUMN_REMEDY,
    Columns,
    ColumnsUnclear,
    find_columns,
    plain_name,
)
from escalation.catalogue.formats.labels import LabelInvalid, LabelMissing, TextMissing, as_label, as_text

SKIP_REMEDY: Final = "or leave such rows out with --skip-invalid"
LINES_SHOWN: Final = 20
REASONS_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file of rows is to be read. With `labelled` False labels may be missing and none is refused."""

    text_column: str | None = None
    label_column: str | None = None
    skip_invalid: bool = False
    labelled: bool = True

    @property
    def is_plain(self) -> bool:
        """Whether nothing was asked for."""
        return self == Reading()


@dataclass(frozen=True, slots=True)
class Row:
    """One message. `label` None: out of scope. `fields` is the whole row or object."""

    text: str
    label: str | None
    line: int
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was left out, by its line counted from 1."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file holds. `read_as` names what the file seems to be."""

    source: str
    read_as: str
    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()


class RowCollector:
    """Takes rows one by one. What is wrong is refused with its line, or skipped where that was asked for."""

    def __init__(self, source: str, reading: Reading) -> None:
        self.reading = reading
        self._source = source
        self._rows: list[Row] = []
        self._skipped: list[Skipped] = []
        self._columns: dict[tuple[str, ...], Columns] = {}
        self._unread: dict[str, None] = {}
        self._parts: dict[str, None] = {}

    def fail(self, line: int | None, problem: str, remedy: str = "") -> CatalogueFileInvalid:
        """Return the error that names the file and the line."""
        return CatalogueFileInvalid(self._source, line, problem, remedy)

    def skip(self, line: int, reason: str) -> None:
        """Leave a row out and say so."""
        self._skipped.append(Skipped(line, reason))

    def invalid(self, line: int, problem: str) -> None:
        """Refuse the file for this row, or skip the row. Raises: CatalogueFileInvalid."""
        if not self.reading.skip_invalid:
            raise self.fail(line, problem, SKIP_REMEDY)
        self.skip(line, problem)

    def columns(self, names: tuple[str, ...], line: int) -> Columns:
        """Return which of these names are the text and the label. Raises: CatalogueFileInvalid."""
        found = self._columns.get(names)
        if found is None:
            wanted = self.reading
            try:
                found = find_columns(names, wanted.text_column, wanted.label_column, labelled=wanted.labelled)
            except ColumnsUnclear as error:
                remedy = COLUMNS_REMEDY if wanted.labelled else TEXT_COLUMN_REMEDY
                raise self.fail(line, str(error), remedy) from None
            self._columns[names] = found
            self._unread |= {name: None for name in names if plain_name(name) in ANSWERS and name != found.text}
        return found

    def add_object(self, fields: Mapping[str, object], line: int) -> None:
        """Take an object of JSON. Raises: CatalogueFileInvalid."""
        try:
            columns = self.columns(tuple(fields), line)
        except CatalogueFileInvalid as error:
            if not self.reading.skip_invalid:
                raise
            self.skip(line, error.problem)
            return
        label = None if columns.label is None else fields[columns.label]
        self.add(fields.get(columns.text), label, line, fields)

    def add(
        self, text: object, label: Any, line: int, fields: Mapping[str, object],
        read_label: Callable[[Any], str | None] = as_label, read_text: Callable[[str], str] = as_text,
    ) -> None:  # fmt: skip
        """Take one row; `read_text` and `read_label` make of the values what they say. Raises: CatalogueFileInvalid."""
        if not isinstance(text, str):
            self.invalid(line, "'text' is missing or no text")
            return
        try:
            words = read_text(text)
        except TextMissing as error:
            self.invalid(line, str(error))
            return
        try:
            found = read_label(label)
        except LabelInvalid as error:
            if self.reading.labelled:
                (self.skip if isinstance(error, LabelMissing) else self.invalid)(line, str(error))
                return
            found = None
        self._parts |= {part: None for name in PARTS if isinstance(part := fields.get(name), str)}
        self._rows.append(Row(words, found, line, fields))

    def finish(self, read_as: str) -> Rows:
        """Return everything collected, at least one row. Raises: CatalogueFileInvalid."""
        if not self._rows:
            why = f"; {said(self._skipped)[0]}" if self._skipped else ""
            raise self.fail(None, f"holds no intents and no messages{why}")
        return Rows(self._source, read_as, tuple(self._rows), tuple(self._skipped), self._warnings())

    def _warnings(self) -> tuple[str, ...]:
        found = []
        labels = {row.label for row in self._rows if row.label is not None}
        if labels and all(label.isdecimal() for label in labels) and self.reading.labelled:
            found.append("the labels are numbers: give the intents titles, which is what people read")
        if self._unread and self.reading.labelled:
            names = ", ".join(f"'{name}'" for name in self._unread)
            found.append(f"not read: {names}. An answer is what a person approved")
        if len(self._parts) > 1:
            found.append(f"the file holds several parts of a data set, and all were read: {', '.join(self._parts)}")
        if placeholders := sum("{{" in row.text for row in self._rows):
            found.append(
                f"{placeholders} texts hold placeholders such as {{{{Order Number}}}}, which customers do not write"
            )
        return tuple(found)


def said(skipped: Sequence[Skipped]) -> tuple[str, ...]:
    """Return one line for each reason, with the lines of the file it concerns; at most some of both."""
    lines: dict[str, list[int]] = {}
    for each in skipped:
        lines.setdefault(each.reason, []).append(each.line)
    found = [f"{_lines(numbers)} left out: {reason}" for reason, numbers in list(lines.items())[:REASONS_SHOWN]]
    rest = sum(len(numbers) for numbers in list(lines.values())[REASONS_SHOWN:])
    return (*found, *([f"{rest:,} more lines left out for other reasons"] if rest else []))


def _lines(numbers: Sequence[int]) -> str:
    shown = ", ".join(f"{number:,}" for number in numbers[:LINES_SHOWN])
    more = f" and {len(numbers) - LINES_SHOWN:,} more" if len(numbers) > LINES_SHOWN else ""
    return f"line{'s' if len(numbers) > 1 else ''} {shown}{more}"
