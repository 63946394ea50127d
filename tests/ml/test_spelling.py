"""Misspelt words are put right by known ones; names, numbers and other languages are left alone."""

import time
from collections.abc import Callable
from functools import partial
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from escalation.classifier import Model
from escalation.classifier.encoder.serving import whole_words
from escalation.classifier.mentions.wording import number_of
from escalation.classifier.spelling import MOST_WRONG, Speller, Vocabulary, slips
from tests.benchmarks.misspelling import NEIGHBOURS, SLIPS, misspelt

KNOWN = ["the", "my", "order", "please", "where", "is", "parcel", "card", "cancel", "border", "want", "new", "and"]


def vocabulary(known: list[str]) -> Vocabulary:
    return Vocabulary({word: rank for rank, word in enumerate(known)})


def speller(*own: str, known: list[str] = KNOWN) -> Speller:
    return Speller(vocabulary(known), frozenset(map(number_of, own or ("order", "card"))))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("where is my prder", "where is my order"),
        ("where is my oder", "where is my order"),
        ("where is my ordder", "where is my order"),
        ("where is my odrer", "where is my order"),
        ("where is myorder", "where is my order"),
        ("Cancle my parcle", "cancel my parcel"),
        ("CANCLE MY PARCLE", "cancel MY parcel"),
        ("cancle, please: parcell!", "cancel, please: parcel!"),
    ],
)
def test_one_slip_is_put_right(typed: str, meant: str) -> None:
    assert speller().correct(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "where is my order", "ask Cancle please", "mail cancle@parcle.example", "www.cancle.example", "code CANCLE1",
        "part cancle-2", "the crd", "unparceled recards", "its borderless", "dont want the order", "", "12345 !?",
        "prder cancle parcle plese",
    ],
)  # fmt: skip
def test_what_is_right_short_a_name_a_code_or_another_language_is_left_alone(text: str) -> None:
    assert speller().correct(text) == text


def test_a_word_of_the_catalogue_is_meant_before_a_more_frequent_one() -> None:
    known = ["parted", "the", "parked"]
    assert speller("parked", known=known).correct("the parled") == "the parked"
    assert speller("the", known=known).correct("the parled") == "the parted"


def test_a_word_that_only_the_catalogue_knows_is_known() -> None:
    words = speller("order", "card", "parcel", "is", "flurbo", known=KNOWN)
    assert words.correct("the flurbo") == "the flurbo"
    assert words.correct("the flurbbo") == "the flurbo"


def test_without_a_list_of_words_for_the_language_nothing_is_touched() -> None:
    german = speller("bestellung", "stornieren", "karte", "order", known=KNOWN)
    assert not german.serves
    assert german.correct("cancle bestelung") == "cancle bestelung"
    assert Speller(Vocabulary({}), frozenset()).correct("cancle") == "cancle"


def test_slips_are_undone_by_slips() -> None:
    for slip in SLIPS.values():
        for seed in range(40):
            assert "parcel" in set(slips(slip("parcel", Random(seed)))) | {"parcel"}


def test_the_vocabulary_of_each_kind_of_tokenizer_is_read() -> None:
    assert whole_words({"##ing": 0, "Card": 9, "order": 1, "a": 2, "7": 3}) == {"order": 0, "card": 1}
    assert whole_words({"▁order": 5, "ing": 1, "▁my": 2}) == {"my": 0, "order": 1}
    assert whole_words({"Ġorder": 5, "ing": 1}) == {"order": 0}


@given(some.text(max_size=80))
def test_any_text_comes_back_with_as_many_lines_and_its_digits(text: str) -> None:
    corrected = speller().correct(text)
    assert [c for c in corrected if not c.isalpha() and c != " "] == [
        c for c in text if not c.isalpha() and c != " "
    ] or not text.isascii()


# --- the maker of misspelt messages --------------------------------------------------------------------------------


def test_one_content_word_is_misspelt_and_equal_seeds_give_equal_texts() -> None:
    text = "where is the parcel that Maria ordered"
    made = [misspelt(text, Random(seed)) for seed in range(60)]
    assert made == [misspelt(text, Random(seed)) for seed in range(60)]
    assert all(each != text and "Maria" in each.replace("Mariaordered", "Maria ordered") for each in made)
    assert len(set(made)) > 20
    assert misspelt("is it on?", Random(0)) == "is it on?"


def test_the_keys_around_a_key_are_mutual() -> None:
    assert all(key in NEIGHBOURS[other] for key, others in NEIGHBOURS.items() for other in others)
    assert set(NEIGHBOURS["s"]) == set("adwezx")


# --- the starter, with the real encoder ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("I want a refubd", "I want a refund"), ("cancle my order", "cancel my order"),
        ("where is my parcl", "where is my parcel"),
        ("i forgot mypassword", "i forgot my password"), ("i forgot my pasword", "i forgot my password"),
    ],
)  # fmt: skip
def test_the_starter_reads_a_misspelt_request_as_the_request(starter: Model, typed: str, meant: str) -> None:
    misread, read = starter.predict([typed, meant])
    assert (misread.label, misread.confidence) == (read.label, read.confidence)
    assert (starter.embed_messages([typed]) != starter.embed([typed])).any()


def test_putting_a_message_right_takes_next_to_nothing_beside_reading_it(starter: Model) -> None:
    """A tenth of what the encoder takes, some 2 ms: compared in the same run, as other work slows both.

    What is read is new each time: tests remember the vectors of what was read before.
    """
    texts = ["where is my parcl", "i forgot my passwrod please", "where is my order", "cancle it please", "a refund"]
    starter.predict(texts)
    putting_right = min(_seconds(lambda: [starter.speller.correct(text) for text in texts]) for _ in range(9))
    new = ([f"{text} {number}" for text in texts] for number in range(9))
    reading = min(_seconds(partial(starter.embed, each)) for each in new)
    assert putting_right < reading / 10


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def test_more_unknown_words_than_a_slip_explains_are_left_alone(starter: Model) -> None:
    foreign = "ich möchte meine Bestellung bitte stornieren und zurückgeben"
    assert starter.speller.correct(foreign) == foreign
    assert MOST_WRONG < 4
