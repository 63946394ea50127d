"""Texts that a reader of files would take for something else, and the mark before them that says they are texts. Pure.

A spreadsheet computes a cell that begins as a formula, whoever wrote it; programs take `nan` for a missing value. The
mark is one apostrophe, as spreadsheets have it. A text that begins with apostrophes before such a thing gets one more,
so that taking one away gives back every text.

Source of the first characters: OWASP, "CSV Injection".
"""

from collections.abc import Callable
from typing import Final

MARK: Final = "'"
FORMULA_STARTS: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What formulas begin with, also as full-width characters."""

Mistaken = Callable[[str], bool]
"""Whether a text would be taken for something else."""


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet would compute a cell of this text."""
    return text[:1] in FORMULA_STARTS


def marked(text: str, mistaken: Mistaken) -> str:
    """Return what to write for a text."""
    return MARK + text if mistaken(text.lstrip(MARK)) else text


def unmarked(text: str, mistaken: Mistaken) -> str | None:
    """Return the text that was written with a mark, None for one without."""
    return text[1:] if text.startswith(MARK) and mistaken(text.lstrip(MARK)) else None
