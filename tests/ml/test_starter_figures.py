"""How the starter is measured: the folds, the figures, and the messages that judge it."""

from collections import Counter

import numpy as np
import pytest

from escalation.catalogue.starter import starter_catalogue
from escalation.classifier import Example, Model
from escalation.learning.fast_refit import calibration_waits
from tests.benchmarks.starter import Judged, confused, folds, kept_apart, lowest_confidence, summary

ALREADY_THERE = {"how long is the guarantee on your mattresses"}
"""A judging message that was an example before, by chance."""


def said(truth: str | None, label: str, confidence: float) -> Judged:
    return Judged("", truth, label, confidence, confidence >= 0.5)


def test_nearly_equal_messages_of_an_intent_share_a_fold(starter: Model) -> None:
    alike = ["where is my parcel", "Where is my parcel?", "where is my parcel now"]
    others = ["do you gift wrap", "I forgot my password", "what are your opening hours", "cancel my order"]
    rows = [Example(text, "a") for text in alike] + [Example(text, "b") for text in others]
    for seed in range(5):
        turn = folds(rows, starter, seed)
        assert len(set(turn[:3])) == 1
        assert len(set(turn[3:])) == 4


def test_a_stranger_answered_is_wrong_only_in_the_figure_with_strangers() -> None:
    rows = [said("a", "a", 0.9), said("a", "b", 0.8), said("b", "b", 0.7), said("b", "b", 0.1)]
    made = summary("", rows, [said(None, "a", 0.6), said(None, "a", 0.2)])
    assert (made.messages, made.accuracy, made.answered) == (4, 0.75, 0.75)
    assert made.wrong == pytest.approx(1 / 3)
    stranger = 0.15 / 0.85 * 4 / 2
    assert made.wrong_with_strangers == pytest.approx((1 + stranger) / (3 + stranger))
    assert made.possible == 0.25


def test_nothing_can_be_answered_where_the_surest_answers_are_wrong() -> None:
    right = np.asarray([False, True, True])
    assert lowest_confidence(np.asarray([0.9, 0.8, 0.7]), right, np.ones(3)) > 1


def test_confusions_are_counted_by_pair_most_frequent_first() -> None:
    rows = [said("a", "b", 0.9), said("a", "b", 0.1), said("b", "a", 0.2), said("a", "a", 0.9)]
    assert confused(rows) == [("a", "b", 2, 1), ("b", "a", 1, 0)]


def test_the_messages_that_judge_the_starter_are_none_of_its_own() -> None:
    judged, own = kept_apart(), dict(starter_catalogue().labelled())
    assert {kind: len(rows) for kind, rows in judged.items()} == {"wish": 160, "stranger": 60, "mention": 40}
    assert Counter(row.label for row in judged["wish"]) == dict.fromkeys(own.values(), 4)
    texts = {row.text.casefold() for rows in judged.values() for row in rows}
    assert {text.casefold() for text in own} & texts <= ALREADY_THERE


def test_the_starter_may_double_before_a_refit_answers_ahead_of_its_calibration() -> None:
    labels = [label for _, label in starter_catalogue().labelled()]
    assert not calibration_waits(2 * len(labels), len(set(labels)))
    assert calibration_waits(15_000, 150)
