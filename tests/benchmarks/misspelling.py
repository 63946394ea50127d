"""Messages with one word misspelt as hands misspell it, for measuring. Pure; equal seeds give equal texts."""

import re
from collections.abc import Callable
from random import Random
from typing import Final

from escalation.classifier.mentions.stems import content

FEWEST_LETTERS: Final = 4
_WORD: Final = re.compile(rf"(?<![\w'’])[^\W\d_]{{{FEWEST_LETTERS},}}(?![\w'’])")
_KEYS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _beside(row: int, at: int) -> str:
    """Return the keys around one: left and right of it, above and below."""
    same = _KEYS[row][max(at - 1, 0) : at] + _KEYS[row][at + 1 : at + 2]
    above = _KEYS[row - 1][at : at + 2] if row else ""
    below = _KEYS[row + 1][max(at - 1, 0) : at + 1] if row + 1 < len(_KEYS) else ""
    return same + above + below


NEIGHBOURS: Final = {key: _beside(row, at) for row, keys in enumerate(_KEYS) for at, key in enumerate(keys)}
"""The keys around each on an English keyboard."""


def _neighbour(word: str, random: Random) -> str:
    at = random.randrange(len(word))
    return word[:at] + random.choice(NEIGHBOURS.get(word[at].lower(), word[at])) + word[at + 1 :]


def _dropped(word: str, random: Random) -> str:
    at = random.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _doubled(word: str, random: Random) -> str:
    at = random.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def _swapped(word: str, random: Random) -> str:
    at = random.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


SLIPS: Final[dict[str, Callable[[str, Random], str]]] = {
    "neighbour": _neighbour, "dropped": _dropped, "doubled": _doubled, "swapped": _swapped,
}  # fmt: skip
JOINED: Final = "joined"
"""The fifth slip: the blank between the word and the next one, or the one before, is missing."""


def misspelt(text: str, random: Random, slips: int = 1) -> str:
    """Return the text with one of its content words misspelt by so many slips of the hand.

    Names and function words are left alone; where no word of four letters carries anything, the text is as it was.
    """
    words = [word for word in _WORD.finditer(text) if content(word[0].lower()) and not _is_name(text, word)]
    if not words:
        return text
    word = random.choice(words)
    wrong = word[0]
    for _ in range(slips):
        kind = random.choice([*SLIPS, JOINED])
        if kind == JOINED and slips == 1 and (joined := _joined(text, word)) is not None:
            return joined
        wrong = _slipped(wrong, kind, random)
    return text[: word.start()] + wrong + text[word.end() :]


def _slipped(word: str, kind: str, random: Random) -> str:
    """Return the word otherwise than it was: two equal letters swapped, for one, would change nothing."""
    slip = SLIPS.get(kind, _dropped)
    return next((wrong for _ in range(9) if (wrong := slip(word, random)) != word), _dropped(word, random))


def _joined(text: str, word: re.Match[str]) -> str | None:
    if text[word.end() : word.end() + 2].strip(" ").isalpha() and text[word.end()] == " ":
        return text[: word.end()] + text[word.end() + 1 :]
    before = text[: word.start()]
    if before.endswith(" ") and before[:-1][-1:].isalpha():
        return before[:-1] + text[word.start() :]
    return None


def _is_name(text: str, word: re.Match[str]) -> bool:
    """Whether the word is written large within a sentence."""
    return word[0][0].isupper() and word.start() > 0 and not text.isupper()
