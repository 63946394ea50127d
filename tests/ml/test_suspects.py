"""Wrong labels are listed for people to look at, with the label they should have; nothing is changed."""

from dataclasses import replace

import numpy as np
import pytest

from escalation.classifier import Example, LabelledVectors, find_suspects, suspects
from escalation.classifier.errors import OneClass
from escalation.classifier.head.training_set import training_set
from tests.ml.small_world import TOPICS, Encoder, shop_examples, unknown_messages


def flipped(rows: list[Example], share: float, seed: int = 0) -> tuple[list[Example], set[str]]:
    """Return the rows with a share of wrong labels, and the ids of those."""
    random = np.random.default_rng(seed)
    wrong = {rows[place].id for place in random.permutation(len(rows))[: round(share * len(rows))]}
    labels = sorted(TOPICS)

    def other(label: str | None) -> str:
        return str(random.choice([each for each in labels if each != label]))

    return [replace(row, label=other(row.label)) if row.id in wrong else row for row in rows], wrong


@pytest.mark.parametrize("share", [0.05, 0.2])
def test_wrong_labels_come_first_with_the_right_one_proposed(encoder: Encoder, share: float) -> None:
    rows = shop_examples(40)
    truth = {row.id: row.label for row in rows}
    noisy, wrong = flipped(rows, share)
    found = find_suspects(noisy, encoders=encoder.encoders, encoder=encoder.source)
    first = found[: len(wrong)]
    assert len({each.example_id for each in first} & wrong) >= 0.8 * len(wrong)
    right = [each.proposed == truth[each.example_id] for each in first if each.example_id in wrong]
    assert np.mean(right) > 0.8
    assert [each.ratio for each in found] == sorted((each.ratio for each in found), reverse=True)
    stored = {row.id: row.label for row in noisy}
    for each in found:
        assert each.label == stored[each.example_id] != each.proposed
        assert 0 < each.probability <= 1
        assert each.ratio >= 3 or each.reason == "conflict"


def test_clean_labels_raise_hardly_a_question(encoder: Encoder) -> None:
    found = find_suspects(shop_examples(40), encoders=encoder.encoders, encoder=encoder.source)
    assert len(found) <= 0.05 * 320


def test_nothing_is_changed_and_equal_seeds_list_equal_suspects(encoder: Encoder) -> None:
    noisy, _ = flipped(shop_examples(10), 0.2)
    before = list(noisy)
    lists = [find_suspects(noisy, encoders=encoder.encoders, encoder=encoder.source, seed=4) for _ in range(2)]
    assert noisy == before
    assert lists[0] == lists[1]


def test_one_text_with_two_labels_is_a_conflict_and_the_likelier_label_is_proposed(encoder: Encoder) -> None:
    rows = shop_examples(20)
    rows.append(Example(rows[0].text, "job_offer", id="contradiction"))
    rows.append(Example(rows[0].text, rows[0].label, id="the same again"))
    found = find_suspects(rows, encoders=encoder.encoders, encoder=encoder.source)
    conflicts = [each for each in found if each.reason == "conflict"]
    assert [(each.example_id, each.proposed) for each in conflicts] == [("contradiction", "order_status")]


def test_out_of_scope_messages_are_not_judged(encoder: Encoder) -> None:
    rows = [*shop_examples(10), *(Example(text, None, id=f"out-{n}") for n, text in enumerate(unknown_messages(10)))]
    found = find_suspects(rows, encoders=encoder.encoders, encoder=encoder.source, least_ratio=1.0)
    assert not any(each.example_id.startswith("out-") for each in found)


def test_one_example_each_is_judged_by_the_names_alone(encoder: Encoder) -> None:
    found = find_suspects(shop_examples(1), encoders=encoder.encoders, encoder=encoder.source)
    assert len(found) <= 8


def test_one_class_is_refused(encoder: Encoder) -> None:
    with pytest.raises(OneClass):
        find_suspects(shop_examples(5, topics=1), encoders=encoder.encoders, encoder=encoder.source)


def test_no_group_is_on_both_sides_of_a_judgement() -> None:
    """Ten copies of one wrong label vouch for each other unless they share a fold."""
    random = np.random.default_rng(0)
    centres = np.eye(8, dtype=np.float32)[:2]
    vectors = np.concatenate(
        [np.repeat(centres, 10, axis=0) + random.normal(size=(20, 8)) * 0.1, np.repeat(centres[:1], 10, axis=0)]
    )
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    labels = ["a"] * 10 + ["b"] * 10 + ["b"] * 10
    ids = [f"e{place}" for place in range(30)]
    rows = [Example("", label, id=id) for label, id in zip(labels, ids, strict=True)]
    training = training_set(LabelledVectors.of(vectors, rows), embed=lambda texts: centres)
    assert {each.example_id for each in suspects(training)} == {f"e{place}" for place in range(20, 30)}
