"""The packaged encoder on real messages: the figures that the product stands on, with room for luck."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from escalation.classifier import Example, Model, build_model, evaluate, find_encoder, save_model
from escalation.classifier.evaluation import judge
from escalation.learning.promotion import wilson_lower
from tests.ml.refitting import learn
from tests.real_encoder import real_encoders

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def read(path: Path) -> list[Example]:
    return [Example(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def by_label(rows: list[Example], first: int, after: int = 0) -> list[Example]:
    """Return rows `after`..`first` of each label, with ids."""
    seen: dict[str | None, int] = {}
    kept = []
    for number, row in enumerate(rows):
        seen[row.label] = seen.get(row.label, 0) + 1
        if after < seen[row.label] <= first:
            kept.append(Example(row.text, row.label, id=f"clinc-{number}"))
    return kept


@pytest.fixture(scope="module")
def five(clinc: Path, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A head on the first five messages of each of 150 intents."""
    place = tmp_path_factory.mktemp("real")
    rows = by_label(read(clinc / "train.jsonl"), 5)
    return build_model(rows, name="five", folder=place / "five", encoders=real_encoders(), seed=1)


@pytest.fixture(scope="module")
def judged(clinc: Path) -> list[Example]:
    """Every fifth validation message and all out-of-scope ones."""
    return read(clinc / "val.jsonl")[::5] + read(clinc / "oos_val.jsonl")


def test_the_export_is_close_and_pinned(five: Model) -> None:
    manifest = five.encoder.manifest
    assert manifest.key == find_encoder().key
    assert manifest.cosine_mean > 0.985
    assert not manifest.fine_tuned


def test_five_messages_an_intent(five: Model, judged: list[Example]) -> None:
    report = evaluate(five, judged)
    assert report.accuracy is not None
    assert report.auroc is not None
    assert report.accuracy > 0.80
    assert report.auroc > 0.92
    assert report.coverage > 0.15
    assert report.risk is not None
    assert report.risk < 0.05
    assert "en" in five.languages


@pytest.mark.parametrize("wrong", [0.0, 0.05])
def test_resolutions_help_even_with_wrong_ones(five: Model, judged: list[Example], clinc: Path, wrong: float) -> None:
    random = np.random.default_rng(0)
    more = by_label(read(clinc / "train.jsonl"), 17, after=5)
    labels = [
        five.labels[random.integers(len(five.labels))] if random.random() < wrong else str(row.label) for row in more
    ]
    vectors = five.embed([row.text for row in judged])
    before = judge(five.predict_embedded(vectors), judged, five.threshold, five.labels)
    grown = learn(five, [replace(row, label=label) for row, label in zip(more, labels, strict=True)], "five.1")
    after = judge(grown.predict_embedded(vectors), judged, grown.threshold, grown.labels)
    assert (after.accuracy or 0) > (before.accuracy or 0) + 0.03
    assert after.answered_at["2%"] > before.answered_at["2%"]
    # Of some 400 answers 2 % are 8, give or take 3: what must not be is clearly more.
    assert wilson_lower(after.wrong, after.answered) <= five.alpha
    # Wrong labels look like wrong answers, so they cost coverage, never safety.
    assert wrong > 0 or after.coverage > before.coverage


def test_a_folder_stays_small(five: Model, tmp_path: Path) -> None:
    save_model(five, tmp_path / "five")
    assert sum(file.stat().st_size for file in (tmp_path / "five").iterdir()) < 2_000_000
    assert not list((tmp_path / "five").glob("*.onnx"))
