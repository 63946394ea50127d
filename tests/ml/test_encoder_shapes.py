"""Every supported architecture serves the vectors that torch gives, and can be fine-tuned."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from escalation.classifier import find_encoder
from escalation.classifier.encoder import export
from escalation.classifier.encoder.export import compare, ensure_encoder, export_fine_tuned
from escalation.classifier.encoder.folder import GRAPH, TOKENIZER
from escalation.classifier.encoder.graph import float_graph
from escalation.classifier.encoder.serving import OnnxEncoder, load_encoder, prepare_tokenizer
from escalation.classifier.encoder.source import EncoderSource
from escalation.classifier.encoder.transformer import PooledEncoder, load_transformer
from escalation.classifier.errors import EncoderInvalid
from escalation.classifier.head.fit import encode_labels
from escalation.classifier.tuning.batches import padded, tokenized
from escalation.classifier.tuning.checkpoint import Checkpoint
from escalation.classifier.tuning.device import Device
from escalation.classifier.tuning.loop import TuningContext, tune
from escalation.classifier.tuning.plan import Tuning
from escalation.classifier.tuning.recipe import RECIPE
from escalation.classifier.tuning.remaining_time import RunProgress
from escalation.kernel.arrays import Floats
from tests.ml.small_world import shop_examples
from tests.ml.tiny_transformers import POSITIONS, SHAPES, write_transformer

TEXTS = ["where is my parcel", "refund", "the shop closes on sunday evening, a gift!", "order " * 12, "parcel " * 300]
RESERVED = {"mpnet": 2, "roberta": 2, "xlm-roberta": 2}
"""Positions that number nothing: those up to that of padding."""


@pytest.fixture(scope="module", params=list(SHAPES))
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> EncoderSource:
    folder = tmp_path_factory.mktemp("shapes") / f"tiny-{request.param}"
    write_transformer(folder, request.param)
    return find_encoder(str(folder))


@pytest.fixture(scope="module")
def module(source: EncoderSource) -> PooledEncoder:
    return load_transformer(source.folder)


@pytest.fixture(scope="module")
def served(source: EncoderSource) -> OnnxEncoder:
    folder = ensure_encoder(source, source.folder.parent / "encoders")
    return load_encoder(folder.name, folder.parent)


def tokens(module: PooledEncoder, folder: Path) -> list[list[int]]:
    tokenizer = prepare_tokenizer(Tokenizer.from_file(str(folder / TOKENIZER)), module.sentence.max_tokens)
    return [encoding.ids for encoding in tokenizer.encode_batch([text.strip() for text in TEXTS])]


def by_torch(module: PooledEncoder, rows: list[list[int]]) -> Floats:
    with torch.inference_mode():
        return np.stack([module(*padded([row], "cpu"))[0].numpy() for row in rows])


def test_the_float_graph_is_what_torch_computes(module: PooledEncoder, source: EncoderSource, tmp_path: Path) -> None:
    rows = tokens(module, source.folder)
    assert compare(module, float_graph(module, tmp_path / "x"), [*rows, rows[0][:1]]).min() > 0.99999


def test_what_serves_is_nearly_that(module: PooledEncoder, source: EncoderSource, served: OnnxEncoder) -> None:
    cosines = (served.meanings(TEXTS) * by_torch(module, tokens(module, source.folder))).sum(axis=1)
    assert cosines.mean() > 0.995
    assert cosines.min() > 0.99
    assert served.manifest.cosine_mean > 0.995


def test_company_and_padding_change_nothing(module: PooledEncoder, source: EncoderSource, served: OnnxEncoder) -> None:
    rows = tokens(module, source.folder)
    with torch.inference_mode():
        together = module(*padded(rows, "cpu")).numpy()
    np.testing.assert_allclose(together, by_torch(module, rows), atol=1e-5)
    alone = np.concatenate([served.meanings([text]) for text in TEXTS])
    np.testing.assert_array_equal(served.meanings(TEXTS), alone)


def test_a_text_is_cut_where_positions_end(module: PooledEncoder, source: EncoderSource, served: OnnxEncoder) -> None:
    most = POSITIONS - RESERVED.get(module.transformer.config.model_type, 0)
    assert source.sentence.max_tokens == served.manifest.max_tokens == most
    assert max(map(len, tokens(module, source.folder))) == most


def test_a_step_of_fine_tuning_moves_it_and_it_serves(source: EncoderSource, tmp_path: Path) -> None:
    rows = shop_examples(4, topics=3)
    codes = encode_labels([row.label or "" for row in rows], sorted({row.label or "" for row in rows}))
    tokenizer = prepare_tokenizer(Tokenizer.from_file(str(source.folder / TOKENIZER)), source.sentence.max_tokens)
    examples = tokenized(tokenizer, [row.text for row in rows], codes)
    progress = RunProgress(1.0, lambda _: None, lambda: False)
    context = TuningContext(source, 3, RECIPE, Device("cpu", bfloat16=False), progress, 0.1)
    tuned = tune(context, examples, Tuning("t", 3, 1, len(rows)), Checkpoint(tmp_path / "c"), "tuning").module
    before = by_torch(load_transformer(source.folder), tokens(tuned, source.folder))
    after = by_torch(tuned, tokens(tuned, source.folder))
    assert np.isfinite(after).all()
    assert not np.array_equal(before, after)
    folder = export_fine_tuned(tuned, source.folder / TOKENIZER, "tuned", tmp_path)
    cosines = (load_encoder(folder.name, tmp_path).meanings(TEXTS) * after).sum(axis=1)
    assert cosines.min() > 0.99


@pytest.mark.parametrize(("least", "why"), [("LEAST_FLOAT_COSINE", "something else"), ("LEAST_COSINE", "too far")])
def test_what_is_not_true_is_refused_with_a_reason(
    least: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_transformer(tmp_path / "tiny", "bert")
    monkeypatch.setattr(export, least, 1.1)
    with pytest.raises(EncoderInvalid, match=f"'bert'.*{why}.*Choose another encoder"):
        ensure_encoder(find_encoder(str(tmp_path / "tiny")), tmp_path / "encoders")
    assert not list((tmp_path / "encoders").rglob(GRAPH))


def test_what_cannot_be_traced_is_refused_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("no such operator")

    write_transformer(tmp_path / "tiny", "mpnet")
    monkeypatch.setattr(torch.onnx, "export", refuse)
    with pytest.raises(EncoderInvalid, match="'mpnet' cannot be exported: no such operator"):
        ensure_encoder(find_encoder(str(tmp_path / "tiny")), tmp_path / "encoders")
