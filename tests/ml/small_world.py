"""A made-up shop small enough to learn in milliseconds, and a random transformer small enough to tune in seconds."""

import random
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from escalation.classifier import Example

TOPICS = {
    "order_status": "where parcel arrive track shipped late waiting courier",
    "refund": "money back return cash refund paid reimburse price",
    "card_problem": "card declined payment terminal bank charge pin credit",
    "opening_hours": "open close hours sunday evening when store holiday",
    "delivery_address": "address street move house deliver city zip change",
    "broken_item": "broken damaged crack defective scratched smashed torn faulty",
    "gift_wrap": "gift wrap birthday ribbon present paper bow surprise",
    "job_offer": "job hiring work career apply position salary vacancy",
}
FILLERS = ("my", "the", "please", "hello", "i", "can", "you", "a", "is", "to")
STRANGE = ("planet", "volcano", "guitar", "recipe", "poem", "weather", "football", "dragon", "algebra", "whale")


def sentences(words: str, count: int, seed: int) -> list[str]:
    """Return sentences of three topic words among fillers; equal seeds give equal sentences."""
    choose = random.Random(f"{words} {seed}")
    made = []
    for _ in range(count):
        picked = choose.sample(words.split(), 3) + choose.sample(FILLERS, 3)
        choose.shuffle(picked)
        made.append(" ".join(picked))
    return made


def shop_examples(count: int, *, seed: int = 0, topics: int = len(TOPICS)) -> list[Example]:
    """Return `count` examples for each of the first `topics` intents, with ids."""
    return [
        Example(text, label, id=f"{label}-{seed}-{number}")
        for label, words in list(TOPICS.items())[:topics]
        for number, text in enumerate(sentences(words, count, seed))
    ]


def unknown_messages(count: int, *, seed: int = 0) -> list[str]:
    """Return messages about nothing the shop knows."""
    return sentences(" ".join(STRANGE), count, seed + 1000)


@dataclass(frozen=True)
class Encoder:
    """A published encoder (`source` folder) and where exported ones go (`encoders`)."""

    source: str
    encoders: Path


def write_random_transformer(folder: Path, *, seed: int = 0) -> None:
    """Write a two-layer random BERT with a word tokenizer, as a published encoder would lie in a folder."""
    words = sorted({word for topic in TOPICS.values() for word in topic.split()} | set(FILLERS) | set(STRANGE))
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words]
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(tokens), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48,
        max_position_embeddings=160,
    )  # fmt: skip
    BertModel(config, add_pooling_layer=False).save_pretrained(str(folder))
    tokenizer = Tokenizer(models.WordLevel({token: place for place, token in enumerate(tokens)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
