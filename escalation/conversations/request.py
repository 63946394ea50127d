"""Whether what a customer wrote is a request at all. Pure, lexical, works without the classifier.

It says "no" only of messages that consist of nothing else, because a real request that is asked back costs the customer
a minute; what it does not recognise is a request. What asks for a person is one too.
"""

import re
from typing import Final, Literal

from escalation.conversations.human_request import asks_for_human, clauses
from escalation.conversations.request_words import FILLERS, FIRST_NAMES, NAME_SAID, NUMBER_SAID, OPENINGS, WITHOUT_VOWEL

Lack = Literal["opening", "details", "nonsense"]
"""What there is in place of a request: a greeting or "I have a question"; a name or number alone; no words at all."""

MOST_CHARACTERS: Final = 200
MOST_NONSENSE: Final = 6
FEWEST_DIGITS: Final = 3

_OPENING: Final = re.compile("|".join(f"(?:{pattern})" for pattern in OPENINGS))
_FILLER: Final = re.compile("|".join(f"(?:{pattern})" for pattern in FILLERS))
_NUMBER_SAID: Final = re.compile("|".join(f"(?:{pattern})" for pattern in NUMBER_SAID))
_NAME_SAID: Final = re.compile(f"(?:{'|'.join(NAME_SAID)}) ")
# An order number or a telephone number: digits with a few letters before and behind; and a mail address.
_ADDRESS: Final = re.compile(r"\S+@\S+\.\w+")
_NUMBER: Final = re.compile(
    r"[#+(]*(?=(?:\W*[\w]){4})[A-Za-z]{0,5}[-_/.]?\d[\d\-_/.() ]*(?:[-_/.]?[A-Za-z]{1,4}\d*)?(?=[\s.,!?]|$)"
)
_PARTICLES: Final = frozenset({"de", "del", "da", "di", "la", "le", "van", "von", "der", "den", "dos", "el", "al"})

_ROWS: Final = ("asdfghjkl", "zxcvbnm", "yxcvbnm", "qsdfghjklm", "wxcvbn")
_TOP_ROWS: Final = ("qwertyuiop", "qwertzuiop", "azertyuiop")
_VOWELS: Final = frozenset("aeiouyw")


def lack_of_request(text: str) -> Lack | None:
    """Return what the message is in place of a request; None if it may be one, or asks for a person."""
    if not text.strip() or len(text) > MOST_CHARACTERS:
        return None
    kinds: set[str] = set()
    for line in text.splitlines():
        found = _clause(line) if line.strip() else set()
        if found is None:
            return None
        kinds |= found
    lack = next((lack for lack in _ORDER if lack in kinds), None)
    return None if lack is None or asks_for_human(text) else lack


_ORDER: Final[tuple[Lack, ...]] = ("opening", "details", "nonsense")
"""Of several kinds the first says what the message is: a greeting with a name is a greeting."""


def _clause(line: str) -> set[str] | None:
    """The kinds of what a line consists of; None if some of it may be a request."""
    if _is_nonsense(line):
        return {"nonsense"}
    if _is_details(line):
        return {"details"}
    kinds = {_kind(clause) for clause in clauses(line)}
    whole = " ".join(clauses(line))
    if None in kinds and _opening_with_name(whole):
        return {"opening"}
    return None if None in kinds else {kind for kind in kinds if kind is not None}


def _kind(clause: str) -> str | None:
    if _OPENING.fullmatch(clause):
        return "opening"
    if _FILLER.fullmatch(clause):
        return "filler"
    return "details" if clause in FIRST_NAMES else None


def _is_details(line: str) -> bool:
    """A number or address with at most its name, or somebody's name."""
    bare = line.strip().rstrip(".,!?")
    if _ADDRESS.fullmatch(bare):
        return True
    marked = _NUMBER.sub(" # ", bare)
    if sum(c.isdigit() for c in bare) >= FEWEST_DIGITS and "#" in marked:
        spoken = " # ".join(" ".join(clauses(part)) for part in marked.split("#", 1))
        return _NUMBER_SAID.fullmatch(" ".join(spoken.replace("#", " # ").split())) is not None
    return _is_name(bare)


def _is_name(text: str) -> bool:
    """One to three words that begin with a frequent given name, written as names are; with or without "my name is"."""
    plain = " ".join(clauses(text))
    said = _NAME_SAID.match(plain)
    if said:
        return _is_known_name(plain[said.end() :])
    words = text.split()
    written = all(word[:1].isupper() or word in _PARTICLES for word in words)
    return _is_known_name(plain) and (written or len(words) == 1)


def _is_known_name(plain: str) -> bool:
    words = plain.split()
    return 1 <= len(words) <= 3 and words[0] in FIRST_NAMES and all(word.isalpha() for word in words)


def _opening_with_name(plain: str) -> bool:
    """A greeting and a name in one clause: "hello this is Maria Lopez"."""
    opening = re.match(r"(?:hi|hello|hey|hallo|guten tag|bonjour|hola|ciao|ola) ", plain)
    if opening is None:
        return False
    rest = plain[opening.end() :]
    said = _NAME_SAID.match(rest)
    return _OPENING.fullmatch(rest) is not None or (said is not None and _is_known_name(rest[said.end() :]))


def _is_nonsense(line: str) -> bool:
    """No letter or digit at all, or nothing but keys struck at random. Other scripts are never nonsense."""
    if not any(c.isalnum() for c in line):
        return any(c in "?!.…¿¡" for c in line)
    words = re.sub(r"[^\w\s]", " ", line.casefold()).split()
    if not words or len(words) > MOST_NONSENSE or not all(word.isascii() and word.isalpha() for word in words):
        return False
    struck = [_is_struck(word) for word in words]
    return any(struck) and all(is_struck or len(word) <= 2 for word, is_struck in zip(words, struck, strict=True))


def _is_struck(word: str) -> bool:
    """Keys in a row, one key again and again, or four letters and more without a vowel."""
    if word in WITHOUT_VOWEL or len(word) < 3:
        return False
    if len(set(word)) == 1:
        return True
    if any(word in row or _run_of(word, row, 4) for row in _ROWS) or any(_run_of(word, row, 5) for row in _TOP_ROWS):
        return True
    syllabic = bool(set("rl") & set(word)) and len(word) < 6  # "prst" and "vlk" are words
    return len(word) >= 4 and not (_VOWELS & set(word)) and not syllabic


def _run_of(word: str, row: str, length: int) -> bool:
    return any(row[at : at + length] in word for at in range(len(row) - length + 1))
