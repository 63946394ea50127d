"""Breaks and hours in a row: what the operator sets, and what follows for an agent. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

A_REST: Final = timedelta(minutes=10)
"""Who was online no longer for so long has rested: hours in a row begin anew. A lost connection is no rest."""


@dataclass(frozen=True)
class BreakRules:
    """What the operator sets."""

    lasts: timedelta = timedelta(minutes=5)
    apart: timedelta = timedelta(hours=1)
    """From the end of one to the next that an agent may take."""
    remind_after: timedelta = timedelta(hours=3)
    """Online in a row; then the agent is reminded of a break."""
    at_most: timedelta | None = None
    """Online in a row; then a break begins by itself, long enough to be a rest. None: no limit."""


def next_break(break_until: datetime | None, rules: BreakRules, now: datetime) -> datetime | None:
    """Return when an agent may take a break again, whose last one ended or ends then; None: at once."""
    free = None if break_until is None else break_until + rules.apart
    return free if free is not None and free > now else None


def worked(working_since: datetime | None, now: datetime) -> timedelta:
    """Return how long somebody who is online has been so without a rest."""
    return timedelta(0) if working_since is None else max(now - working_since, timedelta(0))


def noted(working_since: datetime | None, left_at: datetime | None, now: datetime, *, online: bool) -> dict[str, Any]:
    """Return what to note of an agent who comes online, or who is online no longer."""
    if not online:
        return {"left_at": now}
    goes_on = working_since is not None and left_at is not None and now - left_at < A_REST
    return {"here_since": now} | ({} if goes_on else {"working_since": now})
