"""The customers: who writes what, in which order, and which intents the company knows when. Pure; randomness comes in.

Intents are Zipf distributed; some emerge only over time; their frequencies are dealt anew at half time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from escalation.classifier import Example
from escalation.kernel.arrays import Doubles
from escalation.lab.simulation.scenario import Scenario, ScenarioInvalid
from escalation.lab.simulation.typos import with_typos

EMERGE_BETWEEN = (0.05, 0.75)
"""Shares of the stream between which unknown intents appear for the first time."""
OUTSIDE_INTENTS = 0.1
"""Share of the intents nobody serves where no out-of-scope messages are given."""
OUTSIDE_FOR_TEST = 0.2
"""Share of the out-of-scope messages kept for the final curves."""
FEWEST_INTENTS = 4


@dataclass(frozen=True, slots=True)
class Message:
    """`label` None: out of scope. `repeated`: the same text came before (it may have been typed differently)."""

    id: str
    text: str
    label: str | None
    typo: bool
    repeated: bool


@dataclass(frozen=True)
class Stream:
    """`emerging`: intent -> the message from which on it may appear. `test` is for measuring only."""

    seeds: tuple[Example, ...]
    messages: tuple[Message, ...]
    known: tuple[str, ...]
    emerging: Mapping[str, int]
    test: tuple[Example, ...]
    outside_from: str
    """Where the out-of-scope messages come from, in words."""

    @property
    def appeared(self) -> tuple[str, ...]:
        """The emerging intents of which there was a message."""
        seen = {message.label for message in self.messages}
        return tuple(label for label in self.emerging if label in seen)

    @property
    def texts(self) -> list[str]:
        """Every text the simulation needs a vector of, each once."""
        parts = (row.text for part in (self.seeds, self.messages, self.test) for row in part)
        return list(dict.fromkeys(parts))


def make_stream(
    pool: Sequence[Example], test: Sequence[Example], outside: Sequence[str], scenario: Scenario,
    random: np.random.Generator,
) -> Stream:  # fmt: skip
    """Return a stream drawn from `pool`; without `outside` texts some intents of the pool are never served.

    Raises: ScenarioInvalid where the files are too small.
    """
    texts = _by_label(pool)
    outside = [*outside, *texts.pop(None, [])]
    told = f"{len(set(outside))} out-of-scope messages as given"
    if not outside:
        away = _drawn(list(texts), max(1, round(OUTSIDE_INTENTS * len(texts))), random)
        outside = [text for label in away for text in texts.pop(label)]
        test = [Example(row.text, None) if row.label in away else row for row in test]
        told = f"{len(away)} intents of the pool that nobody serves"
    if len(texts) < FEWEST_INTENTS:
        raise ScenarioInvalid(f"The pool has {len(texts)} intents with two texts or more; {FEWEST_INTENTS} are needed.")
    labels = [label for label in texts if label is not None]
    known = sorted(_drawn(labels, max(2, round(scenario.known_share * len(labels))), random))
    emerging = _emergence([label for label in labels if label not in known], scenario.messages, random)
    seeds, queues = _dealt(texts, known, scenario.seed_per_intent, random)
    out_of_scope_texts, kept = _split_outside(outside, random)
    counts = {label: len(queue) for label, queue in queues.items()}
    truths = _truths(counts, emerging, scenario, random)
    messages = _written(truths, _with_outside(queues, out_of_scope_texts), scenario, random)
    return Stream(seeds, messages, tuple(known), emerging, _test_rows(test, labels, kept), told)


def zipf_shares(count: int, exponent: float, highest: float) -> Doubles:
    """Return shares (count), proportional to rank^-exponent and cut off at `highest`, falling, summing to 1.

    The cut keeps the frequent intents from needing more texts than there are; the long tail stays.
    """
    highest = max(highest, 1.0 / count)
    shares = np.arange(1, count + 1, dtype=np.float64) ** -exponent
    for top in range(count + 1):
        rest = shares[top:] / max(float(shares[top:].sum()), 1e-300) * (1.0 - top * highest)
        if top == count or rest[0] <= highest:
            return np.concatenate([np.full(top, highest), rest])
    raise AssertionError("unreachable: with every share cut off there is nothing left")


def _by_label(pool: Sequence[Example]) -> dict[str | None, list[str]]:
    """Return distinct texts by label; intents with a single text can be neither known nor asked about and fall out."""
    found: dict[str | None, dict[str, None]] = {}
    for row in pool:
        found.setdefault(row.label, {})[row.text] = None
    return {label: list(texts) for label, texts in found.items() if label is None or len(texts) > 1}


def _drawn(labels: Sequence[str | None], count: int, random: np.random.Generator) -> list[str]:
    chosen = random.permutation(len(labels))[:count]
    return [str(labels[place]) for place in chosen]


def _emergence(labels: Sequence[str], messages: int, random: np.random.Generator) -> dict[str, int]:
    low, high = EMERGE_BETWEEN
    moments = np.sort(random.uniform(low * messages, high * messages, len(labels))).astype(int)
    return {labels[place]: int(at) for place, at in zip(random.permutation(len(labels)), moments, strict=True)}


def _dealt(
    texts: Mapping[str | None, list[str]], known: Sequence[str], per_intent: int, random: np.random.Generator
) -> tuple[tuple[Example, ...], dict[str, list[str]]]:
    """Deal each intent's texts to seeds (known intents only) and to customers, who get at least one."""
    seeds: list[Example] = []
    queues: dict[str, list[str]] = {}
    for label, rows in texts.items():
        shuffled = [rows[place] for place in random.permutation(len(rows))]
        count = min(per_intent, len(rows) - 1) if label in known else 0
        seeds += [Example(text, label, id=f"seed:{label}:{n}") for n, text in enumerate(shuffled[:count])]
        queues[str(label)] = shuffled[count:]
    return tuple(seeds), queues


def _split_outside(outside: Sequence[str], random: np.random.Generator) -> tuple[list[str], list[str]]:
    distinct = list(dict.fromkeys(outside))
    shuffled = [distinct[place] for place in random.permutation(len(distinct))]
    kept = int(OUTSIDE_FOR_TEST * len(shuffled))
    return shuffled[kept:], shuffled[:kept]


def _test_rows(test: Sequence[Example], labels: Sequence[str], outside: Sequence[str]) -> tuple[Example, ...]:
    """Return what to measure on: rows of the pool's intents and out of scope. Raises: ScenarioInvalid for none."""
    rows = [row for row in test if row.label is None or row.label in set(labels)]
    if not any(row.label is not None for row in rows):
        raise ScenarioInvalid("No label of the test file is an intent of the pool.")
    return (*rows, *(Example(text, None) for text in outside))


def _truths(
    counts: Mapping[str, int], emerging: Mapping[str, int], scenario: Scenario, random: np.random.Generator
) -> list[str | None]:
    """Return what each message is about."""
    truths: list[str | None] = [None] * scenario.messages
    labels = list(counts)
    borders = sorted({0, scenario.half, scenario.messages, *emerging.values()})
    outside = set(random.permutation(scenario.messages)[: round(scenario.outside_share * scenario.messages)].tolist())
    weights: dict[bool, Doubles] = {late: _frequencies(counts, scenario, random) for late in (False, True)}
    for start, end in pairwise(borders):
        active = np.asarray([emerging.get(label, 0) <= start for label in labels])
        shares = np.where(active, weights[start >= scenario.half], 0.0)
        for at, place in enumerate(random.choice(len(labels), end - start, p=shares / shares.sum()), start):
            truths[at] = None if at in outside else labels[place]
    return truths


def _frequencies(counts: Mapping[str, int], scenario: Scenario, random: np.random.Generator) -> Doubles:
    """Return shares by intent (in the order of `counts`), ranks dealt at random."""
    half = max(scenario.messages * (1 - scenario.outside_share) / 2, 1.0)
    highest = float(np.median(list(counts.values()))) / 2 / half
    shares = zipf_shares(len(counts), scenario.zipf, highest)
    dealt: Doubles = shares[random.permutation(len(counts))]
    return dealt


def _written(
    truths: Sequence[str | None], queues: Mapping[str | None, Sequence[str]], scenario: Scenario,
    random: np.random.Generator,
) -> tuple[Message, ...]:  # fmt: skip
    """Take each intent's texts in turn; when they are used up they start again, marked as repeated."""
    taken: dict[str | None, int] = {}
    messages = []
    for at, label in enumerate(truths):
        texts, turn = queues[label], taken.get(label, 0)
        taken[label] = turn + 1
        text = texts[turn % len(texts)]
        typed = (
            with_typos(text, random) if at >= scenario.typos_from and random.random() < scenario.typo_share else text
        )
        messages.append(Message(f"{scenario.seed}-{at}", typed, label, typed != text, turn >= len(texts)))
    return tuple(messages)


def _with_outside(queues: Mapping[str, list[str]], outside: list[str]) -> dict[str | None, list[str]]:
    whole: dict[str | None, list[str]] = {None: outside}
    whole.update(queues)
    return whole
