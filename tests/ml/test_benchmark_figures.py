"""The weighted figures the accuracy benchmark prints, on streams small enough to count by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from escalation.classifier import Example, Prediction
from tests.benchmarks.corpora import CorpusMissing, SetUnknown, draw, read_turns, sample
from tests.benchmarks.figures import answered_at, figures, fragments, stream_weights


def guess(label: str, confidence: float, novelty: float = 0.0) -> Prediction:
    return Prediction((label,), (confidence,), confidence, novelty)


def test_out_of_scope_messages_weigh_their_share() -> None:
    weights = stream_weights(82, 9, 0.18)
    assert weights[82:].sum() / weights.sum() == pytest.approx(0.18)
    assert (weights[:82] == 1).all()


def test_a_heavy_wrong_answer_ends_the_coverage_a_light_one_does_not() -> None:
    confidence = np.asarray([0.9, 0.8, 0.7, 0.6])
    right = np.asarray([True, True, False, True])
    assert answered_at(confidence, right, np.ones(4), 0.25) == 1.0
    assert answered_at(confidence, right, np.asarray([1.0, 1, 3, 1]), 0.25) == pytest.approx(2 / 6)


def test_messages_of_equal_confidence_are_answered_together_or_not() -> None:
    confidence = np.asarray([0.9, 0.5, 0.5])
    assert answered_at(confidence, np.asarray([True, True, False]), np.ones(3), 0.01) == pytest.approx(1 / 3)


def test_an_answered_out_of_scope_message_is_an_error_of_its_weight() -> None:
    truth = [Example("", "a"), Example("", "b"), Example("", "b")]
    inside = [guess("a", 0.9), guess("a", 0.2), guess("b", 0.8)]
    made = figures(inside, truth, [guess("a", 0.7, 1.0)], threshold=0.5, share=0.25)
    assert made.accuracy == pytest.approx(2 / 3)
    assert made.auroc == 1.0
    assert made.coverage == pytest.approx(3 / 4)
    assert made.risk == pytest.approx(1 / 3)


def test_small_talk_is_no_request() -> None:
    found = {"contentonly": [guess("thanks", 0.9, 0.5), guess("refund", 0.9, 0.5), guess("refund", 0.1, 0.9)]}
    requests = [guess("refund", 0.9, 0.1), guess("thanks", 0.9, 1.0)]
    (made,) = fragments(found, requests, threshold=0.5, small_talk=frozenset({"thanks"})).values()
    assert (made.answered, made.answered_with_request) == (pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert made.auroc == 1.0


def test_a_sample_is_the_same_for_a_seed_and_another_for_the_next() -> None:
    rows = [Example(f"{label}{at}", label) for label in "ab" for at in range(30)]
    assert sample(rows, 5, 1) == sample(rows, 5, 1) != sample(rows, 5, 2)
    assert [row.text for row in sample(rows, 2, None)] == ["a0", "a1", "b0", "b1"]


def test_where_a_set_has_no_strangers_the_messages_of_another_are(tmp_path: Path) -> None:
    for name, said in (("banking77", "b"), ("hwu64", "h")):
        (tmp_path / name).mkdir()
        for part in ("train", "valid"):
            lines = (json.dumps({"text": f"{said} {part} {at}", "label": f"{said}{at % 2}"}) for at in range(6))
            (tmp_path / name / f"{part}.jsonl").write_text("\n".join(lines))
    whole, some = draw("banking", tmp_path, 0), draw("hwu2", tmp_path, 0)
    assert (len(whole.fitted), whole.outside_judged) == (6, [f"h valid {at}" for at in range(6)])
    assert (len(some.fitted), some.outside_judged) == (4, [f"b valid {at}" for at in range(6)])


def test_malformed_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = [
        "header",
        "c\t0\tu\thello there\tO O\tgreet",
        "c\t2.0\tu\tboth\tO\tpay<div>close",
        "c\t3\tu",
        "c\tx\tu\ta\tO\tb",
    ]
    (tmp_path / "turns.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    turns, malformed = read_turns(tmp_path / "turns.tsv")
    assert [(turn.number, turn.intents) for turn in turns] == [(0, ("greet",)), (2, ("pay", "close"))]
    assert malformed == 2


def test_missing_data_and_unknown_sets_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing, match="ESCALATION_DATA"):
        draw("clinc", tmp_path, 0)
    with pytest.raises(SetUnknown, match="clincN"):
        draw("clinc0", tmp_path, 0)
