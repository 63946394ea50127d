"""A company small enough to simulate in a second: ten intents of made-up words, a tiny encoder, one first model."""

import random
from pathlib import Path
from threading import Event

import numpy as np

from escalation.classifier import Example, build_model
from escalation.lab.simulation.repeats import corpus_of
from escalation.lab.simulation.run import make_world
from escalation.lab.simulation.scenario import Scenario
from escalation.lab.simulation.strategy import World
from escalation.lab.simulation.stream import Stream, make_stream
from escalation.lab.simulation.vectors import Vectors
from tests.tiny_encoder import make_tiny_encoder

INTENTS = 10
FILLERS = ("my", "the", "please", "hello", "can", "you", "about", "again", "really", "today")
SMALL = Scenario(
    messages=240, messages_per_day=40, seed_per_intent=6, probes=20, slow_every=80, audits_per_day=8.0, alpha=0.1
)


def words_of(intent: int) -> list[str]:
    """Return the ten words that only this intent uses."""
    letters = "bcdfghklmnprstvw"
    first = letters[intent]
    return [f"{first}{vowel}{letters[k]}{vowel}{letters[(k + intent) % 16]}" for k, vowel in enumerate("aeiouaeiou")]


def texts_of(intent: int, count: int, seed: int = 0) -> list[str]:
    """Return distinct messages of an intent: three of its words among three that everybody uses."""
    choose = random.Random(f"{intent} {seed}")
    made: dict[str, None] = {}
    while len(made) < count:
        picked = choose.sample(words_of(intent), 3) + choose.sample(FILLERS, 3)
        choose.shuffle(picked)
        made[" ".join(picked)] = None
    return list(made)


def a_pool(per_intent: int = 60, *, seed: int = 0, intents: int = INTENTS) -> list[Example]:
    """Return labelled messages of the first intents."""
    return [Example(text, f"intent_{k}") for k in range(intents) for text in texts_of(k, per_intent, seed)]


def out_of_scope_texts(count: int = 40) -> list[str]:
    """Return messages about nothing anybody serves."""
    return texts_of(INTENTS + 3, count)


def a_stream(scenario: Scenario = SMALL, *, outside: bool = True) -> Stream:
    """Return the stream of `scenario` from the small pool."""
    chosen = out_of_scope_texts() if outside else []
    return make_stream(a_pool(), a_pool(32, seed=1), chosen, scenario, np.random.default_rng([scenario.seed, 0]))


def a_world(root: Path, scenario: Scenario = SMALL) -> World:
    """Return a world on a tiny encoder whose files go below `root`."""
    stream = a_stream(scenario)
    encoder = make_tiny_encoder(root, stream.texts)
    first = build_model(
        stream.seeds, name="first", folder=root / "first", encoders=encoder.encoders, encoder=encoder.source,
        alpha=scenario.alpha,
    )  # fmt: skip
    vectors = Vectors()
    vectors.embed(first, stream.texts, lambda steps: None, Event())
    return make_world(scenario, corpus_of(stream, vectors), first)
