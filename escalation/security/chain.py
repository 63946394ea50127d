"""The chain of hashes: what a row's hash is made of, and which row does not fit. Pure."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

START: Final = "0" * 64
"""What the first row has in place of the hash of a row before."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the security log."""

    seq: int
    at: datetime
    kind: str
    actor: str
    address: str
    subject: str
    facts: dict[str, Any]
    previous: str
    hash: str = ""


def digest(entry: Entry) -> str:
    """Return the SHA-256 in hexadecimal over the row before's hash and this row as canonical JSON.

    Canonical: keys in order, no spaces, ASCII only, the time in UTC with microseconds.
    """
    told = {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": entry.kind,
        "actor": entry.actor,
        "address": entry.address,
        "subject": entry.subject,
        "facts": entry.facts,
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256((entry.previous + text).encode("ascii")).hexdigest()


@dataclass
class Chain:
    """Follows the rows from the first on, and remembers the first that does not fit."""

    expect: str | None = None
    """A hash that somebody kept; one of the rows must have it."""
    rows: int = 0
    newest: str = START
    problem: str | None = None
    met: bool = False
    """Whether a row had the hash that was expected."""

    def follow(self, entries: Iterable[Entry]) -> None:
        """Check further rows, in their order; nothing behind the first that does not fit."""
        for entry in entries:
            if self.problem is None:
                self._step(entry)

    def _step(self, entry: Entry) -> None:
        if entry.seq != self.rows + 1:
            self.problem = f"row {self.rows + 1} is missing: the next one there is {entry.seq}"
        elif entry.previous != self.newest:
            self.problem = f"row {entry.seq} does not follow the row before it: that has another hash"
        elif entry.hash != digest(entry):
            self.problem = f"row {entry.seq} was changed: its hash is not that of what it says"
        else:
            self.rows, self.newest = entry.seq, entry.hash
            self.met = self.met or entry.hash == self.expect

    def end(self, seq: int, hash: str) -> None:
        """Compare the end of the chain with where the head says it is, and with what was expected."""
        if self.problem is not None:
            return
        if (seq, hash) != (self.rows, self.newest):
            self.problem = f"row {self.rows + 1} is missing: the log ends at {self.rows} and should end at {seq}"
        elif self.expect is not None and not self.met:
            self.problem = (
                f"no row has the hash {self.expect}: rows behind it were cut off, or the log was written anew. "
                f"It has {self.rows} rows now"
            )
