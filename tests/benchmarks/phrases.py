"""Distinct messages a starter model knows: its examples, opened and closed in ways people do. Deterministic."""

import itertools
import random
from collections.abc import Iterator

from escalation.catalogue.starter import starter_catalogue

OPENERS = (
    "",
    "hi, ",
    "hello ",
    "hey there, ",
    "good morning, ",
    "quick question: ",
    "sorry to bother you, ",
    "please, ",
)
CLOSERS = ("", " thanks", " please", " thank you", " ?", "!", " thanks a lot", " asap", " today")


def phrases(seed: int = 0) -> Iterator[str]:
    """Yield distinct messages, in seeded random order; tens of thousands."""
    texts = [text for text, label in starter_catalogue().labelled() if label is not None]
    for round_number, (opener, closer) in enumerate(_shuffled(seed)):
        random.Random(f"{seed} {round_number}").shuffle(texts)
        yield from (f"{opener}{text}{closer}" for text in texts)


def _shuffled(seed: int) -> list[tuple[str, str]]:
    pairs = list(itertools.product(OPENERS, CLOSERS))
    random.Random(seed).shuffle(pairs)
    return pairs
