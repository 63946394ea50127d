"""Model folders: what is saved is what is loaded; whatever is wrong with one is refused by name."""

import errno
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from escalation.classifier import ClassifierError, Model, load_model, save_model
from escalation.classifier.confidence.threshold import ALPHAS
from escalation.classifier.encoder.source import sha256_of
from escalation.classifier.errors import (
    EncoderMissing,
    GoldenMismatch,
    ModelExists,
    ModelHashMismatch,
    ModelIncomplete,
    ModelInvalid,
    ModelNotSaved,
)
from escalation.classifier.folder import MOST_GOLDEN, with_golden
from escalation.classifier.head.fit import PENALTY
from escalation.conversations.predictions import TurnPolicy
from tests.ml.small_world import Encoder, shop_examples, unknown_messages

TEXTS = [row.text for row in shop_examples(3, seed=7)] + unknown_messages(3, seed=7)


@pytest.fixture
def copy(shop_folder: Path, tmp_path: Path) -> Path:
    """A copy of the small shop's folder to damage."""
    return Path(shutil.copytree(shop_folder, tmp_path / "copy"))


def reseal(folder: Path) -> None:
    """Make the manifest's hashes fit the files again, so that only the content is wrong."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = {name: sha256_of(folder / name) for name in manifest["files"]}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def change_manifest(folder: Path, **values: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | values))


def change_arrays(folder: Path, **values: np.ndarray) -> None:
    save_file(load_file(folder / "head.safetensors") | values, folder / "head.safetensors")
    reseal(folder)


def test_a_saved_model_predicts_as_the_live_one(shop: Model, encoder: Encoder, tmp_path: Path) -> None:
    save_model(shop, tmp_path / "again")
    again = load_model(tmp_path / "again", encoder.encoders)
    assert again.predict(TEXTS) == shop.predict(TEXTS)
    assert (again.name, again.threshold, again.labels, again.golden, again.languages) == (
        shop.name, shop.threshold, shop.labels, shop.golden, shop.languages,
    )  # fmt: skip
    assert again.lineage == shop.lineage


def test_the_penalty_that_was_chosen_is_kept_and_an_older_folder_has_the_usual_one(
    shop: Model, encoder: Encoder, tmp_path: Path
) -> None:
    training = replace(shop.scorer.training, penalty=0.3)
    save_model(replace(shop, scorer=replace(shop.scorer, training=training)), tmp_path / "strict")
    assert load_model(tmp_path / "strict", encoder.encoders).scorer.training.penalty == 0.3
    manifest = json.loads((tmp_path / "strict" / "manifest.json").read_text("utf-8"))
    del manifest["penalty"]
    (tmp_path / "strict" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert load_model(tmp_path / "strict", encoder.encoders).scorer.training.penalty == PENALTY


def test_thresholds_for_other_accepted_errors_are_kept_and_an_older_folder_has_its_own_alone(
    shop: Model, copy: Path, encoder: Encoder
) -> None:
    again = load_model(copy, encoder.encoders)
    assert again.choices == shop.choices and {alpha for alpha, _ in shop.choices} == {*ALPHAS, shop.alpha}
    thresholds = [choice.threshold for _, choice in shop.choices]
    assert thresholds == sorted(thresholds, reverse=True), "who accepts less answers less"
    change_manifest(copy, choices=[])
    older = load_model(copy, encoder.encoders)
    assert older.by_error == ((shop.alpha, shop.threshold),)
    known = TurnPolicy.of(older.by_error)
    assert known.at(shop.alpha).threshold == known.at(0.2).threshold == shop.threshold
    assert known.at(shop.alpha / 2).threshold == 1.0, "nothing is known, so nothing is answered"


def test_a_folder_holds_no_words_of_examples(shop_folder: Path) -> None:
    content = b"".join(file.read_bytes() for file in shop_folder.iterdir())
    for row in shop_examples(25):
        assert row.text.encode() not in content
    assert {file.name for file in shop_folder.iterdir()} == {
        "manifest.json", "head.safetensors", "examples.json", "golden.json", "report.json", "card.md",
    }  # fmt: skip


def test_a_model_is_never_overwritten(shop: Model, copy: Path) -> None:
    before = sha256_of(copy / "manifest.json")
    with pytest.raises(ModelExists):
        save_model(shop, copy)
    assert sha256_of(copy / "manifest.json") == before


def test_a_full_disk_leaves_nothing(shop: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(ModelNotSaved, match="No space"):
        save_model(shop, tmp_path / "new")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["manifest.json", "head.safetensors", "examples.json", "golden.json", "card.md"])
def test_a_missing_file_is_named(copy: Path, encoder: Encoder, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ModelIncomplete, match=name):
        load_model(copy, encoder.encoders)


def test_a_folder_that_is_not_there(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(ModelIncomplete, match=r"no model 'nothing'.*model list"):
        load_model(tmp_path / "nothing", encoder.encoders)


@pytest.mark.parametrize("name", ["head.safetensors", "examples.json", "golden.json", "report.json"])
def test_a_file_cut_short_is_refused(copy: Path, encoder: Encoder, name: str) -> None:
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelHashMismatch, match=name):
        load_model(copy, encoder.encoders)


@pytest.mark.parametrize("array", ["weights", "bias", "vectors", "names", "correct", "scale"])
def test_numbers_that_are_none_are_refused(copy: Path, encoder: Encoder, array: str) -> None:
    values = load_file(copy / "head.safetensors")[array].copy()
    values.flat[0] = np.nan
    change_arrays(copy, **{array: values})
    with pytest.raises(ModelInvalid, match=array):
        load_model(copy, encoder.encoders)


def test_labels_that_do_not_fit_the_head_are_refused(copy: Path, encoder: Encoder, shop: Model) -> None:
    for labels in (list(shop.labels)[:-1], [*shop.labels, "more"], ["same"] * len(shop.labels)):
        change_manifest(copy, labels=labels)
        with pytest.raises(ModelInvalid):
            load_model(copy, encoder.encoders)


def test_other_labels_in_another_order_break_the_golden_set(copy: Path, encoder: Encoder, shop: Model) -> None:
    change_manifest(copy, labels=list(reversed(shop.labels)))
    with pytest.raises(GoldenMismatch):
        load_model(copy, encoder.encoders)


def test_another_threshold_breaks_the_golden_set(copy: Path, encoder: Encoder) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    change_manifest(copy, choice=manifest["choice"] | {"threshold": 0.0})
    golden = json.loads((copy / "golden.json").read_text())
    if all(row["answered"] for row in golden):
        change_manifest(copy, choice=manifest["choice"] | {"threshold": 1.0})
    with pytest.raises(GoldenMismatch):
        load_model(copy, encoder.encoders)


def test_a_start_predicts_few_golden_messages_however_many_there_are(shop: Model) -> None:
    texts = tuple(row.text for row in shop_examples(40, seed=1))
    golden = with_golden(shop, texts).golden
    assert MOST_GOLDEN / 2 < len(golden) <= MOST_GOLDEN
    assert len({row.label for row in golden}) == len(shop.labels)  # they are spread
    one = with_golden(shop, texts[:1]).golden
    assert len(one) <= 1


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 99}', '{"format": 1}'])
def test_a_manifest_that_is_none_is_refused(copy: Path, encoder: Encoder, content: str) -> None:
    (copy / "manifest.json").write_text(content)
    with pytest.raises(ModelInvalid):
        load_model(copy, encoder.encoders)


def test_files_that_agree_with_their_hash_and_not_with_each_other(copy: Path, encoder: Encoder) -> None:
    (copy / "examples.json").write_text('{"ids": ["one"], "outside": []}')
    reseal(copy)
    with pytest.raises(ClassifierError) as caught:
        load_model(copy, encoder.encoders)
    assert caught.value.code == "model_invalid"


def test_a_fine_tuned_encoder_cannot_be_made_again(copy: Path, tmp_path: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    change_manifest(copy, encoder=manifest["encoder"] | {"fine_tuned": True})
    with pytest.raises(EncoderMissing):
        load_model(copy, tmp_path / "elsewhere")


def test_a_report_that_is_no_number_is_refused(shop: Model, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        save_model(replace(shop, report={"accuracy": float("nan")}), tmp_path / "new")
    assert not list(tmp_path.iterdir())
