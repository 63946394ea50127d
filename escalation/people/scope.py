"""What a member of staff sees of conversations: those of some sites and queues, or all. Pure."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from escalation.kernel.errors import Invalid


@dataclass(frozen=True)
class Scope:
    """The sites and queues a member is limited to. An empty set limits nothing."""

    sites: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()

    def sees(self, site: str, queue: str) -> bool:
        """Return whether a conversation of this site, in this queue, is theirs to see. Nothing else decides it."""
        return (not self.sites or site in self.sites) and (not self.queues or queue in self.queues)

    @property
    def limited(self) -> bool:
        """Whether there can be conversations they do not see."""
        return bool(self.sites or self.queues)

    @property
    def fingerprint(self) -> str:
        """A short text that no other scope has."""
        named = json.dumps([sorted(self.sites), sorted(self.queues)])
        return hashlib.sha256(named.encode()).hexdigest()[:12]


EVERYTHING: Final = Scope()
"""What admins see, and everybody whose account names neither sites nor queues."""


def checked(chosen: Collection[str] | None, known: Collection[str], what: str) -> tuple[str, ...] | None:
    """Return the sites or queues (`what` says which) to store, in order; None stays None.

    Raises: Invalid for a name that the operator has not set.
    """
    if chosen is None:
        return None
    for name in chosen:
        if name not in known:
            raise Invalid(f"There is no {what} {name!r}. Choose from {', '.join(sorted(known))}.")
    return tuple(sorted(set(chosen)))
