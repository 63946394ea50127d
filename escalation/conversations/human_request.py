"""Whether a customer asks, in words, to talk to a person. Pure, lexical, works without the classifier.

A missed request costs trust, a false one costs an agent's minute, so a clear request for help from "someone" counts
even where an intent might have covered it.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from escalation.conversations.human_english import ASKING, NEGATED, REFUSING_BOTS
from escalation.conversations.human_languages import LANGUAGES

MAX_CHARACTERS: Final = 4_000

# "a real, live person" is one clause, any other comma ends one.
_CLAUSE_END: Final = re.compile(r"[.;:!?…؟؛،()\[\]\"\n\r\t|/]+|(?<!real)(?<!live)(?<!living)(?<!actual),|\s[-–—]+\s")
_JOINS: Final = re.compile(r"['’`´‘\-–—_]")
_NOT_WORDS: Final = re.compile(r"[^\w ]+")
_ENGLISH: Final = re.compile("|".join(f"(?:{pattern})" for pattern in ASKING))
_NEGATED: Final = re.compile(NEGATED)
_NO_BOTS: Final = re.compile("|".join(f"(?:{pattern})" for pattern in REFUSING_BOTS))
_OTHERS: Final = tuple(
    (re.compile("|".join(f"(?:{pattern})" for pattern in each.asking)), re.compile(each.negated)) for each in LANGUAGES
)

_SHORT: Final = {
    "2": "to", "u": "you", "tlak": "talk", "takl": "talk", "tallk": "talk", "tak": "talk", "spk": "speak",
    "spek": "speak", "ppl": "people", "cust": "customer", "sum1": "someone", "some1": "someone", "hooman": "human",
    "hoomans": "humans", "wana": "wanna", "talkto": "talk to", "lemme": "let me",
}  # fmt: skip
_REPAIRED: Final = (
    "human", "person", "agent", "representative", "operator", "advisor", "manager", "supervisor", "customer", "service",
    "speak", "someone", "somebody", "anyone", "anybody", "connect", "transfer", "people", "escalate",
)  # fmt: skip
# English words one error away from a key word, which must stay what they are.
_KEPT: Final = frozenset({
    "sneak", "spear", "speaks", "spears", "humane", "hunan", "persona", "parson", "persia", "manage", "managed",
    "manages", "manger", "mangers", "costumer", "argent", "peoples", "connects", "services", "serviced", "transfers",
    "escalated", "escalates", "agency", "agenda",
})  # fmt: skip
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def one_error(word: str) -> Iterator[str]:
    """Yield what one typing error makes of `word` (a letter missing, too many, wrong, or two swapped), first kept."""
    for i in range(1, len(word)):
        yield word[:i] + word[i + 1 :]
        yield word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :]
        yield from (word[:i] + letter + word[i + 1 :] for letter in _LETTERS)
        yield from (word[:i] + letter + word[i:] for letter in _LETTERS)


_REPAIRS: Final = {
    error: word for word in _REPAIRED for error in one_error(word) if error not in _KEPT and error != f"{word}s"
} | _SHORT


def asks_for_human(text: str) -> bool:
    """Return whether the message asks to be put through to a person. Looks at the first 4,000 characters."""
    return any(_asks(clause) for clause in clauses(text[:MAX_CHARACTERS]))


def clauses(text: str) -> Iterator[str]:
    """Yield the parts of a message between punctuation, normalised: lower case, no accents, single blanks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    for part in _CLAUSE_END.split(plain):
        words = _NOT_WORDS.sub(" ", _JOINS.sub(" ", part)).split()
        if words:
            yield " ".join(words)


def _asks(clause: str) -> bool:
    # Only English is repaired: "operador" and "humain" are one error away from English words.
    repaired = " ".join(_REPAIRS.get(word, word) for word in clause.split())
    if _NO_BOTS.search(repaired) or _found(_ENGLISH, _NEGATED, repaired):
        return True
    return any(_found(asking, negated, clause) for asking, negated in _OTHERS)


def _found(asking: re.Pattern[str], negated: re.Pattern[str], clause: str) -> bool:
    """Whether a way of asking stands in the clause without a negation right before it."""
    return any(negated.search(clause[: match.start()]) is None for match in asking.finditer(clause))
