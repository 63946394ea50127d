"""REST of the security log."""

from escalation.protocol.rest.base import Moment, ResponseBody
from escalation.protocol.states import SecurityKind


class SecurityRow(ResponseBody):
    """One row of the security log."""

    seq: int
    """Rows are numbered from 1 on without gaps."""
    at: Moment
    kind: SecurityKind
    actor: str
    """A member's id; `command` for a command on the data folder; `system`; empty for who was not signed in."""
    actor_name: str | None
    """Of a member there is."""
    address: str
    """From where; empty for commands and the service itself."""
    subject: str
    """On whom or what: a member's id, an e-mail that was invited, an intent, a model. Empty where nobody knows."""
    subject_name: str | None
    """Of a member there is."""
    facts: dict[str, str | int | bool]
    """What else is known. `repeated`: so many more of the same followed within a minute."""
    hash: str
    """SHA-256 over the row and the hash of the one before."""


class SecurityPage(ResponseBody):
    """A page of the security log, the newest row first."""

    rows: list[SecurityRow]
    next: int | None
    """Ask for `before` this number to go on; null on the last page."""


class SecurityCheck(ResponseBody):
    """Whether the chain of the security log holds."""

    rows: int
    """How many rows fit, from the first on."""
    newest: str
    """The hash of the last row that fits. Kept elsewhere, it shows later that nothing up to it was cut off."""
    problem: str | None
    """The first row that does not fit, and how; null where all do."""
