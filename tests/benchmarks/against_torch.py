"""An encoder in torch: the yardstick of speed, and the float32 vectors that the served ones should equal."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from escalation.classifier import Model, find_encoder
from escalation.classifier.encoder.folder import TOKENIZER
from escalation.kernel.arrays import Floats

Pipeline = Callable[[str], object]
WARM_UP = 20


def torch_pipeline(labels: int) -> Pipeline:
    """Return the yardstick: the default encoder in torch, float32, one thread, with a random head."""
    import torch
    import transformers

    torch.set_num_threads(1)
    torch.manual_seed(0)
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()  # it says that the head is new
    folder = str(find_encoder().folder)
    network = transformers.AutoModelForSequenceClassification.from_pretrained(folder, num_labels=labels)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    made: Pipeline = transformers.pipeline(
        "text-classification", model=network.float().eval(), tokenizer=tokenizer, device="cpu"
    )
    return made


def milliseconds(work: Pipeline, texts: Sequence[str]) -> dict[str, float]:
    """Return percentiles of one call a text, in milliseconds."""
    for text in texts[:WARM_UP]:
        work(text)
    rounds = []
    for text in texts:
        began = time.perf_counter()
        work(text)
        rounds.append(1000 * (time.perf_counter() - began))
    return {f"p{rank}": round(float(np.percentile(rounds, rank)), 3) for rank in (50, 95, 99)}


def float_vectors(texts: Sequence[str], encoder: str | None = None) -> Floats:
    """Return what `embed` would with the same encoder (`find_encoder`) in torch, float32 (n, d)."""
    import torch
    from tokenizers import Tokenizer

    from escalation.classifier.encoder.serving import clean_text, prepare_tokenizer
    from escalation.classifier.encoder.transformer import load_transformer
    from escalation.classifier.head.words import beside, lexical_vectors

    source = find_encoder(encoder)
    module = load_transformer(source.folder)
    tokenizer = prepare_tokenizer(Tokenizer.from_file(str(source.folder / TOKENIZER)), module.sentence.max_tokens)
    cleaned = [clean_text(text) for text in texts]
    rows = []
    with torch.inference_mode():
        for text in cleaned:
            ids = torch.tensor([tokenizer.encode(text).ids])
            rows.append(module(ids, torch.ones_like(ids))[0].numpy())
    return beside(np.stack(rows), lexical_vectors(cleaned))


def agreement(model: Model, served: Floats, texts: Sequence[str]) -> dict[str, float]:
    """The served vectors against float32 ones: cosine, and messages with the same first label under the same head."""
    floats = float_vectors(texts)
    cosine = (served * floats).sum(axis=1)
    head = model.scorer.head
    same = head.first(served) == head.first(floats)
    return {
        "messages": len(texts), "same_label": round(float(same.mean()), 4),
        "cosine_mean": round(float(cosine.mean()), 5), "cosine_min": round(float(cosine.min()), 4),
    }  # fmt: skip
