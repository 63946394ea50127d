"""What is set about the work on a queue's conversations, once agents have them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, get_args

from escalation.kernel.errors import Invalid

WEIGHT_AT_MOST = 10
REPLY_AT_LEAST = timedelta(minutes=1)
REPLY_AT_MOST = timedelta(minutes=60)
TARGET_AT_MOST = timedelta(days=7)
Target = Literal["first_response", "next_response", "resolution"]
TARGETS: tuple[Target, ...] = get_args(Target)


@dataclass(frozen=True, slots=True)
class Work:
    """Rules of one queue for those who work on its conversations."""

    reply_within: timedelta | None = None
    """Who has not written by then loses a conversation they have just got to the queue again; None: never."""
    weight: int = 1
    """Units of an agent's capacity that a conversation takes, 1 to 10."""
    weights: Mapping[str, int] = field(default_factory=dict)
    """By intent, where it is another number."""
    teams: frozenset[str] = frozenset()
    """Whose members are offered its conversations; empty: everybody."""
    first_response: timedelta | None = None
    next_response: timedelta | None = None
    resolution: timedelta | None = None
    """How long customers should wait at most for a person's first words, for each further answer, and for the end."""

    @property
    def allowed(self) -> dict[Target, timedelta]:
        """The times that are set, by what they are for."""
        times = {target: getattr(self, target) for target in TARGETS}
        return {target: time for target, time in times.items() if time is not None}

    def weight_of(self, intent: str | None) -> int:
        """Return the units of a conversation about this intent, None where nothing was guessed."""
        return self.weights.get(intent, self.weight) if intent is not None else self.weight


def units(weight: int, capacity: int) -> int:
    """Return how much of this capacity a conversation takes: one that is too heavy takes all of it."""
    return min(weight, capacity)


def has_room(held: int, weight: int, capacity: int) -> bool:
    """Return whether a conversation of this weight fits beside what is held; who holds nothing has room for any."""
    return not held or held + weight <= capacity


NOTHING_SET = Work()


def work_of(stored: Mapping[str, Any]) -> Work:
    """Return the rules from what is stored of them; what is missing is as if nobody had set it."""
    return Work(
        reply_within=_time(stored.get("reply_minutes")),
        weight=stored.get("weight", 1),
        weights=stored.get("weights", {}),
        teams=frozenset(stored.get("teams", ())),
        **{target: _time(stored.get(f"{target}_minutes")) for target in TARGETS},
    )


def stored_work(work: Work) -> dict[str, Any]:
    """Return what is stored of the rules."""
    times = {f"{target}_minutes": minutes(getattr(work, target)) for target in TARGETS}
    own = {"reply_minutes": minutes(work.reply_within), "weight": work.weight, "weights": dict(work.weights)}
    return own | times | {"teams": sorted(work.teams)}


def _time(minutes: int | None) -> timedelta | None:
    return timedelta(minutes=minutes) if minutes is not None else None


def minutes(time: timedelta | None) -> int | None:
    """Return a time in whole minutes."""
    return None if time is None else int(time.total_seconds() // 60)


def check(work: Work) -> None:
    """Refuse rules that nobody could work by. Raises: Invalid."""
    if work.reply_within is not None and not REPLY_AT_LEAST <= work.reply_within <= REPLY_AT_MOST:
        raise Invalid("The time for a first reply is 1 to 60 minutes.")
    if not all(REPLY_AT_LEAST <= time <= TARGET_AT_MOST for time in work.allowed.values()):
        raise Invalid(f"A service level is 1 to {minutes(TARGET_AT_MOST)} minutes.")
    if not all(1 <= weight <= WEIGHT_AT_MOST for weight in (work.weight, *work.weights.values())):
        raise Invalid(f"A conversation weighs 1 to {WEIGHT_AT_MOST} units.")
