"""Answers in several locales: which one a customer gets, how files write them, what an import keeps."""

from dataclasses import replace

import pytest

from escalation.catalogue.errors import CatalogueFileInvalid, CatalogueInvalid
from escalation.catalogue.formats import parse, render
from escalation.catalogue.locales import canonical_locale, locales_of_reply, lookup_locale
from escalation.catalogue.merging import merged
from escalation.catalogue.model import (
    Catalogue,
    Intent,
    LocalText,
    answer_said,
    relocated,
)

DE = LocalText("de", "Unter Meine Bestellungen.")
DE_AT = LocalText("de-AT", "Unter Meine Bestellungen, gell.")
ORDER = Intent("order", "Order", "", ("where is it",), "Under My orders.", "automatic", (DE, DE_AT))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("de", "de"), ("de-AT", "de-AT"), ("DE_at", "de-AT"), ("de-CH", "de"), ("de-AT-1996", "de-AT"),
        ("zh-Hant-TW", "zh-Hant"), ("zh", None), ("d", None), ("", None), ("fr-FR", None),
    ],
)  # fmt: skip
def test_a_locale_finds_its_own_tag_then_its_language(wanted: str, found: str | None) -> None:
    assert lookup_locale(wanted, ["en", "de", "de-AT", "zh-Hant"]) == found


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (None, ORDER.answer), ("en", ORDER.answer), ("en-GB", ORDER.answer), ("fr", ORDER.answer),
        ("de", DE.text), ("de-CH", DE.text), ("de-AT", DE_AT.text),
    ],
)  # fmt: skip
def test_a_customer_is_answered_in_their_locale_or_else_the_catalogues(wanted: str | None, said: str) -> None:
    assert Catalogue("en", (ORDER,)).answer_for("order", wanted) == said


def test_an_answer_is_given_with_the_locale_it_is_in() -> None:
    assert answer_said(ORDER, "en", "de-CH") == DE
    assert answer_said(ORDER, "en", "fr") == LocalText("en", "Under My orders.")
    assert answer_said(Intent("order", "Order", other_answers=(DE,)), "en", "fr") is None


@pytest.mark.parametrize(
    ("page", "language", "known", "found"),
    [
        ("es", "es", [], "es"), ("es", None, [], "es"), ("es-MX", "es", [], "es"), ("es_MX", None, [], "es"),
        ("es-MX", "es", ["es-MX"], "es-MX"), ("en-GB", None, [], "en"), ("en", "es", [], "es"), ("es", "en", [], "en"),
        ("de-AT", "de", ["de", "de-AT"], "de-AT"), ("de-CH", "de", ["de", "de-AT"], "de"),
        ("zh-Hant-TW", "zh", [], "zh-Hant"), ("", None, [], "en"), ("klingon!", None, [], "en"), ("", "es", [], "es"),
        ("de", None, ["de-AT"], "de"),
    ],
)  # fmt: skip
def test_a_reply_is_an_answer_in_the_language_of_the_customer(
    page: str, language: str | None, known: list[str], found: str
) -> None:
    assert locales_of_reply(page, language, "en", known)[0] == found


def test_a_reply_in_the_catalogues_language_is_an_answer_in_its_own_locale() -> None:
    assert locales_of_reply("en-US", "en", "en-GB", []) == ("en-GB",)


def test_who_writes_another_language_than_the_page_may_mean_either() -> None:
    assert locales_of_reply("es-MX", "fr", "en", []) == ("fr", "es")
    assert locales_of_reply("es-MX", "en", "en", []) == ("en", "es")
    assert locales_of_reply("en", "es", "en", []) == ("es", "en")


def test_an_answer_in_one_locale_alone_is_given_there_alone() -> None:
    catalogue = Catalogue("en", (Intent("order", "Order", other_answers=(DE,)),))
    assert catalogue.answer_for("order", "de") == DE.text
    assert catalogue.answer_for("order", "en") is catalogue.answer_for("order") is None


def test_what_always_hands_off_is_answered_in_no_locale() -> None:
    catalogue = Catalogue("en", (Intent("order", "Order", policy="always_handoff", other_answers=(DE,)),))
    assert catalogue.answer_for("order", "de") is None


def test_locales_are_written_in_one_way() -> None:
    assert [canonical_locale(each) for each in ("DE", "pt-br", "zh-hant-tw", "es-419")] == [
        "de", "pt-BR", "zh-Hant-TW", "es-419",
    ]  # fmt: skip
    for others in ((DE_AT, DE), (DE, DE), (LocalText("DE", "x"),), (LocalText("german!", "x"),)):
        with pytest.raises(CatalogueInvalid, match="intent 'order'"):
            Intent("order", "Order", other_answers=others)
    with pytest.raises(CatalogueInvalid, match="de is the catalogue's own locale"):
        Catalogue("de", (ORDER,))


YAML = """locale: en
intents:
- name: order
  title: Order
  policy: automatic
  answer: Under My orders.
  answers:
    de: Unter Meine Bestellungen.
    de-AT: Unter Meine Bestellungen, gell.
  examples:
  - where is it
"""


def test_yaml_holds_the_answers_of_all_locales_and_gives_them_back() -> None:
    assert parse(YAML, "c.yaml").catalogue() == Catalogue("en", (ORDER,))
    assert render(Catalogue("en", (ORDER,)), "yaml") == YAML


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ("{en: Hello}", "line 4: intent 'a': en is the file's own locale"),
        ("{de: Hallo, DE: Moin}", "line 4: intent 'a': there are two answers in de"),
        ("{german: Hallo}", "line 4: intent 'a': an answer's locale 'german' is not"),
        ("{de: ' '}", "line 4: intent 'a': answer in de is blank"),
        ("[de]", "line 4: intent 'a': answers must be a mapping"),
        ("{de: [Hallo]}", "line 4: intent 'a': answers must be a text"),
    ],
)
def test_wrong_answers_in_a_file_are_told_with_their_line(answers: str, told: str) -> None:
    with pytest.raises(CatalogueFileInvalid) as caught:
        parse(f"locale: en\nintents:\n- name: a\n  answers: {answers}\n", "c.yaml")
    assert told in caught.value.message


@pytest.mark.parametrize("mode", ["merge", "replace"])
def test_an_import_keeps_answers_in_locales_it_does_not_name(mode: str) -> None:
    file = parse("locale: en\nintents:\n- {name: order, answers: {de: Neu., fr: Nouveau.}}\n", "new.yaml")
    after = merged(Catalogue("en", (ORDER,)), file, mode, placeholder_answers=False)  # type: ignore[arg-type]
    assert after.get("order").answer == "Under My orders."
    assert after.get("order").other_answers == (
        LocalText("de", "Neu."), DE_AT, LocalText("fr", "Nouveau."),
    )  # fmt: skip


def test_a_catalogue_replaced_in_another_locale_keeps_each_answer_under_its_own() -> None:
    file = parse("locale: de\nintents:\n- {name: order, examples: [wo ist es]}\n", "de.yaml")
    after = merged(Catalogue("en", (ORDER,)), file, "replace", placeholder_answers=False)
    assert after.answer_for("order", "de") == after.get("order").answer == DE.text
    assert after.answer_for("order", "en") == "Under My orders."
    assert after.get("order").other_answers == (DE_AT, LocalText("en", "Under My orders."))
    assert relocated(relocated(ORDER, "en", "de"), "de", "en") == ORDER


TITLED = replace(ORDER, other_titles=(LocalText("es", "Mi pedido"),))


@pytest.mark.parametrize(
    ("wanted", "read"), [("es", "Mi pedido"), ("es-MX", "Mi pedido"), ("en", "Order"), ("de", "Order"), ("", "Order")]
)
def test_a_customer_reads_the_title_in_their_locale_or_else_the_catalogues(wanted: str, read: str) -> None:
    assert Catalogue("en", (TITLED,)).title_for("order", wanted) == read


def test_a_file_holds_titles_by_locale() -> None:
    catalogue = Catalogue("en", (TITLED,))
    text = render(catalogue, "yaml")
    assert "titles:\n    es: Mi pedido" in text
    assert parse(text, "a.yaml").catalogue() == catalogue


@pytest.mark.parametrize(
    ("titles", "told"),
    [
        ("{en: Order}", "line 4: intent 'a': en is the file's own locale; its title is 'title'"),
        ("{de: A, DE: B}", "line 4: intent 'a': there are two titles in de"),
        ("{german: A}", "line 4: intent 'a': a title's locale 'german' is not"),
        ("{de: ' '}", "line 4: intent 'a': title in de is blank"),
    ],
)
def test_wrong_titles_in_a_file_are_told_with_their_line(titles: str, told: str) -> None:
    with pytest.raises(CatalogueFileInvalid) as caught:
        parse(f"locale: en\nintents:\n- name: a\n  titles: {titles}\n", "c.yaml")
    assert told in caught.value.message


def test_an_import_keeps_titles_in_locales_it_does_not_name() -> None:
    file = parse("locale: en\nintents:\n- {name: order, titles: {de: Bestellung}}\n", "new.yaml")
    after = merged(Catalogue("en", (TITLED,)), file, "merge", placeholder_answers=False).get("order")
    assert (after.title, after.other_titles) == ("Order", (LocalText("de", "Bestellung"), LocalText("es", "Mi pedido")))


def test_a_catalogue_replaced_in_another_locale_keeps_each_title_under_its_own() -> None:
    file = parse("locale: de\nintents:\n- {name: order, title: Bestellung}\n", "de.yaml")
    after = merged(Catalogue("en", (TITLED,)), file, "replace", placeholder_answers=False)
    assert [after.title_for("order", each) for each in ("de", "en", "es")] == ["Bestellung", "Order", "Mi pedido"]
    assert relocated(relocated(TITLED, "en", "es"), "es", "en") == TITLED
