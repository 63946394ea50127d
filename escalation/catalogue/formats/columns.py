"""Which column of a table, or key of an object, holds the text and which the label: the names people have. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

TEXTS: Final = (("text",), ("utterance", "utt"), ("message", "query", "question", "instruction", "sentence", "phrase"))
"""Names of the text. An earlier group goes before a later one; two of one group are unclear."""
LABELS: Final = (("label_text", "label_name", "intent_name"), ("label", "intent"), ("category", "class", "target"))
ANSWERS: Final = ("response", "answer", "reply")
"""Columns that are never read: an answer is approved by a person."""
PARTS: Final = ("partition", "split")
"""Columns that say which part of a data set a row belongs to."""
COLUMNS_REMEDY: Final = "or name the columns with --text-column and --label-column"

TEXT_COLUMN_REMEDY: Final = "or name the column with --text-column"


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of both columns as the file writes them; `label` None: there is none."""

    text: str
    label: str | None


class ColumnsUnclear(Exception):
    """No column, or more than one, could be the text or the label; the message says which."""


def find_columns(
    names: Sequence[str], text: str | None = None, label: str | None = None, *, labelled: bool = True
) -> Columns:
    """Return the columns of a file with these names. `text` and `label` are names somebody gave.

    With `labelled` False a label may be missing. Raises: ColumnsUnclear.
    """
    found = _given(names, text) if text is not None else _known(names, TEXTS, "text")
    if found is None:
        raise ColumnsUnclear(f"no column for the text (such as {_listed(TEXTS)}) among {_shown(names)}")
    target = _given(names, label) if label is not None else _known(names, LABELS, "label", strict=labelled)
    if target is None and labelled:
        raise ColumnsUnclear(f"no column for the label (such as {_listed(LABELS)}) among {_shown(names)}")
    return Columns(found, target)


def _given(names: Sequence[str], wanted: str) -> str:
    for name in names:
        if name == wanted or plain_name(name) == plain_name(wanted):
            return name
    raise ColumnsUnclear(f"there is no column '{wanted[:100]}' among {_shown(names)}")


def _known(names: Sequence[str], groups: Sequence[Sequence[str]], what: str, *, strict: bool = True) -> str | None:
    for group in groups:
        found = [name for name in names if plain_name(name) in group]
        if len(found) > 1 and strict:
            raise ColumnsUnclear(f"more than one column could be the {what}: {_shown(found)}")
        if found:
            return found[0]
    return None


def plain_name(name: str) -> str:
    """Return a column's name in lower case, with `_` for blanks and hyphens."""
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def _listed(groups: Sequence[Sequence[str]]) -> str:
    return ", ".join(name for group in groups for name in group)


def _shown(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name.strip()[:40]}'" for name in names[:12]) or "none"
    return shown + (", ..." if len(names) > 12 else "")
