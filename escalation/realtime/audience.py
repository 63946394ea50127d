"""Which streams somebody may follow, as far as a stream's name tells."""

from typing import Literal

from escalation.protocol.frames.base import Audience

Absence = Literal["forbidden", "not_found", "erased"]
"""Why somebody may not follow a stream."""


def may_follow(audience: Audience, person: str, stream: str) -> Literal["yes", "no", "ask"]:
    """Return the right to a stream as far as its name tells; "ask" where only the database knows (`Doors.check`)."""
    kind, _, name = stream.partition(":")
    if kind == "conversation" and name:
        return "ask"
    if audience == "customer":
        return "yes" if kind == "customer" and name == person else "no"
    own = kind == "staff" and name == person
    return "yes" if own or stream in {"desk", "models", "catalogue", "proposals", "contacts"} else "no"
