"""The words of a message as a vector: the same everywhere, angles kept, nothing said by nothing."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from escalation.classifier.head import words
from escalation.classifier.head.words import WEIGHT, WIDTH, beside, lexical_vectors

CHINESE = [
    ["我的包裹在哪里", "包裹什么时候能到", "请帮我查一下包裹", "包裹到现在还没收到"],
    ["我想退款", "退款要多久才到账", "怎么申请退款", "钱什么时候退款给我"],
    ["怎么修改密码", "忘记密码了怎么办", "密码输入不对", "请重置我的密码"],
]
"""Our own words: a parcel, a refund, a password."""


def cosine(first: str, second: str) -> float:
    one, two = lexical_vectors([first, second])
    return float(one @ two)


def test_shared_words_make_messages_alike_and_others_do_not() -> None:
    asked = "where is my blue umbrella"
    assert cosine(asked, "my blue umbrella where is it") > 0.6
    assert cosine(asked, "where is my blue umbrellas") > 0.6
    assert abs(cosine(asked, "please cancel that subscription today")) < 0.35


def test_case_and_punctuation_do_not_matter_and_order_hardly() -> None:
    assert cosine("Where IS it?!", "where is it") == pytest.approx(1.0, abs=1e-6)
    assert 0.5 < cosine("refund order", "order refund") < 1.0


def test_a_repeated_word_says_no_more_the_second_time() -> None:
    assert cosine("late", "late late late") == pytest.approx(cosine("late", "late late"), abs=1e-6)


@given(some.lists(some.text(max_size=40), min_size=1, max_size=5))
def test_any_text_gives_a_unit_vector_or_zeros_whatever_stands_beside_it(texts: list[str]) -> None:
    vectors = lexical_vectors(texts)
    assert vectors.shape == (len(texts), WIDTH)
    assert vectors.dtype == np.float32
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_array_equal(vector, lexical_vectors([text])[0])
        length = float(np.linalg.norm(vector))
        assert length == pytest.approx(1.0, abs=1e-5) or length == 0.0


def test_characters_are_words_where_no_space_parts_them() -> None:
    said = [text for topic in CHINESE for text in topic]
    vectors = lexical_vectors(said)
    alike = vectors @ vectors.T - 2 * np.eye(len(said))
    assert (alike.argmax(axis=1) // len(CHINESE[0])).tolist() == [at // len(CHINESE[0]) for at in range(len(said))]


@pytest.mark.parametrize(
    "text", ["größe 42, über café", "¿dónde está mi pedido?", "где мой заказ", "l'été d'andré", "ที่ไหน"]
)
def test_words_of_other_scripts_are_what_they_were(text: str) -> None:
    """What a word hashes to is part of the format of models."""
    assert words._WORD.findall(text) == re.findall(r"[^\W_]+(?:'[^\W_]+)?", text)


def test_places_are_the_same_in_every_process_and_version() -> None:
    """Stored vectors are compared with new ones: what a word hashes to must never change."""
    vector = lexical_vectors(["parcel"])[0]
    assert float(vector[82]) == pytest.approx(0.3403, abs=1e-4)
    assert np.flatnonzero(np.abs(vector) > 0.25).tolist() == [16, 82, 110, 118]


def test_beside_the_encoder_words_weigh_what_they_are_meant_to() -> None:
    meanings = np.zeros((2, 4), np.float32)
    meanings[:, 0] = 1.0
    joined = beside(meanings, lexical_vectors(["red scarf", "!!"]))
    np.testing.assert_allclose(np.linalg.norm(joined, axis=1), 1.0, atol=1e-6)
    assert float(np.linalg.norm(joined[0, 4:])) == pytest.approx(WEIGHT / np.sqrt(1 + WEIGHT**2), abs=1e-5)
    assert not joined[1, 4:].any()
