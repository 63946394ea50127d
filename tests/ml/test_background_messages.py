"""The packaged background messages: what they are, which of them a catalogue claims, and how much they weigh."""

import numpy as np

from escalation.catalogue.starter import starter_catalogue, starter_out_of_scope
from escalation.classifier import Example, LabelledVectors
from escalation.classifier.confidence.background_messages import (
    SHARE,
    background_texts,
    is_foreign,
    judge_background,
    with_background,
)
from escalation.classifier.confidence.folds import Origin
from escalation.classifier.confidence.signals import SIGNALS
from escalation.classifier.head.fit import Head
from escalation.classifier.head.neighbours import Neighbourhood
from escalation.classifier.head.training_set import TrainingSet, training_set


def test_the_messages_are_many_distinct_and_nobodys_examples() -> None:
    texts = background_texts()
    assert len(texts) == len({text.casefold() for text in texts}) > 150
    assert not {*texts} & {text for text, _ in starter_catalogue().labelled()}
    assert not {*texts} & {*starter_out_of_scope()}, "what a model is fitted on cannot judge it"


def test_a_message_near_an_example_is_not_foreign() -> None:
    examples = np.eye(3, dtype=np.float32)
    near = np.asarray([0.8, 0.6, 0.0], np.float32)
    far = np.full(3, 3**-0.5, np.float32)
    assert is_foreign(np.stack([near, far]), examples).tolist() == [False, True]


def test_background_weighs_its_share_and_the_sum_stays() -> None:
    weights = np.asarray([1.0, 2.0, 1.0], np.float32)
    total = with_background(weights, 5)
    assert np.isclose(total.sum(), 4.0)
    assert np.allclose(total[3:], SHARE * 4.0 / 5)
    assert np.allclose(total[:3] / weights, total[0])
    assert with_background(weights, 0) is weights


AXES = np.eye(8, dtype=np.float32)


def four_examples() -> TrainingSet:
    """Two intents of two examples and a name each, all at right angles."""
    rows = [Example("", id[0], id=id) for id in ("a0", "a1", "b0", "b1")]
    return training_set(LabelledVectors.of(AXES[:4], rows), embed=lambda names: AXES[4:6])


def fitted(training: TrainingSet) -> tuple[Neighbourhood, Head]:
    return training.around, training.fit()


def test_only_what_is_foreign_is_judged_and_always_as_out_of_scope() -> None:
    judged = judge_background(*fitted(four_examples()), AXES[[0, 4, 7]])
    assert judged.matrix.shape == (1, len(SIGNALS)), "an example and a name are the catalogue's own"
    assert judged.origin.tolist() == [Origin.OUTSIDE]
    assert not judged.right.any()


def test_a_catalogue_that_claims_all_of_it_leaves_nothing() -> None:
    judged = judge_background(*fitted(four_examples()), AXES[:6])
    assert judged.matrix.shape == (0, len(SIGNALS))
