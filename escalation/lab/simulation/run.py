"""One repeat: a world is made, every strategy lives through it, and what came of it is gathered."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import numpy as np

from escalation.classifier import Model
from escalation.kernel.arrays import Doubles
from escalation.lab.simulation.agents import draw_opinions
from escalation.lab.simulation.allowance import Allowance
from escalation.lab.simulation.baselines import EscalatedOnly, FixedThreshold, NeverRetrain, RandomReview, TunedOnce
from escalation.lab.simulation.learner import Corpus
from escalation.lab.simulation.measures import (
    CHECKPOINTS,
    Checkpoint,
    Observer,
    Verdicts,
    delays,
    examine,
    learning_curve,
)
from escalation.lab.simulation.outcomes import Journal
from escalation.lab.simulation.product import Product
from escalation.lab.simulation.scenario import Scenario
from escalation.lab.simulation.strategy import Strategy, World, run_strategy
from escalation.lab.simulation.stream import Stream

THREADS = 3
"""numpy lets go of the interpreter in the products that take the time; random review often waits for ours."""
OTHERS: tuple[Callable[[World], Strategy], ...] = (FixedThreshold, TunedOnce, EscalatedOnly, NeverRetrain)
STRATEGIES = 2 + len(OTHERS)


class Stopped(Exception):
    """The run was cancelled; nothing came of it."""


@dataclass(frozen=True)
class Result:
    """What came of one strategy in one repeat; curves and delays as in `measures`."""

    key: str
    journal: Journal
    checkpoints: tuple[Checkpoint, ...]
    verdicts: Verdicts
    guessed: Doubles
    answered: Doubles
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
    allowance = Allowance()

    def live(make: Callable[[World], Strategy]) -> Result:
        return _live(world, make(world), tick, stop)

    def lead() -> Result:
        try:
            return _live(world, Product(world), tick, stop, allowance)
        finally:
            allowance.end()

    def follow(world: World) -> Strategy:
        return RandomReview(world, allowance.after)

    with ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(lead)]  # first, so that nobody waits for what has no thread
        futures += [pool.submit(live, make) for make in (follow, *OTHERS)]
        try:
            return Run(world.scenario, world.corpus.stream, tuple(future.result() for future in futures))
        except BaseException:
            stop.set()  # the others end at their next message
            raise


def _live(
    world: World, strategy: Strategy, tick: Callable[[int], None], stop: Event, told: Allowance | None = None
) -> Result:
    observer, count = Observer(world), len(world.corpus.stream.messages)
    moments = {round(count * part / CHECKPOINTS) for part in range(CHECKPOINTS)}

    def before(at: int) -> None:
        if stop.is_set():
            raise Stopped
        tick(1)
        if told is not None and at:
            told.tell(strategy.journal.spent)
        if at in moments:
            observer.measure(at, strategy)

    run_strategy(world, strategy, before)
    if told is not None:
        told.tell(strategy.journal.spent)
    observer.measure(count, strategy)
    guessed, answered = learning_curve(world, strategy.journal)
    return Result(
        strategy.key, strategy.journal, tuple(observer.checkpoints), examine(world, strategy), guessed, answered,
        delays(world, strategy.journal),
    )  # fmt: skip
