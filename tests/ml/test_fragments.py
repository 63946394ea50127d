"""A message without a word has no intent of its own, however near its digits are to an example's."""

import pytest

from escalation.classifier import Model
from escalation.classifier.fragments import has_word
from tests.benchmarks.corpora import CorpusMissing, data_folder, draw


@pytest.mark.parametrize(
    "text",
    ["", "3", "7041", "12.50", "$ 300", "24/12/2031", "B7", "QX4419", "12 b 4", "a@example.com", "x",
     "https://example.com/parcel", "4411-2203-0001", "18:45", "#552", "😀 5", "٤٢", "3件", "2개",
     "๑๒๓", "฿500", "。？！"],
)  # fmt: skip
def test_digits_codes_and_addresses_are_no_words(text: str) -> None:
    assert not has_word(text)


@pytest.mark.parametrize(
    "text",
    ["hi", "no", "refund", "refund order QX4419", "order#refund", "where is 7041?", "i'm 30", "退款", "أين طلبي",
     "mail it to a@example.com", "24/7 hotline", "où", "ที่อยู่", "我的订单12345在哪里", "好的，买2件", "寄到a@example.com",
     "12월에 오나요", "สั่ง2ชิ้น", "注文番号123です", "मेरा ऑर्डर 12", "কবে"],
)  # fmt: skip
def test_a_single_word_is_enough(text: str) -> None:
    assert has_word(text)


@pytest.mark.parametrize("text", ["7041", "12.50", "QX4419", "ana@example.com"])
def test_a_message_without_a_word_is_new_and_unsure(shop: Model, text: str) -> None:
    (prediction,) = shop.predict([text])
    assert (prediction.confidence, prediction.novelty) == (0.0, 1.0)


def test_real_requests_have_words() -> None:
    """What the rule must not cost: at most 3 in 1,000 whole requests of the development data."""
    for name in ("clinc", "airline", "finance"):
        try:
            judged = draw(name, data_folder(), 0).judged
        except CorpusMissing as missing:
            pytest.skip(str(missing))
        silent = sum(not has_word(row.text) for row in judged)
        assert silent <= 0.003 * len(judged) + 1, name
