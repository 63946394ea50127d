"""What turns ask the model: one run of it for an ordinary message, more only where a message can be cut."""

import pytest

from escalation.classifier.batcher import LivePrediction
from escalation.classifier.prediction import Prediction
from escalation.learning.predictor import Limits, ModelPredictor

TEXT = "cancel my order and also where is my refund"


class Live:
    """A live model that is sure of some texts and of nothing else. `swaps`: versions that answer one text each."""

    def __init__(self, sure: dict[str, str], swaps: list[str] | None = None) -> None:
        self.sure = sure
        self.swaps = swaps or []
        self.asked: list[str] = []
        self.anchored = True

    @property
    def classifier(self) -> "Live":
        return self

    async def predict(self, text: str) -> LivePrediction:
        self.asked.append(text)
        label = self.sure.get(text)
        version = self.swaps.pop(0) if self.swaps else "v2"
        said = Prediction((label or "order", "other"), (0.6, 0.4), 0.9 if label else 0.1, 0.1)
        return LivePrediction(version, 0.7, said)


def a_predictor(live: Live) -> ModelPredictor:
    return ModelPredictor(live, Limits())  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["where is my order", "thanks. bye", "the order 1234, please"])
async def test_an_ordinary_message_costs_one_run_of_the_model(text: str) -> None:
    live = Live({text: "order"})
    made = await a_predictor(live).predict(text)
    assert live.asked == [text] and made.divisions == ()


async def test_a_message_of_two_requests_comes_with_its_parts() -> None:
    live = Live({"cancel my order": "cancel", "where is my refund": "refund"})
    ((first, second),) = (await a_predictor(live).predict(TEXT)).divisions
    assert live.asked == [TEXT, "cancel my order", "where is my refund"]
    assert [TEXT[part.start : part.end] for part in (first, second)] == live.asked[1:]
    assert [part.predicted.guesses[0].label for part in (first, second)] == ["cancel", "refund"]
    assert [part.predicted.confidence for part in (first, second)] == [0.9, 0.9]


async def test_a_message_that_can_be_cut_but_asks_for_one_thing_stays_whole() -> None:
    live = Live({TEXT: "cancel", "cancel my order": "cancel", "where is my refund": "cancel"})
    assert (await a_predictor(live).predict(TEXT)).divisions == ()


async def test_all_parts_are_read_by_the_model_that_read_the_whole() -> None:
    live = Live({"cancel my order": "cancel", "where is my refund": "refund"}, swaps=["v1", "v1", "v2"])
    made = await a_predictor(live).predict(TEXT)
    assert len(live.asked) == 6
    assert {made.model, *(part.predicted.model for part in made.divisions[0])} == {"v2"}
