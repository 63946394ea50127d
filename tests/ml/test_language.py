"""Other languages are recognised, and a customer writing odd English is not mistaken for a foreigner."""

import json
from pathlib import Path

import pytest

from escalation.classifier.confidence.language import detect, known_languages, language_of, may_be_english
from escalation.classifier.prediction import Language

ENGLISH = frozenset({"en"})
FOREIGN = {
    "es": [
        "¿Dónde está mi pedido? Llevo esperando dos semanas", "Quiero devolver estos zapatos porque me quedan pequeños",
        "me cobraron dos veces la misma compra", "necesito cambiar la dirección de entrega",
        "buenas tardes, tengo un problema con mi factura",
    ],
    "de": [
        "Wo ist mein Paket? Ich warte seit zwei Wochen", "Ich möchte meine Bestellung stornieren",
        "die Lieferung ist beschädigt angekommen", "können Sie mir bitte eine Rechnung schicken",
        "wie lange dauert der Versand nach Österreich",
    ],
    "fr": [
        "Où est ma commande ? J'attends depuis deux semaines", "je voudrais annuler mon abonnement",
        "le colis est arrivé cassé, que dois-je faire", "pouvez-vous changer mon adresse de livraison",
        "je n'arrive pas à me connecter à mon compte",
    ],
    "it": [
        "dov'è il mio pacco? sto aspettando da due settimane", "vorrei restituire queste scarpe perché sono strette",
        "non riesco ad accedere al mio conto", "quanto costa la spedizione in Sicilia",
    ],
    "pt": [
        "onde está a minha encomenda? estou à espera há duas semanas", "quero devolver estes sapatos que não servem",
        "o meu pagamento foi recusado e não sei porquê", "vocês fazem entregas aos domingos",
    ],
    "zh": ["我的包裹在哪里", "我想退货", "请问怎么修改收货地址"],
    "ar": ["أين طلبي", "أريد استرجاع أموالي", "لم تصل الشحنة حتى الآن"],
    "ru": ["где мой заказ", "хочу вернуть деньги за покупку", "посылка пришла повреждённой"],
    "ja": ["注文した商品はどこですか", "返品したいです"],
}  # fmt: skip
ODD_ENGLISH = [
    "refund pls", "wheres my ordr", "order 4411-AX7", "iPhone 14 Pro Max", "Maria Gonzalez", "thx", "ok", "yes", "3",
    "hola", "Nike Air Jordan size 9", "SKU 99812", "my name is Jürgen Müller", "café latte machine broken",
    "can u chk status", "asap!!!", "le creuset pan warranty", "is the Ikea Malm in stock", "u there", "lol no",
    "parcel", "gluten free?", "paypal", "zara trf jeans", "¿", "naïve", "cancel cancel cancel", "adidas samba og",
    "Schwarzkopf shampoo", "déjà vu perfume 50ml", "John", "Wi-Fi", "promo code SUMMER20", "http://shop.example/x?id=3",
]  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in FOREIGN.items() for text in texts])
def test_sentences_in_other_languages_are_recognised(code: str, text: str) -> None:
    language = language_of(text, ENGLISH)
    assert not language.known, f"taken for {language.code}"
    assert language.code == code


@pytest.mark.parametrize("text", ODD_ENGLISH)
def test_fragments_typos_names_and_codes_are_known(text: str) -> None:
    assert language_of(text, ENGLISH).known


def test_a_known_language_is_known() -> None:
    assert language_of(FOREIGN["de"][0], frozenset({"en", "de"})).known
    assert language_of(FOREIGN["zh"][0], frozenset()).known


def test_a_foreign_word_in_an_english_sentence_is_english() -> None:
    assert language_of("how do you say 谢谢 in english and when do i use it", ENGLISH).known
    assert language_of("translate guten tag into english please", ENGLISH).known


def test_the_languages_of_examples_are_found() -> None:
    english = ["where is my order please", "how do i return these shoes", "i want to talk to a person now"]
    assert known_languages(english * 20 + FOREIGN["es"]) == ("en", "es")
    assert known_languages(["ok", "yes"]) == ()


def test_a_named_language_is_known_though_its_script_is_told_as_another() -> None:
    assert language_of("де моє замовлення", frozenset({"en", "uk"})) == Language(True, "uk")
    assert language_of("سفارش من کجاست", frozenset({"fa"})) == Language(True, "fa")
    assert language_of("де моє замовлення", frozenset({"en", "fa"})) == Language(False, "ru")


@pytest.mark.parametrize(
    ("text", "known", "english"),
    [
        ("don't cancel it", {"en"}, True),
        ("don't cancel it", {"en", "es"}, True),
        ("don't cancel it", {"es"}, True),
        ("I don't want to cancel my order", {"es", "de"}, True),
        ("no llega", {"en", "es"}, False),
        ("no llega el paquete", {"es"}, False),
        ("no me llega el paquete que pedí", {"en"}, False),
        ("no llega nada", set(), False),
        ("nein, nicht stornieren", {"de", "en"}, False),
        ("no", {"en"}, True),
        ("不要取消", {"en", "zh"}, False),
    ],
)
def test_words_are_read_as_english_only_where_they_may_be(text: str, known: set[str], english: bool) -> None:
    assert may_be_english(text, frozenset(known)) is english


def test_odd_input_has_no_language() -> None:
    assert [detect(text) for text in ("", "   ", "12345", "😀😀", "\ud800", "a")] == ["und"] * 6


def test_hardly_any_real_english_question_is_taken_for_another_language(clinc: Path) -> None:
    texts = [json.loads(line)["text"] for line in (clinc / "val.jsonl").read_text("utf-8").splitlines()]
    alarms = [text for text in texts if not language_of(text, ENGLISH).known]
    assert len(alarms) / len(texts) < 0.005, alarms
