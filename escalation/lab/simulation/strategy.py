"""One strategy lives through one stream: what is common to ours and to every baseline. Pure.

Time counts in messages; people resolve what is handed off one conversation at a time, so labels come a little later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from escalation.classifier import Model, Prediction
from escalation.conversations.decision import Evidence, Intent, Verdict, decide_turn
from escalation.conversations.predictions import Guess, TurnPolicy
from escalation.kernel.arrays import Doubles
from escalation.lab.simulation.agents import Opinions, Queue
from escalation.lab.simulation.learner import Corpus, SimulatedLearner
from escalation.lab.simulation.outcomes import Ending, Fate, Journal, LabelKind
from escalation.lab.simulation.scenario import Scenario
from escalation.learning.predictor import Limits

LIMITS = Limits()
NO_QUESTIONS = 1.01
"""A floor that no sum of probabilities reaches."""


@dataclass(frozen=True)
class World:
    """What every strategy of one run meets: customers, people, the first model, and how customers click (n)."""

    scenario: Scenario
    corpus: Corpus
    opinions: Opinions
    first: Model
    clicks: Doubles

    def random(self, purpose: int) -> np.random.Generator:
        """Return a generator of its own for a purpose, the same for every strategy."""
        return np.random.default_rng([self.scenario.seed, purpose])

    @cached_property
    def _places(self) -> dict[str, int]:
        return {message.id: at for at, message in enumerate(self.corpus.stream.messages)}

    def message_id(self, at: int) -> str:
        """Return the id of message `at`."""
        return self.corpus.stream.messages[at].id

    def place_of(self, message_id: str) -> int:
        """Return which message has this id."""
        return self._places[message_id]

    def truth(self, at: int) -> str | None:
        """Return what message `at` is about."""
        return self.corpus.stream.messages[at].label


@dataclass(frozen=True, slots=True)
class BotReply:
    """What the bot does with a message. Without `answer` and `options` it hands off.

    `guess` is the first guess it would suggest; `shown`: whether the handling agent sees it.
    """

    guess: str
    answer: str | None = None
    options: tuple[str, ...] = ()
    probation: bool = False
    shown: bool = True


class Strategy(Protocol):
    """A way of running the desk."""

    key: str
    learner: SimulatedLearner
    journal: Journal

    def reply(self, at: int) -> BotReply:
        """Decide message `at`."""
        ...

    def answered(self, at: int, label: str, ending: Ending) -> None:
        """Take note that message `at` was answered automatically."""
        ...

    def resolved(self, at: int, label: str | None, now: int) -> None:
        """Take note of the handling agent's label of message `at`, given before message `now` comes."""
        ...

    def after(self, at: int) -> None:
        """Do what is due after message `at`: refits, reviews."""
        ...

    def end_day(self, at: int) -> None:
        """Do what is due at the end of a day, `at` messages into the stream."""
        ...

    def score(self, prediction: Prediction) -> float:
        """Return what answers are ordered by: higher is surer."""
        ...


def run_strategy(world: World, strategy: Strategy, tick: Callable[[int], None]) -> None:
    """Let `strategy` meet every message; `tick(at)` comes before each and may raise to stop."""
    queue = Queue(world.scenario, world.random(3))
    shown: dict[int, str | None] = {}
    count = len(world.corpus.stream.messages)
    for at in range(count):
        tick(at)
        for done in queue.done_by(at):
            strategy.resolved(done, world.opinions.handled(done, shown.pop(done)), at)
        reply = strategy.reply(at)
        fate, label = settle(world, at, reply)
        strategy.journal.fates.append(fate)
        if label is None:
            shown[at] = reply.guess if reply.shown else None
            queue.take(at)
        else:
            strategy.answered(at, label, fate.ending)
        strategy.after(at)
        if (at + 1) % world.scenario.messages_per_day == 0 or at + 1 == count:
            strategy.end_day(at + 1)


def settle(world: World, at: int, reply: BotReply) -> tuple[Fate, str | None]:
    """Return what becomes of message `at`, and the intent it was answered with, None if a person takes it.

    A customer who is asked picks the right choice where it is offered; otherwise rarely a wrong one, mostly none.
    """
    truth = world.truth(at)
    guessed = truth is not None and reply.guess == truth
    if reply.answer is not None:
        ending = Ending.PROBATION if reply.probation else Ending.ANSWERED
        return Fate(ending, reply.answer != truth, guessed), reply.answer
    if truth is not None and truth in reply.options:
        return Fate(Ending.CHOSEN, False, guessed), truth
    if reply.options and world.clicks[at] < world.scenario.misclick:
        return Fate(Ending.CHOSEN, True, guessed), reply.options[0]
    return Fate(Ending.HANDED_OFF, False, guessed), None


def considered(
    prediction: Prediction, threshold: float, *, confidence: float | None = None, answering: bool = True,
    asking: bool = True,
) -> Verdict:  # fmt: skip
    """Return the service's own decision on a prediction; every intent that is known has an approved answer here."""
    evidence = Evidence(
        guesses=tuple(Guess(label=la, score=s) for la, s in zip(prediction.labels, prediction.scores, strict=True)),
        confidence=prediction.confidence if confidence is None else confidence,
        novelty=prediction.novelty,
        language_known=prediction.language.known,
        language=prediction.language.code,
        failed=False,
        clarifications=0,
        already_answered_intent=None,
        mention=prediction.mention,
        among=prediction.among,
        intents={label: Intent("automatic", label, label) for label in prediction.labels},
    )
    floor = LIMITS.clarify_floor if asking else NO_QUESTIONS
    return decide_turn(evidence, TurnPolicy(threshold, LIMITS.novelty_limit, LIMITS.margin, floor, answering))


def learn_resolution(strategy: Strategy, at: int, label: str | None) -> None:
    """Spend a resolution's label and learn from it."""
    strategy.journal.spend(LabelKind.RESOLUTION, at)
    strategy.learner.add(at, label)
