"""Close codes of the WebSocket protocol, explained one by one.

4000-4499: the client reconnects (full jitter, 0.5 to 30 s) and resumes from its positions.
4500-4999: reconnecting would not help; the client does what the explanation says.
"""

from enum import IntEnum
from typing import Self


class CloseCode(IntEnum):
    """A code with its one-line `explanation`; the member's value is what goes on the wire."""

    explanation: str

    def __new__(cls, code: int, explanation: str) -> Self:
        """Make a member that equals `code`."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.explanation = explanation
        return member

    DRAINING = 4000, "This server is shutting down; another one, or this one again, will be there in a moment."
    TOO_SLOW = 4001, "One send took more than 30 s; the log keeps what was missed."
    NO_HEARTBEAT = 4002, "No answer to a heartbeat within 10 s."
    STATE_LOST = 4003, "The server lost what it knew of this connection; say hello again."
    BAD_TOKEN = 4500, "The token or ticket is unknown, used or expired; get a new one (console: sign in)."
    BAD_FRAME = 4501, "A frame was not what the protocol allows; the client has a defect."
    VERSION = 4502, "Another protocol version is spoken here; save drafts and load the page again, once."
    LIMIT = 4503, "Too many connections or frames from this address or person."
    ERASED = 4504, "This customer was erased; forget everything stored about them."
    NO_HELLO = 4505, "The first frame did not come within 5 s, or was not `hello`."
    SESSION_ENDED = 4506, "Signed out, or the account or its role changed; sign in again."

    @property
    def reconnect(self) -> bool:
        """Whether the client should come back by itself."""
        return self < 4500
