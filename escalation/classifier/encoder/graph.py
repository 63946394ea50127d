"""A BERT encoder written straight as an ONNX graph: the token ids of one text in, its unit vector out.

One text needs no padding, so the graph has neither mask nor batch: 110 nodes where a traced one has 250 and spends a
third of its time on them. How a dense layer is computed (float32, or integers: `integer_dense`) is the caller's choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from escalation.kernel.arrays import Floats

MICROSOFT = "com.microsoft"  # ONNX Runtime's own operators
OPSET, IR_VERSION = 18, 9
INPUT, OUTPUT = "input_ids", "sentence"


@dataclass(frozen=True)
class BertShape:
    """The figures of a BERT configuration that its graph needs."""

    layers: int
    heads: int
    width: int
    epsilon: float

    @classmethod
    def of(cls, config: Any) -> "BertShape":
        """Read them from a transformers configuration."""
        return cls(
            config.num_hidden_layers, config.num_attention_heads, config.hidden_size, float(config.layer_norm_eps)
        )


def is_plain_bert(config: Any) -> bool:
    """Whether `bert_graph` computes what transformers would for this configuration."""
    return bool(
        config.model_type == "bert"
        and config.hidden_act == "gelu"
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and not config.is_decoder
    )


class GraphWriter:
    """Nodes and constants of a graph in the making."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: npt.ArrayLike) -> str:
        """Add an array of the type it has; return its name."""
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output; return the output's name."""
        return self.nodes(kind, inputs, [output], domain=domain, **attributes)[0]

    def nodes(
        self, kind: str, inputs: list[str], outputs: list[str], *, domain: str = "", **attributes: Any
    ) -> list[str]:
        """Add a node with several outputs; return their names."""
        self._nodes.append(helper.make_node(kind, inputs, outputs, outputs[0] + ":", domain=domain, **attributes))
        return outputs

    def model(self, width: int, watched: list[str]) -> onnx.ModelProto:
        """Return the model: ids (1, s) -> OUTPUT (1, width), and the `watched` tensors as further outputs."""
        ids = helper.make_tensor_value_info(INPUT, TensorProto.INT64, [1, "s"])
        outputs = [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, width])]
        outputs += [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in watched]
        graph = helper.make_graph(self._nodes, "bert", [ids], outputs, self._constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)


@dataclass(frozen=True)
class Dense:
    """One dense layer, (1, s, n) -> (1, s, m): `name` is `<layer>.<part>` with part qkv, out, up or down."""

    name: str
    weight: Floats
    bias: Floats

    @property
    def part(self) -> str:
        """Which of a layer's four it is."""
        return self.name.rpartition(".")[2]


class Layers(Protocol):
    """How the graph's tables and dense layers are computed."""

    def dense(self, graph: GraphWriter, input: str, layer: Dense) -> str:
        """Add a dense layer; return the name of its output."""
        ...

    def lookup(self, graph: GraphWriter, table: Floats) -> str:
        """Add the rows (1, s, d) of a table (v, d) for the graph's ids; return their name."""
        ...


class PlainLayers:
    """Everything in float32; `inputs` collects what goes into each dense layer, so that it can be measured."""

    def __init__(self) -> None:
        self.inputs: dict[str, str] = {}

    def dense(self, graph: GraphWriter, input: str, layer: Dense) -> str:
        """Add weights times input plus bias."""
        self.inputs[layer.name] = input
        product = graph.node("MatMul", [input, graph.constant(f"{layer.name}.w", layer.weight)], f"{layer.name}.wx")
        return graph.node("Add", [product, graph.constant(f"{layer.name}.b", layer.bias)], f"{layer.name}.y")

    def lookup(self, graph: GraphWriter, table: Floats) -> str:
        """Add the plain rows."""
        return graph.node("Gather", [graph.constant("tokens", table), INPUT], "tokens.x")


def bert_graph(
    weights: Mapping[str, Floats], shape: BertShape, max_tokens: int, layers: Layers, watched: list[str] | None = None
) -> onnx.ModelProto:
    """Return the graph of weights named as transformers' BertModel names them, with mean pooling and normalisation."""
    graph = GraphWriter()
    x = _embeddings(graph, weights, shape, max_tokens, layers)
    for number in range(shape.layers):
        x = _layer(graph, weights, shape, number, x, layers)
    mean = graph.node("ReduceMean", [x, graph.constant("words", [1])], "mean", keepdims=0)
    norm = graph.node("ReduceL2", [mean, graph.constant("width", [1])], "norm", keepdims=1)
    graph.node("Div", [mean, norm], OUTPUT)
    return graph.model(shape.width, watched or [])


def _embeddings(
    graph: GraphWriter, weights: Mapping[str, Floats], shape: BertShape, max_tokens: int, layers: Layers
) -> str:
    rows = layers.lookup(graph, weights["embeddings.word_embeddings.weight"])
    places = weights["embeddings.position_embeddings.weight"][:max_tokens]
    places = (places + weights["embeddings.token_type_embeddings.weight"][0])[None]
    length = graph.node("Shape", [INPUT], "length", start=1)
    slice_of = [graph.constant("places", places), graph.constant("first", [0]), length, graph.constant("along", [1])]
    return _normed_sum(graph, weights, shape, "embeddings.LayerNorm", rows, graph.node("Slice", slice_of, "places.x"))


def _layer(
    graph: GraphWriter, weights: Mapping[str, Floats], shape: BertShape, number: int, x: str, layers: Layers
) -> str:
    at = f"encoder.layer.{number}"
    three = [_dense(weights, f"{at}.attention.self.{name}", "") for name in ("query", "key", "value")]
    weight = np.concatenate([one.weight for one in three], axis=1)
    merged = Dense(f"{number}.qkv", weight, np.concatenate([one.bias for one in three]))
    parts = [f"{number}.q", f"{number}.k", f"{number}.v"]
    graph.nodes("Split", [layers.dense(graph, x, merged)], parts, axis=2, num_outputs=3)
    y = graph.node("MultiHeadAttention", parts, f"{number}.context", domain=MICROSOFT, num_heads=shape.heads)
    y = layers.dense(graph, y, _dense(weights, f"{at}.attention.output.dense", f"{number}.out"))
    x = _normed_sum(graph, weights, shape, f"{at}.attention.output.LayerNorm", y, x)
    y = layers.dense(graph, x, _dense(weights, f"{at}.intermediate.dense", f"{number}.up"))
    y = graph.node("Gelu", [y], f"{number}.gelu", domain=MICROSOFT)
    y = layers.dense(graph, y, _dense(weights, f"{at}.output.dense", f"{number}.down"))
    return _normed_sum(graph, weights, shape, f"{at}.output.LayerNorm", y, x)


def _dense(weights: Mapping[str, Floats], source: str, name: str) -> Dense:
    return Dense(name, weights[f"{source}.weight"].T, weights[f"{source}.bias"])


def _normed_sum(
    graph: GraphWriter, weights: Mapping[str, Floats], shape: BertShape, name: str, one: str, other: str
) -> str:
    """Add the layer norm of a sum. (ONNX Runtime's fused operator for it takes 30 us where these two take 18.)"""
    total = graph.node("Add", [one, other], f"{name}.sum")
    scale = [graph.constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias")]
    return graph.node("LayerNormalization", [total, *scale], f"{name}.x", axis=-1, epsilon=shape.epsilon)
