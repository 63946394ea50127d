"""Everything a head is fitted on: labelled vectors and the embedded names of the intents; and fitting it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from escalation.classifier.errors import OneClass, TooFewExamples
from escalation.classifier.head.fit import GRADIENT_TOLERANCE, ITERATIONS, PENALTY, Head, centroid_start, fit_head
from escalation.classifier.head.neighbours import Neighbourhood
from escalation.classifier.labelled_vectors import LabelledVectors
from escalation.kernel.arrays import Floats, Ints, Mask

Embed = Callable[[Sequence[str]], Floats]
# As far as these heads must be fitted to judge like the one that serves. CLINC150, 15,000 examples: stopped sooner they
# are less sure of themselves than it is, and .57 is answered at 2 % where .65 may be; going on to .03 changes nothing.
FOLD_TOLERANCE = 1.0
FOLD_ITERATIONS = 40
NAME_WEIGHT = 1.5  # an intent's name counts as one and a half examples: CLINC150 val, first five, .766 -> .84


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """`rows` (n) have an intent, one of `labels` (c); `outside` (m, may be 0) are known out-of-scope messages.

    `names` float32 (c, d): the embedded names of the intents. `penalty`: of the heads that are fitted here.
    """

    rows: LabelledVectors
    outside: LabelledVectors
    names: Floats
    penalty: float = PENALTY

    @property
    def labels(self) -> tuple[str, ...]:
        """The intents, in the order of their codes."""
        return self.rows.labels

    @property
    def around(self) -> Neighbourhood:
        """All examples, and the intents' names (without an id: measured against, never shown)."""
        return self.points(np.ones(len(self.rows), bool), np.arange(len(self.labels)))

    def points(self, kept: Mask, present: Ints) -> Neighbourhood:
        """The kept examples (n) and the names of the `present` intents, with codes counted among `present`."""
        rows = self.rows[kept]
        codes = np.concatenate([np.searchsorted(present, rows.codes), np.arange(len(present))])
        ids = rows.ids + ("",) * len(present)
        return Neighbourhood.of(np.concatenate([rows.vectors, self.names[present]]), codes, ids)

    def fit(self, *, start: Head | None = None, iterations: int = ITERATIONS) -> Head:
        """Fit a head on all examples and names, from `start` (c classes) if given."""
        return fit_points(self.around, len(self.labels), start=start, iterations=iterations, penalty=self.penalty)

    def vectors_by_id(self) -> dict[str, Floats]:
        """Return the vector of each message, float32 (d), in scope or not."""
        parts = (zip(part.ids, part.vectors, strict=True) for part in (self.rows, self.outside))
        return dict(chain(*parts))

    def fingerprint(self) -> str:
        """Return a sha256 over ids and labels, independent of order: equal for equal sets of examples."""
        lines = [f"{id}\t{self.labels[code]}" for id, code in zip(self.rows.ids, self.rows.codes, strict=True)]
        lines += [f"{id}\t" for id in self.outside.ids]
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def training_set(
    rows: LabelledVectors, *, embed: Embed, name_vectors: Mapping[str, Floats] | None = None
) -> TrainingSet:
    """Return the training set of labelled vectors; `name_vectors` saves embedding names that are already known.

    Raises: TooFewExamples, OneClass.
    """
    inside, outside = rows.split_by_scope()
    check_labels([rows.labels[code] for code in inside.codes])
    return TrainingSet(inside, outside, _embed_names(rows.labels, name_vectors or {}, embed))


def check_labels(labels: Sequence[str]) -> None:
    """Raises: TooFewExamples below two labels, OneClass when all are the same."""
    if len(labels) < 2:
        raise TooFewExamples(f"{len(labels)} labelled examples; at least two, of two intents, are needed.")
    if len(set(labels)) < 2:
        raise OneClass(f"All {len(labels)} labelled examples are of {labels[0]!r}; at least two intents are needed.")


def name_text(label: str) -> str:
    """Return a label as words: `card_not_working` -> `card not working`."""
    return " ".join(label.replace("_", " ").replace("-", " ").replace("/", " ").split()) or label


def fit_points(
    around: Neighbourhood, classes: int, *, start: Head | None = None, iterations: int = ITERATIONS,
    tolerance: float = GRADIENT_TOLERANCE, penalty: float = PENALTY,
) -> Head:  # fmt: skip
    """Fit a head on a neighbourhood whose points without an id are names."""
    begin = start or centroid_start(around.vectors, around.codes, classes)
    return fit_head(
        around.vectors, around.codes, classes, weights=point_weights(around), start=begin, penalty=penalty,
        iterations=iterations, tolerance=tolerance,
    )  # fmt: skip


def fit_fold(around: Neighbourhood, classes: int, *, penalty: float, start: Head | None = None) -> Head:
    """Fit a head that only judges what it was not fitted on: as far as that takes."""
    return fit_points(
        around, classes, start=start, iterations=FOLD_ITERATIONS, tolerance=FOLD_TOLERANCE, penalty=penalty
    )


def point_weights(around: Neighbourhood) -> Floats:
    """Return how much each point counts in fitting, float32 (n): an example once, a name NAME_WEIGHT."""
    return np.asarray([1.0 if name else NAME_WEIGHT for name in around.ids], np.float32)


def _embed_names(labels: Sequence[str], known: Mapping[str, Floats], embed: Embed) -> Floats:
    fresh = [label for label in labels if label not in known]
    vectors = dict(zip(fresh, embed([name_text(label) for label in fresh]), strict=True)) if fresh else {}
    rows = np.stack([known[label] if label in known else vectors[label] for label in labels])
    return rows.astype(np.float16).astype(np.float32)
