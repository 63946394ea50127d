"""A real exported encoder of a few kilobytes: a table of random word vectors, averaged and normalised.

Texts that share words are near each other, which is all that tests of learning need; it loads in milliseconds.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from escalation.classifier.durable_folder import write_json
from escalation.classifier.encoder.folder import GRAPH, MANIFEST, TOKENIZER, EncoderManifest
from escalation.classifier.encoder.source import RECIPE, WEIGHTS, encoder_key, sha256_of

WIDTH = 48


@dataclass(frozen=True)
class TinyEncoder:
    """`source`: what a setting names; `encoders`: the folder with the exported encoder; `key`: its name in there."""

    source: str
    encoders: Path
    key: str


def make_tiny_encoder(root: Path, texts: list[str], *, fine_tuned: bool = False) -> TinyEncoder:
    """Write source and exported encoder below `root`, knowing the words of `texts`."""
    words = sorted({word for text in texts for word in re.findall(r"\w+|[^\w\s]+", text.lower())})
    source = _write_source(root / "tiny", words)
    key = encoder_key(str(source), sha256_of(source / WEIGHTS))
    folder = root / "encoders" / key
    folder.mkdir(parents=True)
    (folder / TOKENIZER).write_bytes((source / TOKENIZER).read_bytes())
    onnx.save(_graph(words), str(folder / GRAPH))
    manifest = EncoderManifest(
        key=key,
        source=str(source),
        source_sha256=sha256_of(source / WEIGHTS),
        recipe=RECIPE,
        fine_tuned=fine_tuned,
        dimension=WIDTH,
        max_tokens=64,
        files={name: sha256_of(folder / name) for name in (GRAPH, TOKENIZER)},
        versions={},
        cosine_mean=1.0,
        cosine_min=1.0,
    )
    write_json(folder / MANIFEST, manifest.as_json())
    return TinyEncoder(str(source), root / "encoders", key)


def _write_source(folder: Path, words: list[str]) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "bert"}')
    digest = hashlib.sha256(" ".join(words).encode()).digest()
    save_file({"words": np.frombuffer(digest, np.uint8)}, folder / WEIGHTS)
    vocabulary = {"[UNK]": 0} | {word: place for place, word in enumerate(words, start=1)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / TOKENIZER))
    return folder


def _graph(words: list[str]) -> onnx.ModelProto:
    table = np.random.default_rng(1).normal(size=(len(words) + 1, WIDTH)).astype(np.float32)
    tokens = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["b", "s"])
    output = helper.make_tensor_value_info("sentence", TensorProto.FLOAT, ["b", WIDTH])
    constants = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.asarray([1], np.int64), "places"),
    ]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("ReduceSum", ["words", "places"], ["summed"], keepdims=0),
        helper.make_node("LpNormalization", ["summed"], ["sentence"], axis=1, p=2),
    ]
    graph = helper.make_graph(nodes, "tiny", [tokens], [output], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
