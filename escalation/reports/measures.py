"""What is counted and timed of every case, by the names that rows, sums and figures share."""

from typing import Final

from escalation.desk.routing.work import TARGETS

LEVELS: Final = tuple(f"{target}_{part}" for target in TARGETS for part in ("targets", "met"))
"""Of each service level: how many of its targets were met or missed, and how many of these were met."""
FLAGS: Final = (
    *("reopened", "handed_off", "transfers", "compared", "overridden", "ratings", "satisfied"),
    *("automated", "contained", "abandoned", "under_sla", "sla_warned", *LEVELS),
)
"""Counts that a case has, 0 and 1 mostly."""
TIMES: Final = ("waited_ms", "bot_response_ms", "human_response_ms", "handled_ms")
MEDIANS: Final = ("waited_ms", "human_response_ms", "handled_ms")
COUNTS: Final = ("conversations", "requests", "due", "durable", *FLAGS)
NUMBERS: Final = (*COUNTS, *TIMES, *(f"{name}_count" for name in TIMES))
"""All that is added up of a group."""
