"""Where a conversation can stand and end, why the bot hands one off, who is there: words that clients read too."""

from enum import StrEnum
from typing import Literal


class Status(StrEnum):
    """Where a conversation stands. Holds and snoozes are flags on `assigned`; an offer is a row of the desk."""

    BOT = "bot"
    WAITING = "waiting"
    ASSIGNED = "assigned"
    CLOSED = "closed"


Availability = Literal["online", "away", "offline"]

Outcome = Literal["answered", "resolved", "abandoned", "expired"]

Reason = Literal[
    "low_confidence",
    "novel",
    "ambiguous",
    "asked_for_human",
    "sensitive_intent",
    "unhelpful",
    "repeated",
    "language",
    "classifier_unavailable",
    "not_certified",
]
