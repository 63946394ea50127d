"""Words as the search compares them: without case and accents, so `Cancelación` is found by `cancelacion`. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

LONGEST = 40
"""Characters of a word that are compared."""
WHOLE_BELOW = 3
"""A word shorter than this matches whole words only; a longer one also what begins with it."""

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u064b-\u065f])*")
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
"""Thai, Lao, Japanese and Chinese are written without spaces: a run of them is compared by its pairs of characters."""


class Part(NamedTuple):
    """A piece of a text, and whether it is one of the words looked for."""

    text: str
    hit: bool


def fold(text: str) -> str:
    """Return the text without case, accents and variants of width."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return plain.casefold()


def terms(text: str) -> set[str]:
    """Return what a text can be found by."""
    found: set[str] = set()
    for word in _WORD.findall(text):
        for piece in _pieces(word):
            found |= {*piece, *_pairs(piece)} if _SPACELESS.fullmatch(piece) else {fold(piece)[:LONGEST]}
    return found - {""}


def wanted(query: str) -> list[str]:
    """Return the terms a query asks for, each once, in order."""
    asked = (term for word in _WORD.findall(query) for piece in _pieces(word) for term in _asked(piece))
    return [term for term in dict.fromkeys(asked) if term]


def matches(term: str, asked: str) -> bool:
    """Whether a term of a text is what was asked for."""
    return term == asked or (is_beginning(asked) and term.startswith(asked))


def is_beginning(asked: str) -> bool:
    """Whether the term asked for also stands for longer words."""
    return len(asked) >= WHOLE_BELOW and not _SPACELESS.search(asked)


def marked(text: str, asked: Iterable[str]) -> list[Part]:
    """Return the text in pieces, the words asked for apart."""
    looked_for, parts, end = list(asked), list[Part](), 0
    for start, stop in _hits(text, looked_for):
        parts += [Part(text[end:start], False)] if start > end else []
        parts.append(Part(text[start:stop], True))
        end = stop
    return [*parts, Part(text[end:], False)] if end < len(text) else parts


def _hits(text: str, asked: list[str]) -> Iterator[tuple[int, int]]:
    for word in _WORD.finditer(text):
        at = word.start()
        for piece in _pieces(word[0]):
            if _SPACELESS.fullmatch(piece):
                yield from ((at + start, at + stop) for start, stop in _runs(piece, asked))
            elif any(matches(fold(piece)[:LONGEST], each) for each in asked):
                yield at, at + len(piece)
            at += len(piece)


def _runs(piece: str, asked: list[str]) -> Iterator[tuple[int, int]]:
    """Yield where pairs that were asked for stand in a run without spaces, those that touch as one."""
    hit = {at + i for each in asked for at in range(len(piece)) if piece.startswith(each, at) for i in range(len(each))}
    for start in sorted(at for at in hit if at - 1 not in hit):
        stop = start
        while stop in hit:
            stop += 1
        yield start, stop


def _pieces(word: str) -> list[str]:
    """Return a word cut where a script without spaces begins or ends."""
    return [piece for piece in re.split(f"({_SPACELESS.pattern})", word) if piece]


def _pairs(piece: str) -> list[str]:
    return [piece[at : at + 2] for at in range(len(piece) - 1)]


def _asked(piece: str) -> list[str]:
    if _SPACELESS.fullmatch(piece):
        return _pairs(piece) or [piece]
    return [fold(piece)[:LONGEST]]
