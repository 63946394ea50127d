"""Which streams somebody may follow, as far as a stream's name tells, and what that takes."""

from collections.abc import Mapping
from typing import Final, Literal

from escalation.people.permissions import Permission, permits
from escalation.protocol.frames.connection import Person

Absence = Literal["forbidden", "not_found", "erased"]
"""Why somebody may not follow a stream."""

STREAMS: Final[Mapping[str, Permission]] = {
    "conversation": Permission.READ_CONVERSATIONS,
    "desk": Permission.READ_CONVERSATIONS,
    "contacts": Permission.READ_CONVERSATIONS,
    "models": Permission.READ_LEARNING,
    "catalogue": Permission.READ_CATALOGUE,
    "proposals": Permission.READ_CATALOGUE,
    "staff": Permission.OWN_ACCOUNT,
}
"""What staff need to follow a stream, by the kind of stream."""
TYPING: Final = Permission.WORK_CONVERSATIONS
"""What staff need to show a customer that they are writing."""

OF_ONE = frozenset({"conversation", "staff"})
"""Streams with a name behind their kind."""


def may_follow(person: Person, stream: str) -> Literal["yes", "no", "ask"]:
    """Return the right to a stream as far as its name tells; "ask" where only the database knows (`Doors.check`)."""
    kind, _, name = stream.partition(":")
    if person.role == "customer":
        if kind == "conversation" and name:
            return "ask"
        return "yes" if kind == "customer" and name == person.id else "no"
    if kind not in STREAMS or bool(name) != (kind in OF_ONE) or not permits(person.role, STREAMS[kind]):
        return "no"
    if kind == "conversation":
        return "ask"
    return "yes" if kind != "staff" or name == person.id else "no"


def may_type(person: Person) -> bool:
    """Return whether they may be shown as writing."""
    return person.role == "customer" or permits(person.role, TYPING)
