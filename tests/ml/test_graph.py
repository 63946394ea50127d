"""The hand-written graph computes what torch computes; in integers, nearly; other architectures are traced."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel

from escalation.classifier import find_encoder
from escalation.classifier.encoder.export import PooledEncoder, ensure_encoder
from escalation.classifier.encoder.graph import INPUT, BertShape, PlainLayers, bert_graph, is_plain_bert
from escalation.classifier.encoder.integer_layers import IntegerLayers, smoothing, unsigned_columns
from escalation.classifier.encoder.serving import load_encoder
from escalation.kernel.arrays import Floats
from tests.ml.small_world import Encoder, write_random_transformer

WORDS, TOKENS = 50, 40


def a_bert(**changes: object) -> PooledEncoder:
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=WORDS, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=TOKENS, initializer_range=0.2, **changes,
    )  # fmt: skip
    return PooledEncoder(BertModel(config, add_pooling_layer=False)).eval()


def weights_of(module: PooledEncoder) -> dict[str, Floats]:
    return {name: tensor.numpy() for name, tensor in module.transformer.state_dict().items()}


def run(graph: object, ids: list[int]) -> Floats:
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])  # type: ignore[attr-defined]
    vector: Floats = session.run(None, {INPUT: np.asarray([ids], np.int64)})[0][0]
    return vector


def expected(module: PooledEncoder, ids: list[int]) -> Floats:
    with torch.inference_mode():
        vector: Floats = module(torch.tensor([ids]), torch.ones((1, len(ids)), dtype=torch.long))[0].numpy()
    return vector


@pytest.mark.parametrize("length", [1, 2, 9, TOKENS])
def test_in_floats_it_is_the_same_as_torch(length: int) -> None:
    module = a_bert()
    shape = BertShape.of(module.transformer.config)
    graph = bert_graph(weights_of(module), shape, TOKENS, PlainLayers())
    ids = [number % WORDS for number in range(3, 3 + length)]
    np.testing.assert_allclose(run(graph, ids), expected(module, ids), atol=2e-6)


def test_in_integers_it_is_nearly_the_same() -> None:
    module = a_bert()
    shape = BertShape.of(module.transformer.config)
    peaks = {f"{layer}.{part}": np.ones(32, np.float32) for layer in range(2) for part in ("qkv", "up")}
    graph = bert_graph(weights_of(module), shape, TOKENS, IntegerLayers(peaks))
    ids = [5, 9, 30, 2, 2, 41]
    assert float(run(graph, ids) @ expected(module, ids)) > 0.995


@pytest.mark.parametrize("change", [{"hidden_act": "relu"}, {"is_decoder": True}])
def test_what_the_graph_does_not_compute_is_left_to_tracing(change: dict[str, object]) -> None:
    assert is_plain_bert(a_bert().transformer.config)
    assert not is_plain_bert(a_bert(**change).transformer.config)


def test_another_architecture_is_traced(tmp_path: Path, encoder: Encoder) -> None:
    torch.manual_seed(2)
    write_random_transformer(tmp_path / "other")
    words = len((tmp_path / "other" / "tokenizer.json").read_text())  # more than enough ids
    config = DistilBertConfig(vocab_size=words, dim=32, n_layers=2, n_heads=2, hidden_dim=48)
    DistilBertModel(config).save_pretrained(str(tmp_path / "other"))
    source = find_encoder(str(tmp_path / "other"))
    ensure_encoder(source, tmp_path / "encoders")
    vectors = load_encoder(source.key, tmp_path / "encoders").embed(["refund my order", "hello", ""])
    np.testing.assert_allclose((vectors**2).sum(axis=1), 1.0, atol=1e-4)


def test_columns_come_back_within_half_a_step() -> None:
    random = np.random.default_rng(0)
    weight = (random.normal(size=(64, 5)) * [1, 10, 0.01, 1, 1] + [0, 0, 0, 3, -4]).astype(np.float32)
    weight[:, 4] = 0.0
    codes, scale, zero = unsigned_columns(weight)
    assert codes.dtype == zero.dtype == np.uint8
    back = (codes.astype(np.float32) - zero) * scale
    assert (np.abs(back - weight) <= 0.51 * scale + 1e-9).all()
    assert (back[:, 4] == 0).all()


def test_smoothing_evens_out_a_loud_channel() -> None:
    weight = np.ones((3, 4), np.float32)
    peaks = np.asarray([1.0, 1.0, 27.0], np.float32)
    scale = smoothing(peaks, weight)
    assert scale.prod() == pytest.approx(1.0, rel=1e-5)
    assert (peaks / scale).max() / (peaks / scale).min() == pytest.approx(27**0.25, rel=1e-5)
