"""Reading data files: JSONL with `{"text", "label"}` a line; label null means out of scope."""

import json
from pathlib import Path

from escalation.classifier import Example
from escalation.kernel.errors import Invalid


class DataFileInvalid(Invalid):
    """A data file cannot be read; the message names the file and line."""

    code = "data_file_invalid"


def read_examples(path: Path) -> list[Example]:
    """Return the examples of a data file. Raises: DataFileInvalid."""
    try:
        # Only \n ends a line: JSON allows the other separators inside a text.
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileInvalid(f"{path} cannot be read: {error}.") from error
    return [_example(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _example(path: Path, number: int, line: str) -> Example:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataFileInvalid(f"{path}:{number}: not JSON ({error.msg}).") from error
    if not isinstance(found, dict) or not isinstance(found.get("text"), str) or "label" not in found:
        raise DataFileInvalid(f'{path}:{number}: needs {{"text": "...", "label": "..." or null}}.')
    label = found["label"]
    if label is not None and not isinstance(label, str):
        raise DataFileInvalid(f"{path}:{number}: label must be text or null.")
    return Example(found["text"], label, id=f"{path.name}:{number}")
