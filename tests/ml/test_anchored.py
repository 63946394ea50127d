"""Live head and anchor score one encoding, and say what two separate models would say."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from escalation.classifier import Classifier, Example, Model
from escalation.classifier.anchored import predict_both
from escalation.classifier.encoder.serving import OnnxEncoder
from escalation.kernel.arrays import Floats
from tests.ml.refitting import learn

TEXTS = ["where is my parcel", "zebra ribbon where", "please don't cancel it", "3", "wo ist mein Paket", "a refundd"]


class Counted(OnnxEncoder):
    """The same encoder; it remembers what it read."""

    def __init__(self, encoder: OnnxEncoder) -> None:
        super().__init__(encoder._session, encoder._tokenizer, encoder.manifest)
        self.read: list[str] = []

    def embed(self, texts: Sequence[str]) -> Floats:
        self.read += texts
        return super().embed(texts)


class SpellsOtherwise:
    """A speller that reads one text in its own way."""

    def correct(self, text: str) -> str:
        return text.replace("ribbon", "robin")


@pytest.fixture
def anchor(shop: Model) -> Model:
    return replace(shop, encoder=Counted(shop.encoder))


@pytest.fixture
def live(anchor: Model) -> Model:
    taught = learn(anchor, [Example("zebra ribbon where", "gift_wrap", id="new")])
    encoder = taught.encoder
    assert isinstance(encoder, Counted)
    encoder.read.clear()
    return taught


def said(model: Model, texts: Sequence[str]) -> list[tuple[object, ...]]:
    """What a vote rests on."""
    return [vote(each) for each in model.predict(texts)]


def vote(each: object) -> tuple[object, ...]:
    names = ("labels", "scores", "confidence", "novelty", "mention", "among")
    return tuple(getattr(each, name) for name in names)


def test_two_heads_on_one_encoding_say_what_two_models_say(live: Model, anchor: Model) -> None:
    both = predict_both(live, anchor, TEXTS)
    assert isinstance(live.encoder, Counted)
    otherwise = [text for text, own in zip(anchor.corrected(TEXTS), live.corrected(TEXTS), strict=True) if text != own]
    assert live.encoder.read == [*live.corrected(TEXTS), *otherwise], "each is encoded once, unless they read it apart"
    assert len(otherwise) < 2
    assert [each.live for each in both] == live.predict(TEXTS)
    assert [vote(each.anchor) for each in both] == said(anchor, TEXTS)
    assert said(live, TEXTS) != said(anchor, TEXTS)


def test_a_text_that_the_anchor_reads_otherwise_and_another_encoder_are_encoded_again(
    live: Model, anchor: Model, shop: Model
) -> None:
    anchor.__dict__["speller"] = SpellsOtherwise()
    both = predict_both(live, anchor, TEXTS)
    assert isinstance(live.encoder, Counted)
    assert "zebra robin where" in live.encoder.read[len(TEXTS) :]
    assert [vote(each.anchor) for each in both] == said(anchor, TEXTS)
    apart = Counted(shop.encoder)
    assert [vote(each.anchor) for each in predict_both(live, replace(shop, encoder=apart), TEXTS)] == said(shop, TEXTS)
    assert len(apart.read) == len(TEXTS)


async def test_the_classifier_takes_both_in_one_swap(live: Model, anchor: Model) -> None:
    classifier = Classifier(anchor)
    assert (await classifier.predict(TEXTS[1])).models == ("shop", "shop", anchor.threshold)
    classifier.swap(live, anchor.with_threshold(0.99))
    answer = await classifier.predict(TEXTS[1])
    assert answer.models == ("shop.1", "shop", 0.99), "what was remembered is of other models"
    assert answer.anchor is not None and vote(answer.anchor.prediction) == said(anchor, TEXTS[1:2])[0]
    classifier.swap(live)
    assert (await classifier.predict(TEXTS[1])).anchor is None
    classifier.close()
