"""Labelled messages as JSON: an object a line, a list of objects, or Label Studio's tasks; label null is out of scope.

Pure.
"""

import json
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final

from escalation.catalogue.formats import label_studio
from escalation.catalogue.formats.json_elements import KeyTwice, Unreadable, decode, elements
from escalation.catalogue.formats.labels import is_missing_text, is_no_name
from escalation.catalogue.formats.marks import marked
from escalation.catalogue.formats.parsed import Parsed
from escalation.catalogue.formats.rows import Reading, RowCollector, Rows
from escalation.catalogue.model import Catalogue

_SHAPE: Final = 'give objects like {"text": "where is my order", "label": "order_status"}, one a line or as a list'
_MASSIVE: Final = {"utt", "intent", "locale"}


def read(text: str, source: str, reading: Reading) -> Rows:
    """Read labelled messages. Raises: CatalogueFileInvalid."""
    collector = RowCollector(source, reading)
    # A string of JSON holds no raw line break, so each of these ends a line. str.splitlines would also cut at U+2028.
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if lines.lstrip().startswith("["):
        return _read_list(lines, collector)
    return _read_lines(lines, collector)


def _read_lines(text: str, collector: RowCollector) -> Rows:
    kind = "JSON lines"
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = decode(line)
        except (Unreadable, KeyTwice) as error:
            _refuse_whole_object(text, collector)
            collector.invalid(number, f"{error}; {_SHAPE}")
            continue
        if isinstance(row, dict) and row.keys() >= _MASSIVE:
            kind = "MASSIVE's JSON lines"
        _take(row, number, collector)
    return collector.finish(kind)


def _refuse_whole_object(text: str, collector: RowCollector) -> None:
    """A file that is one object over several lines is called that. Raises: CatalogueFileInvalid."""
    try:
        whole = decode(text)
    except (Unreadable, KeyTwice):
        return
    keys = ", ".join(list(whole)[:8]) if isinstance(whole, dict) else ""
    raise collector.fail(1, f"is one JSON object (with the keys {keys}); {_SHAPE}")


def _read_list(text: str, collector: RowCollector) -> Rows:
    kind = "a JSON list"
    try:
        for element, line in elements(text, text.index("[")):
            if label_studio.is_task(element):
                kind = "Label Studio's tasks"
                label_studio.take(element, line, collector)
            else:
                _take(element, line, collector)
    except (Unreadable, KeyTwice) as error:
        raise collector.fail(error.line, f"{error}; {_SHAPE}") from None
    return collector.finish(kind)


def _take(row: Any, line: int, collector: RowCollector) -> None:
    if isinstance(row, Mapping):
        collector.add_object(row, line)
    else:
        collector.invalid(line, f"'text' is missing or no text; {_SHAPE}")


def render(catalogue: Catalogue) -> str:
    """Return every example as a line. Titles, answers and policies have no place in this format."""
    return "".join(f"{_line(text, label)}\n" for text, label in catalogue.labelled())


def _line(text: str, label: str | None) -> str:
    """Return one message, with a mark where a text or name would be taken for a missing value."""
    name = None if label is None else marked(label, is_no_name)
    return json.dumps({"text": marked(text, is_missing_text), "label": name}, ensure_ascii=False)


def as_lines(parsed: Parsed) -> str:
    """Return the messages of a parsed file, each in the line it came from where that is free, else below."""
    rows = [
        (line, text, draft.name)
        for draft in parsed.intents
        for text, line in zip(draft.examples, draft.lines, strict=True)
    ]
    outside = zip(parsed.out_of_scope, parsed.out_of_scope_lines, strict=True)
    found: list[str] = []
    for line, text, label in sorted([*rows, *((line, text, None) for text, line in outside)], key=itemgetter(0)):
        found += [""] * (line - 1 - len(found))
        found.append(_line(text, label))
    return "\n".join(found) + "\n"
