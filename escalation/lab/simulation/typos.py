"""Typing mistakes: neighbouring keys, letters swapped, left out or doubled. Pure; randomness comes in."""

import numpy as np

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS = {
    letter: row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
    for row in ROWS
    for place, letter in enumerate(row)
}
FEWEST_LETTERS = 4  # shorter words are rarely mistyped and often unreadable when they are


def with_typos(text: str, random: np.random.Generator) -> str:
    """Return `text` with one mistake a dozen characters (at least one) inside its longer words; never another length
    in words. A text without a word of four letters stays as it is.
    """
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if sum(c.isalpha() for c in word) >= FEWEST_LETTERS]
    if not long:
        return text
    for place in random.choice(long, size=min(len(long), 1 + len(text) // 12), replace=False):
        words[place] = _mistyped(words[place], random)
    return " ".join(words)


def _mistyped(word: str, random: np.random.Generator) -> str:
    at = int(random.integers(1, len(word) - 1))  # the first and last letter are usually right
    kind = int(random.integers(4))
    letter = word[at]
    if kind == 0:
        return word[:at] + word[at + 1] + letter + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + letter + word[at:]
    near = NEIGHBOURS.get(letter.lower(), letter)
    return word[:at] + near[int(random.integers(len(near)))] + word[at + 1 :]
