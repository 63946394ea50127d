"""How good a model is on labelled messages it was not fitted on, and whether one model beats another. Numpy only."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from escalation.classifier.errors import TooFewExamples
from escalation.classifier.model import Model
from escalation.classifier.prediction import Example, Prediction
from escalation.kernel.arrays import Doubles, Mask

RISKS = (0.01, 0.02, 0.05)


@dataclass(frozen=True, slots=True)
class Report:
    """Figures over the messages as given (no reweighting). What cannot be computed is None.

    `accuracy` over in-scope messages; `auroc` and `fpr95` of novelty: out of scope against in scope, and the share of
    in-scope messages called new where 95 % of the out-of-scope ones are. `coverage`: share of all messages answered at
    the threshold; `risk`: share of those answered wrongly (an out-of-scope message answered is wrong).
    `answered_at`: the greatest coverage at which the true risk is at most .01, .02, .05. `unknown_labels`: labels of
    the data that the model does not know; their messages count as in scope and wrong.
    """

    n: int
    n_in_scope: int
    n_out_of_scope: int
    accuracy: float | None
    auroc: float | None
    fpr95: float | None
    threshold: float
    coverage: float
    risk: float | None
    answered: int
    wrong: int
    answered_at: dict[str, float]
    unknown_labels: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return plain JSON values."""
        return {**asdict(self), "unknown_labels": list(self.unknown_labels)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Challenger minus champion on the same messages, each with a 95 % interval (paired, normal approximation).

    `accuracy` is over in-scope messages; `gain` over all of them of a score that counts an answer right as 1, wrong as
    -cost and a handoff as 0 with cost (1 - alpha) / alpha: it is 0 for a model exactly at its accepted error.
    """

    n: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    coverage: float
    coverage_interval: tuple[float, float]
    gain: float
    gain_interval: tuple[float, float]


def evaluate(model: Model, examples: Sequence[Example]) -> Report:
    """Evaluate on examples (label None: out of scope). Raises: TooFewExamples when there are none."""
    if not examples:
        raise TooFewExamples("There is nothing to evaluate on.")
    return judge(_predictions(model, examples), examples, model.threshold, model.labels)


def judge(
    predictions: Sequence[Prediction], examples: Sequence[Example], threshold: float, known: Sequence[str]
) -> Report:
    """Return the report of predictions already made, in the order of the examples."""
    inside = np.asarray([row.label is not None for row in examples], bool)
    right = _right(predictions, examples)
    confidence = np.asarray([p.confidence for p in predictions], np.float64)
    novelty = np.asarray([p.novelty for p in predictions], np.float64)
    answered = confidence >= threshold
    both = bool(inside.any() and not inside.all())
    return Report(
        n=len(examples),
        n_in_scope=int(inside.sum()),
        n_out_of_scope=int((~inside).sum()),
        accuracy=float(right[inside].mean()) if inside.any() else None,
        auroc=auroc(novelty[~inside], novelty[inside]) if both else None,
        fpr95=fpr_at_95(novelty[~inside], novelty[inside]) if both else None,
        threshold=threshold,
        coverage=float(answered.mean()),
        risk=float((~right[answered]).mean()) if answered.any() else None,
        answered=int(answered.sum()),
        wrong=int((answered & ~right).sum()),
        answered_at={f"{risk:.0%}": answered_at(confidence, right, risk) for risk in RISKS},
        unknown_labels=tuple(sorted({row.label for row in examples if row.label is not None} - set(known))),
    )


def compare(champion: Model, challenger: Model, examples: Sequence[Example], alpha: float | None = None) -> Comparison:
    """Compare two models on the same messages. Raises: TooFewExamples below two in-scope messages."""
    first, second = _predictions(champion, examples), _predictions(challenger, examples)
    inside = np.asarray([row.label is not None for row in examples], bool)
    if inside.sum() < 2:
        raise TooFewExamples(f"{int(inside.sum())} in-scope messages are too few to compare two models on.")
    cost = (1 - (alpha or champion.alpha)) / (alpha or champion.alpha)
    rights = [_right(p, examples) for p in (first, second)]
    answers = [
        np.asarray([p.confidence >= model.threshold for p in made], bool)
        for model, made in ((champion, first), (challenger, second))
    ]
    scores = [np.where(answer, np.where(right, 1.0, -cost), 0.0) for answer, right in zip(answers, rights, strict=True)]
    accuracy = _difference(rights[1][inside].astype(np.float64) - rights[0][inside])
    coverage = _difference(answers[1].astype(np.float64) - answers[0])
    gain = _difference(scores[1] - scores[0])
    return Comparison(len(examples), *accuracy, *coverage, *gain)


def auroc(positive: Doubles, negative: Doubles) -> float:
    """Return the probability that a positive scores above a negative, ties counting half (Mann-Whitney U)."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    upto = np.searchsorted(ordered, positive, side="right")
    return float((below + upto).sum() / (2.0 * len(positive) * len(negative)))


def fpr_at_95(positive: Doubles, negative: Doubles) -> float:
    """Return the share of negatives at or above the score that 95 % of the positives reach."""
    cut = np.sort(positive)[int(np.floor(0.05 * len(positive)))]
    return float((negative >= cut).mean())


def answered_at(confidence: Doubles, right: Mask, risk: float) -> float:
    """Return the greatest share that can be answered, most confident first, with at most `risk` of it wrong."""
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    last_of_ties = np.append(confidence[order][:-1] > confidence[order][1:], True)
    allowed = np.flatnonzero((wrong <= risk) & last_of_ties)
    return float((allowed[-1] + 1) / len(order)) if len(allowed) else 0.0


def _predictions(model: Model, examples: Sequence[Example]) -> list[Prediction]:
    texts = [row.text for row in examples]
    return model.judge_embedded(model.embed_messages(texts), texts)


def _right(predictions: Sequence[Prediction], examples: Sequence[Example]) -> Mask:
    pairs = zip(predictions, examples, strict=True)
    return np.asarray([row.label is not None and prediction.label == row.label for prediction, row in pairs], bool)


def _difference(values: Doubles) -> tuple[float, tuple[float, float]]:
    mean, error = float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))
    return mean, (mean - 1.96 * error, mean + 1.96 * error)
