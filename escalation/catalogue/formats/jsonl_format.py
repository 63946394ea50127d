"""Labelled messages as JSON lines: `{"text": ..., "label": ...}`, label null meaning out of scope. Pure."""

import json
from typing import Final

from escalation.catalogue.formats.parsed import Assembly, Parsed
from escalation.catalogue.model import Catalogue

_SHAPE: Final = 'each line must be an object like {"text": "where is my order", "label": "order_status"}'


def parse(text: str, source: str) -> Parsed:
    """Read labelled messages. Blank lines are skipped. Raises CatalogueFileInvalid."""
    assembly = Assembly(source)
    # Only \n ends a line: str.splitlines would also cut at U+2028, which JSON allows inside a text.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            _read(line, number, assembly)
    return assembly.finish()


def _read(line: str, number: int, assembly: Assembly) -> None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        problem = f"no JSON ({error})" if isinstance(error, json.JSONDecodeError) else "no JSON that can be read"
        raise assembly.fail(number, f"{problem}; {_SHAPE}") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise assembly.fail(number, f"'text' is missing or no text; {_SHAPE}")
    if "label" not in row:
        raise assembly.fail(number, f"'label' is missing (null means out of scope); {_SHAPE}")
    label = row["label"]
    if label is None:
        assembly.out_of_scope(row["text"], number)
    elif isinstance(label, str):
        assembly.example(assembly.intent(label, number), row["text"], number)
    else:
        raise assembly.fail(number, f"'label' must be a text or null; {_SHAPE}")


def render(catalogue: Catalogue) -> str:
    """Return every example as a line. Titles, answers and policies have no place in this format."""
    rows = (json.dumps({"text": text, "label": label}, ensure_ascii=False) for text, label in catalogue.labelled())
    return "".join(f"{row}\n" for row in rows)
