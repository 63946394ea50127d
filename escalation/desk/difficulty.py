"""How hard a conversation is for whoever has it, and how much of that an agent had lately. Pure.

Points are a rough guide and judge nobody: they decide who gets the next hard conversation, and when to rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.desk.rude_words import Temper, temper

HARD = 3
"""From so many points on a conversation is hard."""
LOOKS_BACK = timedelta(hours=8)
HALVES_IN = timedelta(hours=2)
"""What was an agent's this long ago weighs half."""
MESSAGES_A_POINT = 6
LONG_WAIT = timedelta(minutes=10)
AT_MOST = 3
"""Points for length, and for coming back."""
FOR_WORDS = {Temper.CALM: 0, Temper.ANGRY: 2, Temper.ABUSIVE: 4}
"""Points for the worst that was said."""


@dataclass(frozen=True, slots=True)
class Course:
    """What is looked at of a conversation."""

    said: tuple[str, ...] = ()
    """What the customer wrote. It is read and not kept."""
    returns: int = 0
    """How often it came back to a queue: transferred, released or reopened."""
    waited: timedelta = timedelta(0)
    """In queues, up to now."""


def points_of(course: Course) -> int:
    """Return the points of a conversation, 0 for one that nobody minds."""
    words = FOR_WORDS[max(map(temper, course.said), default=Temper.CALM)]
    length = min(len(course.said) // MESSAGES_A_POINT, AT_MOST)
    long_wait = course.waited >= LONG_WAIT
    return words + length + min(course.returns, AT_MOST) + long_wait


def recent(had: Iterable[tuple[datetime, int]], now: datetime) -> float:
    """Return what is left now of points that an agent had at these times: half after two hours, none after eight."""
    ages = ((max(now - at, timedelta(0)), points) for at, points in had)
    return float(sum(points * 0.5 ** (age / HALVES_IN) for age, points in ages if age < LOOKS_BACK))
