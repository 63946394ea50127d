"""Close codes of the WebSocket protocol, explained one by one.

4000-4499: the client reconnects (full jitter, 0.5 to 30 s) and resumes from its positions.
4503: it does so too, but not before the time that the reason ends with: "too many frames; come back in 60 s".
Other codes from 4500 to 4999: reconnecting would not help; the client does what the explanation says.
"""

import re
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
    CROWDED = 4004, "Too many sockets have yet to say hello; the oldest of them gave its place to a new one."
    BAD_TOKEN = 4500, "The token or ticket is unknown, used or expired; get a new one (console: sign in)."
    BAD_FRAME = 4501, "A frame was not what the protocol allows; the client has a defect."
    VERSION = 4502, "Another protocol version is spoken here; save drafts and load the page again, once."
    LIMIT = 4503, "Too many connections or frames from this address or person; the reason ends with when to come back."
    ERASED = 4504, "This customer was erased; forget everything stored about them."
    NO_HELLO = 4505, "The first frame did not come within 5 s, or was not `hello`."
    SESSION_ENDED = 4506, "Signed out, or the account or its role changed; sign in again."

    TOKEN_EXPIRED = 4507, "This customer was away for longer than their token lasts; be a new one, and say so."

    @property
    def reconnect(self) -> bool:
        """Whether the client should come back by itself; after `LIMIT` once the time is over that the reason says."""
        return self < 4500 or self is CloseCode.LIMIT


COME_BACK_SECONDS = 60
"""When to come back after `LIMIT` if the reason does not say."""
_COME_BACK = re.compile(r"come back in ([0-9]{1,5}) s$")


def come_back(why: str, seconds: int = COME_BACK_SECONDS) -> str:
    """Return the reason of a close with `LIMIT`."""
    return f"{why}; come back in {seconds} s"


def seconds_until_back(reason: str) -> float:
    """Return how long a client stays away that was closed with `LIMIT` for this reason, in seconds."""
    found = _COME_BACK.search(reason)
    return float(found[1]) if found else float(COME_BACK_SECONDS)
