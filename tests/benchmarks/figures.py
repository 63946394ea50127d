"""Figures of one model on one draw, out-of-scope messages weighted to a share of the traffic. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from escalation.classifier import Example, Prediction
from escalation.classifier.evaluation import auroc, fpr_at_95
from escalation.kernel.arrays import Doubles, Mask

RISKS = (0.01, 0.02, 0.05)


@dataclass(frozen=True, slots=True)
class Fragments:
    """Of `n` messages of one kind that mean something only in context: shares answered, and answered with a request.

    The second leaves out answers that are small talk. `auroc`: their novelty against that of whole requests.
    """

    n: int
    answered: float
    answered_with_request: float
    auroc: float


@dataclass(frozen=True, slots=True)
class Figures:
    """`accuracy` in scope; `auroc`, `fpr95` of novelty; what follows is of the weighted stream, all shares 0..1.

    `at_1`, `at_2`, `at_5`: the most that could be answered with so many per cent of it wrong; `coverage`, `risk`: what
    the model's own threshold does. An out-of-scope message answered is wrong.
    """

    accuracy: float
    auroc: float
    fpr95: float
    at_1: float
    at_2: float
    at_5: float
    threshold: float
    coverage: float
    risk: float


def figures(
    inside: Sequence[Prediction], truth: Sequence[Example], outside: Sequence[Prediction], *, threshold: float,
    share: float,
) -> Figures:  # fmt: skip
    """Return the figures of predictions for in-scope messages (n) and out-of-scope ones (m >= 1)."""
    right_inside = np.asarray([p.label == row.label for p, row in zip(inside, truth, strict=True)], bool)
    right = np.append(right_inside, np.zeros(len(outside), bool))
    confidence = np.asarray([p.confidence for p in (*inside, *outside)], np.float64)
    novelty = np.asarray([p.novelty for p in (*inside, *outside)], np.float64)
    new, known = novelty[len(inside) :], novelty[: len(inside)]
    weights = stream_weights(len(inside), len(outside), share)
    answered = confidence >= threshold
    covered = float(weights[answered].sum())
    best = [answered_at(confidence, right, weights, risk) for risk in RISKS]
    return Figures(
        float(right_inside.mean()), auroc(new, known), fpr_at_95(new, known), *best, threshold,
        covered / float(weights.sum()), float(weights[answered & ~right].sum()) / covered if covered else 0.0,
    )  # fmt: skip


def stream_weights(inside: int, outside: int, share: float) -> Doubles:
    """Return weights (inside + outside): 1 in scope, and what makes the out-of-scope messages `share` of the whole."""
    return np.append(np.ones(inside), np.full(outside, share / (1 - share) * inside / outside))


def answered_at(confidence: Doubles, right: Mask, weights: Doubles, risk: float) -> float:
    """Return the greatest weighted share answered, most confident first, with at most `risk` of it wrong."""
    order = np.argsort(-confidence, kind="stable")
    covered = np.cumsum(weights[order])
    wrong = np.cumsum(np.where(right, 0.0, weights)[order])
    last_of_ties = np.append(confidence[order][:-1] > confidence[order][1:], True)
    allowed = np.flatnonzero((wrong <= risk * covered) & last_of_ties)
    return float(covered[allowed[-1]] / covered[-1]) if len(allowed) else 0.0


def fragments(
    found: Mapping[str, Sequence[Prediction]], requests: Sequence[Prediction], *, threshold: float,
    small_talk: frozenset[str],
) -> dict[str, Fragments]:  # fmt: skip
    """Return for each kind of fragment what is answered, and how well its novelty tells it from whole requests."""
    whole = np.asarray([p.novelty for p in requests if p.label not in small_talk], np.float64)
    made = {}
    for kind, predictions in found.items():
        answered = [p for p in predictions if p.confidence >= threshold]
        requested = [p for p in answered if p.label not in small_talk]
        count = max(len(predictions), 1)
        score = auroc(np.asarray([p.novelty for p in predictions], np.float64), whole)
        made[kind] = Fragments(len(predictions), len(answered) / count, len(requested) / count, score)
    return made
