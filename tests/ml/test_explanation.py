"""Which words spoke for a label: the ones that do, at their places, for the file that serves."""

import re
from itertools import pairwise

import numpy as np
import pytest

from escalation.classifier import Model, explain
from escalation.classifier.errors import ExampleInvalid, LabelUnknown
from escalation.classifier.explanation import MOST_WORDS_READ, words_of


def log_odds(model: Model, text: str, label: str) -> float:
    logits = model.scorer.head.logits(model.embed([text]))[0].astype(np.float64)
    p = np.exp(logits - logits.max())
    p /= p.sum()
    here = p[model.labels.index(label)]
    return float(np.log(here / (1 - here)))


def test_a_weight_is_what_the_log_odds_lose_without_the_word(shop: Model) -> None:
    text = "hello my parcel  is\tlate please"
    found = explain(shop, text)
    assert found.label == shop.predict([text])[0].label == "order_status"
    assert found.log_odds == pytest.approx(log_odds(shop, text, "order_status"), abs=1e-3)
    assert [word.text for word in found.words] == text.split()
    for word in found.words:
        assert text[word.start : word.end] == word.text
        without = text[: word.start] + " " + text[word.end :]
        assert word.weight == pytest.approx(found.log_odds - log_odds(shop, without, found.label), abs=1e-3)


def test_the_words_of_the_topic_speak_for_it(shop: Model) -> None:
    weights = {word.text: word.weight for word in explain(shop, "please refund to paid you").words}
    assert min(weights["refund"], weights["paid"]) > max(weights["please"], weights["to"], weights["you"])


def test_any_label_of_the_model_can_be_explained(shop: Model) -> None:
    text = "refund my parcel"
    for label in ("refund", "order_status"):
        found = explain(shop, text, label)
        assert found.label == label
        assert found.log_odds == pytest.approx(log_odds(shop, text, label), abs=1e-3)
    with pytest.raises(LabelUnknown, match="no intent 'nonsense'"):
        explain(shop, text, "nonsense")


@pytest.mark.parametrize("count", [1, 28, 29, 60, 90, 126, 600])
def test_a_long_message_is_left_out_span_by_span(shop: Model, count: int) -> None:
    text = " ".join((["parcel", "late", "please"] * count)[:count])
    found = explain(shop, text).words
    read = len(words_of(text)[:126])  # 128 tokens, two of them special; a word of this tokenizer is one token
    if count <= 28:
        assert len(found) == len(words_of(text))
    assert len(found) * read <= MOST_WORDS_READ * 1.1
    assert found[0].start == 0
    assert all(before.end < after.start for before, after in pairwise(found))
    assert found[-1].end <= len(text)


def test_what_the_encoder_never_reads_is_not_explained_and_does_not_slip_in(shop: Model) -> None:
    text = " ".join(["parcel"] * 200 + ["refund"] * 200)
    found = explain(shop, text)
    assert not any("refund" in word.text for word in found.words)
    assert found.label == "order_status"
    assert len(re.findall("parcel", " ".join(word.text for word in found.words))) <= 128


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01", "\ud800"])
def test_a_message_without_words_has_nothing_to_show(shop: Model, text: str) -> None:
    assert explain(shop, text).words == ()


@pytest.mark.parametrize(
    "text", ["😀🎉", "?!", "a" * 4000, "أين طلبي الآن", "\u202eexe.tset", "re\x00fund", "cafe\u0301 e\u0301t\u00e9"]
)
def test_odd_messages_are_explained_at_their_places(shop: Model, text: str) -> None:
    found = explain(shop, text)
    assert found.words
    assert all(text[word.start : word.end] == word.text for word in found.words)
    assert np.isfinite([found.log_odds, *(word.weight for word in found.words)]).all()


def test_where_there_are_no_spaces_every_character_counts(shop: Model) -> None:
    assert [word.text for word in explain(shop, "我的包裹 refund 返品です").words] == [
        *"我的包裹",
        "refund",
        *"返品です",
    ]


def test_what_is_not_text_is_refused(shop: Model) -> None:
    with pytest.raises(ExampleInvalid, match="NoneType"):
        explain(shop, None)  # type: ignore[arg-type]
