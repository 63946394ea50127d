"""The people: labels with errors drawn from near intents, agents who work one conversation at a time. Pure.

Every label a person might give of a message is drawn before the first is asked for, so that all strategies meet the
same people with the same mistakes.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from escalation.kernel.arrays import Doubles, Floats
from escalation.lab.simulation.scenario import Scenario
from escalation.lab.simulation.stream import Stream

CONFUSED_WITH = (0.5, 0.3, 0.2)
"""Chances that a wrong label is the nearest, second and third nearest intent."""
SPREAD = 0.5
"""The most careless agent errs this much more often than the mean, the most careful this much less."""


@dataclass(frozen=True)
class Opinions:
    """`labels[i][r]`: what rater r (0 handles, 1.. audit; no two auditors the same agent where there are enough) calls
    message i; None is out of scope.

    `near[i]`: the other intents people confuse message i with, nearest first. `persuaded[i]` (0..1) against `bias`:
    whether the handler takes the first guess if it is shown.
    """

    labels: Sequence[tuple[str | None, ...]]
    near: Sequence[tuple[str, ...]]
    persuaded: Doubles
    bias: float

    def handled(self, at: int, guess: str | None) -> str | None:
        """Return the handler's label of message `at`; `guess` None: no guess was shown."""
        if guess is not None and self.persuaded[at] < self.bias:
            return guess
        return self.labels[at][0]

    def audited(self, at: int, auditor: int) -> str | None:
        """Return the blind label of auditor 0, 1, ... `labels_on_disagreement` - 1."""
        return self.labels[at][1 + auditor]


def draw_opinions(stream: Stream, vectors: Floats, scenario: Scenario, random: np.random.Generator) -> Opinions:
    """Return all labels; `vectors` float32 (n, d) are the messages'.

    An agent can only name intents that exist when the message comes: known ones, and those that have emerged.
    """
    near = _nearest(stream, vectors)
    error, raters = _error_rates(scenario), 1 + scenario.labels_on_disagreement
    rows: list[tuple[str | None, ...]] = []
    for at, message in enumerate(stream.messages):
        people = np.resize(random.permutation(scenario.agents), raters)
        wrong = random.random(raters) < error[people]
        picks = random.choice(len(CONFUSED_WITH), raters, p=CONFUSED_WITH)
        others = near[at] or (message.label,)
        drawn = zip(wrong, picks, strict=True)
        rows.append(tuple(others[min(pick, len(others) - 1)] if w else message.label for w, pick in drawn))
    return Opinions(rows, near, random.random(len(stream.messages)), scenario.bias)


def _error_rates(scenario: Scenario) -> Doubles:
    """Return each agent's chance of a wrong label, the mean as asked."""
    spread = np.linspace(1 - SPREAD, 1 + SPREAD, scenario.agents) if scenario.agents > 1 else np.ones(1)
    return np.minimum(scenario.agent_error * spread, 1.0)


def _nearest(stream: Stream, vectors: Floats) -> list[tuple[str, ...]]:
    """Return for each message the other intents an agent would confuse it with, nearest first.

    Nearest by class centroids: to the centroid of the message's own intent, or to an out-of-scope message itself.
    """
    labels = sorted({message.label for message in stream.messages if message.label is not None})
    place = {label: at for at, label in enumerate(labels)}
    centroids = _centroids([place.get(message.label or "", -1) for message in stream.messages], vectors, len(labels))
    opened = np.asarray([stream.emerging.get(label, 0) for label in labels])
    found = []
    for at, message in enumerate(stream.messages):
        own = place.get(message.label or "", -1)
        close = centroids @ (centroids[own] if own >= 0 else vectors[at])
        close[opened > at] = -2.0
        if own >= 0:
            close[own] = -2.0
        best = np.argsort(-close, kind="stable")[: len(CONFUSED_WITH)]
        found.append(tuple(labels[k] for k in best if close[k] > -2.0))
    return found


def _centroids(codes: Sequence[int], vectors: Floats, classes: int) -> Floats:
    """Return unit centroids, float32 (classes, d)."""
    members = np.zeros((classes, len(codes)), np.float32)
    for at, code in enumerate(codes):
        if code >= 0:
            members[code, at] = 1.0
    sums = members @ vectors
    unit: Floats = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return unit


class Queue:
    """Conversations wait for the next free agent, first come first served; times count in messages."""

    def __init__(self, scenario: Scenario, random: np.random.Generator) -> None:
        self._free = [0.0] * scenario.agents
        per_message = 24 * 60 / scenario.messages_per_day
        self._needed = random.exponential(scenario.handling_minutes / per_message, scenario.messages)
        self._open: list[tuple[float, int]] = []

    def take(self, at: int) -> None:
        """Hand message `at` to the agents."""
        begun = max(heapq.heappop(self._free), float(at))
        done = begun + float(self._needed[at])
        heapq.heappush(self._free, done)
        heapq.heappush(self._open, (done, at))

    def done_by(self, at: int) -> list[int]:
        """Return the messages resolved before message `at` arrives, in order of resolution; each once."""
        done = []
        while self._open and self._open[0][0] <= at:
            done.append(heapq.heappop(self._open)[1])
        return done
