"""The whole simulation: repeats, each with its own stream, people and first model; vectors are shared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import Protocol

import numpy as np

from escalation.classifier import Example, Model
from escalation.lab.simulation.learner import Corpus
from escalation.lab.simulation.run import STRATEGIES, Run, make_world, run_world
from escalation.lab.simulation.scenario import Scenario, check
from escalation.lab.simulation.stream import Stream, make_stream
from escalation.lab.simulation.vectors import Vectors

Build = Callable[[Sequence[Example], float, int], Model]
"""Makes the first model from seeds, alpha and a number for its randomness."""


class Progress(Protocol):
    """Hears how far it is."""

    def begin(self, stage: str, total: int) -> None:
        """Begin a stage of `total` steps."""
        ...

    def tick(self, steps: int) -> None:
        """Count steps of the stage; may come from any thread."""
        ...


@dataclass(frozen=True)
class Material:
    """What the files hold. `outside` may be empty: then some intents of the pool are never served."""

    pool: Sequence[Example]
    test: Sequence[Example]
    outside: Sequence[str]


def simulate(
    material: Material, scenario: Scenario, repeats: int, build: Build, progress: Progress, stop: Event
) -> list[Run]:
    """Return one run a repeat, with seeds counted up from the scenario's.

    Raises: ScenarioInvalid, Stopped soon after `stop` is set, and what `build` raises.
    """
    check(scenario)
    vectors = Vectors()
    runs = []
    for number in range(repeats):
        of = f" {number + 1} of {repeats}" if repeats > 1 else ""
        part = replace(scenario, seed=scenario.seed + number)
        random = np.random.default_rng([part.seed, 0])
        stream = make_stream(material.pool, material.test, material.outside, part, random)
        progress.begin(f"first model{of}", 1)
        first = build(stream.seeds, part.alpha, part.seed)
        fresh = vectors.missing(stream.texts)
        progress.begin(f"embedding{of}", len(fresh))
        vectors.embed(first, fresh, progress.tick, stop)
        progress.begin(f"simulating{of}", STRATEGIES * len(stream.messages))
        runs.append(run_world(make_world(part, corpus_of(stream, vectors), first), progress.tick, stop))
    return runs


def corpus_of(stream: Stream, vectors: Vectors) -> Corpus:
    """Return a stream with its vectors."""
    seeds, messages = [row.text for row in stream.seeds], [message.text for message in stream.messages]
    return Corpus(stream, vectors.of(seeds), vectors.of(messages), vectors.of([row.text for row in stream.test]))
