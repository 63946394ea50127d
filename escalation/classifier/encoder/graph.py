"""An encoder as an ONNX graph in float32: the token ids of one text in, its unit vector out.

One text needs no padding, so a graph has neither mask nor batch. BERT is written by hand, with 110 nodes; it takes a
tenth less time than a traced one. Every other architecture is traced by torch's own exporter.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from escalation.classifier.encoder.sentence_config import CLS
from escalation.classifier.encoder.transformer import PooledEncoder
from escalation.classifier.errors import EncoderInvalid
from escalation.kernel.arrays import Floats

MICROSOFT = "com.microsoft"  # ONNX Runtime's own operators
OPSET, IR_VERSION = 18, 9
INPUT, OUTPUT = "input_ids", "sentence"
Weights = Mapping[str, Floats]
"""Arrays named as transformers' BertModel names them."""


def float_graph(module: PooledEncoder, scratch: Path) -> onnx.ModelProto:
    """Return a module's graph; `scratch` is a file that may be written. Raises: EncoderInvalid, cannot be traced."""
    if not is_plain_bert(module.transformer.config):
        return traced_graph(module, scratch)
    weights = {name: tensor.detach().float().numpy() for name, tensor in module.transformer.state_dict().items()}
    shape = BertShape.of(module.transformer.config, module.sentence.pooling)
    return bert_graph(weights, shape, module.sentence.max_tokens)


def is_plain_bert(config: Any) -> bool:
    """Whether `bert_graph` computes what transformers would for this configuration."""
    return bool(
        config.model_type == "bert"
        and config.hidden_act == "gelu"
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and not config.is_decoder
    )


def traced_graph(module: PooledEncoder, scratch: Path) -> onnx.ModelProto:
    """Return a module's graph as torch's exporter traces it. Raises: EncoderInvalid."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about masks and constants: the export compares with torch afterwards
            # The tracing exporter: five times faster than the dynamo one. On a text as long as one may be, since
            # transformers leaves the masks of local attention away where a text is shorter than what it sees.
            longest = torch.ones((1, module.sentence.max_tokens), dtype=torch.long)
            torch.onnx.export(
                module, (longest,), str(scratch), dynamo=False, opset_version=OPSET,
                input_names=[INPUT], output_names=[OUTPUT], dynamic_axes={INPUT: {1: "s"}},
            )  # fmt: skip
        model = onnx.load(str(scratch))
    except Exception as error:  # torch and onnx raise a dozen kinds, bare ones among them
        kind = module.transformer.config.model_type
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise EncoderInvalid(f"An encoder of type {kind!r} cannot be exported: {reason}") from error
    finally:
        scratch.unlink(missing_ok=True)
    if all(opset.domain != MICROSOFT for opset in model.opset_import):
        model.opset_import.append(helper.make_opsetid(MICROSOFT, 1))
    return model


@dataclass(frozen=True)
class BertShape:
    """The figures of a BERT configuration that its graph needs, and the pooling."""

    layers: int
    heads: int
    width: int
    epsilon: float
    pooling: str

    @classmethod
    def of(cls, config: Any, pooling: str) -> "BertShape":
        """Read them from a transformers configuration."""
        layers, heads = config.num_hidden_layers, config.num_attention_heads
        return cls(layers, heads, config.hidden_size, float(config.layer_norm_eps), pooling)


def bert_graph(weights: Weights, shape: BertShape, max_tokens: int) -> onnx.ModelProto:
    """Return the graph of a BERT with pooling and normalisation, for texts of at most `max_tokens`."""
    graph = _Bert(weights, shape)
    x = graph.embeddings(max_tokens)
    for number in range(shape.layers):
        x = graph.layer(number, x)
    return graph.model(x)


class _Bert:
    """Nodes and constants of a graph in the making; each method adds some and returns the name of their output."""

    def __init__(self, weights: Weights, shape: BertShape) -> None:
        self._weights = weights
        self._shape = shape
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def _constant(self, name: str, values: npt.ArrayLike) -> str:
        self._constants.append(numpy_helper.from_array(np.array(values, order="C"), name))
        return name

    def _node(self, kind: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [output], output + ":", domain=domain, **attributes))
        return output

    def embeddings(self, max_tokens: int) -> str:
        """Add words, positions and the one token type, normed."""
        table = self._constant("tokens", self._weights["embeddings.word_embeddings.weight"])
        rows = self._node("Gather", [table, INPUT], "tokens.x")
        places = self._weights["embeddings.position_embeddings.weight"][:max_tokens]
        places = (places + self._weights["embeddings.token_type_embeddings.weight"][0])[None]
        length = self._node("Shape", [INPUT], "length", start=1)
        slice_of = [self._constant("places", places), self._constant("first", [0]), length]
        slice_of.append(self._constant("along", [1]))
        return self._normed_sum("embeddings.LayerNorm", rows, self._node("Slice", slice_of, "places.x"))

    def layer(self, number: int, x: str) -> str:
        """Add attention and the two dense layers after it."""
        at = f"encoder.layer.{number}"
        parts = [self._dense(f"{at}.attention.self.{part}", x) for part in ("query", "key", "value")]
        heads = self._shape.heads
        y = self._node("MultiHeadAttention", parts, f"{number}.context", domain=MICROSOFT, num_heads=heads)
        x = self._normed_sum(f"{at}.attention.output.LayerNorm", self._dense(f"{at}.attention.output.dense", y), x)
        y = self._dense(f"{at}.intermediate.dense", x)
        y = self._node("Gelu", [y], f"{number}.gelu", domain=MICROSOFT)
        return self._normed_sum(f"{at}.output.LayerNorm", self._dense(f"{at}.output.dense", y), x)

    def _dense(self, source: str, input: str) -> str:
        weight = self._constant(f"{source}.w", self._weights[f"{source}.weight"].T)
        product = self._node("MatMul", [input, weight], f"{source}.wx")
        return self._node("Add", [product, self._constant(f"{source}.b", self._weights[f"{source}.bias"])], source)

    def _normed_sum(self, name: str, one: str, other: str) -> str:
        """Add the layer norm of a sum. (ONNX Runtime's fused operator takes 30 us where these two take 18.)"""
        total = self._node("Add", [one, other], f"{name}.sum")
        scale = [self._constant(f"{name}.{part}", self._weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        return self._node("LayerNormalization", [total, *scale], name, axis=-1, epsilon=self._shape.epsilon)

    def model(self, x: str) -> onnx.ModelProto:
        """Add pooling and normalisation; return the model."""
        if self._shape.pooling == CLS:
            pooled = self._node("Gather", [x, self._constant("cls", np.int64(0))], "pooled", axis=1)
        else:
            pooled = self._node("ReduceMean", [x, self._constant("words", [1])], "pooled", keepdims=0)
        norm = self._node("ReduceL2", [pooled, self._constant("width", [1])], "norm", keepdims=1)
        self._node("Div", [pooled, norm], OUTPUT)
        ids = helper.make_tensor_value_info(INPUT, TensorProto.INT64, [1, "s"])
        vector = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, self._shape.width])
        graph = helper.make_graph(self._nodes, "bert", [ids], [vector], self._constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
