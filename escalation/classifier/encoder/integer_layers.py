"""Tables and dense layers of a float graph made 8-bit integers, so near to float32 that messages keep their label.

Works on any graph whose dense layers are products with a constant, whoever wrote it. Weights are unsigned: products of
unsigned and signed bytes saturate on processors that have AVX2 but no VNNI, and would give other vectors there
(ONNX Runtime's documentation on quantisation says so). Where there is VNNI the same graph with signed weights serves,
see `signed`. What 8 bits for a whole tensor would lose is saved in three places. Mean cosine to float32 (CLINC150 val,
multidogo) with signed weights and none of it: .9920, .985; with all: .9993, .9984.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from escalation.classifier.encoder.graph import INPUT, MICROSOFT
from escalation.kernel.arrays import Floats

Bytes = npt.NDArray[np.uint8]
# Share of the difficulty moved from inputs to weights (alpha in Xiao et al. 2023, SmoothQuant); .65 to .85 do the same.
MOVED = 0.75
# A layer norm's outputs, where a few channels are always 20 times the others, are smoothed.
NORM = "LayerNormalization"
# Of a GELU's outputs a few rows are 20 times the others: each is divided by its largest value.
GELU = "Gelu"
# What a traced GELU or gated layer ends with; its most negative value may be the largest.
GATE = "Mul"
LEAST_ROW = 0.2  # a row without any larger value is left small


def smoothing(peaks: Floats, weight: Floats) -> Floats:
    """Return what to divide an input's channels by, float32 (n), and multiply the weight's (n, m) rows by.

    `peaks` (n) are the largest magnitudes seen in each channel: s = peaks^MOVED / max|w|^(1 - MOVED), with the
    geometric mean made 1.
    """
    strongest = np.abs(weight).max(axis=1).clip(1e-5)
    scale = peaks.clip(1e-5) ** MOVED / strongest ** (1 - MOVED)
    smoothed: Floats = (scale / np.exp(np.log(scale).mean())).astype(np.float32)
    return smoothed


def unsigned_columns(weight: Floats) -> tuple[Bytes, Floats, Bytes]:
    """Return (n, m) weights as codes (n, m), scales (m) and zero points (m): weight ~ (codes - zero) * scale."""
    low, high = np.minimum(weight.min(axis=0), 0.0), np.maximum(weight.max(axis=0), 0.0)
    scale = np.where(high > low, (high - low) / 255.0, 1.0).astype(np.float32)
    zero = np.rint(-low / scale).clip(0, 255)
    codes = np.rint(weight / scale + zero).clip(0, 255)
    return codes.astype(np.uint8), scale, zero.astype(np.uint8)


def signed(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a copy whose unsigned bytes are signed, each less 128: every product, and so every vector, is the same.

    Only for processors with VNNI, which multiply unsigned by signed bytes in one instruction: a third less time a
    message with ONNX Runtime's kernels.
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    for constant in copy.graph.initializer:
        if constant.data_type == TensorProto.UINT8:
            codes = numpy_helper.to_array(constant)
            constant.CopyFrom(numpy_helper.from_array((codes ^ 0x80).view(np.int8), constant.name))
    return copy


def in_integers(model: onnx.ModelProto, texts: Sequence[Sequence[int]]) -> onnx.ModelProto:
    """Return the float graph in integers; `texts` are token ids to measure the size of the layers' inputs on."""
    graph = _Rewriting(model)
    peaks = _peaks(model, list(graph.dense), texts)
    for input, layers in graph.dense.items():
        graph.replace_dense(input, layers, peaks[input])
    graph.replace_tables()
    return graph.model()


def _peaks(model: onnx.ModelProto, inputs: list[str], texts: Sequence[Sequence[int]]) -> dict[str, Floats]:
    """Return the largest magnitude of every channel of each dense layer's input over the texts."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in inputs)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    peaks = {name: np.zeros(1, np.float32) for name in inputs}
    for ids in texts:
        found = session.run(inputs, {INPUT: np.asarray([ids], np.int64)})
        for name, values in zip(inputs, found, strict=True):
            sizes = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            peaks[name] = np.maximum(peaks[name], sizes)
    return peaks


@dataclass(frozen=True)
class _Layer:
    """One dense layer of the float graph: its product, the bias added to it if any, and what its output is called."""

    product: onnx.NodeProto
    weight: Floats
    bias: Floats | None
    output: str


@dataclass
class _Rewriting:
    """A graph and what takes the place of its nodes. Dense layers with the same input are computed as one."""

    source: onnx.ModelProto
    dense: dict[str, list[_Layer]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        graph = self.source.graph
        self._arrays = {each.name: each for each in graph.initializer}
        self._made_by = {name: node.op_type for node in graph.node for name in node.output}
        self._users: dict[str, list[onnx.NodeProto]] = defaultdict(list)
        for node in graph.node:
            for name in node.input:
                self._users[name].append(node)
        self._instead: dict[str, list[onnx.NodeProto]] = {}  # by the first output of the node replaced
        self._constants: list[onnx.TensorProto] = []
        for node in graph.node:
            if node.op_type == "MatMul" and self._is_matrix(node.input[1]):
                self.dense[node.input[0]].append(self._layer(node))

    def _is_matrix(self, name: str) -> bool:
        found = self._arrays.get(name)
        return found is not None and len(found.dims) == 2 and found.data_type == TensorProto.FLOAT

    def _layer(self, product: onnx.NodeProto) -> _Layer:
        weight = numpy_helper.to_array(self._arrays[product.input[1]])
        users = self._users[product.output[0]]
        if len(users) == 1 and users[0].op_type == "Add":
            for name in users[0].input:
                if name in self._arrays and list(self._arrays[name].dims) == [weight.shape[1]]:
                    self._instead[users[0].output[0]] = []
                    return _Layer(product, weight, numpy_helper.to_array(self._arrays[name]), users[0].output[0])
        return _Layer(product, weight, None, product.output[0])

    def _constant(self, name: str, values: npt.ArrayLike) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def replace_dense(self, input: str, layers: list[_Layer], peaks: Floats) -> None:
        """Put one integer product in the place of the layers that share an input."""
        name = layers[0].output + ".int"
        weight = np.concatenate([layer.weight for layer in layers], axis=1)
        biases = [np.zeros(each.weight.shape[1], np.float32) if each.bias is None else each.bias for each in layers]
        bias = np.concatenate(biases) if any(each.bias is not None for each in layers) else None
        output = layers[0].output if len(layers) == 1 else f"{name}.all"
        kind = self._made_by.get(input)
        add = _Added(self._constant, name)
        if kind == NORM:
            scale = smoothing(peaks, weight)
            even = add.node("Mul", [input, self._constant(f"{name}.even", 1.0 / scale)], f"{name}.x")
            add.product(even, weight * scale[:, None], bias, output)
        elif kind == GELU:
            add.scaled_by_row(input, input, weight, bias, output)
        elif kind == GATE:
            add.scaled_by_row(input, add.node("Abs", [input], f"{name}.magnitude"), weight, bias, output)
        else:
            add.product(input, weight, bias, output)
        if len(layers) > 1:
            sizes = self._constant(f"{name}.sizes", [layer.weight.shape[1] for layer in layers])
            add.nodes.append(helper.make_node("Split", [output, sizes], [each.output for each in layers], axis=-1))
        self._instead |= {layer.product.output[0]: [] for layer in layers}
        self._instead[layers[0].product.output[0]] = add.nodes

    def replace_tables(self) -> None:
        """Put rows of bytes, each with a scale of its own (one for all costs .001 of cosine), in the words' place."""
        for node in self.source.graph.node:
            if node.op_type == "Gather" and node.input[1] == INPUT and self._is_matrix(node.input[0]):
                table = numpy_helper.to_array(self._arrays[node.input[0]])
                self._instead[node.output[0]] = self._rows(table, node.output[0])

    def _rows(self, table: Floats, output: str) -> list[onnx.NodeProto]:
        scale = np.abs(table).max(axis=1, keepdims=True).clip(1e-9) / 127.0
        add = _Added(self._constant, f"{output}.int")
        codes = self._constant(f"{output}.int", np.rint(table / scale).astype(np.int8))
        rows = add.node("Cast", [add.node("Gather", [codes, INPUT], f"{output}.codes")], f"{output}.values", to=1)
        scales = self._constant(f"{output}.scale", scale.astype(np.float32))
        add.node("Mul", [rows, add.node("Gather", [scales, INPUT], f"{output}.size")], output)
        return add.nodes

    def model(self) -> onnx.ModelProto:
        """Return the graph with everything in its place and without the constants nobody uses any more."""
        graph = self.source.graph
        nodes = [each for node in graph.node for each in self._instead.get(node.output[0], [node])]
        used = {name for node in nodes for name in node.input}
        constants = [each for each in [*graph.initializer, *self._constants] if each.name in used]
        whole = helper.make_graph(nodes, graph.name, graph.input, graph.output, constants)
        return helper.make_model(whole, opset_imports=self.source.opset_import, ir_version=self.source.ir_version)


class _Added:
    """The nodes that take one place, in order; every method adds some. `constant` keeps an array, returns its name."""

    def __init__(self, constant: Callable[[str, npt.ArrayLike], str], name: str) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self._constant = constant
        self._name = name

    def node(self, kind: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output; return the output's name."""
        self.nodes.append(helper.make_node(kind, inputs, [output], output + ":", domain=domain, **attributes))
        return output

    def scaled_by_row(self, input: str, magnitude: str, weight: Floats, bias: Floats | None, output: str) -> None:
        """Add a product whose input's rows are divided by their largest magnitude, and multiplied with it afterwards.

        (The largest value is enough of a GELU's outputs, which are never below -.17.)
        """
        name, constant = self._name, self._constant
        largest = self.node("ReduceMax", [magnitude, constant(f"{name}.axis", [-1])], f"{name}.largest", keepdims=1)
        size = self.node("Max", [largest, constant(f"{name}.least", np.float32(LEAST_ROW))], f"{name}.size")
        even = self.node("Div", [input, size], f"{name}.x")
        self.product(even, weight, None, f"{name}.wx")
        whole = self.node("Mul", [f"{name}.wx", size], output if bias is None else f"{name}.whole")
        if bias is not None:
            self.node("Add", [whole, constant(f"{name}.b", bias)], output)

    def product(self, input: str, weight: Floats, bias: Floats | None, output: str) -> None:
        """Add weights in bytes times an input that is quantised as it comes."""
        name, constant = self._name, self._constant
        codes, scale, zero = unsigned_columns(weight)
        inputs = [input, constant(f"{name}.w", codes), constant(f"{name}.scale", scale), constant(f"{name}.zero", zero)]
        if bias is not None:
            inputs.append(constant(f"{name}.b", bias))
        self.node("DynamicQuantizeMatMul", inputs, output, domain=MICROSOFT)
