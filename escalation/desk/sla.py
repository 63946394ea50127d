"""How long customers may wait for people: clocks of a conversation, folded from what happens to it. Pure.

A clock runs until what it waits for happens. `first_response` begins with the handoff and ends with a person's first
words; `next_response` begins with each customer message that nobody has answered and ends with the answer;
`resolution` begins with the handoff and ends with the conversation, the hand-back to the bot included. A snooze pauses
all of them; the resolution is paused too while it is the customer who has to write. Time counts while the queue is
open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from escalation.conversations import events as e
from escalation.conversations.model import Conversation
from escalation.desk.hours import OpeningHours, after_open_time, open_time_between
from escalation.desk.routing.work import Target
from escalation.protocol.states import Status

WARN_AT = 0.8
"""Share of the time after which people are warned."""

HUMAN = frozenset({Status.WAITING, Status.ASSIGNED})


@dataclass(frozen=True, slots=True)
class Clock:
    """One target of one conversation. `spent` is the time that counted before `since`; paused while `since` is None."""

    allowed: timedelta
    since: datetime | None
    spent: timedelta = timedelta(0)
    warned: bool = False
    breached: bool = False

    def due_at(self, hours: OpeningHours | None = None) -> datetime | None:
        """Return when the target is missed; None while the clock is paused."""
        return self._at(self.allowed, hours)

    def warn_at(self, hours: OpeningHours | None = None) -> datetime | None:
        """Return when people are warned; None while the clock is paused."""
        return self._at(self.allowed * WARN_AT, hours)

    def _at(self, allowed: timedelta, hours: OpeningHours | None) -> datetime | None:
        if self.since is None:
            return None
        left = allowed - self.spent
        return after_open_time(hours, self.since, left) if left > timedelta(0) else self.since + left

    def paused(self, at: datetime, hours: OpeningHours | None = None) -> "Clock":
        """Return the clock stopped; one that is paused stays as it is."""
        if self.since is None:
            return self
        return replace(self, since=None, spent=self.spent + open_time_between(hours, self.since, at))

    def running(self, at: datetime) -> "Clock":
        """Return the clock going on; one that runs stays as it is."""
        return self if self.since is not None else replace(self, since=at)

    def looked_at(self, at: datetime, hours: OpeningHours | None = None) -> "Clock":
        """Return the clock with `warned` and `breached` as they are by this time; what was once true stays."""
        warn, due = self.warn_at(hours), self.due_at(hours)
        warned = self.warned or (warn is not None and warn <= at)
        return replace(self, warned=warned, breached=self.breached or (due is not None and due <= at))


Clocks = Mapping[Target, Clock]


def advanced(
    clocks: Clocks,
    before: Conversation,
    after: Conversation,
    events: Sequence[e.ConversationEvent],
    allowed: Mapping[Target, timedelta],
    hours: OpeningHours | None = None,
    *,
    at: datetime,
) -> dict[Target, Clock]:
    """Return the clocks after these events. What began under other targets keeps those."""
    if after.status not in HUMAN or after.unannounced:
        return {}  # nobody waits for a follow-up
    new = dict(clocks)
    for target in _begun(before, events):
        if target not in new and target in allowed:
            new[target] = Clock(allowed[target], at)
    for target in _ended(events):
        new.pop(target, None)
    return {target: _paused_or_not(clock, target, after, at, hours) for target, clock in new.items()}


def _begun(before: Conversation, events: Sequence[e.ConversationEvent]) -> list[Target]:
    if before.status not in HUMAN or before.unannounced:
        return ["first_response", "resolution"]
    asked = any(isinstance(event, e.MessageAdded) and event.author == "customer" for event in events)
    return ["next_response"] if asked and before.last_message_author == "agent" else []


def _ended(events: Sequence[e.ConversationEvent]) -> list[Target]:
    written = any(isinstance(each, e.MessageAdded) and each.author == "agent" and not each.internal for each in events)
    return ["first_response", "next_response"] if written else []


def _paused_or_not(
    clock: Clock, target: Target, after: Conversation, at: datetime, hours: OpeningHours | None
) -> Clock:
    snoozed = after.snoozed_until is not None
    theirs = target == "resolution" and after.last_message_author == "agent"
    return clock.paused(at, hours) if snoozed or theirs else clock.running(at)
