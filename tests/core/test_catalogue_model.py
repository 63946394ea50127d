"""An intent and a catalogue refuse what breaks their rules, and know what the bot may answer."""

import pytest

from escalation.catalogue.errors import CatalogueInvalid, IntentUnknown
from escalation.catalogue.model import Catalogue, Intent, as_policy, placeholder_answer, title_from


def an_intent(name: str = "order_status", **changes: object) -> Intent:
    return Intent(**({"name": name, "title": title_from(name), "answer": "Look under My orders."} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": " "}, "the name is blank"),
        ({"name": "x" * 101}, "at most 100"),
        ({"name": "a\nb"}, "U+000A"),
        ({"name": " padded"}, "starts or ends with a blank"),
        ({"title": ""}, "'order_status': title is blank"),
        ({"description": "x" * 2001}, "'order_status': description has 2,001 characters"),
        ({"answer": " \n"}, "'order_status': answer is blank"),
        ({"examples": ("where is it", "nul\x00")}, "'order_status': example 2 contains the character U+0000"),
        ({"examples": ("lone \ud800",)}, "example 1 contains the character U+D800"),
        ({"examples": ("x" * 4001,)}, "example 1 has 4,001 characters"),
        ({"examples": ("a", "b", "a")}, "example 3 repeats example 1"),
        ({"policy": "sometimes"}, "policy 'sometimes' is none of automatic, always_handoff, smalltalk"),
    ],
)
def test_a_wrong_part_is_refused_and_named(changes: dict[str, object], told: str) -> None:
    with pytest.raises(CatalogueInvalid) as caught:
        an_intent(**changes)  # type: ignore[arg-type]
    assert told in caught.value.message
    assert caught.value.code == "catalogue_invalid"


def test_any_label_is_a_name() -> None:
    for name in ("order_status", "what are your hobbies?", "faq/returns", "Straße", "是的", "x" * 100):
        assert an_intent(name).name == name


@pytest.mark.parametrize(
    ("changes", "answerable"),
    [
        ({}, True),
        ({"answer": None}, False),
        ({"policy": "always_handoff"}, False),
        ({"policy": "smalltalk"}, True),
        ({"policy": "smalltalk", "answer": None}, False),
    ],
)
def test_only_an_approved_answer_is_given(changes: dict[str, object], answerable: bool) -> None:
    intent = an_intent(**changes)  # type: ignore[arg-type]
    assert intent.answerable is answerable
    assert Catalogue(intents=(intent,)).answer_for("order_status") == ("Look under My orders." if answerable else None)


def test_a_catalogue_finds_by_name_and_keeps_the_order() -> None:
    catalogue = Catalogue("pt-BR", (an_intent("b", examples=("x", "y")), an_intent("a", examples=("z",))))
    assert catalogue.names == ("b", "a")
    assert list(catalogue.labelled()) == [("x", "b"), ("y", "b"), ("z", "a")]
    assert catalogue.get("a").name == "a"
    assert catalogue.find("c") is None
    assert "a" in catalogue and "c" not in catalogue and len(catalogue) == 2
    assert catalogue.answer_for("c") is None
    with pytest.raises(IntentUnknown, match="'c'"):
        catalogue.get("c")


def test_a_catalogue_refuses_a_repeated_name_and_a_wrong_locale() -> None:
    with pytest.raises(CatalogueInvalid, match="'a' is there twice"):
        Catalogue("en", (an_intent("a"), an_intent("a")))
    for locale in ("", "english please", "e", "en_US"):
        with pytest.raises(CatalogueInvalid, match="locale"):
            Catalogue(locale)


def test_titles_and_placeholders_come_from_the_name() -> None:
    assert title_from("lost_luggage") == "Lost luggage"
    assert title_from("PTO_balance") == "PTO balance"
    assert title_from("__") == "__"
    assert placeholder_answer("Lost luggage") == "(placeholder answer for Lost luggage)"
    assert as_policy("smalltalk") == "smalltalk"
    assert as_policy("maybe") is None
