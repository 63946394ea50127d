"""Where the time comes from. Everything that needs it is given a `Clock`; tests give one they move by hand."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """A source of aware UTC times that never run backwards by more than the machine's clock does."""

    def now(self) -> datetime:
        """Return the current time, aware, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)
