"""How the examples of each intent are worded, and whether a message makes their request or only mentions it. Pure.

A cue alone says little: the examples of "parcel not received" are full of negations. So a message is a mention only
where a cue governs a word that marks the intent, and the intent's examples nearest to the message do without that cue.
Words are kept as numbers (CRC-32): a model holds no customer's words.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Self

import numpy as np

from escalation.classifier.mentions.cues import TAKEN_BACK, Cue, Governed, Reading, clauses, read_clauses
from escalation.classifier.mentions.stems import ENDING, content, stem
from escalation.kernel.arrays import Ints, Mask

ENOUGH: Final = 0.375
"""Share of the nearest examples from which on a cue is usual for an intent."""
LIFT: Final = 3.0
"""How many times as often as elsewhere a stem stands in an intent's examples to mark it."""
FEWEST: Final = 2
"""Examples of an intent that hold a word before it counts: nobody's name, number or address is kept."""
WRITTEN: Final = 0.06
"""Share of an intent's examples from which on a word is how its request is written."""
MAINLY: Final = 0.3
"""Share of the examples with one stem of ending something from which on the intent is to end something."""


class IntentWords(NamedTuple):
    """What marks an intent, as numbers: stems, words as they are written, and stems of ending something."""

    stems: frozenset[int]
    written: frozenset[int]
    ending: frozenset[int]


def number_of(word: str) -> int:
    """Return a word's number, 0 to 2^32 - 1."""
    return zlib.crc32(word.encode())


@dataclass(frozen=True, eq=False)
class Wording:
    """Of n examples: the `cues` of each, int64 (n); and the `words` of their intents, in the order of their codes.

    Without words (a model made before this was there) nothing is a mention.
    """

    cues: Ints
    words: tuple[IntentWords, ...] = ()

    @classmethod
    def unread(cls) -> Self:
        """Return the wording of examples that nobody read: nothing is a mention."""
        return cls(np.zeros(0, np.int64))

    @classmethod
    def of(cls, texts: Sequence[str], codes: Ints, labels: Sequence[str]) -> Self:
        """Read examples; `codes` int64 (n) into `labels`, below 0 for out of scope."""
        parts = [tuple(clauses(text)) for text in texts]
        cues = np.fromiter((int(read_clauses(part).cues) for part in parts), np.int64, count=len(texts))
        spoken = [frozenset(word for clause in part for word in clause.split()) for part in parts]
        stems = [content(words) for words in spoken]
        everywhere = Counter(each for found in stems for each in found)
        members: list[list[int]] = [[] for _ in labels]
        for row, code in enumerate(codes.tolist()):
            if code >= 0:
                members[code].append(row)
        words = (
            _intent_words(label, [stems[row] for row in rows], [spoken[row] for row in rows], everywhere, len(texts))
            for label, rows in zip(labels, members, strict=True)
        )
        return cls(cues, tuple(words))

    def __getitem__(self, which: Mask | Ints | slice) -> Self:
        """Return the wording of some of the examples; their intents keep their words."""
        return replace(self, cues=self.cues[which]) if self.words else self

    def table(self) -> Ints:
        """Return all words, int64 (m, 3): code of the intent, which of the three sets, the word's number."""
        rows = [
            (code, kind, number)
            for code, words in enumerate(self.words)
            for kind, numbers in enumerate(words)
            for number in sorted(numbers)
        ]
        return np.asarray(rows, np.int64).reshape(-1, 3)

    @classmethod
    def of_table(cls, cues: Ints, table: Ints, intents: int) -> Self:
        """Return the wording that `table` was made of. Raises: IndexError for a code of no intent."""
        sets: list[list[set[int]]] = [[set(), set(), set()] for _ in range(intents)]
        for code, kind, number in table.tolist():
            sets[code][kind].add(number)
        return cls(cues, tuple(IntentWords(*(frozenset(each) for each in kinds)) for kinds in sets))

    def mention(self, reading: Reading, code: int, near: Ints) -> Cue | None:
        """Return why a message only mentions an intent; None if it may ask for it.

        `near` int64 (k) are the intent's examples nearest to the message.
        """
        usual = {cue: float(np.mean((self.cues[near] & int(cue)) != 0)) if len(near) else 0.0 for cue in Cue}
        return mention_of(reading, self.words[code], usual)


def mention_of(reading: Reading, intent: IntentWords, usual: Mapping[Cue, float]) -> Cue | None:
    """Return why a message only mentions an intent; `usual`: share of the intent's nearest examples with each cue."""
    if not _meets(reading.asked_later, intent.stems):
        for cue in TAKEN_BACK:
            if cue in reading.cues and usual[cue] < ENOUGH:
                return cue
    if _meets(reading.asked, intent.stems) or any(_troubles(each, intent, usual) for each in reading.governed):
        return None
    for each in reading.governed:
        if (each.cue is Cue.SUPPOSED or not reading.asks) and _tells(each, intent, usual):
            return each.cue
    return None


def _troubles(each: Governed, intent: IntentWords, usual: Mapping[Cue, float]) -> bool:
    """Whether a negation reports trouble of the intent's kind, and does not deny what marks it."""
    denied = usual[Cue.NEGATED] < ENOUGH and _meets(each.stems, intent.stems)
    return not denied and _meets(each.clause, intent.stems)


def _tells(each: Governed, intent: IntentWords, usual: Mapping[Cue, float]) -> bool:
    if each.cue is Cue.DID:
        return number_of(each.verb) not in intent.written and number_of(stem(each.verb)) in intent.stems
    # "I don't want the thing" asks to end it; refused is the request only where its ending is.
    if each.cue is Cue.REFUSED and intent.ending:
        return _meets(each.stems, intent.ending)
    return usual[each.cue] < ENOUGH and _meets(each.stems, intent.stems)


def _meets(stems: Iterable[str], numbers: frozenset[int]) -> bool:
    return any(number_of(each) in numbers for each in stems)


def _intent_words(
    label: str, stems: Sequence[frozenset[str]], spoken: Sequence[frozenset[str]], everywhere: Counter[str], total: int
) -> IntentWords:
    """Return what marks an intent of which these are the examples, of `total`; its name marks it too."""
    count = len(stems)
    own = Counter(each for found in stems for each in found)
    written = Counter(each for found in spoken for each in found)
    name = content(word for clause in clauses(label.replace("_", " ")) for word in clause.split())
    marking = name.union(
        each for each, found in own.items() if found >= FEWEST and found * total >= LIFT * count * everywhere[each]
    )
    ending = marking & ENDING
    if not any(each in name or own[each] >= MAINLY * count for each in ending):
        ending = frozenset()
    usual = {word for word, found in written.items() if found >= max(FEWEST, WRITTEN * count)}
    return IntentWords(*(frozenset(map(number_of, found)) for found in (marking, usual, ending)))
