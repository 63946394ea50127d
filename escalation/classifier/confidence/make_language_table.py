"""Cuts the table of `latin` out of py3langid's model: `python -m escalation.classifier.confidence.make_language_table`.

Its automaton of byte n-grams takes 50 MiB and unpacking it 1.3 s, most of it for scripts that are told apart without
it. What the bytes of Latin letters reach is a tenth of that. The build hook runs this; the table is not committed.
"""

import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from escalation.classifier.confidence.language import LATIN_LANGUAGES
from escalation.classifier.confidence.latin import LATIN, STORED, LatinTable, source_of
from escalation.kernel.arrays import Ints


def cut_table(languages: tuple[str, ...]) -> LatinTable:
    """Return what py3langid knows of these languages (ISO 639-1) in Latin script."""
    from py3langid import langid

    whole = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    row_of = np.asarray(whole.tk_row, np.int64)
    follows = np.frombuffer(whole.tk_nextmove, whole.tk_nextmove.typecode).reshape(-1, 256)[:, list(LATIN)]
    states = _reached(follows, row_of)
    number = np.zeros(len(row_of), np.int64)
    number[states] = np.arange(len(states))
    rows, mine = np.unique(row_of[states], return_inverse=True)
    found = np.asarray(whole.tk_output, np.int64)[states]
    features, numbers = np.unique(found, return_inverse=True)  # the first is -1: a state that ends no n-gram
    columns = [whole.nb_classes.index(code) for code in languages]
    return LatinTable(
        languages=np.asarray(languages),
        after=number[follows[rows]].astype(np.uint16 if len(states) < 1 << 16 else np.uint32),
        rows=mine.astype(np.int32),
        features=(numbers - 1).astype(np.int32),
        weights=np.ascontiguousarray(whole.nb_ptc[features[1:]][:, columns], np.float32),
        prior=np.asarray(whole.nb_pc[columns], np.float32),
        made_from=source_of(languages),
    )


def _reached(follows: npt.NDArray[Any], row_of: Ints) -> Ints:
    """Return the states that can be reached from the first, ascending: it stays the first."""
    seen = np.zeros(len(row_of), bool)
    fresh = np.zeros(1, np.int64)
    while len(fresh):
        seen[fresh] = True
        after = np.unique(follows[row_of[fresh]])
        fresh = after[~seen[after]]
    return np.flatnonzero(seen)


def main() -> None:
    """Write the table, unless the one that is there was cut from the same."""
    stored = LatinTable.read(STORED)
    fresh = stored is not None and stored.made_from == source_of(LATIN_LANGUAGES)
    if not fresh:
        cut_table(LATIN_LANGUAGES).write(STORED)
    sys.stdout.write(f"{STORED.name}: {'up to date' if fresh else 'made'}\n")


if __name__ == "__main__":
    main()
