"""The root of the error tree. Each feature keeps its own errors beside its code."""

from typing import ClassVar


class EscalationError(Exception):
    """Anything a caller can act on: the message says what was wrong, where, and what to do.

    `code` is stable: clients, scripts and the HTTP table in `web/errors.py` rely on it.
    """

    code: ClassVar[str] = "internal"

    @property
    def message(self) -> str:
        """What to show, without the code."""
        return str(self.args[0]) if self.args else self.code


class NotFound(EscalationError):
    """What was named does not exist, or not for this caller."""

    code = "not_found"


class Forbidden(EscalationError):
    """The caller is known but may not do this."""

    code = "forbidden"


class Conflict(EscalationError):
    """The request contradicts what is already stored."""

    code = "conflict"


class Invalid(EscalationError):
    """Input that breaks a rule; the message names the place."""

    code = "invalid"


class Unavailable(EscalationError):
    """Something the service needs is not there now; trying again later may help."""

    code = "unavailable"
