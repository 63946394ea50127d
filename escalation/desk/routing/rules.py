"""What an operator sets about a queue: whether agents pull from it or are offered, and whom it needs. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from escalation.desk.hours import OpeningHours
from escalation.desk.routing.work import NOTHING_SET, Work

Way = Literal["pull", "push"]

OFFER_AT_LEAST = timedelta(seconds=5)
OFFER_AT_MOST = timedelta(seconds=120)
SKIPPED = timedelta(seconds=30)
"""For so long an agent who let an offer or the time for a first reply run out is offered nothing."""
NOT_AGAIN = timedelta(minutes=5)
"""For so long a conversation is not offered again to who declined it, let it run out or did not answer it."""
MISSED_AT_MOST = 3
"""After so many offers, or so many first replies, in a row that ran out, an agent is set to away."""


GENERAL = "general"
"""The queue of every handoff that no other one takes; there is always this one."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """What is known of a conversation when the bot hands it over."""

    site: str
    language: str
    reason: str
    intent: str | None
    """What the bot took it for, or the customer chose; None where nothing was guessed."""


@dataclass(frozen=True, slots=True)
class Takes:
    """Which handoffs a queue takes: those that have one of each list that is not empty. All empty: none."""

    sites: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    intents: frozenset[str] = frozenset()

    def matches(self, handoff: Handoff) -> bool:
        """Return whether the queue takes it."""
        asked = (
            (self.sites, handoff.site), (self.languages, handoff.language),
            (self.reasons, handoff.reason), (self.intents, handoff.intent),
        )  # fmt: skip
        return self != Takes() and all(not wanted or found in wanted for wanted, found in asked)


@dataclass(frozen=True, slots=True)
class QueueRules:
    """How conversations of one queue find an agent.

    `pull`: agents claim. `push`: they are offered, one agent at a time, for `offer_lasts`; or given at once with
    `auto_accept`. Agents may claim from every queue.
    """

    way: Way = "pull"
    offer_lasts: timedelta = timedelta(seconds=20)
    auto_accept: bool = False
    priority: int = 0
    """0 to 9: each step counts like five minutes of waiting."""
    skills: frozenset[str] = frozenset()
    """What an agent must have, all of them."""
    preferred: frozenset[str] = frozenset()
    """What an agent had better have."""
    relax_after: timedelta | None = timedelta(minutes=2)
    """After so long what is required becomes a preference; None: never."""
    takes: Takes = Takes()
    work: Work = NOTHING_SET
    """What holds for its conversations once agents have them."""
    hours: OpeningHours | None = None
    """When somebody is there; None: always. While it is closed, nobody is offered anything; agents may claim."""


PULL = QueueRules()


def queue_for(handoff: Handoff, rules: Mapping[str, QueueRules]) -> str:
    """Return the first queue, in the operator's order, that takes a handoff; `general` if none does."""
    return next((name for name, each in rules.items() if each.takes.matches(handoff)), GENERAL)
