"""Two requests in one message are found by its clauses, and one request with two clauses is left whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from escalation.classifier import Example, Prediction
from escalation.classifier.parts import DOUBT, SURE, Cut, Sides, Span, cuts, two_requests
from tests.benchmarks.joining import DEVELOPED_ON, KEPT_APART, joined, pairs


def parted(text: str) -> list[tuple[str, str, bool]]:
    return [
        (text[cut.first.start : cut.first.end], text[cut.second.start : cut.second.end], cut.said) for cut in cuts(text)
    ]


@pytest.mark.parametrize(
    ("text", "first", "second", "said"),
    [
        ("cancel my order and where is my refund", "cancel my order", "where is my refund", False),
        ("cancel my order. Also, where is my refund?", "cancel my order", "where is my refund?", True),
        ("cancel my order, and by the way do you ship abroad", "cancel my order", "do you ship abroad", True),
        ("cancel my order, can I pay by card", "cancel my order", "can I pay by card", False),
        ("cancel my order\nwhere is my refund", "cancel my order", "where is my refund", False),
        ("cancel my order - one more question: do you ship", "cancel my order", "do you ship", True),
        ("storniere das bitte. wo ist mein Paket?", "storniere das bitte", "wo ist mein Paket?", False),
        ("Two things. cancel my order and where is it", "cancel my order", "where is it", True),
    ],
)
def test_a_message_is_cut_where_a_second_request_may_begin(text: str, first: str, second: str, said: bool) -> None:
    assert (first, second, said) in parted(text)


@pytest.mark.parametrize(
    "text",
    [
        "where is my order", "bread and butter", "thanks. bye", "my order, number 1234", "", "a.b.c.d@e.example",
        "one two. three four. five six. seven eight. nine ten. eleven twelve",
    ],
)  # fmt: skip
def test_what_cannot_be_two_requests_is_not_cut(text: str) -> None:
    assert cuts(text) == []


@given(some.text(alphabet="ab ,.and also\n!?:-", max_size=120))
def test_parts_lie_in_the_text_in_order(text: str) -> None:
    for cut in cuts(text):
        assert 0 <= cut.first.start < cut.first.end <= cut.second.start < cut.second.end == len(text)


@pytest.mark.parametrize("way", [*DEVELOPED_ON, *KEPT_APART])
def test_each_way_of_joining_that_is_measured_can_be_cut(way: str) -> None:
    text = joined("Cancel my order please.", "Where is my refund?", way)
    bare = [(first.lower(), second.lower().rstrip("?")) for first, second, _ in parted(text)]
    assert ("cancel my order please", "where is my refund") in bare


def test_pairs_are_of_two_intents_and_equal_seeds_give_equal_pairs() -> None:
    rows = [Example(f"message {at}", f"intent {at % 3}") for at in range(20)]
    made = pairs(rows, DEVELOPED_ON, 0)
    assert made == pairs(rows, DEVELOPED_ON, 0)
    assert all(pair.first != pair.second for pair in made)
    assert {pair.way for pair in made} == set(DEVELOPED_ON)
    assert not set(DEVELOPED_ON) & set(KEPT_APART)


# --- whether both sides ask for something --------------------------------------------------------------------------


def says(label: str, confidence: float) -> Prediction:
    return Prediction((label,), (confidence,), confidence, 0.0)


def sides(first: Prediction, second: Prediction, *, said: bool = False) -> Sides:
    return Sides(Cut(Span(0, 5), Span(6, 10), said), first, second)


UNSURE = says("cancel", 0.0)


def test_two_sure_sides_of_different_intents_are_two_requests() -> None:
    both = sides(says("cancel", 0.9), says("refund", SURE))
    assert two_requests(UNSURE, [both]) == [both]


@pytest.mark.parametrize(
    ("whole", "found"),
    [
        (UNSURE, sides(says("cancel", 0.9), says("cancel", 0.9))),
        (UNSURE, sides(says("cancel", 0.9), says("refund", SURE - 0.01))),
        (UNSURE, sides(says("cancel", SURE - 0.01), says("refund", 0.9))),
        (says("cancel", 1.0), sides(says("cancel", 0.9), says("refund", SURE + DOUBT - 0.01))),
        (UNSURE, sides(says("cancel", 0.04), says("refund", 0.9), said=True)),
    ],
)
def test_one_intent_an_unsure_side_or_a_clear_whole_is_one_request(whole: Prediction, found: Sides) -> None:
    assert two_requests(whole, [found]) == []


def test_words_that_announce_a_second_request_need_less() -> None:
    found = sides(says("cancel", 0.3), says("refund", 0.3), said=True)
    assert two_requests(UNSURE, [found]) == [found]
    assert two_requests(UNSURE, [found._replace(cut=found.cut._replace(said=False))]) == []


def test_of_several_cuts_the_surest_comes_first() -> None:
    weaker, surer = (sides(says("cancel", sure), says("refund", sure)) for sure in (0.7, 0.8))
    assert two_requests(UNSURE, [weaker, surer, weaker]) == [surer, weaker, weaker]
    assert two_requests(UNSURE, []) == []
