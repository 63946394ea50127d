"""The setting `languages`: what counts as known beside the languages of the examples, whatever model answers."""

import asyncio
from pathlib import Path

import pytest

from escalation.classifier.batcher import LivePrediction
from escalation.classifier.prediction import Language, Prediction
from escalation.learning.predictor import Limits, ModelPredictor
from escalation.settings import SettingsInvalid, load_settings


class SaidInGerman:
    """A live model whose every message is in German, which it was not fitted on."""

    anchored = True

    @property
    def classifier(self) -> "SaidInGerman":
        return self

    async def predict(self, text: str) -> LivePrediction:
        return LivePrediction("v1", 0.7, Prediction(("a", "b"), (0.6, 0.4), 0.9, 0.1, language=Language(False, "de")))


@pytest.mark.parametrize(("languages", "known"), [((), False), (("es",), False), (("es", "de"), True)])
def test_a_language_named_by_the_setting_is_known_to_any_model(languages: tuple[str, ...], known: bool) -> None:
    predictor = ModelPredictor(SaidInGerman(), Limits(languages=frozenset(languages)))  # type: ignore[arg-type]
    made = asyncio.run(predictor.predict("wo ist mein Paket"))
    assert (made.language, made.language_known) == ("de", known)


@pytest.mark.parametrize(
    ("text", "codes"), [("", set()), ("de", {"de"}), ("de,fr", {"de", "fr"}), (" de, fr ", {"de", "fr"})]
)
def test_languages_are_written_with_commas_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, text: str, codes: set[str]
) -> None:
    monkeypatch.setenv("ESCALATION_LANGUAGES", text)
    assert load_settings().languages == codes


def test_languages_are_a_list_in_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "escalation.toml").write_text('languages = ["de", "es"]\n')
    monkeypatch.setenv("ESCALATION_CONFIG", str(tmp_path / "escalation.toml"))
    assert load_settings().languages == {"de", "es"}


@pytest.mark.parametrize("text", ["german", "d", "DE", "d3"])
def test_what_is_no_language_code_is_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("ESCALATION_LANGUAGES", text)
    with pytest.raises(SettingsInvalid, match="languages"):
        load_settings()
