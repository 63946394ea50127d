"""Reading data files: JSONL with `{"text", "label"}` a line; label null means out of scope."""

import json
from dataclasses import replace
from pathlib import Path

from escalation.classifier import Example
from escalation.kernel.errors import Invalid


class DataFileInvalid(Invalid):
    """A data file cannot be read; the message names the file and line."""

    code = "data_file_invalid"


def read_examples(path: Path, *, labelled: bool = True) -> list[Example]:
    """Return the examples of a data file, at least one, with `file:line` as their ids.

    A byte order mark and either kind of line end are taken as they come. With `labelled` False a line may lack its
    label. Raises: DataFileInvalid.
    """
    try:
        # Only \n ends a line: JSON allows the other separators inside a text.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DataFileInvalid(f"{path} is not UTF-8 text: byte {error.start} cannot be read.") from error
    except OSError as error:
        raise DataFileInvalid(f"{path} cannot be read: {error.strerror or error}.") from error
    examples = [_example(path, number, line, labelled) for number, line in enumerate(lines, 1) if line.strip()]
    if not examples:
        raise DataFileInvalid(f"{path} holds no message.")
    return examples


def read_out_of_scope(path: Path | None) -> list[Example]:
    """Return the messages of a file as out of scope, whatever label they carry (data sets write "oos"); without a
    file, none. Raises: DataFileInvalid.
    """
    return [replace(each, label=None) for each in read_examples(path, labelled=False)] if path else []


def _example(path: Path, number: int, line: str, labelled: bool) -> Example:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataFileInvalid(f"{path}:{number}: not JSON ({error.msg}).") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits; 100,000 brackets
        raise DataFileInvalid(f"{path}:{number}: not JSON that a message could be.") from error
    if not isinstance(found, dict) or not isinstance(found.get("text"), str) or (labelled and "label" not in found):
        raise DataFileInvalid(f'{path}:{number}: needs {{"text": "...", "label": "..." or null}}.')
    label = found.get("label")
    if label is not None and not isinstance(label, str):
        raise DataFileInvalid(f"{path}:{number}: label must be text or null.")
    return Example(found["text"], label, id=f"{path.name}:{number}")
