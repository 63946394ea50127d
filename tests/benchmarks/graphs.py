"""`python -m tests.benchmarks graphs`: which graph serves the default encoder fastest, and which is nearest to float32.

Ours, written by hand and traced, beside ONNX Runtime's optimiser for BERT with dynamic quantisation. All graphs take
turns in one process, one thread, one message at a time; times are processor time of the thread. What decides is in
decision 13.
"""

import argparse
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.optimizer import optimize_model
from tokenizers import Tokenizer

from escalation.classifier.encoder.folder import TOKENIZER
from escalation.classifier.encoder.graph import float_graph, traced_graph
from escalation.classifier.encoder.integer_layers import in_integers, signed
from escalation.classifier.encoder.probes import CALIBRATION
from escalation.classifier.encoder.serving import clean_text, prepare_tokenizer
from escalation.classifier.encoder.source import find_encoder
from escalation.classifier.encoder.transformer import PooledEncoder, load_transformer
from escalation.kernel.arrays import Floats
from tests.benchmarks.corpora import CorpusMissing, data_folder, draw
from tests.benchmarks.timing import show

FLOAT = "traced, float32"
CENTRE = 2
"""Messages of an intent whose mean stands for it."""
OPSET = 14
"""ONNX Runtime's optimiser fuses attention in graphs of this version, traced with a mask."""

Ids = list[list[int]]
Run = Callable[[list[int]], Floats]


def optimised(module: PooledEncoder, place: Path) -> Path:
    """Write the graph that ONNX Runtime's optimiser makes; return its file. Raises: SystemExit, nothing was fused."""
    ids = torch.ones((2, 16), dtype=torch.long)
    names = ["input_ids", "attention_mask"]
    torch.onnx.export(
        module, (ids, torch.ones_like(ids)), str(place / "masked.onnx"), dynamo=False, opset_version=OPSET,
        input_names=names, output_names=["sentence"], dynamic_axes={name: {0: "b", 1: "s"} for name in names},
    )  # fmt: skip
    config = module.transformer.config
    made = optimize_model(
        str(place / "masked.onnx"), "bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size
    )
    if not made.get_fused_operator_statistics()["Attention"]:
        sys.exit("ONNX Runtime's optimiser fused no attention: the comparison would not be fair.")
    made.save_model_to_file(str(place / "optimised.onnx"))
    return place / "optimised.onnx"


def files(module: PooledEncoder, calibration: Ids, place: Path) -> dict[str, Path]:
    """Write every graph; return their files by what they are."""
    traced, by_hand = traced_graph(module, place / "scratch"), float_graph(module, place / "scratch")
    graphs = {
        FLOAT: traced,
        "ours, traced": in_integers(traced, calibration),
        "ours, by hand": (ours := in_integers(by_hand, calibration)),
        "ours, by hand, signed (right with VNNI only)": signed(ours),
    }
    found = {}
    for at, (name, graph) in enumerate(graphs.items()):
        found[name] = place / f"{at}.onnx"
        onnx.save(graph, str(found[name]))
    whole = optimised(module, place)
    for kind in (QuantType.QUInt8, QuantType.QInt8):
        target = found[f"ONNX Runtime's, {kind.name}"] = place / f"{kind.name}.onnx"
        # The types of what fused operators give cannot be inferred; all of it is float.
        known = {"DefaultTensorType": onnx.TensorProto.FLOAT}
        quantize_dynamic(whole, target, per_channel=True, weight_type=kind, extra_options=known)
    return found


def session(file: Path) -> Run:
    """Return what gives the vector of one text's ids, in one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    made = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    wants_mask = len(made.get_inputs()) > 1

    def run(ids: list[int]) -> Floats:
        row = np.asarray([ids], np.int64)
        given = {"input_ids": row, "attention_mask": np.ones_like(row)} if wants_mask else {"input_ids": row}
        vector: Floats = made.run(None, given)[0][0]
        return vector

    return run


def times(runs: dict[str, Run], texts: Ids, rounds: int) -> dict[str, dict[str, float]]:
    """Return p50 and p99 in milliseconds, the best round of each; the graphs take turns at every message."""
    best: dict[str, list[dict[str, float]]] = {name: [] for name in runs}
    for _ in range(rounds):
        spent: dict[str, list[float]] = {name: [] for name in runs}
        for ids in texts:
            for name, run in runs.items():
                began = time.thread_time()
                run(ids)
                spent[name].append(1000 * (time.thread_time() - began))
        for name, values in spent.items():
            best[name].append({f"p{rank}": float(np.percentile(values, rank)) for rank in (50, 99)})
    return {name: min(found, key=lambda each: each["p50"]) for name, found in best.items()}


def first_labels(run: Run, fitted: Ids, labels: Sequence[str], judged: Ids) -> tuple[list[str], Floats]:
    """Return the nearest class mean of each judged text, and its vector."""
    names = sorted(set(labels))
    vectors = np.stack([run(ids) for ids in fitted])
    means = np.stack([vectors[[label == name for label in labels]].mean(0) for name in names])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    found = np.stack([run(ids) for ids in judged])
    return [names[at] for at in (found @ means.T).argmax(1)], found


def run(data: Path, messages: int, rounds: int) -> dict[str, dict[str, Any]]:
    """Measure every graph on CLINC150's validation messages."""
    corpus = draw(f"clinc{CENTRE}", data, 0)
    source = find_encoder()
    module = load_transformer(source.folder)
    tokenizer = prepare_tokenizer(Tokenizer.from_file(str(source.folder / TOKENIZER)), module.sentence.max_tokens)

    def ids(texts: Sequence[str]) -> Ids:
        return [encoding.ids for encoding in tokenizer.encode_batch([clean_text(text) for text in texts])]

    fitted, labels = ids([row.text for row in corpus.fitted]), [row.label or "" for row in corpus.fitted]
    judged = ids([row.text for row in corpus.judged[:: max(1, len(corpus.judged) // messages)]])
    with tempfile.TemporaryDirectory() as place:
        runs = {name: session(file) for name, file in files(module, ids(CALIBRATION), Path(place)).items()}
        found: dict[str, dict[str, Any]] = {name: dict(each) for name, each in times(runs, judged, rounds).items()}
    expected, exact = first_labels(runs[FLOAT], fitted, labels, judged)
    for name, of in runs.items():
        given, vectors = first_labels(of, fitted, labels, judged)
        found[name] |= {
            "cosine": float((vectors * exact).sum(1).mean()),
            "equal_labels": float(np.mean([one == other for one, other in zip(given, expected, strict=True)])),
            "times_the_served": found[name]["p50"] / found["ours, by hand"]["p50"],
        }
    return found


def main() -> None:
    """Parse arguments, measure, print; says so and measures nothing where the data is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the corpora; default: ESCALATION_DATA or ../shared/data")
    parser.add_argument("--messages", type=int, default=375)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # torch's exporter, about masks and constants
    torch.set_num_threads(1)
    try:
        found = run(data_folder(arguments.data), arguments.messages, arguments.rounds)
    except CorpusMissing as missing:
        sys.stderr.write(f"graphs left out: {missing}\n")
        return
    digits = {"p50": 2, "p99": 1, "times_the_served": 2, "cosine": 4, "equal_labels": 3}
    rows = [(name, *(round(figures[key], places) for key, places in digits.items())) for name, figures in found.items()]
    show("graphs of the encoder", ("graph", "p50 ms", "p99 ms", "times ours", "cosine", "equal labels"), rows, found,
         arguments.json)  # fmt: skip


if __name__ == "__main__":
    main()
