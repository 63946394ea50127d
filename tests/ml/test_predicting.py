"""What a model says: honest on the small shop, and composed about whatever people type."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from escalation.catalogue.starter import starter_catalogue
from escalation.classifier import Example, Model, build_model, evaluate
from escalation.classifier.errors import ExampleInvalid, ModelExists, OneClass, TooFewExamples
from escalation.classifier.prediction import Language
from tests.ml.small_world import Encoder, shop_examples, unknown_messages


def test_it_knows_the_shop_and_notices_strangers(shop: Model) -> None:
    report = evaluate(
        shop, [*shop_examples(10, seed=5), *(Example(text, None) for text in unknown_messages(40, seed=5))]
    )
    assert report.accuracy is not None
    assert report.auroc is not None
    assert report.accuracy > 0.8
    assert report.auroc > 0.8


def test_a_prediction_is_well_formed(shop: Model) -> None:
    (prediction,) = shop.predict(["my parcel is late please"])
    assert prediction.label == "order_status"
    assert len(prediction.labels) == len(prediction.scores) == 5
    assert list(prediction.scores) == sorted(prediction.scores, reverse=True)
    assert sum(prediction.scores) <= 1.0001
    assert 0 <= prediction.confidence < 1
    assert 0 <= prediction.novelty < 1
    assert len(prediction.neighbours) == 5
    assert all(row.example_id.startswith(f"{row.label}-0-") for row in prediction.neighbours)
    similarities = [row.similarity for row in prediction.neighbours]
    assert similarities == sorted(similarities, reverse=True)


@pytest.mark.parametrize("text", ["", "   ", "😀🎉", "?!...", "\x00\x01"])
def test_a_message_that_says_nothing_is_new_and_unsure(shop: Model, text: str) -> None:
    (prediction,) = shop.predict([text])
    assert (prediction.confidence, prediction.novelty) == (0.0, 1.0)


def test_long_and_odd_messages_are_predicted(shop: Model) -> None:
    texts = ["refund " * 10_000, "a" * 4000, "أين طلبي", "\u202eexe.tset", "\ud83d lone surrogate", "1" * 500]
    predictions = shop.predict(texts)
    assert all(np.isfinite([p.confidence, p.novelty, *p.scores]).all() for p in predictions)


def test_what_is_not_text_is_refused_with_its_place(shop: Model) -> None:
    with pytest.raises(ExampleInvalid, match="Message 1"):
        shop.predict(["fine", None])  # type: ignore[list-item]


def test_nothing_gives_nothing(shop: Model) -> None:
    assert shop.predict([]) == []


def test_embedded_messages_are_predicted_alike(shop: Model) -> None:
    texts = ["my parcel is late please", "gift ribbon bow"]
    assert shop.predict_embedded(shop.embed(texts), texts) == shop.predict(texts)


def test_what_figures_need_is_the_same_without_the_examples_behind_it(shop: Model) -> None:
    texts = ["my parcel is late please", "gift ribbon bow", "3", "¿Dónde está mi pedido?"] * 20
    vectors = shop.embed(texts)
    for plain, whole in zip(shop.judge_embedded(vectors, texts), shop.predict_embedded(vectors, texts), strict=True):
        assert plain == replace(whole, neighbours=(), support=None, counter=None, language=Language())


@pytest.mark.parametrize(
    ("examples", "error", "hint"),
    [
        ([], TooFewExamples, "0 labelled"),
        ([Example("a", "x")], TooFewExamples, "1 labelled"),
        ([Example("a", None), Example("b", None)], TooFewExamples, "0 labelled"),
        ([Example("a", "x"), Example("b", "x")], OneClass, "'x'"),
        ([Example("a", "x"), Example(" \n", "y")], ExampleInvalid, "Example 1"),
        ([Example("a", "x"), Example("b", " ")], ExampleInvalid, "Example 1"),
        ([Example("a", "x"), Example(7, "y")], ExampleInvalid, "Example 1"),  # type: ignore[arg-type]
    ],
)
def test_examples_that_cannot_be_learnt_from(
    examples: list[Example], error: type[Exception], hint: str, tmp_path: Path, encoder: Encoder
) -> None:
    with pytest.raises(error, match=hint):
        build_model(examples, name="m", folder=tmp_path / "m", encoders=encoder.encoders, encoder=encoder.source)
    assert not (tmp_path / "m").exists()


def test_a_name_taken_is_refused_before_any_work(shop_folder: Path, encoder: Encoder) -> None:
    with pytest.raises(ModelExists):
        build_model([], name="shop", folder=shop_folder, encoders=encoder.encoders, encoder=encoder.source)


@pytest.mark.parametrize("each", [1, 2, 3])
def test_a_handful_of_examples_makes_a_model_that_is_not_sure(each: int, tmp_path: Path, encoder: Encoder) -> None:
    model = build_model(
        shop_examples(each), name="few", folder=tmp_path / "few", encoders=encoder.encoders, encoder=encoder.source
    )
    report = evaluate(model, shop_examples(6, seed=9))
    assert report.accuracy is not None
    assert report.accuracy > 0.2  # chance is .125; the transformer is random
    assert report.answered == 0 or (report.risk or 0) <= 0.1


def test_duplicates_and_contradictions_are_taken_as_they_are(tmp_path: Path, encoder: Encoder) -> None:
    rows = shop_examples(8)
    rows += [Example(rows[0].text, "refund", id=f"again-{number}") for number in range(3)] + rows[:1] * 2
    model = build_model(
        [Example(row.text, row.label, id=f"{n}") for n, row in enumerate(rows)], name="odd", folder=tmp_path / "odd",
        encoders=encoder.encoders, encoder=encoder.source,
    )  # fmt: skip
    assert len(model.labels) == 8


def test_equal_seeds_build_equal_models(tmp_path: Path, encoder: Encoder) -> None:
    made = [
        build_model(
            shop_examples(6),
            name="twin",
            folder=tmp_path / name,
            encoders=encoder.encoders,
            encoder=encoder.source,
            seed=4,
        )
        for name in ("a", "b")
    ]
    assert made[0].predict(["refund my money"]) == made[1].predict(["refund my money"])
    assert (tmp_path / "a" / "manifest.json").read_bytes() == (tmp_path / "b" / "manifest.json").read_bytes()


def test_what_a_model_was_built_from_is_known_without_the_encoder(starter: Model) -> None:
    text, _ = next(iter(starter_catalogue().labelled()))
    vector = starter.known_vector(f"  {text} ")
    assert vector is not None
    assert np.allclose(vector, starter.embed([text])[0], atol=1e-3)
    assert starter.known_vector("nobody wrote this in the catalogue") is None
