"""Judging a challenger against what answers now, on the gate's examples."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from escalation.classifier.evaluation import judge as figures
from escalation.classifier.model import Model
from escalation.classifier.prediction import Example, Prediction
from escalation.kernel.arrays import Floats
from escalation.learning import promotion
from escalation.learning.datasets import Labelled
from escalation.learning.promotion import GateVerdict, JudgedRow


@dataclass(frozen=True)
class Contender:
    """A model with the gate's vectors under its own encoder, float32 (n, d), and what it makes of them once known."""

    model: Model
    vectors: Floats
    predictions: Sequence[Prediction] | None = None


def run_gate(champion: Contender | None, challenger: Contender, gate: Sequence[Labelled], alpha: float) -> GateVerdict:
    """Return the verdict; with too few gate rows it rests on the models' out-of-fold estimates, and says so."""
    rows = judged(challenger, gate)
    model = challenger.model
    if champion is not None and promotion.has_gate(rows):
        return promotion.judge(judged(champion, gate), rows, threshold=model.threshold, alpha=alpha)
    before = None if champion is None else _out_of_fold(champion.model)
    same = champion is not None and set(champion.model.labels) == set(model.labels)
    return promotion.judge_without_gate(before, _out_of_fold(model), threshold=model.threshold, same_intents=same)


def guarded(contender: Contender, gate: Sequence[Labelled], verdict: GateVerdict) -> Model:
    """Return the model with the thresholds that the gate allows, for every accepted error it knows one for."""
    model = contender.model.with_threshold(verdict.threshold)
    if verdict.grounds != "gate":
        return model
    rows = judged(contender, gate)
    return model.with_thresholds(lambda alpha, threshold: promotion.safe_threshold(rows, threshold, alpha))


def predicted(contender: Contender, gate: Sequence[Labelled]) -> Contender:
    """Return the contender with its predictions, so that verdict and report need them only once."""
    return replace(contender, predictions=_predict(contender, gate))


def judged(contender: Contender, gate: Sequence[Labelled]) -> list[JudgedRow]:
    """Return what the model makes of each gate row."""
    predictions = _predict(contender, gate)
    return [
        JudgedRow(row.label is not None and prediction.label == row.label, row.label is not None, prediction.confidence)
        for row, prediction in zip(gate, predictions, strict=True)
    ]


def report(contender: Contender, gate: Sequence[Labelled], verdict: GateVerdict, data: str) -> dict[str, Any]:
    """Return the model's report as JSON: figures on the gate where it has enough rows, else out-of-fold estimates.

    `data` is the fingerprint of what it was fitted on.
    """
    model = contender.model
    own = _out_of_fold(model)
    rows = judged(contender, gate)
    found: dict[str, Any] = {
        "data": data, "grounds": verdict.grounds, "out_of_fold": asdict(own),
        "gate_in_scope": sum(row.in_scope for row in rows), "gate_right": sum(row.right for row in rows),
        "calibrated": model.scorer.calibrated_labels is None,
        "difference": verdict.difference, "interval": verdict.interval and list(verdict.interval),
    }  # fmt: skip
    if verdict.grounds != "gate":
        return {**found, "accuracy": None, "coverage": own.coverage, "risk": own.risk, "novelty_auroc": None}
    examples = [Example(row.text, row.label) for row in gate]
    seen = figures(_predict(contender, gate), examples, model.threshold, model.labels)
    return {
        **found, "accuracy": seen.accuracy, "coverage": seen.coverage, "risk": seen.risk, "novelty_auroc": seen.auroc,
        "answered": seen.answered, "wrong": seen.wrong,
    }  # fmt: skip


def _predict(contender: Contender, gate: Sequence[Labelled]) -> Sequence[Prediction]:
    if contender.predictions is not None or not gate:
        return contender.predictions or []
    return contender.model.judge_embedded(contender.vectors, [row.text for row in gate])


def _out_of_fold(model: Model) -> promotion.OutOfFoldEstimate:
    choice = model.scorer.choice
    return promotion.OutOfFoldEstimate(choice.coverage, choice.risk)
