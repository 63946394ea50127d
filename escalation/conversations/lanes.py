"""Anchor and live head: which of the two may answer a message, and in which lane. Pure.

The anchor is a frozen version with its threshold; the live head is refitted after each resolution.
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class Lane(StrEnum):
    """Where a message goes."""

    CERTIFIED = "certified"
    PROBATION = "probation"
    HAND_OFF = "hand_off"


Label = str | tuple[str, ...]
"""An intent; several where a turn holds several requests."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What one model makes of a message: its first label, and whether its confidence reaches its threshold."""

    label: Label
    accepts: bool


@dataclass(frozen=True, slots=True)
class Probation:
    """The probation lane's allowance and history: every answer in it is audited.

    `share`: of all messages that it may answer, 0..1 (0: closed); `budget`: known errors after which it stops.
    """

    share: float = 0.0
    budget: int = 0
    messages: int = 0
    answers: int = 0
    wrong: int = 0

    @property
    def open(self) -> bool:
        """Whether it may answer one more message."""
        return self.wrong <= self.budget and self.answers + 1 <= self.share * (self.messages + 1)

    def seen(self, lane: Lane) -> "Probation":
        """Return it after one more message went to `lane`."""
        return replace(self, messages=self.messages + 1, answers=self.answers + (lane is Lane.PROBATION))

    def audited(self, right: bool) -> "Probation":
        """Return it after the audit of one of its answers."""
        return replace(self, wrong=self.wrong + (not right))


@dataclass(frozen=True, slots=True)
class LaneChoice:
    """Lane and, if it answers, the label. `vetoed`: the anchor accepted, the live head gave another label."""

    lane: Lane
    label: Label | None
    vetoed: bool = False


def choose_lane(anchor: Vote | None, live: Vote, probation: Probation) -> LaneChoice:
    """Decide one message. `anchor` None: nothing is certified or provisional yet.

    Certified: the anchor accepts and the live head gives the same label. Probation: the live head accepts where the
    anchor would not answer, or with another label, and the lane is open. Otherwise a person.
    """
    accepted = anchor is not None and anchor.accepts
    agreed = anchor is not None and anchor.label == live.label
    if accepted and agreed:
        return LaneChoice(Lane.CERTIFIED, live.label)
    if live.accepts and probation.open:
        return LaneChoice(Lane.PROBATION, live.label, vetoed=accepted)
    return LaneChoice(Lane.HAND_OFF, None, vetoed=accepted)
