"""Personal data taken out of text before it leaves the service, and put back into what comes back. Pure.

Masked are e-mail addresses, IBANs, card numbers, phone numbers, and the names that are known. What identifies nobody by
its form, such as a street or an illness, is not found: `docs/operating.md` says so.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

REMOVED: Final = "[removed]"
"""Stands for what belongs to other customers and never comes back."""

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
_DATE = r"(?!\d{4}-\d\d-\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{4}(?!\d))"
_PHONE = re.compile(r"(?<![\w#])" + _DATE + r"(?:\+|00)?\(?\d(?:[ ()./-]{0,2}\d){7,14}(?!\w)")
_PATTERNS: Final = (("EMAIL", _EMAIL), ("IBAN", _IBAN), ("CARD", _CARD), ("PHONE", _PHONE))
_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’-]+"
_SAID = re.compile(
    r"(?i:\b(?:my name is|my name's|i am called|me llamo|mi nombre es|je m['’]appelle|mon nom est|ich hei(?:ß|ss)e|"
    r"mein name ist|mi chiamo|meu nome é))\s+(" + _WORD + r"(?:\s+" + _WORD + r"){0,3})"
)
_SHORTEST_NAME: Final = 2


def names_said(texts: Iterable[str]) -> set[str]:
    """Return the names that customers gave in words ("my name is Maria Sol")."""
    return {found.group(1) for text in texts for found in _SAID.finditer(text)}


def _forms(names: Iterable[str]) -> list[str]:
    """Return whole names and their parts, the longest first: people are greeted by a part."""
    parts = {part for name in names for part in (name.strip(), *name.split())}
    return sorted((part for part in parts if len(part) >= _SHORTEST_NAME), key=lambda part: (-len(part), part))


def _name_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    forms = _forms(names)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, forms)) + r")(?!\w)", re.IGNORECASE) if forms else None


def _patterns(names: Iterable[str]) -> Iterator[tuple[str, re.Pattern[str]]]:
    yield from _PATTERNS
    if (of_names := _name_pattern(names)) is not None:
        yield "NAME", of_names


def without_personal_data(text: str, names: Iterable[str]) -> str:
    """Return a text of another conversation with nothing in it that would have to be put back."""
    for _, pattern in _patterns(names):
        text = pattern.sub(REMOVED, text)
    return text


@dataclass
class Masks:
    """The masks of one conversation: `mask` going out, `restore` coming in. The same value has the same mask."""

    names: frozenset[str]
    _by_value: dict[str, str] = field(default_factory=dict)

    def mask(self, text: str) -> str:
        """Return the text with a mask such as `[EMAIL_1]` for each piece of personal data."""
        for kind, pattern in _patterns(self.names):
            text = pattern.sub(lambda found, kind=kind: self._masked(kind, found.group()), text)  # type: ignore[misc]
        return text

    def restore(self, text: str) -> str:
        """Return the text with what was masked; a mask that was never given out becomes nothing."""
        values = {mask: value for value, mask in self._by_value.items()}
        return re.sub(r"\[(?:EMAIL|IBAN|CARD|PHONE|NAME)_\d+\]", lambda found: values.get(found.group(), ""), text)

    def _masked(self, kind: str, value: str) -> str:
        count = sum(mask.startswith(f"[{kind}_") for mask in self._by_value.values())
        return self._by_value.setdefault(value, f"[{kind}_{count + 1}]")
