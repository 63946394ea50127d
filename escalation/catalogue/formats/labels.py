"""What a text and a label may be in files people have, and what only says that a value is missing. Pure."""

import math
import re
from typing import Final

from escalation.catalogue.formats.marks import is_formula, unmarked

MISSING: Final = frozenset(
    ["nan", "none", "null", "nil", "na", "n/a", "#n/a", "<na>", "nat", "#ref!", "#value!", "#name?", "#div/0!"]
)
"""What programs write for a missing value, in lower case."""
MISSING_TEXTS: Final = frozenset(["nan", "#n/a", "<na>", "#ref!", "#value!", "#name?", "#div/0!"])
"""Those that no customer writes as a whole message."""
_LIST: Final = re.compile(r"""\[\s*(?:"([^"]*)"|'([^']*)')\s*\]""")
_LISTS: Final = re.compile(r"""\[\s*(["']).*\1\s*\]""", re.DOTALL)


class LabelInvalid(Exception):
    """The value is no label; the message says what to do."""


class LabelMissing(LabelInvalid):
    """The value says that there is none; whether that means out of scope nobody knows."""


class TextMissing(Exception):
    """There is no text, or one that says that a value is missing."""


def is_missing_text(text: str) -> bool:
    """Return whether a whole text only says that a value is missing."""
    return text.strip().lower() in MISSING_TEXTS


def is_no_text_cell(text: str) -> bool:
    """Return whether a cell of this text is taken for something else: a formula, a missing value, the header again."""
    return is_formula(text) or is_missing_text(text) or text.strip().lower() == "text"


def is_no_name(label: str) -> bool:
    """Return whether a label is taken for something else than the name it is: a missing value, a list."""
    return label.strip().lower() in MISSING or _LISTS.fullmatch(label.strip()) is not None


def is_no_name_cell(label: str) -> bool:
    """Return whether a cell of this label is taken for something else than the name it is."""
    return is_formula(label) or is_no_name(label)


def as_text(value: str) -> str:
    """Return the text a string of JSON says. Raises: TextMissing."""
    behind = unmarked(value, is_missing_text)
    return _required(value) if behind is None else behind


def as_text_cell(cell: str) -> str:
    """Return the text a table's cell says. Raises: TextMissing."""
    behind = unmarked(cell, is_no_text_cell)
    return _required(cell) if behind is None else behind


def _required(text: str) -> str:
    if not text.strip():
        raise TextMissing("the text is empty")
    if is_missing_text(text):
        raise TextMissing(f"the text is missing ({text.strip()})")
    return text


def as_label(value: object) -> str | None:
    """Return the label a value of JSON means; None (null) is out of scope. Raises: LabelInvalid, LabelMissing."""
    if value is None:
        return None
    if isinstance(value, list):
        return _only(value)
    if isinstance(value, float) and math.isnan(value):
        raise LabelMissing(missing("NaN"))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise LabelInvalid("'label' must be a text, a list of one text, a whole number or null (out of scope)")
    if not value.strip():
        raise LabelInvalid("'label' is empty; write null for out of scope")
    return _of_text(value)


def _only(values: list[object]) -> str | None:
    if not values:
        raise LabelInvalid("'label' is an empty list; write null for out of scope")
    if len(values) > 1:
        shown = ", ".join(str(each)[:40] for each in values[:5])
        raise LabelInvalid(f"'label' names {len(values)} intents ({shown}); a message has one")
    return as_label(values[0])


def as_cell(cell: str) -> str | None:
    """Return the label of a table's cell; an empty one is out of scope. Raises: LabelInvalid, LabelMissing."""
    behind = unmarked(cell.strip(), is_no_name_cell)
    return behind or (_of_text(cell) if cell.strip() else None)


def _of_text(value: str) -> str:
    """Take a list written as text, as pandas does, for its one label."""
    stored = value.strip()
    if behind := unmarked(stored, is_no_name):
        return behind
    if stored.lower() in MISSING:
        raise LabelMissing(missing(stored))
    if found := _LIST.fullmatch(stored):
        return _of_text(found[1] or found[2] or "")
    if _LISTS.fullmatch(stored):
        raise LabelInvalid(f"the label {stored[:80]} names several intents; a message has one")
    return stored


def missing(value: str) -> str:
    """Return why such a label makes no intent."""
    return f"the label '{value}' says that a value is missing; write the intent's name, or nothing for out of scope"
