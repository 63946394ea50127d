"""Which of some languages in Latin script a text is in: py3langid's naive Bayes over byte n-grams, cut to Latin.

The automaton of byte n-grams and its weights are in a table that `make_language_table` cuts out of py3langid's model.
"""

import unicodedata
from array import array
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, fields
from importlib.metadata import version
from math import sqrt
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from escalation.kernel.arrays import Floats

STORED = Path(__file__).with_name("latin_languages.npz")
# Lower case letters, what joins them, and the UTF-8 bytes of Latin letters up to U+024F, U+1E00 to U+1EFF and of the
# curly apostrophe. Any other byte counts as a space: it says nothing about these languages.
LATIN = bytes([*b" '-", *range(ord("a"), ord("z") + 1), *range(0x80, 0xC0), *range(0xC3, 0xCA), 0xE1, 0xE2])
COLUMNS = bytes(max(LATIN.find(byte), 0) for byte in range(256))


@dataclass(frozen=True, eq=False)
class LatinTable:
    """An automaton of byte n-grams in Latin script (s states) and what its n-grams say of the `languages` (l).

    `after` uint16 or uint32 (r, len(LATIN)): the state that follows each byte; `rows` int32 (s): each state's row of
    it; `features` int32 (s): the n-gram that ends in a state, -1 for none; `weights` float32 (n-grams, l): logarithms
    of their probabilities; `prior` float32 (l). `made_from`: what the table was cut from, see `source_of`.
    """

    languages: npt.NDArray[np.str_]
    after: npt.NDArray[np.unsignedinteger]
    rows: npt.NDArray[np.int32]
    features: npt.NDArray[np.int32]
    weights: Floats
    prior: Floats
    made_from: str

    def write(self, path: Path) -> None:
        """Write the table whole or not at all."""
        partial = path.with_name(f".{path.name}.partial")
        with partial.open("wb") as file:
            np.savez(file, **{field.name: np.asarray(getattr(self, field.name)) for field in fields(self)})  # type: ignore[arg-type]
        partial.replace(path)

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Return a table that was written; None if it is missing or damaged."""
        try:
            with np.load(path) as file:
                arrays = {field.name: file[field.name] for field in fields(cls)}
        except (OSError, EOFError, ValueError, KeyError, BadZipFile):
            return None
        return cls(**{**arrays, "made_from": str(arrays["made_from"])})


def source_of(languages: tuple[str, ...]) -> str:
    """Return what a table of these languages (ISO 639-1) is cut from: the installed py3langid, and what of it."""
    return f"py3langid {version('py3langid')}: {' '.join(languages)}, bytes {LATIN.hex()}"


def latin_table(languages: tuple[str, ...]) -> LatinTable:
    """Return the table of these languages: the stored one, or where that was cut from another release a new one."""
    stored = LatinTable.read(STORED)
    if stored is not None and stored.made_from == source_of(languages):
        return stored
    from escalation.classifier.confidence.make_language_table import cut_table

    return cut_table(languages)


class LatinIdentifier:
    """Tells languages in Latin script apart; words are to be in lower case, with single spaces between them."""

    def __init__(self, table: LatinTable) -> None:
        self._languages = [str(code) for code in table.languages]
        # Plain arrays, because single numbers are looked up in them, one a byte.
        self._after = array(table.after.dtype.char, table.after.tobytes())
        self._begins = array("i", (table.rows * len(LATIN)).astype(np.int32).tobytes())
        self._features = array("i", table.features.tobytes())
        self._weights, self._prior = table.weights, table.prior

    def classify(self, text: str) -> tuple[str, float]:
        """Return the likeliest language and its probability, as py3langid would for these languages."""
        scores = self._scores(text)
        if scores is None:
            return self._languages[0], 1.0 / len(self._languages)
        best = int(scores.argmax())
        return self._languages[best], 1.0 / float(np.exp(scores - scores[best]).sum())

    def likeliest(self, text: str, among: Collection[str]) -> str | None:
        """Return the likeliest of some languages; None where the text tells nothing, or all of them are unknown."""
        scores = self._scores(text)
        if scores is None:
            return None
        told = [at for at, code in enumerate(self._languages) if code in among]
        return self._languages[max(told, key=lambda at: float(scores[at]))] if told else None

    def _scores(self, text: str) -> Floats | None:
        """Return the logarithms of the languages' probabilities, float32 (l); None where no n-gram is known."""
        content = unicodedata.normalize("NFC", text).encode("utf8", "surrogatepass")
        counts = self._features_of(content)
        if not counts:
            return None
        places = np.fromiter(counts.keys(), np.intp, len(counts))
        amounts = np.fromiter(counts.values(), np.float32, len(counts))
        scores: Floats = (np.log1p(amounts) @ self._weights[places] + self._prior) / np.float32(sqrt(len(content)))
        return scores

    def _features_of(self, content: bytes) -> Counter[int]:
        state, found = 0, []
        after, begins, features = self._after, self._begins, self._features
        for column in content.translate(COLUMNS):
            state = after[begins[state] + column]
            found.append(features[state])
        counts = Counter(found)
        del counts[-1]
        return counts
