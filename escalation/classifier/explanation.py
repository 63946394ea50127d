"""Which words spoke for a label: each is left out in turn and the message embedded again (occlusion).

Occlusion and not integrated gradients, because it asks the very file that serves: gradients need torch and the weights
before quantising, and explain sub-tokens of a model that answers nobody.
"""

import re
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from escalation.classifier.encoder.serving import MAX_CHARACTERS, clean_text
from escalation.classifier.errors import LabelUnknown
from escalation.classifier.model import Model
from escalation.classifier.scripts import MARKS, UNSPACED
from escalation.kernel.arrays import Floats

# Runs times words of a message. 28 words one by one are 800, .1 to .25 s on two cores, with VNNI or without; a longer
# message is left out span by span, so that an explanation never costs more than that.
MOST_WORDS_READ = 800
FEWEST_SPANS = 6
THREADS = 2  # runs of a session are independent and release the lock
Span = tuple[int, int]
# Scripts without spaces: every letter with the marks on it counts as a word.
WORD = re.compile(rf"[{UNSPACED}][{MARKS}]*|(?:(?![{UNSPACED}])\S)+")


@dataclass(frozen=True, slots=True)
class WordWeight:
    """One word, or in a long message a run of words: `text` is the message's characters `start` up to `end`.

    `weight` is the label's log-odds (natural logarithm, of the head's probability) with the word minus without it:
    above 0 the word speaks for the label, below 0 against it; 0.7 doubles or halves the odds.
    """

    text: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """How much each word of a message spoke for `label`, in reading order. `log_odds` are the label's, with all words.

    The weights do not add up to the log-odds: words share what they say. Words beyond what the encoder reads (its 128
    tokens) are not among them.
    """

    label: str
    log_odds: float
    words: tuple[WordWeight, ...]


def explain(model: Model, text: str, label: str | None = None) -> Explanation:
    """Explain `label`, or without one the model's first for this message.

    Raises: ExampleInvalid (not text), LabelUnknown.
    """
    whole = model.scorer.head.logits(model.embed_messages([text]))[0]
    code = int(whole.argmax()) if label is None else _code(model, label)
    with_all = float(_log_odds(whole[None], code)[0])
    spans = _spans(_words_read(model, text))
    without = _log_odds(model.scorer.head.logits(_embed_without(model, text, spans)), code)
    words = [
        WordWeight(text[start:end], start, end, round(with_all - float(left), 4))
        for (start, end), left in zip(spans, without, strict=True)
    ]
    return Explanation(model.labels[code], round(with_all, 4), tuple(words))


def _code(model: Model, label: str) -> int:
    if label not in model.labels:
        raise LabelUnknown(f"Model {model.name!r} has no intent {label!r}.")
    return model.labels.index(label)


def _log_odds(logits: Floats, code: int) -> Floats:
    """Return log(p / (1 - p)) of class `code` for each row of (n, c), from the logits: no probability rounds to 1."""
    others = np.delete(logits.astype(np.float64), code, axis=1)
    peak = others.max(axis=1)
    odds: Floats = logits[:, code] - peak - np.log(np.exp(others - peak[:, None]).sum(axis=1))
    return odds


def words_of(text: str) -> list[Span]:
    """Return start and end of each word, in reading order; control characters part words as `clean_text` has it."""
    spaced = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text)
    return [match.span() for match in WORD.finditer(spaced)]


def _words_read(model: Model, text: str) -> list[Span]:
    """Return the words that reach the encoder; cleaning a text changes its characters and not the number of words."""
    cleaned = clean_text(text)
    return words_of(text[:MAX_CHARACTERS])[: len(words_of(cleaned[: model.encoder.characters_read(cleaned)]))]


def _spans(words: Sequence[Span]) -> list[Span]:
    """Return what is left out in turn: single words, or runs of them so that few enough runs are needed."""
    runs = max(FEWEST_SPANS, MOST_WORDS_READ // max(len(words), 1))
    size = max(-(-len(words) // runs), 1)
    runs_of_words = [words[at : at + size] for at in range(0, len(words), size)]
    return [(run[0][0], run[-1][1]) for run in runs_of_words]


def _embed_without(model: Model, text: str, spans: Sequence[Span]) -> Floats:
    """Return the vectors (n, d) of the text without each span. What was not read stays out, or it would slip in."""
    read = text[: spans[-1][1]] if spans else ""
    with ThreadPoolExecutor(THREADS) as pool:
        parts = pool.map(model.embed_messages, ([f"{read[:start]} {read[end:]}"] for start, end in spans))
        return np.concatenate([model.embed([]), *parts])
