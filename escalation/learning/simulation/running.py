"""One repeat: a world is made, every strategy lives through it, and what came of it is gathered."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate
from threading import Event

import numpy as np

from escalation.classifier import Model
from escalation.learning.simulation.agents import draw_opinions
from escalation.learning.simulation.baselines import (
    EscalatedOnly,
    FixedThreshold,
    NeverRetrain,
    RandomReview,
    TunedOnce,
)
from escalation.learning.simulation.learner import Corpus
from escalation.learning.simulation.measures import (
    CHECKPOINTS,
    Floats,
    Glimpse,
    Observer,
    Verdicts,
    delays,
    examine,
    learning_curve,
)
from escalation.learning.simulation.outcomes import Journal
from escalation.learning.simulation.play import Strategy, World, play
from escalation.learning.simulation.scenario import Scenario
from escalation.learning.simulation.service import Service
from escalation.learning.simulation.stream import Stream

THREADS = 2
"""numpy lets go of the interpreter in the products that take the time."""
FIRST: tuple[Callable[[World], Strategy], ...] = (Service, FixedThreshold, TunedOnce)
LAST: tuple[Callable[[World], Strategy], ...] = (EscalatedOnly, NeverRetrain)
STRATEGIES = len(FIRST) + 1 + len(LAST)
"""Random review, in between, waits for what ours spent: so placed no thread waits for it, or it for a thread."""


class Stopped(Exception):
    """The run was cancelled; nothing came of it."""


@dataclass(frozen=True)
class Result:
    """What came of one strategy in one repeat; curves and delays as in `measures`."""

    key: str
    journal: Journal
    glimpses: tuple[Glimpse, ...]
    verdicts: Verdicts
    guessed: Floats
    answered: Floats
    delays: dict[str, list[int | None]]


@dataclass(frozen=True)
class Run:
    """One repeat: what was played, and the results, ours first."""

    scenario: Scenario
    stream: Stream
    results: tuple[Result, ...]


def make_world(scenario: Scenario, corpus: Corpus, first: Model) -> World:
    """Return the world of one repeat."""
    opinions = draw_opinions(corpus.stream, corpus.messages, scenario, np.random.default_rng([scenario.seed, 1]))
    clicks = np.random.default_rng([scenario.seed, 2]).random(len(corpus.stream.messages))
    return World(scenario, corpus, opinions, first, clicks)


def run_world(world: World, tick: Callable[[int], None], stop: Event) -> Run:
    """Let every strategy live through `world`; `tick(n)` hears of n more messages done, from any thread.

    Raises: Stopped soon after `stop` is set.
    """

    def live(made: Strategy) -> Result:
        return _live(world, made, tick, stop)

    def review(ours: "Future[Result]") -> Result:
        return live(RandomReview(world, labels_by_message(ours.result().journal, world)))

    def start(kind: Callable[[World], Strategy]) -> "Future[Result]":
        return pool.submit(lambda: live(kind(world)))

    with ThreadPoolExecutor(THREADS) as pool:
        futures = [start(kind) for kind in FIRST]
        futures.append(pool.submit(review, futures[0]))
        futures += [start(kind) for kind in LAST]
        try:
            return Run(world.scenario, world.corpus.stream, tuple(future.result() for future in futures))
        except BaseException:
            stop.set()  # the others end at their next message
            raise


def labels_by_message(journal: Journal, world: World) -> Sequence[int]:
    """Return how many labels were spent after each message, (n)."""
    spent = np.zeros(len(world.corpus.stream.messages) + 1, np.int64)
    for moments in journal.labels.values():
        np.add.at(spent, moments, 1)
    return list(accumulate(spent.tolist()))


def _live(world: World, strategy: Strategy, tick: Callable[[int], None], stop: Event) -> Result:
    observer, count = Observer(world), len(world.corpus.stream.messages)
    moments = {round(count * part / CHECKPOINTS) for part in range(CHECKPOINTS)}

    def before(at: int) -> None:
        if stop.is_set():
            raise Stopped
        tick(1)
        if at in moments:
            observer.look(at, strategy)

    play(world, strategy, before)
    observer.look(count, strategy)
    guessed, answered = learning_curve(world, strategy.journal)
    return Result(
        strategy.key, strategy.journal, tuple(observer.glimpses), examine(world, strategy), guessed, answered,
        delays(world, strategy.journal),
    )  # fmt: skip
