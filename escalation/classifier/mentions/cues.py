"""What a message says of the requests in it: refused, denied, done, somebody else's, supposed, withdrawn. Pure.

An encoder hardly sees these words: "don't cancel my order" lies beside "cancel my order". English only.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntFlag
from typing import Final

from escalation.classifier.mentions import english as words
from escalation.classifier.mentions.stems import content

MAX_CHARACTERS: Final = 1_000


class Cue(IntFlag):
    """What a clause says of the request in it. `DID`: told in the past ("I cancelled"); `DONE`: said in other words.

    `NEGATED` is any negation at all.
    """

    REFUSED = 1
    DENIED = 2
    DONE = 4
    OTHERS = 8
    SUPPOSED = 16
    WITHDRAWN = 32
    DID = 64
    NEGATED = 128
    SETTLED = 256


TAKEN_BACK: Final = Cue.WITHDRAWN | Cue.SETTLED
"""Cues of the whole message up to them."""


@dataclass(frozen=True, slots=True)
class Governed:
    """A cue and the stems it governs; of `DID` the verb instead, as it is written.

    `clause` are all stems of a clause that has no cue but negations: it may be a request for help ("it does not work").
    """

    cue: Cue
    stems: frozenset[str] = frozenset()
    verb: str = ""
    clause: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """The cues of a message with what they govern, and what it asks for besides.

    `asked` are the stems of the clauses without a cue that may ask for something, `asked_later` of those behind the
    last withdrawal; `asks`: one of them is a question.
    """

    governed: tuple[Governed, ...] = ()
    asked: frozenset[str] = frozenset()
    asked_later: frozenset[str] = frozenset()
    asks: bool = False

    @property
    def cues(self) -> Cue:
        """All cues of the message."""
        found = Cue(0)
        for each in self.governed:
            found |= each.cue
        return found


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_SUPPOSED: Final = _any_of(words.SUPPOSED_AFTER)
_AFTER: Final = (
    (Cue.REFUSED, _any_of(words.REFUSED_AFTER)), (Cue.DENIED, _any_of(words.DENIED_AFTER)),
    (Cue.OTHERS, _any_of(words.OTHERS_AFTER)),
)  # fmt: skip
_AROUND: Final = ((Cue.REFUSED, _any_of(words.REFUSED_AROUND)), (Cue.DONE, _any_of(words.DONE_AROUND)))
_DID: Final = _any_of(words.DID)
_NEGATED: Final = re.compile(words.NEGATED_NEXT)
_SETTLED: Final = _any_of(words.SETTLED)
_WITHDRAWN: Final = _any_of(words.WITHDRAWN)
_QUESTION: Final = re.compile(words.QUESTION)
_HELP_ASKED: Final = re.compile(words.HELP_ASKED)
_ASKED_WITHIN: Final = re.compile(words.ASKED_WITHIN)
_STATED: Final = re.compile(words.STATED)
_WISHED: Final = re.compile(words.WISHED)
_CLAUSE_END: Final = re.compile(words.CLAUSE_END)
_JOINS: Final = re.compile(r"['’`´‘]")
_NOT_WORDS: Final = re.compile(r"[^\w ]+|_")


def clauses(text: str) -> Iterator[str]:
    """Yield the clauses of a message's first 1,000 characters: lower case, no accents or apostrophes, single blanks."""
    plain = unicodedata.normalize("NFKD", text[:MAX_CHARACTERS].casefold())
    if not plain.isascii():
        plain = "".join(character for character in plain if not unicodedata.combining(character))
    for part in _CLAUSE_END.split(_JOINS.sub("", plain)):
        found = _NOT_WORDS.sub(" ", part).split()
        if found:
            yield " ".join(found)


def read(text: str) -> Reading:
    """Return what a message says of the requests in it."""
    return read_clauses(clauses(text))


def read_clauses(found_clauses: Iterable[str]) -> Reading:
    """Return what a message of these clauses says of the requests in it."""
    governed: list[Governed] = []
    asked: set[str] = set()
    later: set[str] = set()
    asks = False
    for clause in found_clauses:
        found = _governed(clause)
        governed += found
        if any(each.cue in TAKEN_BACK for each in found):
            later.clear()
        if not found:
            own = _asked(clause)
            asked |= own
            later |= own
            asks = asks or _is_question(clause, own)
    return Reading(tuple(governed), frozenset(asked), frozenset(later), asks)


def _next(words_after: str) -> frozenset[str]:
    """The stem of the first word that carries something."""
    return next((stems for word in words_after.split() if (stems := content(word))), frozenset())


def _asked(clause: str) -> frozenset[str]:
    """The stems of a clause that asks for something or reports trouble; none of a plain statement."""
    return frozenset() if _STATED.match(clause) and not _WISHED.search(clause) else content(clause)


def _is_question(clause: str, stems: frozenset[str]) -> bool:
    return _HELP_ASKED.match(clause) is not None or (bool(stems) and _QUESTION.match(clause) is not None)


def _governed(clause: str) -> list[Governed]:
    supposed = [Governed(Cue.SUPPOSED, content(clause[match.end() :])) for match in _SUPPOSED.finditer(clause)]
    if _QUESTION.match(clause):  # what it denies, it asks for
        return supposed
    if supposed and not _ASKED_WITHIN.search(clause):
        return supposed
    found = [
        Governed(cue, content(clause[match.end() :])) for cue, pattern in _AFTER for match in pattern.finditer(clause)
    ]
    found += [Governed(cue, content(clause)) for cue, pattern in _AROUND if pattern.search(clause)]
    found += [Governed(Cue.DID, verb=match[match.lastindex or 0]) for match in _DID.finditer(clause)]
    if _WITHDRAWN.search(clause):
        found.append(Governed(Cue.WITHDRAWN))
    if _SETTLED.search(clause):
        found.append(Governed(Cue.SETTLED))
    if any(each.cue is Cue.REFUSED for each in found):
        return found
    whole = frozenset() if found else content(clause)
    negated = (_next(clause[match.end() :]) for match in _NEGATED.finditer(clause))
    return found + [Governed(Cue.NEGATED, stems, clause=whole) for stems in negated]
