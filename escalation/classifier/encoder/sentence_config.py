"""How an encoder's authors make one vector of a text: which pooling, and how many tokens at most.

Read from the files that sentence-transformers puts beside the weights (`modules.json`, `1_Pooling/config.json`,
`sentence_bert_config.json`). Without them the vector is the mean over all tokens, as for most encoders.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from escalation.classifier.errors import EncoderInvalid

MAX_TOKENS = 128
MODULES, LIMITS, CONFIG = "modules.json", "sentence_bert_config.json", "config.json"
POOLING = "1_Pooling/config.json"
MEAN, CLS = "mean", "cls"
# These number their positions from the padding id on, so they have so many positions less.
COUNT_FROM_PADDING = {"roberta", "xlm-roberta", "camembert", "mpnet"}
OLD_MODES = {"pooling_mode_mean_tokens": MEAN, "pooling_mode_cls_token": CLS}


@dataclass(frozen=True, slots=True)
class SentenceConfig:
    """`pooling`: "mean" or "cls" (the first token's vector); `max_tokens`: where a text is cut, at most 128."""

    pooling: str = MEAN
    max_tokens: int = MAX_TOKENS


def read_sentence_config(folder: Path) -> SentenceConfig:
    """Return what the published files in `folder` say. Raises: EncoderInvalid for what is not supported."""
    modules = _read(folder / MODULES, [])
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in modules]
    other = sorted(set(kinds) - {"Transformer", "Pooling", "Normalize"})
    if other:
        raise EncoderInvalid(
            f"The encoder in {folder.name!r} needs {', '.join(other)} after pooling ({MODULES}), which is not "
            "supported; choose one with Transformer, Pooling and Normalize only."
        )
    places = [str(module["path"]) for module, kind in zip(modules, kinds, strict=True) if kind == "Pooling"]
    pooling = folder / places[0] / CONFIG if places else folder / POOLING
    return SentenceConfig(_pooling(_read(pooling, {}), folder), _max_tokens(folder))


def _pooling(config: Mapping[str, Any], folder: Path) -> str:
    """Return the one pooling mode of a configuration in the older form (a flag a mode) or the newer (their names)."""
    named = config.get("pooling_mode")
    flags = [OLD_MODES.get(key, key) for key, on in config.items() if key.startswith("pooling_mode_") and on is True]
    modes = flags if named is None else [named] if isinstance(named, str) else list(named)
    if not modes:
        return MEAN
    if len(modes) > 1 or modes[0] not in (MEAN, CLS):
        raise EncoderInvalid(
            f"The encoder in {folder.name!r} pools by {', '.join(map(str, modes))}; only mean and cls are supported, "
            "one of them at a time. Choose another encoder."
        )
    return str(modes[0])


def _max_tokens(folder: Path) -> int:
    """Return the least of 128, what the authors cut at, and the positions that the transformer has."""
    config, limits = _read(folder / CONFIG, {}), _read(folder / LIMITS, {})
    least = [MAX_TOKENS, limits.get("max_seq_length") or MAX_TOKENS]
    positions = config.get("max_position_embeddings")
    if positions:
        reserved = config.get("pad_token_id", 1) + 1 if config.get("model_type") in COUNT_FROM_PADDING else 0
        least.append(positions - reserved)
    return int(min(least))


def _read(path: Path, default: Any) -> Any:
    """Return a JSON file's content, or `default` where there is no such file. Raises: EncoderInvalid."""
    if not path.is_file():
        return default
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise EncoderInvalid(f"{path.name} of the encoder cannot be read: {error}") from error
    if not isinstance(content, type(default)):
        raise EncoderInvalid(f"{path.name} of the encoder is not what it should be: {type(content).__name__}.")
    return content
