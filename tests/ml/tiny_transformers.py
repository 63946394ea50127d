"""A random transformer of every supported architecture, with the kind of tokenizer that published ones have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from tests.ml.small_world import TOPICS, sentences

POSITIONS = 60
"""Texts may be longer, so that every tiny encoder shows where it cuts."""
SIZES = {"hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 48, "initializer_range": 0.2}
LAYERS = {"num_hidden_layers": 2}


def word_piece() -> Tokenizer:
    """Return a tokenizer as BERT, DistilBERT and MPNet have."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    trainer = trainers.WordPieceTrainer(vocab_size=200, special_tokens=special, show_progress=False)
    return _trained(tokenizer, trainer, "[CLS]", "[SEP]", 2, 3)


def byte_level() -> Tokenizer:
    """Return a tokenizer as RoBERTa and ModernBERT have."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )  # fmt: skip
    return _trained(tokenizer, trainer, "<s>", "</s>", 0, 2)


def unigram(texts: list[str] | None = None) -> Tokenizer:
    """Return a tokenizer as XLM-RoBERTa has, trained on `texts`."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(vocab_size=300, special_tokens=special, unk_token="<unk>", show_progress=False)
    return _trained(tokenizer, trainer, "<s>", "</s>", 0, 2, texts)


def _trained(
    tokenizer: Tokenizer, trainer: Any, first: str, last: str, begin: int, end: int, texts: list[str] | None = None
) -> Tokenizer:
    said = [text for words in TOPICS.values() for text in sentences(words, 10, 1)]
    tokenizer.train_from_iterator(texts or said, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}", special_tokens=[(first, begin), (last, end)]
    )
    return tokenizer


def _bert(words: int) -> Any:
    config = transformers.BertConfig(vocab_size=words, max_position_embeddings=POSITIONS, **SIZES, **LAYERS)
    return transformers.BertModel(config)


def _distilbert(words: int) -> Any:
    config = transformers.DistilBertConfig(
        vocab_size=words, dim=32, n_heads=2, hidden_dim=48, n_layers=2, max_position_embeddings=POSITIONS,
        initializer_range=0.2,
    )  # fmt: skip
    return transformers.DistilBertModel(config)


def _mpnet(words: int) -> Any:
    config = transformers.MPNetConfig(vocab_size=words, max_position_embeddings=POSITIONS, **SIZES, **LAYERS)
    return transformers.MPNetModel(config)


def _roberta(words: int) -> Any:
    config = transformers.RobertaConfig(
        vocab_size=words, max_position_embeddings=POSITIONS, type_vocab_size=1, **SIZES, **LAYERS
    )
    return transformers.RobertaModel(config)


def _xlm_roberta(words: int) -> Any:
    config = transformers.XLMRobertaConfig(
        vocab_size=words, max_position_embeddings=POSITIONS, type_vocab_size=1, **SIZES, **LAYERS
    )
    return transformers.XLMRobertaModel(config)


def _modernbert(words: int) -> Any:
    """Four layers: the first and the last see the whole text, those between sixteen tokens."""
    config = transformers.ModernBertConfig(
        vocab_size=words, max_position_embeddings=POSITIONS, num_hidden_layers=4, local_attention=16,
        global_attn_every_n_layers=3, pad_token_id=1, bos_token_id=0, cls_token_id=0, eos_token_id=2, sep_token_id=2,
        **SIZES,
    )  # fmt: skip
    return transformers.ModernBertModel(config)


SHAPES: dict[str, tuple[Callable[[int], Any], Callable[[], Tokenizer]]] = {
    "bert": (_bert, word_piece),
    "distilbert": (_distilbert, word_piece),
    "mpnet": (_mpnet, word_piece),
    "roberta": (_roberta, byte_level),
    "xlm-roberta": (_xlm_roberta, unigram),
    "modernbert": (_modernbert, byte_level),
}


def write_transformer(folder: Path, shape: str) -> None:
    """Write a transformer of one of `SHAPES` as a published encoder would lie in a folder."""
    make, tokenizer = SHAPES[shape][0], SHAPES[shape][1]()
    torch.manual_seed(4)
    transformer = make(tokenizer.get_vocab_size())
    with torch.no_grad():
        for name, weight in transformer.named_parameters():
            if weight.dim() == 1:  # in published ones no bias is nothing and no norm is plain
                weight.normal_(0.0 if name.endswith("bias") else 1.0, 0.1)
    transformer.save_pretrained(str(folder))
    tokenizer.save(str(folder / "tokenizer.json"))
