"""Tables and dense layers in 8-bit integers, close enough to float32 that 99.6 % of messages keep their first label.

Weights are unsigned: products of unsigned and signed bytes saturate on processors that have AVX2 but no VNNI, so one
file would give other vectors there (ONNX Runtime's documentation on quantisation says so); unsigned ones never do, and
take 5 % longer; where there is VNNI, `signed_weights` makes them signed again as they are loaded. What 8 bits for a
whole tensor would lose is saved in three places. Mean cosine to float32 (CLINC150 val, multidogo) with signed weights
and none of it: .9920, .985; with all: .9993, .9984.
"""

import numpy as np
import numpy.typing as npt

from escalation.classifier.encoder.graph import INPUT, MICROSOFT, Dense, GraphWriter
from escalation.kernel.arrays import Floats

Bytes = npt.NDArray[np.uint8]
# Inputs of these are layer norms' outputs, where a few channels are always 20 times the others.
SMOOTHED = ("qkv", "up")
# Share of the difficulty moved from inputs to weights (alpha in Xiao et al. 2023, SmoothQuant); .65 to .85 do the same.
MOVED = 0.75
# Inputs of this are a GELU's outputs, where a few rows are 20 times the others: each is divided by its largest value.
SCALED_BY_ROW = "down"
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


class IntegerLayers:
    """Weights in bytes, inputs quantised as they come; `peaks` as in `smoothing`, for each layer by name."""

    def __init__(self, peaks: dict[str, Floats]) -> None:
        self._peaks = peaks

    def lookup(self, graph: GraphWriter, table: Floats) -> str:
        """Add rows of bytes, each with a scale of its own (one for all costs .001 of cosine)."""
        scale = np.abs(table).max(axis=1, keepdims=True).clip(1e-9) / 127.0
        codes = graph.constant("tokens", np.rint(table / scale).astype(np.int8))
        rows = graph.node("Cast", [graph.node("Gather", [codes, INPUT], "tokens.codes")], "tokens.values", to=1)
        scales = graph.node("Gather", [graph.constant("tokens.scale", scale.astype(np.float32)), INPUT], "tokens.size")
        return graph.node("Mul", [rows, scales], "tokens.x")

    def dense(self, graph: GraphWriter, input: str, layer: Dense) -> str:
        """Add the layer as its part demands."""
        if layer.part in SMOOTHED:
            return self._smoothed(graph, input, layer)
        if layer.part == SCALED_BY_ROW:
            return self._scaled_by_row(graph, input, layer)
        return self._product(graph, input, layer.weight, layer.name, layer.bias)

    def _smoothed(self, graph: GraphWriter, input: str, layer: Dense) -> str:
        scale = smoothing(self._peaks[layer.name], layer.weight)
        smooth = graph.node("Mul", [input, graph.constant(f"{layer.name}.even", 1.0 / scale)], f"{layer.name}.x")
        return self._product(graph, smooth, layer.weight * scale[:, None], layer.name, layer.bias)

    def _scaled_by_row(self, graph: GraphWriter, input: str, layer: Dense) -> str:
        name = layer.name
        largest = graph.node("ReduceMax", [input, graph.constant(f"{name}.axis", [2])], f"{name}.largest", keepdims=1)
        least = graph.constant(f"{name}.least", np.float32(LEAST_ROW))
        size = graph.node("Max", [largest, least], f"{name}.size")
        even = graph.node("Div", [input, size], f"{name}.x")
        product = self._product(graph, even, layer.weight, name, None)
        whole = graph.node("Mul", [product, size], f"{name}.whole")
        return graph.node("Add", [whole, graph.constant(f"{name}.b", layer.bias)], f"{name}.y")

    def _product(self, graph: GraphWriter, input: str, weight: Floats, name: str, bias: Floats | None) -> str:
        codes, scale, zero = unsigned_columns(weight)
        inputs = [input, graph.constant(f"{name}.w", codes), graph.constant(f"{name}.scale", scale)]
        inputs += [graph.constant(f"{name}.zero", zero)]
        if bias is not None:
            inputs += [graph.constant(f"{name}.b", bias)]
        return graph.node("DynamicQuantizeMatMul", inputs, f"{name}.wx", domain=MICROSOFT)
