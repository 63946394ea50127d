"""The hand-written graph computes what torch computes; in integers, nearly; other architectures are traced."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from transformers import BertConfig, BertModel

from escalation.classifier.encoder.graph import INPUT, MICROSOFT, float_graph, is_plain_bert
from escalation.classifier.encoder.integer_layers import in_integers, smoothing, unsigned_columns
from escalation.classifier.encoder.sentence_config import CLS, MEAN, SentenceConfig
from escalation.classifier.encoder.transformer import PooledEncoder
from escalation.kernel.arrays import Floats

WORDS, TOKENS = 50, 40
TEXTS = [[5, 9, 30, 2, 2, 41], [7], [11, 12, 13]]


def a_bert(pooling: str = MEAN, **changes: object) -> PooledEncoder:
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=WORDS, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=TOKENS, initializer_range=0.2, **changes,
    )  # fmt: skip
    transformer = BertModel(config, add_pooling_layer=False)
    for name, weight in transformer.named_parameters():  # as published ones: no bias is nothing, no norm is plain
        if name.endswith("bias") or "LayerNorm" in name:
            torch.nn.init.normal_(weight, 1.0 if name.endswith("weight") else 0.0, 0.1)
    return PooledEncoder(transformer, SentenceConfig(pooling, TOKENS)).eval()


def run(graph: onnx.ModelProto, ids: list[int]) -> Floats:
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    vector: Floats = session.run(None, {INPUT: np.asarray([ids], np.int64)})[0][0]
    return vector


def expected(module: PooledEncoder, ids: list[int]) -> Floats:
    with torch.inference_mode():
        vector: Floats = module(torch.tensor([ids]), torch.ones((1, len(ids)), dtype=torch.long))[0].numpy()
    return vector


@pytest.mark.parametrize("pooling", [MEAN, CLS])
@pytest.mark.parametrize("length", [1, 2, 9, TOKENS])
def test_in_floats_it_is_the_same_as_torch(length: int, pooling: str, tmp_path: Path) -> None:
    module = a_bert(pooling)
    ids = [number % WORDS for number in range(3, 3 + length)]
    np.testing.assert_allclose(run(float_graph(module, tmp_path / "x"), ids), expected(module, ids), atol=2e-6)


@pytest.mark.parametrize("changes", [{}, {"hidden_act": "relu"}])
def test_in_integers_it_is_nearly_the_same(changes: dict[str, object], tmp_path: Path) -> None:
    module = a_bert(**changes)
    graph = in_integers(float_graph(module, tmp_path / "x"), TEXTS)
    for ids in TEXTS:
        assert float(run(graph, ids) @ expected(module, ids)) > 0.995


def test_every_dense_layer_and_the_words_are_in_bytes(tmp_path: Path) -> None:
    graph = in_integers(float_graph(a_bert(), tmp_path / "x"), TEXTS).graph
    kinds = [node.op_type for node in graph.node]
    assert "MatMul" not in kinds
    assert kinds.count("DynamicQuantizeMatMul") == 2 * 4  # query, key and value are one
    assert kinds.count("Split") == 2
    matrices = [each for each in graph.initializer if len(each.dims) == 2 and each.data_type == onnx.TensorProto.FLOAT]
    assert [list(each.dims) for each in matrices] == [[WORDS, 1]]  # the scales of the words


@pytest.mark.parametrize("change", [{"hidden_act": "relu"}, {"is_decoder": True}])
def test_what_is_not_written_by_hand_is_traced(change: dict[str, object], tmp_path: Path) -> None:
    assert is_plain_bert(a_bert().transformer.config)
    assert not is_plain_bert(a_bert(**change).transformer.config)
    module = a_bert(hidden_act="relu")
    graph = float_graph(module, tmp_path / "x")
    assert all(node.domain != MICROSOFT for node in graph.graph.node)
    assert not (tmp_path / "x").exists()
    np.testing.assert_allclose(run(graph, [5, 9]), expected(module, [5, 9]), atol=2e-6)


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
