"""Which of some languages in Latin script a text is in: py3langid's naive Bayes over byte n-grams, cut to Latin.

Its automaton of byte n-grams takes 50 MiB, most of it for scripts that are told apart without it. What the bytes of
Latin letters reach is a tenth of that. Any other byte counts as a space: it says nothing about these languages.
"""

import unicodedata
from array import array
from collections import Counter
from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from py3langid import langid

from escalation.kernel.arrays import Ints

# Lower case letters, what joins them, and the UTF-8 bytes of Latin letters up to U+024F, U+1E00 to U+1EFF and of the
# curly apostrophe.
LATIN = bytes([*b" '-", *range(ord("a"), ord("z") + 1), *range(0x80, 0xC0), *range(0xC3, 0xCA), 0xE1, 0xE2])
COLUMNS = bytes(max(LATIN.find(byte), 0) for byte in range(256))


class LatinIdentifier:
    """Tells languages in Latin script apart; words are to be in lower case, with single spaces between them."""

    def __init__(self, languages: Sequence[str]) -> None:
        """Load what tells these languages (ISO 639-1) apart; .5 s."""
        whole = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
        columns = [whole.nb_classes.index(code) for code in languages]
        self._languages = tuple(languages)
        states = self._walk_of(whole)
        found = np.asarray(whole.tk_output, np.int64)[states]
        features, numbers = np.unique(found, return_inverse=True)  # the first is -1: a state that ends no n-gram
        self._features = array("i", (numbers - 1).tolist())
        self._weights = np.ascontiguousarray(whole.nb_ptc[features[1:]][:, columns], np.float32)
        self._prior = np.asarray(whole.nb_pc[columns], np.float32)

    def _walk_of(self, whole: Any) -> Ints:
        """Keep the part of the automaton that LATIN reaches; return its states, int64 (n), as `whole` counts them."""
        width, row_of = len(LATIN), np.asarray(whole.tk_row, np.int64)
        table = np.frombuffer(whole.tk_nextmove, whole.tk_nextmove.typecode).reshape(-1, 256)[:, list(LATIN)]
        states = _reached(table, row_of)
        number = np.zeros(len(row_of), np.int64)
        number[states] = np.arange(len(states))
        rows, mine = np.unique(row_of[states], return_inverse=True)
        after = number[table[rows]].ravel()
        self._next = array("H" if len(states) < 1 << 16 else "I")
        self._next.frombytes(after.astype(self._next.typecode).tobytes())
        self._begins = array("i", (mine * width).tolist())
        return states

    def classify(self, text: str) -> tuple[str, float]:
        """Return the likeliest language and its probability, as py3langid would for these languages."""
        content = unicodedata.normalize("NFC", text).encode("utf8", "surrogatepass")
        counts = self._features_of(content)
        if not counts:
            return self._languages[0], 1.0 / len(self._languages)
        places = np.fromiter(counts.keys(), np.intp, len(counts))
        amounts = np.fromiter(counts.values(), np.float32, len(counts))
        scores = (np.log1p(amounts) @ self._weights[places] + self._prior) / np.float32(sqrt(len(content)))
        best = int(scores.argmax())
        return self._languages[best], 1.0 / float(np.exp(scores - scores[best]).sum())

    def _features_of(self, content: bytes) -> Counter[int]:
        state, found = 0, []
        after, begins, features = self._next, self._begins, self._features
        for column in content.translate(COLUMNS):
            state = after[begins[state] + column]
            found.append(features[state])
        counts = Counter(found)
        del counts[-1]
        return counts


def _reached(table: npt.NDArray[Any], row_of: Ints) -> Ints:
    """Return the states that can be reached from the first, ascending: it stays the first."""
    seen = np.zeros(len(row_of), bool)
    fresh = np.zeros(1, np.int64)
    while len(fresh):
        seen[fresh] = True
        after = np.unique(table[row_of[fresh]])
        fresh = after[~seen[after]]
    return np.flatnonzero(seen)
