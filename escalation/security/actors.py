"""Who the security log says did something."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something, and from where. Strangers have an address only, commands and the service itself none."""

    id: str
    """A member's id, `command`, `system`, or empty for a stranger."""
    address: str = ""


COMMAND: Final = Actor("command")
"""Somebody who can read the data folder, by a command."""
SYSTEM: Final = Actor("system")
"""The service itself."""


def stranger(address: str) -> Actor:
    """Return somebody who is not signed in."""
    return Actor("", address)


def actor_of(actor: str, address: str = "") -> Actor:
    """Return who an event's `actor` names: `agent:<id>`, `system` or `command`."""
    return Actor(actor.removeprefix("agent:"), address)
