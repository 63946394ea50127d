"""The words of a clause that carry what it is about, cut to their stems. Pure; English.

Coarse on purpose: "cancel", "cancelled", "cancellation" must meet, and a wrong meeting of two words of one intent does
no harm.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_FUNCTION: Final = frozenset(  # one text, which reads better than two hundred literals
    """
    a about after again ago all already also am an and another any anyone anything are as ask asked at away
    back be been before being but by can cant come came coming could did didnt do does doesnt doing done dont
    down even ever every for from get getting give go going gone got had has hasnt have havent he hello her
    here hers hey hi him his how i id if ill im in into is isnt it its ive just know last later like made make
    many may me might mine more much must my myself need needs never new no nobody not nothing now of ok old
    on one only or other our over own please pls really said say see shall she should so some somebody someone
    something still take tell thank thanks that the their them then there these they thing things this those
    to today told tomorrow too try up us use very want wanted wants was we well went were what when where
    which while who why will wish with wont would yes yesterday yet you your yours
    """.split()  # noqa: SIM905
)
_SUFFIXES: Final = tuple("ations ation ments ment ings ing ies ied ed es s als al e y".split())  # noqa: SIM905
_IRREGULAR: Final = {
    "sent": "send", "lost": "lose", "loss": "lose", "paid": "pay", "spent": "spend", "froze": "freeze",
    "frozen": "freeze", "stolen": "steal", "stole": "steal", "theft": "steal",
    "forgot": "forget", "forgotten": "forget", "bought": "buy", "broken": "break", "broke": "break", "found": "find",
    "written": "write", "wrote": "write", "complaint": "complain", "complaints": "complain",
    "taken": "take", "took": "take",
}  # fmt: skip
FEWEST_LETTERS: Final = 3
REMEMBERED: Final = 4096

ENDING: Final = frozenset({
    "cancel", "delet", "clos", "remov", "unsubscrib", "stop", "terminat", "deactivat", "eras", "return", "exchang",
    "swap", "off", "out",
})  # fmt: skip
"""Stems of ending or giving back something: "I don't want the thing" asks for it."""


def content(words: str | Iterable[str]) -> frozenset[str]:
    """Return the stems of a clause's words, without function words and numbers."""
    found = words.split() if isinstance(words, str) else words
    return frozenset(stem(word) for word in found if word not in _FUNCTION and len(word) > 1 and word.isalpha())


@lru_cache(maxsize=REMEMBERED)
def stem(word: str) -> str:
    """Return what the forms of a word have in common."""
    word = _IRREGULAR.get(word, word)
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= FEWEST_LETTERS:
            word = word[: -len(suffix)]
            break
    return word[:-1] if len(word) > FEWEST_LETTERS and word[-1] == word[-2] else word
