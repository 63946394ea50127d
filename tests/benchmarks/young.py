"""`python -m tests.benchmarks young`: what is answered with intents that have one to five examples, and how wrongly.

Of a catalogue with 25 messages an intent every tenth intent is left with one, two, three or five. A model that was
calibrated on such a catalogue is judged on validation messages, strangers as 15 % of the stream. Wrong: an answer for
a young intent to a message that asks for another one, or for none. Before its first calibration a young intent answers
nothing (`Scorer.uncalibrated`).
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from rich.console import Console

from escalation.classifier import Example, LabelledVectors
from escalation.classifier.build import embed_all
from escalation.classifier.confidence.signals import signals
from escalation.classifier.encoder.serving import OnnxEncoder, load_encoder
from escalation.classifier.encoder.source import find_encoder
from escalation.classifier.head.scorer import OUT_OF_SCOPE_SHARE, Scorer, fit_scorer
from escalation.classifier.head.training_set import name_text, training_set
from escalation.kernel.arrays import Floats, Mask
from tests.benchmarks.corpora import CorpusMissing, Draw, data_folder, draw
from tests.benchmarks.figures import stream_weights
from tests.real_encoder import real_encoders

SETS = "clinc25,banking25,hwu25"
COUNTS = (1, 2, 3, 5)
EVERY = 10  # one intent in so many is young
MOST_STRANGERS = 500
STDOUT, STDERR = Console(), Console(stderr=True)


@dataclass(frozen=True)
class Embedded:
    """A draw with the vectors of what is fitted, judged and out of scope, float32 (n, d)."""

    data: Draw
    fitted: Floats
    judged: Floats
    outside: Floats
    names: dict[str, Floats]


@dataclass(frozen=True)
class Young:
    """`recall`: young intents' messages with the right first label. Shares of the weighted stream: what is answered
    in all, answered with young intents, and of each the wrong part.
    """

    recall: float
    answered: float
    wrong: float
    young_answered: float
    young_wrong: float


def embedded(data: Draw, encoder: OnnxEncoder) -> Embedded:
    """Return a draw with its vectors."""
    outside = data.outside_judged[:MOST_STRANGERS]
    labels = sorted({str(row.label) for row in data.fitted})
    texts = ([row.text for row in data.fitted], [row.text for row in data.judged], outside, [*map(name_text, labels)])
    fitted, judged, beyond, names = (embed_all(encoder, part, lambda _: None) for part in texts)
    return Embedded(data, fitted, judged, beyond, dict(zip(labels, names, strict=True)))


def kept_rows(rows: Sequence[Example], young: frozenset[str], count: int, random: np.random.Generator) -> Mask:
    """Return which rows stay (n): `count` of each young intent, all of the others."""
    labels = np.asarray([row.label for row in rows])
    kept = ~np.isin(labels, sorted(young))
    for label in sorted(young):
        kept[random.permutation(np.flatnonzero(labels == label))[:count]] = True
    return kept


def measured(sets: Embedded, encoder: OnnxEncoder, count: int, alpha: float, seed: int) -> Young:
    """Fit and calibrate with every tenth intent young, and judge."""
    random = np.random.default_rng(seed)
    labels = random.permutation(sorted(sets.names)).tolist()
    young = frozenset(labels[: len(labels) // EVERY])
    kept = kept_rows(sets.data.fitted, young, count, random)
    rows = [row for row, stays in zip(sets.data.fitted, kept, strict=True) if stays]
    training = training_set(
        LabelledVectors.of(sets.fitted[kept], rows), name_vectors=sets.names, embed=encoder.embed
    )  # fmt: skip
    scorer = fit_scorer(training, background=encoder.background, alpha=alpha, seed=seed, prior=encoder.prior)
    return _judged(scorer, sets, young)


def _judged(scorer: Scorer, sets: Embedded, young: frozenset[str]) -> Young:
    seen = signals(scorer.head, scorer.around, np.concatenate([sets.judged, sets.outside]))
    inside = len(sets.judged)
    truth = np.asarray([str(row.label) for row in sets.data.judged])
    first = np.asarray(scorer.labels)[seen.first]
    right = np.append(first[:inside] == truth, np.zeros(len(sets.outside), bool))
    weights = stream_weights(inside, len(sets.outside), OUT_OF_SCOPE_SHARE)
    answered = scorer.calibration.confidence(seen.matrix) >= scorer.choice.threshold
    theirs = answered & np.isin(first, sorted(young))
    of_young = np.isin(truth, sorted(young))
    whole = float(weights.sum())
    return Young(
        float(right[:inside][of_young].mean()),
        *(float(weights[which].sum()) / whole for which in (answered, answered & ~right, theirs, theirs & ~right)),
    )


def rows_of(arguments: argparse.Namespace) -> Iterator[tuple[str, int, list[Young]]]:
    """Yield each set and number of examples with its draws; data that is missing is said and left out."""
    source = find_encoder()
    encoder = load_encoder(source.key, real_encoders(), source=source.name)
    for name in arguments.set.split(","):
        try:
            sets = embedded(draw(name, data_folder(arguments.data), 0), encoder)
        except CorpusMissing as missing:
            STDERR.print(f"{name} left out: {missing}", soft_wrap=True)
            continue
        for count in COUNTS:
            seeds = range(arguments.draws)
            yield name, count, [measured(sets, encoder, count, arguments.alpha, seed) for seed in seeds]


def main() -> None:
    """Measure and print means over draws; shares that are wrong are of what is answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default=SETS, help="comma separated, as of the benchmark accuracy")
    parser.add_argument("--draws", type=int, default=5, help="which intents are young, and which examples stay")
    parser.add_argument("--alpha", type=float, default=0.02, help="accepted share of wrong answers")
    parser.add_argument("--data", type=Path, help="folder of the corpora; default: ESCALATION_DATA or ../shared/data")
    arguments = parser.parse_args()
    STDOUT.print(
        "| set | examples | young recall | answered (wrong) | with young intents (wrong) |\n|---|---|---|---|---|"
    )
    for name, count, draws in rows_of(arguments):
        of = {each.name: float(np.mean([getattr(one, each.name) for one in draws])) for each in fields(Young)}
        wrong = of["wrong"] / max(of["answered"], 1e-9), of["young_wrong"] / max(of["young_answered"], 1e-9)
        cells = [f"{of['recall']:.1%}", *(f"{of[key]:.1%} ({share:.1%})" for key, share in zip(
            ("answered", "young_answered"), wrong, strict=True))]  # fmt: skip
        STDOUT.print(f"| {' | '.join([name, str(count), *cells])} |", soft_wrap=True, highlight=False)


if __name__ == "__main__":
    main()
