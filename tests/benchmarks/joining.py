"""Two messages made one, as customers join two requests, for measuring. Pure; equal seeds give equal pairs."""

from collections.abc import Sequence
from random import Random
from typing import Final, NamedTuple

from escalation.classifier import Example

DEVELOPED_ON: Final = (
    "{a} and {b}", "{a}. Also, {b}", "{a}, and by the way {b}", "{a}? {B}?", "{a}, also {b}", "{a}. And then {b}",
    "{a} and also {b}", "{a}; {b}", "{a}. Another thing: {b}", "{a}, plus {b}",
)  # fmt: skip
"""Ways of joining that the finder was written with in sight."""
KEPT_APART: Final = (
    "{a}. Oh and {b}", "{a}. One more question: {b}", "{a}, then {b}", "{a}. Besides that, {b}",
    "{a}, and another matter, {b}", "First, {a}. Second, {b}", "{a} - and while I'm here, {b}",
    "Two things. {A} and {b}", "{A}\n{B}", "{a}. In addition to that {b}",
)  # fmt: skip
"""Ways of joining that were looked at once, when the finder was done."""


class Pair(NamedTuple):
    """A message with two requests, their intents in order, and the way it was joined."""

    text: str
    first: str
    second: str
    way: str


def joined(first: str, second: str, way: str) -> str:
    """Return two messages as one; `{A}` and `{B}` begin with a capital, `{a}` and `{b}` as within a sentence."""
    a, b = (text.strip().rstrip(".!?;, ") for text in (first, second))
    return way.format(a=_small(a), A=a[:1].upper() + a[1:], b=_small(b), B=b[:1].upper() + b[1:])


def _small(text: str) -> str:
    """Return a message as it is written within a sentence: "I" and abbreviations stay."""
    word = text.split(" ", 1)[0]
    kept = word == "I" or word.startswith(("I'", "I’")) or (len(word) > 1 and word.isupper())
    return text if kept else text[:1].lower() + text[1:]


def pairs(rows: Sequence[Example], ways: Sequence[str], seed: int) -> list[Pair]:
    """Return each message once as the first of a pair with a message of another intent, joined by the ways in turn."""
    random = Random(f"pairs {seed}")
    made = []
    for at, row in enumerate(rows):
        other = random.choice(rows)
        while other.label == row.label:
            other = random.choice(rows)
        way = ways[at % len(ways)]
        made.append(Pair(joined(row.text, other.text, way), row.label or "", other.label or "", way))
    return made
