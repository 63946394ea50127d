"""How often an address or person may do what. Local tools (direct loopback, no proxy) are not limited."""

import ipaddress
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from escalation.conversations.declarations import HANDLERS
from escalation.protocol.frames.base import Frame
from escalation.realtime.ports import Admission, Commands, Done
from escalation.web.errors import TooManyAttempts

TOO_OFTEN = "That was too often. Wait a minute, then try again."


def is_local(address: str) -> bool:
    """Whether the address is this machine's loopback."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class Limiter:
    """Counts attempts by kind and subject over a moving minute."""

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def check(self, kind: str, subject: str, per_minute: int) -> None:
        """Count nothing; only see whether one more attempt is allowed. Raises: TooManyAttempts."""
        if not self._window.test(RateLimitItemPerMinute(per_minute), kind, subject):
            raise TooManyAttempts(TOO_OFTEN)

    def spend(self, kind: str, subject: str, per_minute: int) -> None:
        """Count one attempt. Raises: TooManyAttempts."""
        if not self._window.hit(RateLimitItemPerMinute(per_minute), kind, subject):
            raise TooManyAttempts(TOO_OFTEN)


class SocketCount:
    """Open sockets by address."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    @contextmanager
    def one_more(self, address: str) -> Iterator[bool]:
        """Count a socket while it is open; False if the address has too many."""
        if self._open[address] >= self._most and not is_local(address):
            yield False
            return
        self._open[address] += 1
        try:
            yield True
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]


class LimitedCommands:
    """`Commands` with a limit on what one customer sends a minute."""

    def __init__(self, commands: Commands, limiter: Limiter, messages_per_minute: int) -> None:
        self._commands = commands
        self._limiter = limiter
        self._messages = messages_per_minute

    async def execute(self, admission: Admission, frame: Frame) -> Done:
        """Carry the frame out. Raises: TooManyAttempts, and what the command raises."""
        if admission.audience == "customer":
            self._limiter.spend("message", admission.person.id, self._messages)
            if type(frame) in HANDLERS.calling_people:
                self._limiter.spend("handoff", admission.person.id, max(self._messages // 4, 1))
        return await self._commands.execute(admission, frame)
