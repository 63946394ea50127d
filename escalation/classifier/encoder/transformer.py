"""A published encoder as a torch module: the transformer, its pooling and normalisation. Used to export and to tune."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers

from escalation.classifier.encoder.sentence_config import CLS, SentenceConfig, read_sentence_config
from escalation.classifier.errors import EncoderInvalid


class PooledEncoder(torch.nn.Module):  # type: ignore[misc]
    """A transformer with pooling over real tokens: (b, s) ids and mask -> (b, d) unit vectors.

    `sentence` says how to pool, and at how many tokens texts are cut. Without a mask every token is real.
    """

    def __init__(self, transformer: Any, sentence: SentenceConfig | None = None) -> None:
        super().__init__()
        self.transformer = transformer
        self.sentence = sentence or SentenceConfig()

    def forward(self, input_ids: Any, attention_mask: Any = None) -> Any:
        """Return unit vectors, float32 (b, d)."""
        hidden = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return torch.nn.functional.normalize(self._pooled(hidden, attention_mask), dim=1)

    def _pooled(self, hidden: Any, mask: Any) -> Any:
        if self.sentence.pooling == CLS:
            return hidden[:, 0]
        if mask is None:
            return hidden.mean(1)
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1.0)


def load_transformer(folder: Path) -> PooledEncoder:
    """Load published weights (safetensors only, no code from the folder) as a float32 torch module in eval mode.

    Raises: EncoderInvalid when transformers does not know the architecture, the weights do not fit it, or the vector
    is made in a way that is not supported.
    """
    sentence = read_sentence_config(folder)
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
    module = PooledEncoder(transformer.float(), sentence)
    module.eval()
    return module


def weights_sha256(module: PooledEncoder) -> str:
    """Return the hex sha256 over all tensors of a module in name order, and its pooling."""
    digest = hashlib.sha256(module.sentence.pooling.encode())
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(tensor.detach().cpu().numpy()).tobytes())
    return digest.hexdigest()
