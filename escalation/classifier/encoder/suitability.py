"""Whether published files can serve as an encoder, told from `config.json` and file names before any long work.

Imports neither torch nor, for the architectures known to work, transformers.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from escalation.classifier.encoder.sentence_config import CONFIG, read_sentence_config
from escalation.classifier.errors import EncoderInvalid

WEIGHTS: Final = "model.safetensors"
TOKENIZER: Final = "tokenizer.json"
KNOWN: Final = frozenset(["bert", "distilbert", "mpnet", "roberta", "xlm-roberta", "camembert", "modernbert"])
OTHERS: Final = "Choose another encoder: BERT, DistilBERT, MPNet, RoBERTa, XLM-R and ModernBERT are known to work."
_DECODERS: Final = ("CausalLM", "LMHeadModel")
_NOT_TEXT: Final = ("vision_config", "image_size", "num_mel_bins", "audio_config", "num_channels")
_LFS: Final = b"version https://git-lfs"
_LARGEST_HEADER: Final = 100_000_000


def check_config(name: str, folder: Path) -> None:
    """Raises: EncoderInvalid when `config.json` names what cannot be an encoder here, with what to do."""
    path = folder / CONFIG
    if not path.is_file():
        raise EncoderInvalid(
            f"Encoder {name!r} has no {CONFIG}; name the folder that holds an encoder's published files."
        )
    try:
        config = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise EncoderInvalid(f"{CONFIG} of encoder {name!r} cannot be read: {error}. Get its files again.") from error
    kind = config.get("model_type") if isinstance(config, dict) else None
    if not isinstance(kind, str):
        raise EncoderInvalid(f"{CONFIG} of encoder {name!r} names no model_type. {OTHERS}")
    if reason := _unsupported(kind, config):
        raise EncoderInvalid(f"Encoder {name!r} is of type {kind!r}, which {reason}. {OTHERS}")
    read_sentence_config(folder)  # the pooling, too


def _unsupported(kind: str, config: Mapping[str, Any]) -> str | None:
    """Return why an architecture cannot serve, None where it can or where the export has to find out."""
    if config.get("is_encoder_decoder"):
        return "is an encoder with a decoder"
    if kind in KNOWN and not config.get("is_decoder"):
        return None
    if config.get("is_decoder") or any(str(each).endswith(_DECODERS) for each in config.get("architectures") or ()):
        return "writes text and makes no vector of it"
    if any(key in config for key in _NOT_TEXT):
        return "reads no text"
    if "auto_map" in config:
        return "needs code that comes with it, which is never run here"
    return None if _known_to_transformers(kind) else "this version of transformers does not know"


def _known_to_transformers(kind: str) -> bool:
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

    return kind in CONFIG_MAPPING_NAMES


def check_files(name: str, folder: Path) -> None:
    """Raises: EncoderInvalid when the tokenizer or the weights are missing or in another form, with what to do."""
    if not (folder / TOKENIZER).is_file():
        other = _first(folder, "vocab.txt", "*.model", "vocab.json")
        form = f"; {other} alone is the older form" if other else ""
        raise EncoderInvalid(
            f"Encoder {name!r} lacks {TOKENIZER}{form}. Write it with transformers: "
            "AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)."
        )
    weights = folder / WEIGHTS
    if not weights.is_file():
        other = _first(folder, "*.safetensors.index.json", "*.bin", "*.h5", "*.msgpack", "*.onnx", "*.pt", "*.gguf")
        form = f", only {other}" if other else ""
        raise EncoderInvalid(
            f"Encoder {name!r} lacks {WEIGHTS}{form}; only weights in one file of safetensors are loaded. "
            "Write it with transformers: AutoModel.from_pretrained(FOLDER).save_pretrained(FOLDER, "
            "max_shard_size='100GB')."
        )
    _check_weights(name, weights)


def _first(folder: Path, *patterns: str) -> str | None:
    return next((path.name for pattern in patterns for path in sorted(folder.glob(pattern))), None)


def _check_weights(name: str, path: Path) -> None:
    """A file of safetensors begins with the length of its header; what else lies there is often a pointer to it."""
    with path.open("rb") as file:
        start = file.read(len(_LFS))
    if start == _LFS:
        raise EncoderInvalid(f"{WEIGHTS} of encoder {name!r} is a pointer of Git LFS, not the file. Run: git lfs pull")
    length = int.from_bytes(start[:8], "little")
    if not 2 <= length <= min(_LARGEST_HEADER, path.stat().st_size - 8) or start[8:9] != b"{":
        raise EncoderInvalid(f"{WEIGHTS} of encoder {name!r} is no safetensors file, or is cut short. Get it again.")
