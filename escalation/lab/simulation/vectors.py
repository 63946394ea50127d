"""Every text embedded once, over all repeats."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np

from escalation.classifier import Model
from escalation.kernel.arrays import Floats
from escalation.lab.simulation.run import Stopped

AT_ONCE = 50
THREADS = 2
"""Encoder runs are independent and let go of the interpreter."""


class Vectors:
    """Unit vectors, float32 (d), by text."""

    def __init__(self) -> None:
        self._known: dict[str, Floats] = {}

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Return the texts that have no vector yet."""
        return [text for text in texts if text not in self._known]

    def embed(self, model: Model, texts: Sequence[str], tick: Callable[[int], None], stop: Event) -> None:
        """Embed `texts`; `tick(n)` hears of n more. Raises: Stopped soon after `stop` is set."""
        pieces = [texts[at : at + AT_ONCE] for at in range(0, len(texts), AT_ONCE)]

        def work(piece: Sequence[str]) -> None:
            if stop.is_set():
                raise Stopped
            self._known.update(zip(piece, model.embed(piece), strict=True))
            tick(len(piece))

        with ThreadPoolExecutor(THREADS) as pool:
            try:
                list(pool.map(work, pieces))
            except BaseException:
                stop.set()
                raise

    def of(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of `texts`, float32 (n, d). Raises: KeyError for one never embedded."""
        if not texts:
            return np.zeros((0, next(iter(self._known.values())).size), np.float32)
        return np.stack([self._known[text] for text in texts])
