"""`python -m tests.benchmarks transfer`: what other catalogues teach of confidence, and the threshold that follows.

Small catalogues ("episodes") are drawn from the training messages of all data sets but one. A logistic regression over
the signals of their heads is the prior for catalogues of the set left out, which are judged on its validation messages.
`--write` fits on all sets and writes the packaged prior.
"""

import argparse
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import escalation.classifier.confidence
from escalation.classifier.confidence.calibration import centre_and_scale, fit_logistic, standardise
from escalation.classifier.confidence.folds import Origin, OutOfFold, joined
from escalation.classifier.confidence.prior import Prior
from escalation.classifier.confidence.signals import signals
from escalation.classifier.encoder.serving import OnnxEncoder, load_encoder
from escalation.classifier.encoder.source import find_encoder
from escalation.classifier.head.fit import Head
from escalation.classifier.head.neighbours import Neighbourhood
from escalation.classifier.head.scorer import OUT_OF_SCOPE_SHARE, fit_scorer
from escalation.classifier.head.training_set import TrainingSet, fit_points
from escalation.classifier.labelled_vectors import LabelledVectors, same_vectors
from escalation.classifier.prediction import CHOICES
from escalation.kernel.arrays import Floats, Ints, Mask
from tests.benchmarks.corpora import data_folder
from tests.benchmarks.embedded_sets import JUDGED, EmbeddedSet, embedded_sets, strangers
from tests.benchmarks.figures import answered_at, stream_weights
from tests.benchmarks.timing import show
from tests.real_encoder import ENCODERS

EPISODES = {"clinc150": 150, "banking77": 150, "hwu64": 150, "airline": 60, "finance": 60, "starter": 60}
INTENTS, EXAMPLES = (10, 70), (3.0, 25.0)
YOUNG = (1, 2, 3, 5)  # in half of the episodes a fifth of the intents have so few
OF_AN_INTENT, UNKNOWN, FOREIGN_EACH = 15, 150, 75
COUNTED = 50_000.0  # messages that all episodes together count as
STRANGERS_EACH = 300
SIZES = (5, 10, 25, None)
ALPHA = 0.02
PRIOR = Path(escalation.classifier.confidence.__file__).parent / "prior.json"


def drawn(data: EmbeddedSet, random: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Return the intents of a small catalogue, and positions of messages to fit on and to judge."""
    known = len(data.labels)
    fewest, most = min(INTENTS[0], max(4, known // 2)), min(INTENTS[1], max(5, int(known * 0.85)))
    chosen = random.permutation(known)[: int(random.integers(fewest, most + 1))]
    size = float(np.exp(random.uniform(*np.log(EXAMPLES))))
    young = random.random() < 0.5
    fitted: list[int] = []
    judged: list[int] = []
    for code in chosen:
        rows = random.permutation(np.flatnonzero(data.train.codes == code))
        count = max(1, round(size * float(np.exp(random.normal(0, 0.3)))))
        if young and random.random() < 0.2:
            count = min(count, int(random.choice(YOUNG)))
        count = min(count, max(1, len(rows) - 2))
        fitted += rows[:count].tolist()
        judged += rows[count : count + OF_AN_INTENT].tolist()
    return chosen, np.asarray(fitted), np.asarray(judged)


def episode(sets: dict[str, EmbeddedSet], name: str, random: np.random.Generator) -> OutOfFold:
    """Return the judged messages of one small catalogue: its own, those of its set's other intents, and strangers."""
    data = sets[name]
    chosen, fitted, judged = drawn(data, random)
    position = np.full(len(data.labels), -1)
    position[chosen] = np.arange(len(chosen))
    codes = position[data.train.codes]
    count = len(chosen)
    points = np.concatenate([data.train.vectors[fitted], data.names[chosen]])
    ids = ["example"] * len(fitted) + [""] * count
    around = Neighbourhood.of(points, np.concatenate([codes[fitted], np.arange(count)]), ids)
    head = fit_points(around, count)
    unknown = random.permutation(np.flatnonzero(codes < 0))[:UNKNOWN]
    foreign = strangers(sets, name, "train", FOREIGN_EACH, random)
    return joined(
        [
            _judged(head, around, data.train.vectors[judged], codes[judged], Origin.INSIDE),
            _judged(head, around, data.train.vectors[unknown], codes[unknown], Origin.HELD_OUT),
            _judged(head, around, foreign, np.full(len(foreign), -1), Origin.OUTSIDE),
        ]
    )


def _judged(head: Head, around: Neighbourhood, vectors: Floats, codes: Ints, origin: Origin) -> OutOfFold:
    measured = signals(head, around, vectors)
    hits = measured.likely[:, :CHOICES] == codes[:, None]
    return OutOfFold(measured.matrix, hits[:, 0], np.full(len(vectors), origin), hits.any(axis=1))


def prior_of(episodes: dict[str, OutOfFold], left_out: Collection[str] = ()) -> Prior:
    """Return the prior of the episodes of all sets but those left out; each set counts alike."""
    parts = [rows for name, rows in episodes.items() if name not in left_out]
    rows = joined(parts)
    weights = np.concatenate([part.weights(OUT_OF_SCOPE_SHARE) / len(part.origin) for part in parts])
    weights = (weights * (COUNTED / weights.sum())).astype(np.float32)
    centre, scale = centre_and_scale(rows.matrix, weights)
    data = standardise(rows.matrix, centre, scale)
    return Prior(centre, scale, *(fit_logistic(data, target, weights) for target in (rows.right, rows.among)))


@dataclass(frozen=True)
class Outcome:
    """Shares of a weighted stream: answered at the model's own threshold, of these wrong, and the most possible."""

    answered: float
    wrong: float
    possible: float

    @property
    def of_possible(self) -> float:
        """What is answered of what could be; 0 where more than ALPHA of it is wrong."""
        if self.wrong > ALPHA:
            return 0.0
        return min(self.answered / self.possible, 1.0) if self.possible else 1.0


def catalogue(data: EmbeddedSet, size: int | None, seed: int) -> TrainingSet:
    """Return `size` messages an intent (None: all) with the names of all intents."""
    random = np.random.default_rng(1000 + seed)
    of_intent = [np.flatnonzero(data.train.codes == code) for code in range(len(data.labels))]
    rows = np.concatenate([random.permutation(part)[:size] if size else part for part in of_intent])
    vectors, groups = data.train.vectors[rows], [data.train.groups[row] for row in rows]
    numbers = {group: -1 - at for at, group in enumerate(dict.fromkeys(filter(None, groups)))}
    shared = same_vectors(vectors)
    numbered = np.asarray([numbers.get(group, int(own)) for group, own in zip(groups, shared, strict=True)])
    ids = tuple(f"example-{row}" for row in rows)
    every = LabelledVectors(vectors, data.train.codes[rows], data.labels, ids, numbered, np.zeros(len(rows), bool))
    return TrainingSet(every, every[:0], data.names)


def outcome(
    sets: dict[str, EmbeddedSet], name: str, size: int | None, seed: int, prior: Prior | None, background: Floats
) -> Outcome:
    """Fit a catalogue and judge it on the set's validation messages, with 15 % strangers among them."""
    data = sets[name]
    scorer = fit_scorer(catalogue(data, size, seed), background=background, alpha=ALPHA, seed=seed, prior=prior)
    foreign = strangers(sets, name, "judged", STRANGERS_EACH, np.random.default_rng(seed))
    inside = signals(scorer.head, scorer.around, data.judged.vectors)
    beyond = signals(scorer.head, scorer.around, foreign)
    right: Mask = np.append(inside.first == data.judged.codes, np.zeros(len(foreign), bool))
    confidence = scorer.calibration.confidence(np.concatenate([inside.matrix, beyond.matrix])).astype(np.float64)
    weights = stream_weights(len(data.judged.codes), len(foreign), OUT_OF_SCOPE_SHARE)
    chosen = confidence >= scorer.choice.threshold
    answered, wrong = float(weights[chosen].sum()), float(weights[chosen & ~right].sum())
    possible = answered_at(confidence, right, weights, ALPHA)
    return Outcome(answered / float(weights.sum()), wrong / answered if answered else 0.0, possible)


def compared(
    sets: dict[str, EmbeddedSet],
    priors: dict[str, Prior],
    background: Floats,
    draws: int,
    sizes: Collection[int | None],
) -> Iterator[tuple[str, int | None, bool, list[Outcome]]]:
    """Judge every set at every size, without and with the prior of the other sets."""
    for name in JUDGED:
        for size in sizes:
            for with_prior in (False, True):
                prior = priors[name] if with_prior else None
                seeds = range(draws if size else 1)
                yield name, size, with_prior, [outcome(sets, name, size, seed, prior, background) for seed in seeds]


def prepared(data: Path | None, vectors: Path) -> tuple[dict[str, EmbeddedSet], dict[str, OutOfFold], OnnxEncoder]:
    """Return the data sets, the episodes drawn from each, and the encoder. Raises: CorpusMissing."""
    source = find_encoder()
    encoder = load_encoder(source.key, ENCODERS, source=source.name)
    sets = embedded_sets(data_folder(data), vectors, encoder)
    episodes = {
        name: joined([episode(sets, name, np.random.default_rng(seed)) for seed in range(count)])
        for name, count in EPISODES.items()
    }
    return sets, episodes, encoder


def main() -> None:
    """Parse arguments; write the packaged prior or judge priors that never saw the set they are judged on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="fit on all sets and write the packaged prior")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--sizes", default="5,10,25,all", help="messages an intent")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--vectors", type=Path, default=Path("var/vectors"), help="where embedded messages are kept")
    arguments = parser.parse_args()
    sets, episodes, encoder = prepared(arguments.data, arguments.vectors)
    if arguments.write:
        known = encoder.manifest
        stored = {"encoder": [known.source_sha256, known.recipe], **prior_of(episodes).as_json()}
        PRIOR.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
        return
    sizes = [None if size == "all" else int(size) for size in arguments.sizes.split(",")]
    priors = {name: prior_of(episodes, {name}) for name in JUDGED}
    _show(list(compared(sets, priors, encoder.background, arguments.draws, sizes)))


def _show(judged: list[tuple[str, int | None, bool, list[Outcome]]]) -> None:
    rows = [
        (
            name, size or "all", "yes" if with_prior else "no",
            *(round(float(np.mean([getattr(each, column) for each in found])), 3) for column in
              ("answered", "wrong", "possible", "of_possible")),
            f"{sum(each.wrong > ALPHA for each in found)} of {len(found)}",
        )
        for name, size, with_prior, found in judged
    ]  # fmt: skip
    values = {}
    for which in (False, True):
        mine = [found for _, _, with_prior, found in judged if with_prior == which]
        values["with prior" if which else "without"] = {
            "of_possible": round(float(np.mean([np.mean([each.of_possible for each in found]) for found in mine])), 3),
            "over": sum(each.wrong > ALPHA for found in mine for each in found), "draws": sum(map(len, mine)),
        }  # fmt: skip
    columns = ("set", "messages", "prior", "answers", "wrong", "possible", "of possible", "over 2 %")
    show("own threshold at 2 % accepted, 15 % strangers", columns, rows, values, None)


if __name__ == "__main__":
    main()
