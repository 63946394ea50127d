"""One-time export of an encoder from torch to a quantised ONNX graph (run once per encoder, or after fine-tuning).

The graph holds the transformer, mean pooling and L2 normalisation: the token ids of one text in, its unit vector out.
BERT encoders are written as `bert_graph` and `integer_layers` describe; other architectures are traced and quantised
by ONNX Runtime's own tool (mean cosine to fp32 of the same weights .993 instead of .9993, and half again as slow).
"""

import argparse
import hashlib
import os
import shutil
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import torch
import transformers
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from escalation.classifier.durable_folder import durable_folder, write_json
from escalation.classifier.encoder.folder import GRAPH, MANIFEST, TOKENIZER, EncoderManifest, read_encoder
from escalation.classifier.encoder.graph import INPUT, OUTPUT, BertShape, PlainLayers, bert_graph, is_plain_bert
from escalation.classifier.encoder.integer_layers import IntegerLayers
from escalation.classifier.encoder.serving import OnnxEncoder, prepare_tokenizer
from escalation.classifier.encoder.source import RECIPE, EncoderSource, encoder_key, find_encoder, sha256_of
from escalation.classifier.errors import EncoderHashMismatch, EncoderInvalid, EncoderMissing
from escalation.kernel.arrays import Floats

MAX_TOKENS = 128
# Below this mean cosine the quantised graph is not the encoder any more and is refused.
LEAST_COSINE = 0.97
PROBES = (
    "where is my order",
    "i want my money back",
    "hi",
    "the parcel came yesterday and the box was open, two of the three cups are broken and nobody answers the phone",
    "can you change the delivery address please?",
    "do you ship to Norway",
    "my card was charged twice!!",
    "How long does the battery last when it is used every day in the cold",
)
# What the channels' sizes are measured on; they are the encoder's own, whatever the text (see `integer_layers`).
CALIBRATION = (
    "please cancel my subscription",
    "what are your opening hours on sunday",
    "I'd like to speak to a person",
    "my name is Anna Lindqvist and my number is 555 0199",
    "yes",
    "thanks, bye",
    "i forgot my password and the reset mail never arrives",
    "is there a warranty on refurbished phones?",
    "set an alarm for seven",
    "the flight was cancelled and i need a hotel for tonight, near the airport if you have one",
    "how much do i owe on my credit card",
    "3",
    "where can I return shoes I bought online last week, and do I have to pay for the postage myself?",
    "Guten Tag, wo ist mein Paket?",
    "no quiero esperar mas",
    "je voudrais parler avec quelqu'un",
    "order #A-10492 !!! total 129.90 EUR",
    "can you recommend something for a birthday",
)


class PooledEncoder(torch.nn.Module):  # type: ignore[misc]
    """A transformer with mean pooling over real tokens: (b, s) ids and mask -> (b, d) unit vectors."""

    def __init__(self, transformer: Any) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        """Return unit vectors, float32 (b, d)."""
        hidden = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1.0)
        return torch.nn.functional.normalize(mean, dim=1)


def load_transformer(folder: Path) -> PooledEncoder:
    """Load published weights (safetensors only, no code from the folder) as a float32 torch module in eval mode.

    Raises: EncoderInvalid when transformers does not know the architecture or the weights do not fit it.
    """
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()  # it reports the unused pooler of every encoder
    try:
        transformer = transformers.AutoModel.from_pretrained(
            str(folder), use_safetensors=True, trust_remote_code=False, local_files_only=True,
            attn_implementation="eager",
        )  # fmt: skip
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EncoderInvalid(f"The encoder in {folder.name!r} cannot be loaded: {error}") from error
    if getattr(transformer, "pooler", None) is not None:
        transformer.pooler = None  # unused, and where the files lack it random: equal trainings would differ in it
    module = PooledEncoder(transformer.float())
    module.eval()
    return module


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
    return _export(module, source.folder / TOKENIZER, source.name, source.sha256, encoders, False)


def export_fine_tuned(module: PooledEncoder, tokenizer: Path, name: str, encoders: Path) -> Path:
    """Export a fine-tuned module; its key comes from the hash of its weights, so equal weights share a folder."""
    return _export(module.eval(), tokenizer, name, weights_sha256(module), encoders, True)


def weights_sha256(module: Any) -> str:
    """Return the hex sha256 over all tensors of a module in name order."""
    digest = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(tensor.detach().cpu().numpy()).tobytes())
    return digest.hexdigest()


def _export(module: PooledEncoder, tokenizer: Path, name: str, sha256: str, encoders: Path, fine_tuned: bool) -> Path:
    key = encoder_key(name, sha256)
    target = encoders / key
    if target.exists():
        read_encoder(target)
        return target
    try:
        with durable_folder(target) as folder:
            shutil.copyfile(tokenizer, folder / TOKENIZER)
            _write_graph(module, tokenizer, folder / GRAPH)
            cosines = _compare(module, folder)
            write_json(folder / MANIFEST, _manifest(module, folder, key, name, sha256, fine_tuned, cosines).as_json())
    except FileExistsError:  # another process was faster; both made the same thing
        read_encoder(target)
    return target


def _write_graph(module: PooledEncoder, tokenizer: Path, path: Path) -> None:
    config = module.transformer.config
    if not is_plain_bert(config):
        _trace(module, path)
        return
    weights = {name: tensor.detach().float().numpy() for name, tensor in module.transformer.state_dict().items()}
    shape = BertShape.of(config)
    peaks = _peaks(weights, shape, prepare_tokenizer(Tokenizer.from_file(str(tokenizer)), MAX_TOKENS))
    onnx.save(bert_graph(weights, shape, MAX_TOKENS, IntegerLayers(peaks)), str(path))


def _peaks(weights: dict[str, Floats], shape: BertShape, tokenizer: Tokenizer) -> dict[str, Floats]:
    """Return the largest magnitude of every channel of each dense layer's input over the calibration texts."""
    plain = PlainLayers()
    bert_graph(weights, shape, MAX_TOKENS, plain)  # tells what there is to watch
    watched = list(dict.fromkeys(plain.inputs.values()))
    graph = bert_graph(weights, shape, MAX_TOKENS, PlainLayers(), watched)
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    peaks = {name: np.zeros(1, np.float32) for name in watched}
    for encoding in tokenizer.encode_batch(list(CALIBRATION)):
        found = session.run(watched, {INPUT: np.asarray([encoding.ids], np.int64)})
        for name, values in zip(watched, found, strict=True):
            peaks[name] = np.maximum(peaks[name], np.abs(values[0]).max(axis=0))
    return {layer: peaks[name] for layer, name in plain.inputs.items()}


class _OneText(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, module: PooledEncoder) -> None:
        super().__init__()
        self.module = module

    def forward(self, input_ids: Any) -> Any:
        return self.module(input_ids, torch.ones_like(input_ids))


def _trace(module: PooledEncoder, path: Path) -> None:
    plain = path.with_suffix(".fp32")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracer warnings about masks: _compare checks the result on several shapes
        # The tracing exporter: three times faster than the dynamo one and its graph quantises to a faster one.
        torch.onnx.export(
            _OneText(module).eval(), (torch.ones((1, 7), dtype=torch.long),), str(plain), dynamo=False,
            opset_version=17, input_names=[INPUT], output_names=[OUTPUT], dynamic_axes={INPUT: {1: "s"}},
        )  # fmt: skip
        quantize_dynamic(
            plain, path, weight_type=QuantType.QUInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gather"]
        )
    plain.unlink()


def _compare(module: PooledEncoder, folder: Path) -> npt.NDArray[np.float32]:
    """Return the cosines between the graph's and torch's vectors of the probes. Raises: EncoderInvalid if too low."""
    tokenizer = prepare_tokenizer(Tokenizer.from_file(str(folder / TOKENIZER)), MAX_TOKENS)
    expected = []
    with torch.inference_mode():
        for encoding in tokenizer.encode_batch(list(PROBES)):
            vector = module(torch.tensor([encoding.ids]), torch.ones((1, len(encoding.ids)), dtype=torch.long))
            expected.append(vector[0].numpy())
    vectors = OnnxEncoder.of_files(folder / GRAPH, folder / TOKENIZER, MAX_TOKENS).meanings(PROBES)
    cosines: npt.NDArray[np.float32] = (vectors * np.stack(expected)).sum(axis=1)
    if not cosines.mean() >= LEAST_COSINE:
        raise EncoderInvalid(f"The quantised encoder is too far from the original (mean cosine {cosines.mean():.3f}).")
    return cosines


def _manifest(
    module: PooledEncoder, folder: Path, key: str, name: str, sha256: str, fine_tuned: bool,
    cosines: npt.NDArray[np.float32],
) -> EncoderManifest:  # fmt: skip
    return EncoderManifest(
        key=key,
        source=name,
        source_sha256=sha256,
        recipe=RECIPE,
        fine_tuned=fine_tuned,
        dimension=int(module.transformer.config.hidden_size),
        max_tokens=MAX_TOKENS,
        files={file: sha256_of(folder / file) for file in (GRAPH, TOKENIZER)},
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
    ensure_encoder(find_encoder(arguments.encoder), arguments.encoders)


if __name__ == "__main__":
    main()
