"""Examples that say nearly the same share a fold, whatever else is split."""

import numpy as np

from escalation.classifier import Example, LabelledVectors
from escalation.classifier.confidence.paraphrases import linked


def at(*degrees: float) -> np.ndarray:
    """Return unit vectors in a plane; 30 degrees apart is a cosine of .87, 60 is .5."""
    angle = np.radians(np.asarray(degrees))
    return np.column_stack([np.cos(angle), np.sin(angle)]).astype(np.float32)


def parts(groups: np.ndarray) -> set[frozenset[int]]:
    """Return which rows are together."""
    return {frozenset(np.flatnonzero(groups == group).tolist()) for group in np.unique(groups)}


def test_nearly_equal_examples_of_an_intent_are_linked_also_through_others() -> None:
    found = linked(at(0, 30, 60, 180), np.zeros(4, np.int64), np.arange(4))
    assert parts(found) == {frozenset({0, 1, 2}), frozenset({3})}


def test_other_intents_are_not_linked() -> None:
    found = linked(at(0, 5, 10), np.asarray([0, 1, 0]), np.arange(3))
    assert parts(found) == {frozenset({0, 2}), frozenset({1})}


def test_a_group_is_never_split_and_one_text_under_two_labels_links_both() -> None:
    found = linked(at(0, 10, 0, 10, 180), np.asarray([0, 0, 1, 1, 1]), np.asarray([7, 8, 7, 9, 5]))
    assert parts(found) == {frozenset({0, 1, 2, 3}), frozenset({4})}


def test_messages_of_conversations_are_left_alone() -> None:
    found = linked(at(0, 90, 1, 91, 2), np.asarray([0, 1, 0, 1, 0]), np.asarray([-1, -1, -2, -2, 5]))
    assert parts(found) == {frozenset({0, 1}), frozenset({2, 3}), frozenset({4})}


def test_labelled_vectors_tell_conversations_from_what_was_written() -> None:
    groups = ["talk", "talk", "", "", ""]
    rows = [Example("", label, group, id) for label, group, id in zip("ababa", groups, "vwxyz", strict=True)]
    made = LabelledVectors.of(at(0, 90, 0, 90, 0), rows)
    assert (made.groups < 0).tolist() == [True, True, False, False, False]
    assert parts(made.groups) == {frozenset({0, 1}), frozenset({2, 4}), frozenset({3})}


def test_many_rows_are_linked_block_by_block() -> None:
    around = at(*np.arange(0, 180, 0.05))  # 3,600 rows, each near the next
    assert parts(linked(around, np.zeros(len(around), np.int64), np.arange(len(around)))) == {
        frozenset(range(len(around)))
    }


def test_nothing_has_no_groups() -> None:
    assert linked(np.zeros((0, 2), np.float32), np.zeros(0, np.int64), np.zeros(0, np.int64)).size == 0
