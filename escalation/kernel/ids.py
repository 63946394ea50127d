"""Identifiers: UUID version 7 (RFC 9562), so that ids made later sort later and indexes stay compact."""

import secrets
import time
from typing import Protocol
from uuid import UUID


class Ids(Protocol):
    """A source of new unique ids; tests give one that counts."""

    def __call__(self) -> str:
        """Return an id never returned before."""
        ...


def new_id() -> str:
    """Return a new UUIDv7 as text: 48 bits of milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return str(UUID(int=value))
