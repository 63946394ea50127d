"""How good a strategy became, on messages that decide nothing: accuracy, forgetting, new intents, risk and coverage."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from escalation.classifier import Example, Model, Prediction
from escalation.kernel.arrays import Doubles, Mask
from escalation.lab.simulation.learner import Corpus
from escalation.lab.simulation.outcomes import Journal
from escalation.lab.simulation.strategy import Strategy, World

CHECKPOINTS = 10
SAMPLED = 600
"""Test messages a checkpoint looks at; the end looks at all of them."""
FIRST_FEW = 12
"""How many messages of a new intent its learning curve shows."""
CURVE = np.linspace(0.02, 1.0, 50)
"""Coverages of the risk-coverage curve."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Shares of test messages whose first guess is right: of intents known at the start, and of those that emerged."""

    at: int
    known: float
    emerged: float


@dataclass
class Observer:
    """Looks at one strategy's live head now and then."""

    world: World
    checkpoints: list[Checkpoint] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Choose the test messages of the checkpoints: in scope, spread over the file."""
        rows = [at for at, row in enumerate(self.world.corpus.stream.test) if row.label is not None]
        self._sample = rows[:: max(1, len(rows) // SAMPLED)]

    def measure(self, at: int, strategy: Strategy) -> None:
        """Measure after `at` messages."""
        corpus = self.world.corpus
        rows = [corpus.stream.test[place] for place in self._sample]
        guesses = first_guesses(strategy.learner.model, corpus.test[self._sample])
        right = np.asarray([guess == row.label for guess, row in zip(guesses, rows, strict=True)], bool)
        intents = set(corpus.stream.known)
        known = np.asarray([row.label in intents for row in rows])
        emerged = np.asarray([at > corpus.stream.emerging.get(row.label or "", at) for row in rows])
        self.checkpoints.append(Checkpoint(at, share(right[known]), share(right[emerged])))


@dataclass(frozen=True)
class Verdicts:
    """The whole test at the end. `risks` (len(CURVE)): wrong share of the surest part, out of scope weighted."""

    accuracy: float
    known: float
    emerged: float
    risks: Doubles
    at_alpha: float
    """The greatest coverage at which the true wrong share is at most alpha."""


def examine(world: World, strategy: Strategy) -> Verdicts:
    """Measure the live head on all test messages; emerged: intents of which the stream held a message."""
    corpus, stream = world.corpus, world.corpus.stream
    predictions = predict_test(strategy.learner.model, corpus, range(len(stream.test)))
    right = rights(predictions, stream.test)
    label = [row.label for row in stream.test]
    old, new = set(stream.known), set(stream.appeared)
    inside = np.asarray([each is not None for each in label])
    scores = np.asarray([strategy.score(prediction) for prediction in predictions])
    weights = _weights(inside, world.scenario.outside_share)
    coverage, risk = risk_coverage(scores, right, weights)
    allowed = np.flatnonzero(risk <= world.scenario.alpha)
    return Verdicts(
        accuracy=share(right[inside]),
        known=share(right[np.asarray([each in old for each in label])]),
        emerged=share(right[np.asarray([each in new for each in label])]),
        risks=np.interp(CURVE, coverage, risk),
        at_alpha=float(coverage[allowed[-1]]) if len(allowed) else 0.0,
    )


def risk_coverage(scores: Doubles, right: Mask, weights: Doubles) -> tuple[Doubles, Doubles]:
    """Return coverages (rising) and the weighted wrong share of what is answered, surest first; ties go together."""
    order = np.argsort(-scores, kind="stable")
    answered = np.cumsum(weights[order])
    wrong = np.cumsum(weights[order] * ~right[order])
    last = np.append(scores[order][:-1] > scores[order][1:], True)
    return (answered / answered[-1])[last], (wrong / answered)[last]


def learning_curve(world: World, journal: Journal) -> tuple[Doubles, Doubles]:
    """Return, for the 1st, 2nd, ... message of new intents: share with a right first guess, and answered rightly.

    Each is float64 (FIRST_FEW); NaN where no new intent had so many messages.
    """
    turns: dict[str | None, int] = {}
    guessed: list[list[bool]] = [[] for _ in range(FIRST_FEW)]
    answered: list[list[bool]] = [[] for _ in range(FIRST_FEW)]
    for message, fate in zip(world.corpus.stream.messages, journal.fates, strict=True):
        turn = turns.get(message.label, 0)
        if message.label not in world.corpus.stream.emerging or turn >= FIRST_FEW:
            continue
        turns[message.label] = turn + 1
        guessed[turn].append(fate.guessed)
        answered[turn].append(fate.automatic and not fate.wrong)
    return np.asarray([share(part) for part in guessed]), np.asarray([share(part) for part in answered])


def delays(world: World, journal: Journal) -> dict[str, list[int | None]]:
    """Return for each new intent that appeared how many of its messages came before the first right guess (`guess`)
    and before the first right automatic answer, asked for or not (`answer`); None: never.
    """
    seen: dict[str, int] = {}
    found: dict[str, dict[str, int]] = {"guess": {}, "answer": {}}
    for message, fate in zip(world.corpus.stream.messages, journal.fates, strict=True):
        label = message.label
        if label is None or label not in world.corpus.stream.emerging:
            continue
        if fate.guessed:
            found["guess"].setdefault(label, seen.get(label, 0))
        if fate.automatic and not fate.wrong:
            found["answer"].setdefault(label, seen.get(label, 0))
        seen[label] = seen.get(label, 0) + 1
    return {kind: [moments.get(label) for label in seen] for kind, moments in found.items()}


def predict_test(model: Model, corpus: Corpus, places: Sequence[int]) -> list[Prediction]:
    """Return predictions of test messages, from their vectors alone: only labels and scores are looked at."""
    return model.predict_embedded(corpus.test[list(places)])


def first_guesses(model: Model, vectors: npt.NDArray[np.float32]) -> list[str]:
    """Return the first label of each vector (n, d): a tenth of the work of whole predictions."""
    return [model.labels[code] for code in model.scorer.head.first(vectors)]


def rights(predictions: Sequence[Prediction], rows: Sequence[Example]) -> Mask:
    """Return whether each first guess is right; never for an out-of-scope message."""
    pairs = zip(predictions, rows, strict=True)
    return np.asarray([row.label is not None and prediction.label == row.label for prediction, row in pairs], bool)


def share(values: Sequence[bool] | Mask) -> float:
    """Return the share of true values, NaN without any."""
    return float(np.mean(values)) if len(values) else float("nan")


def _weights(inside: Mask, outside_share: float) -> Doubles:
    """Return weights (n) that give out-of-scope messages their share of the traffic."""
    outside = (~inside).sum()
    if not outside or outside == len(inside):
        return np.ones(len(inside))
    weights: Doubles = np.where(inside, (1 - outside_share) / inside.sum(), outside_share / outside)
    return weights
