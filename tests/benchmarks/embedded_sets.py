"""The data sets with their vectors, embedded once and kept in a folder: what many catalogues can be drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from escalation.catalogue.starter import starter_catalogue, starter_out_of_scope
from escalation.classifier import Example
from escalation.classifier.build import embed_all
from escalation.classifier.encoder.serving import OnnxEncoder
from escalation.classifier.head.training_set import name_text
from escalation.kernel.arrays import Floats, Ints
from tests.benchmarks.corpora import DOMAINS, dialogue_draw, read_lines

SETS = ("clinc150", "banking77", "hwu64", "airline", "finance", "starter")
JUDGED = SETS[:5]
# Whose messages are strangers to whom. Sets that share intents are not: CLINC150 knows half of banking77's.
FOREIGN = {
    "clinc150": (), "banking77": ("clinc150", "hwu64"), "hwu64": ("clinc150", "banking77"),
    "airline": ("banking77", "clinc150"), "finance": ("clinc150", "hwu64"), "starter": ("hwu64", "clinc150"),
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Messages of one split: unit vectors float32 (n, d), codes into the set's labels (n), conversations ("": none)."""

    vectors: Floats
    codes: Ints
    groups: tuple[str, ...]


@dataclass(frozen=True)
class EmbeddedSet:
    """A data set; `train` is drawn from, `judged` only judged on; its out-of-scope messages likewise, (m, d)."""

    labels: tuple[str, ...]
    names: Floats
    train: Part
    judged: Part
    outside_train: Floats
    outside_judged: Floats

    def outside(self, split: str) -> Floats:
        """Return the out-of-scope messages of "train" or "judged"."""
        return self.outside_train if split == "train" else self.outside_judged

    def part(self, split: str) -> Part:
        """Return the messages of "train" or "judged"."""
        return self.train if split == "train" else self.judged


def embedded_sets(folder: Path, kept: Path, encoder: OnnxEncoder) -> dict[str, EmbeddedSet]:
    """Return all data sets of `folder`; their vectors are read from `kept`, or made and written there."""
    kept.mkdir(parents=True, exist_ok=True)
    return {name: _embedded(name, folder, kept, encoder) for name in SETS}


def strangers(sets: dict[str, EmbeddedSet], name: str, split: str, most: int, random: np.random.Generator) -> Floats:
    """Return out-of-scope messages for a set: its own, and those of sets that have nothing to do with it."""
    parts = [sets[name].outside(split)]
    for other in FOREIGN[name]:
        foreign = sets[other]
        parts.append(foreign.outside(split) if other == "clinc150" else foreign.part(split).vectors)
    return np.concatenate([part[random.permutation(len(part))[:most]] for part in parts])


def _rows(name: str, folder: Path) -> tuple[Sequence[Example], Sequence[Example], Sequence[str], Sequence[str]]:
    """Return fitted and judged examples and out-of-scope messages of both splits."""
    if name == "starter":
        rows = [Example(text, label) for text, label in starter_catalogue().labelled()]
        return rows, [], starter_out_of_scope(), []
    if name in DOMAINS:
        draw = dialogue_draw(folder, name)
        return draw.fitted, draw.judged, draw.outside_fitted, draw.outside_judged
    place, judged = folder / name, "val" if name == "clinc150" else "valid"
    outside = [
        [row.text for row in read_lines(place / f"oos_{part}.jsonl")] if name == "clinc150" else []
        for part in ("train", "val")
    ]
    return read_lines(place / "train.jsonl"), read_lines(place / f"{judged}.jsonl"), outside[0], outside[1]


def _embedded(name: str, folder: Path, kept: Path, encoder: OnnxEncoder) -> EmbeddedSet:
    fitted, judged, outside_fitted, outside_judged = _rows(name, folder)
    labels = tuple(sorted({row.label for row in fitted if row.label is not None}))
    texts = [
        [row.text for row in fitted], [row.text for row in judged], list(outside_fitted), list(outside_judged),
        [name_text(label) for label in labels],
    ]  # fmt: skip
    path = kept / f"{encoder.manifest.key}-{name}.npz"
    if not path.is_file():
        columns = [_embed(encoder, part) for part in texts]
        np.savez(path, **{f"part{at}": column.astype(np.float16) for at, column in enumerate(columns)})
    stored = np.load(path)
    vectors = [stored[f"part{at}"].astype(np.float32) for at in range(len(texts))]
    if [len(part) for part in vectors] != [len(part) for part in texts]:
        raise ValueError(f"{path} is of other data; delete it.")
    parts = [_part(rows, part, labels) for rows, part in zip((fitted, judged), vectors, strict=False)]
    return EmbeddedSet(labels, vectors[4], parts[0], parts[1], vectors[2], vectors[3])


def _embed(encoder: OnnxEncoder, texts: Sequence[str]) -> Floats:
    return embed_all(encoder, texts, lambda _: None) if texts else np.zeros((0, encoder.dimension), np.float32)


def _part(rows: Sequence[Example], vectors: Floats, labels: tuple[str, ...]) -> Part:
    position = {label: code for code, label in enumerate(labels)}
    codes = np.asarray([position.get(row.label or "", -1) for row in rows], np.int64)
    return Part(vectors, codes, tuple(row.group for row in rows))
