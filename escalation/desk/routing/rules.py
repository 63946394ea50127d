"""What an operator sets about a queue: whether agents pull from it or are offered, and whom it needs. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Way = Literal["pull", "push"]

OFFER_AT_LEAST = timedelta(seconds=5)
OFFER_AT_MOST = timedelta(seconds=120)
SKIPPED = timedelta(seconds=30)
"""For so long an agent who let an offer run out is offered nothing."""
NOT_AGAIN = timedelta(minutes=5)
"""For so long a conversation is not offered again to who declined it or let it run out."""
MISSED_AT_MOST = 3
"""After so many offers in a row that ran out, an agent is set to away."""


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


PULL = QueueRules()
