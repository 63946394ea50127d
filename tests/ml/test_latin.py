"""The small identifier says what the whole one says of words in Latin script, and makes nothing of other scripts."""

import json
from pathlib import Path

import pytest
from py3langid import langid

from escalation.classifier.confidence import latin as tables
from escalation.classifier.confidence.language import LATIN_LANGUAGES
from escalation.classifier.confidence.latin import LatinIdentifier, LatinTable, latin_table
from escalation.classifier.confidence.make_language_table import cut_table

TEXTS = [
    "where is my parcel", "ich möchte meine bestellung stornieren", "où est ma commande j’attends", "l'été", "a",
    "tôi muốn trả lại đôi giày này", "czy mogę zmienić adres dostawy", "siparişim nerede ve ne zaman gelir",
    "může mi někdo pomoct", "hvor er pakken min på øya", "unde este comanda mea și când ajunge", "", "q", "x-y z",
]  # fmt: skip


@pytest.fixture(scope="module")
def latin() -> LatinIdentifier:
    return LatinIdentifier(cut_table(LATIN_LANGUAGES))


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


def test_a_table_that_was_written_says_the_same(latin: LatinIdentifier, tmp_path: Path) -> None:
    cut_table(LATIN_LANGUAGES).write(tmp_path / "table.npz")
    table = LatinTable.read(tmp_path / "table.npz")
    assert table is not None
    stored = LatinIdentifier(table)
    assert [stored.classify(text) for text in TEXTS] == [latin.classify(text) for text in TEXTS]
    assert [path.name for path in tmp_path.iterdir()] == ["table.npz"]


@pytest.mark.parametrize("content", [None, b"", b"PK damaged"])
def test_without_a_usable_table_it_is_cut_when_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "table.npz").write_bytes(content)
    monkeypatch.setattr(tables, "STORED", tmp_path / "table.npz")
    assert latin_table(("en", "de")).languages.tolist() == ["en", "de"]


def test_a_table_of_another_release_or_of_other_languages_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "STORED", tmp_path / "table.npz")
    cut_table(("en", "de")).write(tmp_path / "table.npz")
    assert latin_table(("en", "fr")).languages.tolist() == ["en", "fr"]
    monkeypatch.setattr(tables, "version", lambda _: "0.0")
    assert latin_table(("en", "de")).made_from.startswith("py3langid 0.0")
