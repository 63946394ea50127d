"""The encoder: where its files come from, its export to a quantised ONNX graph, and how it serves."""
