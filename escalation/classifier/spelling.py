"""Misspelt words put right by words that are known, before the encoder reads them. Pure.

An encoder cuts a word that it does not know into pieces that mean something else: "refudn" is no refund. So a word that
neither the encoder nor the catalogue knows is replaced by one of theirs that is one slip of the hand away: a letter too
many, too few, another one, two swapped, or a blank left out. Names, numbers and codes are left alone, and so is every
message of a catalogue whose words the encoder mostly does not know: nothing tells right from wrong in its language.

The catalogue's words are known by their numbers (CRC-32), as in `mentions.wording`: a model holds no customer's words.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from escalation.classifier.mentions.wording import number_of

FEWEST_LETTERS: Final = 4
MOST_LETTERS: Final = 20
MOST_WRONG: Final = 2
"""Unknown words of a message up to which it is misspelt, and not in another language."""
KNOWN_SHARE: Final = 0.75
"""Share of the catalogue's words that the encoder must know as whole words to be a list of known words."""
USUAL: Final = 10_000
"""Rank up to which a word that is not the catalogue's is what somebody may have meant; rarer ones are mostly names."""
SHORT: Final = 2
"""Most letters of what is one of two joined words only if it is in `_SHORT_WORDS`; else it is a piece of a word."""
FEWEST_OF_OTHERS: Final = 6
"""Letters from which on a word is put right by one that is not the catalogue's; shorter ones have many neighbours."""

# Letters, with no digit, apostrophe or part of an address or code around them.
_WORD: Final = re.compile(rf"(?<![\w'’@#&/._-])[^\W\d_]{{{FEWEST_LETTERS},{MOST_LETTERS}}}(?![\w'’@#&/_-]|\.\w)")
FEWEST_OF_STEM: Final = 3
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_WITHOUT_APOSTROPHE: Final = frozenset(
    """
    aint arent cant couldnt didnt doesnt dont hadnt hasnt havent hows isnt itll ive mustnt neednt shant shes shouldnt
    thats theres theyre theyve wasnt weve werent whats wheres whos wont wouldnt youd youll youre youve
    """.split()  # noqa: SIM905
)
_ENDINGS: Final = "s es er ers ing ed ly able less ness ful ment y".split()  # noqa: SIM905
_BEGINNINGS: Final = "un re pre non over out dis mis".split()  # noqa: SIM905
_SHORT_WORDS: Final = frozenset(
    "a i am an as at be by do go he if in is it me my no of on or so to up us we".split()  # noqa: SIM905
)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Whole words that an encoder knows, with their rank; 0 is the most frequent."""

    ranks: Mapping[str, int]

    @cached_property
    def by_number(self) -> Mapping[int, str]:
        """The same words by their numbers."""
        return {number_of(word): word for word in self.ranks}


@dataclass(frozen=True, eq=False)
class Speller:
    """`known`: the encoder's words; `own`: the numbers of the catalogue's. Cheap to make anew for each refit."""

    known: Vocabulary
    own: frozenset[int]

    @cached_property
    def _shared(self) -> frozenset[str]:
        """The catalogue's words that the encoder knows too."""
        words = self.known.by_number
        return frozenset(words[number] for number in self.own if number in words)

    @cached_property
    def _apart(self) -> frozenset[int]:
        """The numbers of the catalogue's other words."""
        return self.own - {number_of(word) for word in self._shared}

    @cached_property
    def serves(self) -> bool:
        """Whether enough of the catalogue's words are known to say of another word that it is none."""
        return bool(self._shared) and len(self._shared) >= KNOWN_SHARE * len(self.own)

    def correct(self, text: str) -> str:
        """Return the text with its misspelt words put right; the same text where none is, or where too many are."""
        if not self.serves:
            return text
        wrong = [match for match in _WORD.finditer(text) if not self._is_right(match, text)]
        if not 0 < len(wrong) <= MOST_WRONG:
            return text
        parts, at = [], 0
        for match in wrong:
            parts += [text[at : match.start()], self._meant(_plain(match[0])) or match[0]]
            at = match.end()
        return "".join([*parts, text[at:]])

    def _is_right(self, match: re.Match[str], text: str) -> bool:
        """Whether a word is known, or may be a name: written large within a sentence."""
        if match[0][0].isupper() and match.start() > 0 and not text.isupper():
            return True
        word = _plain(match[0])
        known = word in self.known.ranks or word in _WITHOUT_APOSTROPHE or number_of(word) in self._apart
        return known or any(stem in self.known.ranks for stem in _stems(word))

    def _meant(self, word: str) -> str | None:
        """Return the likeliest word that is one slip away, else the likeliest two that were joined.

        Words of the catalogue come first, then usual ones with the same first letter; of several that with the same
        first letter, and then the most frequent. Of two joined words one must be the catalogue's.
        """
        near = slips(word)
        found = near & self._shared or self._apart_among(near) or self._usual_among(near, word)
        if found:
            return min(found, key=lambda each: (each[0] != word[0], self.known.ranks.get(each, 0), each))
        pairs = [(word[:at], word[at:]) for at in range(1, len(word))]
        ranks = {f"{one} {two}": sorted((self._rank(one), self._rank(two))) for one, two in pairs}
        best = min((both for both in ranks if ranks[both][0] == 0), key=lambda both: ranks[both], default=None)
        return best if best is not None and ranks[best][1] < USUAL else None

    def _apart_among(self, near: Set[str]) -> set[str]:
        return {word for word in near if number_of(word) in self._apart} if self._apart else set()

    def _usual_among(self, near: Set[str], word: str) -> set[str]:
        if len(word) < FEWEST_OF_OTHERS:
            return set()
        ranks = self.known.ranks
        return {each for each in near & ranks.keys() if ranks[each] < USUAL and each[0] == word[0]}

    def _rank(self, part: str) -> int:
        """Return the rank of one of two joined words: 0 for the catalogue's, USUAL for what is no such word."""
        if len(part) <= SHORT and part not in _SHORT_WORDS:
            return USUAL
        if part in self._shared or number_of(part) in self._apart:
            return 0
        return self.known.ranks.get(part, USUAL)


def _stems(word: str) -> Iterator[str]:
    """Yield what a word may be derived from: "restocked" and "sender" are right where "stock" and "send" are."""
    for beginning in _BEGINNINGS:
        if word.startswith(beginning) and len(word) - len(beginning) >= FEWEST_OF_STEM:
            yield word[len(beginning) :]
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= FEWEST_OF_STEM:
            yield from (stem, f"{stem}e")
            if stem[-1] == stem[-2]:
                yield stem[:-1]


def slips(word: str) -> set[str]:
    """Return what a word may have been before one slip of the hand."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {head + tail[1:] for head, tail in cuts[:-1]}
    found.update(head + tail[1] + tail[0] + tail[2:] for head, tail in cuts[:-2])
    found.update(head + letter + tail for head, tail in cuts for letter in _LETTERS)
    found.update(head + letter + tail[1:] for head, tail in cuts[:-1] for letter in _LETTERS)
    return found


def _plain(word: str) -> str:
    """Return a word in lower case and without accents, as the lists have it."""
    word = word.lower()
    if word.isascii():
        return word
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
