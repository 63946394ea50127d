"""Whatever people type, whatever a file holds, whatever the disk does: an honest answer or a clear error."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from escalation.classifier import (
    ClassifierError,
    Example,
    Model,
    build_model,
    evaluate,
    explain,
    load_model,
    save_model,
)
from escalation.classifier.errors import ExampleInvalid, ModelNotSaved
from escalation.classifier.folder import FILES, MANIFEST
from tests.ml.small_world import Encoder, shop_examples, unknown_messages

ODD = {
    "empty": "", "white space": " \t\r\n\u2003 ", "4,000 characters": "late parcel " * 333 + "late",
    "one word of 4,000 characters": "a" * 4000, "more than the tokenizer may see": "refund " * 100_000,
    "10,000 tokens": "parcel " * 10_000, "emoji": "😀🎉👩‍👩‍👧‍👦", "flags and skin tones": "🇦🇹👍🏽", "keycap": "3️⃣",
    "right to left": "أين طلبي؟ لم تصل الشحنة حتى الآن", "both directions": "order رقم 4411 \u202eetal\u202c",
    "control characters": "\x00\x01\x02\x1b[31m\x7f", "NUL": "my par\x00cel is late",
    "half a character": "late \ud83d parcel",
    "only half a character": "\udc00", "combining marks": "e" + "\u0301" * 500, "zero width": "\u200b\u200d\ufeff",
    "digits": "1" * 500, "punctuation": "?!" * 200, "a word nobody knows": "qwzx",
}  # fmt: skip


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_any_text_is_predicted_with_honest_numbers(shop: Model, text: str) -> None:
    (prediction,) = shop.predict([text])
    assert np.isfinite([prediction.confidence, prediction.novelty, *prediction.scores]).all()
    assert 0 <= prediction.confidence <= 1
    assert 0 <= prediction.novelty <= 1
    assert len(prediction.labels) == 5
    assert prediction == shop.predict([text])[0]
    if not any(c.isalnum() for c in text):
        assert (prediction.confidence, prediction.novelty) == (0.0, 1.0)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_an_odd_text_does_not_change_what_is_said_of_its_neighbour(shop: Model, text: str) -> None:
    (alone,) = shop.predict(["where is my parcel"])
    beside = shop.predict([text, "where is my parcel"])[1]
    assert beside.labels == alone.labels
    assert beside.scores == pytest.approx(alone.scores, abs=1e-5)
    assert (beside.confidence, beside.novelty) == pytest.approx((alone.confidence, alone.novelty), abs=1e-4)


def test_a_control_character_parts_words_and_says_nothing_itself(shop: Model) -> None:
    plain, odd = shop.predict(["my parcel is late", "my\x00parcel\x07is\x1flate"])
    assert odd == plain


def test_what_lies_beyond_the_most_tokens_counts_by_its_words_alone(shop: Model) -> None:
    texts = ["late parcel " * 100, "late parcel " * 100 + "refund " * 100]
    short, long = shop.encoder.meanings(texts)
    assert (short == long).all()
    assert not (shop.embed(texts)[0] == shop.embed(texts)[1]).all()


@pytest.mark.parametrize("thing", [None, 7, 1.5, b"late parcel", ["late"], {"text": "late"}, True])
def test_what_is_no_text_is_refused_by_type_and_place(shop: Model, thing: Any) -> None:
    for ask in (lambda: shop.predict(["fine", thing]), lambda: shop.embed(["fine", thing])):
        with pytest.raises(ExampleInvalid, match=f"Message 1 is {type(thing).__name__}, not text"):
            ask()
    with pytest.raises(ExampleInvalid, match="not text"):
        explain(shop, thing)


# --- training data -------------------------------------------------------------------------------------------------


def build(rows: list[Example], place: Path, encoder: Encoder) -> Model:
    return build_model(rows, name="m", folder=place / "m", encoders=encoder.encoders, encoder=encoder.source, alpha=0.2)


def test_one_example_a_class_makes_a_model_that_answers_nothing(encoder: Encoder, tmp_path: Path) -> None:
    model = build(shop_examples(1), tmp_path, encoder)
    assert model.threshold == 1.0
    assert evaluate(model, shop_examples(5, seed=9)).answered == 0


def test_the_same_line_a_hundred_times_is_one_line(encoder: Encoder, tmp_path: Path) -> None:
    """Copies must not stand on both sides of a fold, where they would vouch for each other."""
    rows = [Example(row.text, row.label, id=f"{row.id}-{copy}") for row in shop_examples(2) for copy in range(50)]
    model = build(rows, tmp_path, encoder)
    report = evaluate(
        model, [*shop_examples(60, seed=9), *(Example(text, None) for text in unknown_messages(85, seed=9))]
    )
    assert report.answered == 0 or (report.risk or 0.0) <= 0.2


def test_nothing_but_contradictions_is_built_and_never_sure(encoder: Encoder, tmp_path: Path) -> None:
    texts = [row.text for row in shop_examples(12, topics=2)]
    rows = [Example(text, label, id=f"{label}-{n}") for n, text in enumerate(texts) for label in ("refund", "late")]
    model = build(rows, tmp_path, encoder)
    assert not any(p.confidence >= model.threshold for p in model.predict(texts))


def test_wrong_labels_make_a_model_more_careful_and_none_is_dropped(encoder: Encoder, tmp_path: Path) -> None:
    rows = shop_examples(20)
    labels = sorted({str(row.label) for row in rows})
    wrong = [
        Example(row.text, labels[(labels.index(str(row.label)) + 3) % 8] if place % 5 == 0 else row.label, id=row.id)
        for place, row in enumerate(rows)
    ]
    model = build(wrong, tmp_path, encoder)
    assert sorted(model.scorer.training.rows.ids) == sorted(row.id for row in rows)
    report = evaluate(model, shop_examples(10, seed=9))
    assert report.answered == 0 or (report.risk or 0.0) <= 0.2
    assert (report.accuracy or 0.0) > 0.7


@pytest.mark.parametrize("label", ["a\x00b", "line\nbreak", "half \ud800", "tab\t"])
def test_a_label_that_no_file_can_hold_is_refused_by_place(encoder: Encoder, tmp_path: Path, label: str) -> None:
    with pytest.raises(ExampleInvalid, match=r"Example 1 has .* in its label"):
        build([Example("a b", "fine"), Example("c d", label)], tmp_path, encoder)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("label", ["üöä", "退货", "طلبي", "a/b", "..", "x" * 500, "😀", "<b>", "{x}"])
def test_any_other_label_is_kept_letter_by_letter(encoder: Encoder, tmp_path: Path, label: str) -> None:
    rows = [Example(row.text, label if row.label == "refund" else row.label, id=row.id) for row in shop_examples(3)]
    build(rows, tmp_path, encoder)
    assert label in load_model(tmp_path / "m", encoder.encoders).labels


def test_a_test_file_may_lack_labels_and_hold_unknown_ones(shop: Model) -> None:
    some = [row for row in shop_examples(5, seed=9) if row.label in {"refund", "job_offer"}]
    report = evaluate(shop, [*some, Example("gift ribbon", "never_heard_of")])
    assert report.unknown_labels == ("never_heard_of",)
    assert report.n_in_scope == len(some) + 1
    assert report.accuracy is not None
    assert report.accuracy <= len(some) / (len(some) + 1)


# --- model folders -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [MANIFEST, *FILES])
def test_a_file_cut_anywhere_is_refused(shop_folder: Path, encoder: Encoder, tmp_path: Path, name: str) -> None:
    size = (shop_folder / name).stat().st_size
    for cut in sorted({0, 1, size // 4, size // 2, size - 2}):
        copy = Path(shutil.copytree(shop_folder, tmp_path / f"cut-{cut}"))
        os.truncate(copy / name, cut)
        with pytest.raises(ClassifierError) as caught:
            load_model(copy, encoder.encoders)
        assert caught.value.code in {"model_hash_mismatch", "model_invalid"}
        assert name in caught.value.message


@pytest.mark.parametrize("name", [MANIFEST, *FILES])
def test_a_folder_in_place_of_a_file_is_refused(shop_folder: Path, encoder: Encoder, tmp_path: Path, name: str) -> None:
    copy = Path(shutil.copytree(shop_folder, tmp_path / "copy"))
    (copy / name).unlink()
    (copy / name).mkdir()
    with pytest.raises(ClassifierError, match=name):
        load_model(copy, encoder.encoders)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from escalation.classifier import load_model, save_model
model = load_model(Path(sys.argv[1]), Path(sys.argv[2]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), resource.RLIM_INFINITY))
try:
    save_model(model, Path(sys.argv[3]))
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


@pytest.mark.parametrize("bytes_left", [0, 500, 5_000])
def test_when_the_disk_is_full_nothing_is_left_and_the_old_version_stays(
    shop_folder: Path, encoder: Encoder, tmp_path: Path, bytes_left: int
) -> None:
    """The kernel refuses to write further, wherever in the folder that happens; no file of the old version changes."""
    shutil.copytree(shop_folder, tmp_path / "v1")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, tmp_path / "v1", encoder.encoders, tmp_path / "v2", str(bytes_left)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr.startswith("ModelNotSaved: Model 'shop' could not be saved"), done.stderr
    assert "File too large" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["v1"]
    assert load_model(tmp_path / "v1", encoder.encoders).name == "shop"


@contextmanager
def nobody() -> Iterator[None]:
    """Give up root's right to write anywhere; without root there is nothing to give up."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        if mine == 0:
            os.seteuid(mine)


def test_a_read_only_folder_is_named_as_the_reason(shop: Model) -> None:
    place = Path(tempfile.mkdtemp())
    place.chmod(0o555)
    try:
        with nobody(), pytest.raises(ModelNotSaved, match="Permission denied"):
            save_model(shop, place / "new")
        assert not list(place.iterdir())
    finally:
        place.chmod(0o755)
        place.rmdir()


def test_a_file_where_the_models_folder_should_be_is_named_as_the_reason(shop: Model, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("not a folder")
    with pytest.raises(ModelNotSaved, match="Not a directory"):
        save_model(shop, tmp_path / "models" / "new")
    assert (tmp_path / "models").read_text() == "not a folder"
