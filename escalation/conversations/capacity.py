"""Answering by the room that people have: less where they are idle, a question first where the queue is long. Pure.

It starts from what was decided without it and only ever takes answers away, so that no message is answered that the
threshold in force would not answer. The rule looks at the desk alone, never at a coin or an audit.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from escalation.conversations.decision import AnswersVerdict, AnswerVerdict, ClarifyVerdict, HandOffVerdict
from escalation.conversations.judging import Judged
from escalation.conversations.lanes import Lane


@dataclass(frozen=True, slots=True)
class Room:
    """The desk as it is: units of capacity of who is online, how much of it is free, and how many customers wait."""

    capacity: int = 0
    free: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class CapacityRule:
    """What the operator allows; by default nothing."""

    idle_share: float | None = None
    """People are idle while more than this share of their capacity is free and nobody waits; None: never."""
    idle_step: float = 0.05
    """By so much more confidence is asked for then."""
    long_queue: int | None = None
    """From so many waiting on, a question is asked before a person is called; None: never."""
    clarify_step: float = 0.2
    """By so much less likely the right intent may be among its choices then."""

    @property
    def used(self) -> bool:
        """Whether anything is set."""
        return self.idle_share is not None or self.long_queue is not None

    def idle(self, room: Room) -> bool:
        """Return whether people have time for what would be answered only just."""
        rested = self.idle_share is not None and room.free > self.idle_share * room.capacity
        return rested and room.waiting == 0

    def crowded(self, room: Room) -> bool:
        """Return whether so many wait that a question is better than one more."""
        return self.long_queue is not None and room.waiting >= self.long_queue


def by_room(judged: Judged, rule: CapacityRule, room: Room, asking: Callable[[float], Judged | None]) -> Judged:
    """Return what is done with a turn in view of the desk: the same, less, or a question in place of a handoff.

    `asking(step)` reads the turn again with a floor for questions that is lower by so much. Small talk is answered.
    """
    if rule.idle(room) and _only_just(judged, rule.idle_step):
        held = HandOffVerdict("low_confidence")
        return replace(judged, verdict=held, parts=(), lane=Lane.HAND_OFF, by_capacity=True)
    if rule.crowded(room) and judged.verdict == HandOffVerdict("low_confidence"):
        again = asking(rule.clarify_step)
        if again is not None and isinstance(again.verdict, ClarifyVerdict):
            return replace(judged, verdict=again.verdict, by_capacity=True)
    return judged


def _only_just(judged: Judged, step: float) -> bool:
    """Whether a request is answered that whoever decided would not answer if it had to be surer by so much."""
    verdict, votes = judged.verdict, judged.votes
    answers = isinstance(verdict, AnswersVerdict) or (isinstance(verdict, AnswerVerdict) and not verdict.smalltalk)
    if not answers or votes is None:
        return False
    decided = votes.live if judged.lane is Lane.PROBATION else votes.anchor
    return decided.confidence < decided.threshold + step
