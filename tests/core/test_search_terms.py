"""Words as the search compares them, and how they are marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.conversations.search_terms import marked, matches, terms, wanted


def hits(text: str, query: str) -> list[str]:
    return [part.text for part in marked(text, wanted(query)) if part.hit]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Where is my REFUND?", "refund"),
        ("La cancelación fue ayer", "CANCELACION"),
        ("la cancelacion", "cancelación"),
        ("Straße 7", "strasse"),
        ("order no. 4711-B", "4711"),
        ("two refunds, please", "refund"),
        ("\u0130stanbul", "istanbul"),
        ("\u062e\u064e\u0628\u064e\u0631", "\u062e\u0628\u0631"),
        ("我要退款谢谢", "退款"),
        ("\uff32efund", "refund"),
    ],
)
def test_case_accents_and_endings_do_not_matter(text: str, query: str) -> None:
    assert all(any(matches(term, asked) for term in terms(text)) for asked in wanted(query))
    assert hits(text, query)


@pytest.mark.parametrize(("text", "query"), [("a refund", "fund"), ("orders", "or"), ("我要退款", "款退")])
def test_what_stands_inside_a_word_or_is_too_short_is_not_found(text: str, query: str) -> None:
    assert not all(any(matches(term, asked) for term in terms(text)) for asked in wanted(query))
    assert hits(text, query) == []


def test_the_words_are_marked_and_nothing_else_is_lost() -> None:
    parts = marked("My refund, the REFUND!", wanted("refund"))
    assert parts == [("My ", False), ("refund", True), (", the ", False), ("REFUND", True), ("!", False)]
    assert hits("我要退款谢谢", "退款谢") == ["退款谢"]


def test_a_query_without_a_word_asks_for_nothing() -> None:
    assert wanted(" ?! _ ") == []
    assert wanted("refund Refund réfund") == ["refund"]


@given(st.text(), st.text())
def test_marking_keeps_every_character(text: str, query: str) -> None:
    assert "".join(part.text for part in marked(text, wanted(query))) == text


@given(st.text())
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    had = terms(text)
    assert all(any(matches(term, asked) for term in had) for asked in wanted(text))
