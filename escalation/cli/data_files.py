"""Data files of commands: labelled messages in any format that `catalogue import` reads."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from escalation.catalogue.errors import CatalogueFileInvalid
from escalation.catalogue.files import read_text
from escalation.catalogue.formats import Reading, Row, read_rows, said
from escalation.classifier import Example
from escalation.cli.output import warn
from escalation.kernel.errors import Invalid

TextColumn = Annotated[str | None, typer.Option("--text-column", help="Column or key of the text; else by its name.")]
LabelColumn = Annotated[str | None, typer.Option("--label-column", help="Column or key of the label.")]
SkipInvalid = Annotated[bool, typer.Option("--skip-invalid", help="Leave rows out that cannot be used, and say which.")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Of the file, such as cp1252; else UTF-8 or UTF-16.")]


class DataFileInvalid(Invalid):
    """A data file cannot be read; the message names the file and line."""

    code = "data_file_invalid"


@dataclass(frozen=True)
class FileOptions:
    """What a command was told about its files."""

    text_column: str | None = None
    label_column: str | None = None
    skip_invalid: bool = False
    encoding: str | None = None

    def __post_init__(self) -> None:
        """Raises: typer.BadParameter for an encoding nobody knows."""
        try:
            known = self.encoding is None or codecs.lookup(self.encoding)._is_text_encoding
        except LookupError:
            known = False
        if not known:
            raise typer.BadParameter(f"{self.encoding} is not an encoding; try cp1252, latin-1 or utf-16")

    def reading(self, *, labelled: bool = True) -> Reading:
        """Return how rows are to be read."""
        return Reading(self.text_column, self.label_column, self.skip_invalid, labelled)


def read_data(path: Path, options: FileOptions | None = None, *, labelled: bool = True) -> tuple[Row, ...]:
    """Return the messages of a file, at least one, and say on standard error what was left out.

    `options` are None for a command that takes none. With `labelled` False a message may lack its label.
    Raises: DataFileInvalid.
    """
    chosen = options or FileOptions()
    try:
        found = read_rows(read_text(path, chosen.encoding), path.name, chosen.reading(labelled=labelled))
    except CatalogueFileInvalid as error:
        place = str(path) if error.line is None else f"{path}:{error.line}"
        problem = error.problem if options is None else with_remedy(error)
        raise DataFileInvalid(f"{place}: {problem}.") from None
    for line in (*said(found.skipped), *found.warnings):
        warn(f"{path.name}: {line}")
    return found.rows


def with_remedy(error: CatalogueFileInvalid) -> str:
    """Return what is wrong, with what a command line can do about it."""
    return f"{error.problem}, {error.remedy}" if error.remedy else error.problem


def read_examples(path: Path, options: FileOptions | None = None, *, labelled: bool = True) -> list[Example]:
    """Return the examples of a data file, with `file:line` as their ids. Raises: DataFileInvalid."""
    return as_examples(read_data(path, options, labelled=labelled), path)


def as_examples(rows: Sequence[Row], path: Path) -> list[Example]:
    """Return rows as examples. Several of one line, as in a list of JSON, are numbered."""
    found: list[Example] = []
    line, number = 0, 1
    for row in rows:
        number = number + 1 if row.line == line else 1
        line = row.line
        found.append(Example(row.text, row.label, id=f"{path.name}:{line}" + (f".{number}" if number > 1 else "")))
    return found


def read_out_of_scope(path: Path | None, options: FileOptions | None = None) -> list[Example]:
    """Return the messages of a file as out of scope, whatever label they carry (data sets write "oos"); without a
    file, none. Raises: DataFileInvalid.
    """
    return (
        [Example(each.text, None, id=each.id) for each in read_examples(path, options, labelled=False)] if path else []
    )
