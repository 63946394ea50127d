"""`python -m tests.benchmarks asking`: how many customers are asked what they meant, and how often that helps.

The service's own decision on every validation message, with 15 % strangers among them. "By scores" is how it was
decided before: asked where the scores of the choices add up to one half. "By chance" asks where it is likely enough
that the right intent is among them. Each set is judged with a prior that never saw it.
"""

import argparse
from collections.abc import Collection, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from escalation.classifier import Prediction
from escalation.classifier.confidence.prior import Prior
from escalation.classifier.head.scorer import OUT_OF_SCOPE_SHARE, fit_scorer
from escalation.conversations.decision import AnswerVerdict, ClarifyVerdict, Evidence, Intent, Verdict, decide_turn
from escalation.conversations.predictions import Guess, TurnPolicy
from escalation.kernel.arrays import Doubles, Floats
from escalation.learning.predictor import Limits
from tests.benchmarks.embedded_sets import EmbeddedSet, strangers
from tests.benchmarks.figures import stream_weights
from tests.benchmarks.timing import show
from tests.benchmarks.transfer import ALPHA, STRANGERS_EACH, catalogue, prepared, prior_of

SETS = ("clinc150", "banking77", "hwu64")
BEFORE = 0.5
LIMITS = Limits()


@dataclass(frozen=True)
class Asked:
    """Shares of the stream: answered at once, of these wrong, asked, and asked with the right one among the choices."""

    direct: float
    wrong: float
    asked: float
    helped: float


def decided(prediction: Prediction, threshold: float, floor: float, *, by_scores: bool) -> Verdict:
    """Return what the bot does, where every intent has an approved answer."""
    evidence = Evidence(
        guesses=tuple(Guess(label=la, score=s) for la, s in zip(prediction.labels, prediction.scores, strict=True)),
        confidence=prediction.confidence, novelty=prediction.novelty, language_known=True, language="en", failed=False,
        clarifications=0, already_answered_intent=None, among=None if by_scores else prediction.among,
        intents={label: Intent("automatic", label, label) for label in prediction.labels},
    )  # fmt: skip
    return decide_turn(evidence, TurnPolicy(threshold, LIMITS.novelty_limit, LIMITS.margin, floor))


def counted(verdicts: list[Verdict], truth: list[str | None], weights: Doubles) -> Asked:
    """Return the shares of decided messages."""
    direct, right, asked, helped = (np.zeros(len(truth), bool) for _ in range(4))
    for at, (verdict, label) in enumerate(zip(verdicts, truth, strict=True)):
        match verdict:
            case AnswerVerdict(intent):
                direct[at], right[at] = True, intent == label
            case ClarifyVerdict(options):
                asked[at], helped[at] = True, label in {option.intent for option in options}
    answered, total = float(weights[direct].sum()), float(weights.sum())
    wrong = float(weights[direct & ~right].sum()) / answered if answered else 0.0
    return Asked(answered / total, wrong, float(weights[asked].sum()) / total, float(weights[helped].sum()) / total)


def measured(
    sets: dict[str, EmbeddedSet], name: str, size: int | None, seed: int, prior: Prior, background: Floats,
    floors: Collection[float],
) -> list[Asked]:  # fmt: skip
    """Return what becomes of the messages by scores, and by chance with each floor."""
    data = sets[name]
    scorer = fit_scorer(catalogue(data, size, seed), background=background, alpha=ALPHA, seed=seed, prior=prior)
    foreign = strangers(sets, name, "judged", STRANGERS_EACH, np.random.default_rng(seed))
    made = scorer.predict(np.concatenate([data.judged.vectors, foreign]), evidence=False)
    truth = [*(data.labels[code] for code in data.judged.codes), *([None] * len(foreign))]
    weights = stream_weights(len(data.judged.codes), len(foreign), OUT_OF_SCOPE_SHARE)
    plans = [(BEFORE, True), *((floor, False) for floor in floors)]
    return [
        counted([decided(p, scorer.choice.threshold, floor, by_scores=by) for p in made], truth, weights)
        for floor, by in plans
    ]


def _rows(
    name: str, size: int | None, found: list[list[Asked]], floors: Collection[float]
) -> Iterator[tuple[object, ...]]:
    for number, how in enumerate(["by scores", *(f"by chance, {floor}" for floor in floors)]):
        columns = np.asarray([astuple(draw[number]) for draw in found]).mean(axis=0)
        direct, _, _, helped = columns
        yield (name, size or "all", how, *np.round(columns, 3).tolist(), round(float(direct + helped), 3))


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--sizes", default="5,10,25,all", help="messages an intent")
    parser.add_argument("--floors", default=str(LIMITS.clarify_floor), help="least chances, comma separated")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--vectors", type=Path, default=Path("var/vectors"), help="where embedded messages are kept")
    arguments = parser.parse_args()
    sets, episodes, encoder = prepared(arguments.data, arguments.vectors)
    floors = [float(floor) for floor in arguments.floors.split(",")]
    rows: list[tuple[object, ...]] = []
    for name in SETS:
        prior = prior_of(episodes, {name})
        for size in [None if each == "all" else int(each) for each in arguments.sizes.split(",")]:
            seeds = range(arguments.draws if size else 1)
            found = [measured(sets, name, size, seed, prior, encoder.background, floors) for seed in seeds]
            rows += _rows(name, size, found, floors)
    columns = ("set", "messages", "asked", "direct", "wrong", "asked back", "... and helped", "answered in all")
    show("who is asked, 15 % strangers", columns, rows, {"rows": rows}, None)


if __name__ == "__main__":
    main()
