"""From examples to a training set: checked, embedded, grouped so that equal texts are never on both sides of a fold."""

import hashlib
import unicodedata
from collections.abc import Callable, Collection, Sequence

import numpy as np

from escalation.classifier.confidence.folds import TrainingSet
from escalation.classifier.encoder.serving import clean_text
from escalation.classifier.errors import EmbeddingInvalid, ExampleInvalid, OneClass, TooFewExamples
from escalation.classifier.head.fit import encode_labels
from escalation.classifier.prediction import Example
from escalation.kernel.arrays import Floats, Halves, Ints

Embed = Callable[[Sequence[str]], Floats]


def check_examples(examples: Sequence[Example]) -> None:
    """Raises: ExampleInvalid (not text, empty text or label, a label that no file can hold; names the position),
    TooFewExamples, OneClass.
    """
    for position, example in enumerate(examples):
        if not isinstance(example.text, str) or not clean_text(example.text):
            raise ExampleInvalid(f"Example {position} has no text.")
        if example.label is not None and (not isinstance(example.label, str) or not example.label.strip()):
            raise ExampleInvalid(f"Example {position} has an empty label; use null for out of scope.")
        if example.label is not None and any(unicodedata.category(c) in {"Cc", "Cs"} for c in example.label):
            raise ExampleInvalid(f"Example {position} has a control character or half a character in its label.")
    _check_labels([example.label for example in examples if example.label is not None])


def _check_labels(labels: Sequence[str]) -> None:
    if len(labels) < 2:
        raise TooFewExamples(f"{len(labels)} labelled examples; at least two, of two intents, are needed.")
    if len(set(labels)) < 2:
        raise OneClass(f"All {len(labels)} labelled examples are of {labels[0]!r}; at least two intents are needed.")


def name_text(label: str) -> str:
    """Return a label as words: `card_not_working` -> `card not working`."""
    return " ".join(label.replace("_", " ").replace("-", " ").replace("/", " ").split()) or label


def training_set(
    vectors: Floats, labels: Sequence[str | None], ids: Sequence[str], *, name_vectors: dict[str, Floats], embed: Embed,
    groups: Sequence[str] | None = None, seen: Collection[str] = (),
) -> TrainingSet:  # fmt: skip
    """Return the training set of n examples; rows with label None become known out-of-scope messages.

    `name_vectors` saves embedding names already known. Without `groups` examples with equal vectors share one. `seen`
    are the ids the encoder was fine-tuned on. Vectors are rounded to float16: a saved model equals the live one.
    Raises: EmbeddingInvalid, TooFewExamples, OneClass.
    """
    _check_vectors(vectors, labels, ids)
    halves = np.ascontiguousarray(vectors, np.float16)
    vectors = halves.astype(np.float32)
    _check_labels([label for label in labels if label is not None])
    inside = np.asarray([label is not None for label in labels], bool)
    named = [label for label in labels if label is not None]
    names = tuple(sorted(set(named)))
    keys = _group_keys(halves, groups)
    kept = [str(id) for id, known in zip(ids, inside, strict=True) if known]
    return TrainingSet(
        vectors=vectors if inside.all() else vectors[inside],
        codes=encode_labels(named, names),
        ids=tuple(kept),
        labels=names,
        names=_embed_names(names, name_vectors, embed),
        outside=vectors[~inside],
        outside_ids=tuple(str(id) for id, known in zip(ids, inside, strict=True) if not known),
        groups=keys[inside],
        seen=np.fromiter((id in seen for id in kept), bool, count=len(kept)),
    )


def fingerprint(training: TrainingSet) -> str:
    """Return a sha256 over ids and labels, independent of order: equal for equal sets of examples."""
    lines = [f"{id}\t{training.labels[code]}" for id, code in zip(training.ids, training.codes, strict=True)]
    lines += [f"{id}\t" for id in training.outside_ids]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _check_vectors(vectors: Floats, labels: Sequence[str | None], ids: Sequence[str]) -> None:
    if vectors.ndim != 2 or not len(vectors) == len(labels) == len(ids):
        raise EmbeddingInvalid(f"{vectors.shape} vectors, {len(labels)} labels and {len(ids)} ids do not match.")
    if not np.isfinite(vectors).all():
        raise EmbeddingInvalid("The embeddings hold numbers that are not finite.")
    if not all(ids):
        raise EmbeddingInvalid("Every example needs an id.")


def _group_keys(halves: Halves, groups: Sequence[str] | None) -> Ints:
    """Return a number for each row, int64 (n), below 0 where a group is given; rows with an equal, non-empty group, or
    without one and with equal vectors, share it.
    """
    numbers: dict[object, int] = {}
    keys = (row.tobytes() for row in halves)
    named = groups if groups is not None else [""] * len(halves)
    return np.asarray(
        [
            numbers.setdefault(group or key, -1 - len(numbers) if group else len(numbers))
            for group, key in zip(named, keys, strict=True)
        ],
        np.int64,
    )


def _embed_names(labels: Sequence[str], known: dict[str, Floats], embed: Embed) -> Floats:
    fresh = [label for label in labels if label not in known]
    vectors = dict(zip(fresh, embed([name_text(label) for label in fresh]), strict=True)) if fresh else {}
    rows = np.stack([known[label] if label in known else vectors[label] for label in labels])
    return rows.astype(np.float16).astype(np.float32)
