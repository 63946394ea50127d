"""The small identifier says what the whole one says of words in Latin script, and makes nothing of other scripts."""

import json
from pathlib import Path

import pytest
from py3langid import langid

from escalation.classifier.confidence.language import LATIN_LANGUAGES
from escalation.classifier.confidence.latin import LatinIdentifier

TEXTS = [
    "where is my parcel", "ich möchte meine bestellung stornieren", "où est ma commande j’attends", "l'été", "a",
    "tôi muốn trả lại đôi giày này", "czy mogę zmienić adres dostawy", "siparişim nerede ve ne zaman gelir",
    "může mi někdo pomoct", "hvor er pakken min på øya", "unde este comanda mea și când ajunge", "", "q", "x-y z",
]  # fmt: skip


@pytest.fixture(scope="module")
def latin() -> LatinIdentifier:
    return LatinIdentifier(LATIN_LANGUAGES)


@pytest.fixture(scope="module")
def whole() -> langid.LanguageIdentifier:
    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identifier.set_languages(LATIN_LANGUAGES)
    return identifier


@pytest.mark.parametrize("text", TEXTS)
def test_it_agrees_with_the_whole_one(text: str, latin: LatinIdentifier, whole: langid.LanguageIdentifier) -> None:
    code, chance = latin.classify(text)
    expected, expected_chance = whole.classify(text)
    assert chance == pytest.approx(expected_chance, abs=1e-5)
    if chance > 1.01 / len(LATIN_LANGUAGES):
        assert code == expected


def test_it_agrees_on_real_messages(latin: LatinIdentifier, whole: langid.LanguageIdentifier, clinc: Path) -> None:
    texts = [json.loads(line)["text"] for line in (clinc / "val.jsonl").read_text("utf-8").splitlines()]
    for text in texts[::10]:
        words = " ".join(word for word in text.lower().split() if word.isalpha())
        code, chance = latin.classify(words)
        expected, expected_chance = whole.classify(words)
        assert (code, chance) == (expected, pytest.approx(expected_chance, abs=1e-5))


def test_words_in_another_script_decide_nothing(latin: LatinIdentifier) -> None:
    code, chance = latin.classify("how do you say 谢谢 in english")
    assert (code, chance > 0.75) == ("en", True)
    assert latin.classify("привет как дела")[1] < 0.75
