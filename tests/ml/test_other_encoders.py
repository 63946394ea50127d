"""Another architecture, another tokenizer, other languages: an encoder named by a setting serves like the default."""

from pathlib import Path

import pytest
import torch
from transformers import XLMRobertaConfig, XLMRobertaModel

from escalation.classifier import Example, Model, build_model, explain, find_encoder, load_model
from escalation.classifier.encoder.export import ensure_encoder
from tests.ml.tiny_transformers import unigram

SAID = {
    "refund": [
        "i want my money back for this order", "please refund what i paid for the broken lamp",
        "ich möchte mein Geld für diese Bestellung zurück", "bitte erstatten Sie mir den Preis der Lampe",
        "quiero que me devuelvan el dinero del pedido", "necesito el reembolso de lo que pagué por la lámpara",
        "أريد استرجاع أموالي عن هذا الطلب", "أعيدوا لي ثمن المصباح المكسور", "我想要这个订单的退款",
        "请退还台灯的钱，订单号123",
        "ขอเงินคืนสำหรับคำสั่งซื้อนี้", "ช่วยคืนเงินค่าโคมไฟที่แตกด้วย",
    ],
    "order_status": [
        "where is my parcel and when does it arrive", "my delivery is late, can you track the parcel",
        "wo ist mein Paket und wann kommt es an", "meine Lieferung ist verspätet, wo bleibt das Paket",
        "dónde está mi paquete y cuándo llega", "mi entrega llega tarde, pueden buscar el paquete",
        "أين طردي ومتى يصل", "الشحنة متأخرة هل يمكنكم تتبع الطرد", "我的包裹在哪里，什么时候到",
        "快递晚了，帮我查一下包裹",
        "พัสดุของฉันอยู่ที่ไหนและจะถึงเมื่อไหร่", "ของส่งช้ามาก ช่วยตามพัสดุให้หน่อย",
    ],
    "opening_hours": [
        "when do you open on sunday morning", "are you still open this evening until eight",
        "wann haben Sie am Sonntag geöffnet", "haben Sie heute Abend noch bis acht geöffnet",
        "a qué hora abren el domingo por la mañana", "siguen abiertos esta tarde hasta las ocho",
        "متى تفتحون صباح يوم الأحد", "هل المحل مفتوح هذا المساء حتى الثامنة", "星期天早上几点开门",
        "今天晚上营业到8点吗",
        "วันอาทิตย์เปิดกี่โมง", "เย็นนี้ร้านเปิดถึงสองทุ่มไหม",
    ],
}  # fmt: skip
NEGATIONS = {
    "refund": [
        "no me han devuelto el dinero del pedido", "no quiero el pedido, quiero el dinero",
        "todavía no tengo el dinero de la lámpara", "no, el reembolso no ha llegado",
        "ya pagué, no quiero otra lámpara",
        "das Geld für die Lampe ist noch nicht da", "nein, ich will mein Geld für die Bestellung",
        "ich möchte die Lampe nicht, bitte das Geld zurück", "also das Geld war so nicht auf dem Konto",
    ],
    "order_status": [
        "no me llega el paquete", "no sé dónde está mi paquete", "no ha llegado el paquete todavía",
        "no llega", "no encuentro mi paquete", "so no, mi paquete no llega", "mi entrega ya llegó? no la veo",
        "ich weiß nicht wo mein Paket ist", "mein Paket kommt nicht an", "Paket nicht da",
        "nein, die Lieferung kam nie an",
    ],
    "opening_hours": [
        "no sé a qué hora abren el domingo", "no abren esta tarde", "el domingo no abren por la mañana",
        "haben Sie am Sonntag nicht geöffnet", "warum ist heute Abend nicht geöffnet",
    ],
}  # fmt: skip
"""Requests and troubles in Spanish and German that deny something."""
ITALIAN = "dov'è il mio pacco? sto aspettando da due settimane"
GERMAN = "wann kommt mein Paket endlich an"


def write_multilingual_transformer(folder: Path) -> None:
    """Write a random two-layer XLM-RoBERTa with a Unigram tokenizer: no token types, positions from the padding on."""
    tokenizer = unigram([text for texts in SAID.values() for text in texts])
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = XLMRobertaConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=48, max_position_embeddings=140, type_vocab_size=1, pad_token_id=1,
    )  # fmt: skip
    XLMRobertaModel(config, add_pooling_layer=False).save_pretrained(str(folder))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("multilingual")
    write_multilingual_transformer(place / "random-xlm")
    ensure_encoder(find_encoder(str(place / "random-xlm")), place / "encoders")  # a child would import torch again
    return place


def build(place: Path, name: str, texts: slice = slice(None), languages: tuple[str, ...] = ()) -> Model:
    rows = [
        Example(f"{text} {extra}".strip(), label, id=f"{label}-{number}-{extra}")
        for label, said in SAID.items()
        for number, text in enumerate(said[texts])
        for extra in ("", "!")
    ]
    return build_model(
        rows, name=name, folder=place / name, encoders=place / "encoders", encoder=str(place / "random-xlm"),
        languages=languages,
    )  # fmt: skip


def test_examples_in_several_languages_make_all_of_them_known(place: Path) -> None:
    build(place, "several")
    model = load_model(place / "several", place / "encoders")
    assert model.languages == {"en", "de", "es", "ar", "zh", "th"}
    for label, texts in SAID.items():
        for prediction in model.predict(texts):
            assert prediction.label == label
            assert prediction.language.known
            assert prediction.novelty < 1.0  # it has words
    assert model.predict([GERMAN])[0].language.code == "de"
    assert not model.predict([ITALIAN])[0].language.known


def test_a_language_without_examples_is_known_when_the_setting_says_so(place: Path) -> None:
    english = build(place, "english", slice(0, 2))
    assert english.languages == {"en"}
    assert not english.predict([GERMAN])[0].language.known
    named = build(place, "named", slice(0, 2), ("de", "it"))
    assert named.languages == {"en", "de", "it"}
    assert all(prediction.language.known for prediction in named.predict([GERMAN, ITALIAN]))
    assert load_model(place / "named", place / "encoders").languages == named.languages


@pytest.mark.parametrize("spoken", ["one", "several"])
def test_english_cues_are_not_read_in_other_languages(place: Path, spoken: str) -> None:
    texts = {"one": slice(2, 6), "several": slice(0, 6)}[spoken]
    model = build(place, f"negations-{spoken}", texts)
    said = [(text, label) for label, texts in NEGATIONS.items() for text in texts]
    vectors = model.embed([text for text, _ in said])
    read = [model.mentions.find(text, vector, label) for (text, label), vector in zip(said, vectors, strict=True)]
    assert any(read), "as English they would be mentions: the test tells something"
    assert [prediction.mention for prediction in model.predict([text for text, _ in said])] == [None] * len(said)


def test_the_words_of_another_tokenizer_are_explained_as_words(place: Path) -> None:
    model = build(place, "explained")
    text = SAID["refund"][2]
    found = explain(model, text)
    assert [word.text for word in found.words] == text.split()
    long = explain(model, "Paket " * 300)
    assert 1 <= len(long.words) <= 130
