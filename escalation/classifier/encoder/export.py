"""One-time export of an encoder from torch to quantised ONNX graphs (run once per encoder, or after fine-tuning).

A graph holds the transformer, pooling and L2 normalisation: the token ids of one text in, its unit vector out. What is
exported either gives the vectors that torch gives, measured on a few probe messages, or is refused.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import torch
import transformers
from tokenizers import Tokenizer

from escalation.classifier.durable_folder import durable_folder, write_json
from escalation.classifier.encoder.folder import (
    FILES,
    GRAPH,
    MANIFEST,
    SIGNED_GRAPH,
    TOKENIZER,
    EncoderManifest,
    read_encoder,
)
from escalation.classifier.encoder.graph import INPUT, float_graph
from escalation.classifier.encoder.integer_layers import in_integers, signed
from escalation.classifier.encoder.probes import CALIBRATION, PROBES
from escalation.classifier.encoder.serving import prepare_tokenizer
from escalation.classifier.encoder.source import RECIPE, EncoderSource, encoder_key, find_encoder, sha256_of
from escalation.classifier.encoder.suitability import OTHERS
from escalation.classifier.encoder.transformer import PooledEncoder, load_transformer, weights_sha256
from escalation.classifier.errors import ClassifierError, EncoderHashMismatch, EncoderInvalid, EncoderMissing
from escalation.kernel.arrays import Floats

# The float graph computes what torch does: rounding alone leaves every cosine above this.
LEAST_FLOAT_COSINE = 0.9999
# Below this mean cosine the quantised graph is not the encoder any more and is refused.
LEAST_COSINE = 0.97


@dataclass(frozen=True)
class Origin:
    """Where exported weights come from: what the manifest and the key say of them."""

    key: str
    name: str
    sha256: str
    fine_tuned: bool


def ensure_encoder(source: EncoderSource, encoders: Path) -> Path:
    """Return the exported folder of a published encoder, exporting it if it is missing or damaged."""
    target = encoders / source.key
    try:
        read_encoder(target)
        return target
    except EncoderMissing:
        pass
    except (EncoderHashMismatch, EncoderInvalid):
        shutil.rmtree(target)  # nothing is lost: it is made from the published files
    module = load_transformer(source.folder)
    return _export(module, source.folder / TOKENIZER, Origin(source.key, source.name, source.sha256, False), encoders)


def export_fine_tuned(module: PooledEncoder, tokenizer: Path, name: str, encoders: Path) -> Path:
    """Export a fine-tuned module; its key comes from the hash of its weights, so equal weights share a folder."""
    sha256 = weights_sha256(module)
    return _export(module.eval(), tokenizer, Origin(encoder_key(name, sha256), name, sha256, True), encoders)


def _export(module: PooledEncoder, tokenizer: Path, origin: Origin, encoders: Path) -> Path:
    target = encoders / origin.key
    if target.exists():
        read_encoder(target)
        return target
    try:
        with durable_folder(target) as folder:
            shutil.copyfile(tokenizer, folder / TOKENIZER)
            cosines = _write_graphs(module, folder)
            write_json(folder / MANIFEST, _manifest(module, folder, origin, cosines).as_json())
    except FileExistsError:  # another process was faster; both made the same thing
        read_encoder(target)
    return target


def _write_graphs(module: PooledEncoder, folder: Path) -> Floats:
    """Write both graphs and return the cosines of the unsigned one's vectors to torch's.

    Raises: EncoderInvalid when the architecture cannot be exported, or what would serve is not what torch computes.
    """
    tokenizer = prepare_tokenizer(Tokenizer.from_file(str(folder / TOKENIZER)), module.sentence.max_tokens)
    probes = _ids(tokenizer, (*PROBES, " ".join(PROBES * 3)))  # the last is as long as a text may be
    exact = float_graph(module, folder / "float.onnx")
    kind = module.transformer.config.model_type
    worst = compare(module, exact, probes).min()
    if not worst >= LEAST_FLOAT_COSINE:
        raise EncoderInvalid(
            f"An encoder of type {kind!r} cannot be exported: the graph computes something else than torch "
            f"(cosine {worst:.3f}). {OTHERS}"
        )
    graph = in_integers(exact, _ids(tokenizer, CALIBRATION))
    cosines = compare(module, graph, probes)
    if not cosines.mean() >= LEAST_COSINE:
        raise EncoderInvalid(
            f"The quantised encoder of type {kind!r} is too far from the original (mean cosine {cosines.mean():.3f}). "
            f"{OTHERS}"
        )
    onnx.save(graph, str(folder / GRAPH))
    onnx.save(signed(graph), str(folder / SIGNED_GRAPH))
    return cosines


def _ids(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    return [encoding.ids or [0] for encoding in tokenizer.encode_batch(list(texts))]


def compare(module: PooledEncoder, graph: onnx.ModelProto, texts: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
    """Return the cosine between a graph's and torch's vector of each text, given as token ids."""
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    cosines = []
    with torch.inference_mode():
        for ids in texts:
            row = torch.tensor([list(ids)])
            expected = module(row, torch.ones_like(row))[0].numpy()
            cosines.append(float(session.run(None, {INPUT: row.numpy()})[0][0] @ expected))
    return np.asarray(cosines, np.float32)


def _manifest(module: PooledEncoder, folder: Path, origin: Origin, cosines: npt.NDArray[np.float32]) -> EncoderManifest:
    return EncoderManifest(
        key=origin.key,
        source=origin.name,
        source_sha256=origin.sha256,
        recipe=RECIPE,
        fine_tuned=origin.fine_tuned,
        dimension=int(module.transformer.config.hidden_size),
        max_tokens=module.sentence.max_tokens,
        files={file: sha256_of(folder / file) for file in FILES},
        versions={
            "torch": torch.__version__, "transformers": transformers.__version__,
            "onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__,
        },
        cosine_mean=round(float(cosines.mean()), 5),
        cosine_min=round(float(cosines.min()), 5),
    )  # fmt: skip


def main() -> None:
    """Export one encoder in a process of its own, so that a serving process never imports torch."""
    parser = argparse.ArgumentParser(description="Export an encoder to ONNX")
    parser.add_argument("--encoder", required=True)
    parser.add_argument("--encoders", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(max(1, min(2, os.cpu_count() or 1)))
    try:
        ensure_encoder(find_encoder(arguments.encoder), arguments.encoders)
    except ClassifierError as error:  # the last line is what the process that started this one reads
        sys.exit(f"{error.code}: {error.message}")


if __name__ == "__main__":
    main()
