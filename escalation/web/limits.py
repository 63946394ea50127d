"""How often an address or person may do what. Local tools (direct loopback, no proxy) are not limited."""

import ipaddress
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from escalation.conversations.declarations import HANDLERS
from escalation.kernel.token_bucket import Rate, TokenBuckets
from escalation.protocol.frames.base import Frame
from escalation.realtime.ports import Admission, Commands, Done
from escalation.web.errors import TooManyAttempts, TooManyUploads

MINUTE = 60.0
TOO_OFTEN = "That was too often. Wait a minute, then try again."


def is_local(address: str) -> bool:
    """Whether the address is this machine's loopback."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class Limiter:
    """Counts attempts by kind and subject over a moving minute. What is refused does not count."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._times: dict[tuple[str, str], deque[float]] = {}
        self._next_sweep = 0.0

    def spend(self, kind: str, subject: str, per_minute: int) -> None:
        """Count one attempt. Raises: TooManyAttempts."""
        now = self._now()
        if now >= self._next_sweep:
            self._sweep(now)
        times = self._times.setdefault((kind, subject), deque())
        while times and times[0] <= now - MINUTE:
            times.popleft()
        if len(times) >= per_minute:
            raise TooManyAttempts(TOO_OFTEN)
        times.append(now)

    def _sweep(self, now: float) -> None:
        """Forget who did nothing for a minute; once a minute."""
        self._next_sweep = now + MINUTE
        self._times = {key: times for key, times in self._times.items() if times and times[-1] > now - MINUTE}


class OpenSockets:
    """Sockets by address: how many are open, and how fast new ones may follow each other.

    All sockets an address may have can be opened at once, twice over, as after a restart. From then on an address opens
    as many in 25 s as it may have: a hello costs the service about 3 ms. Local tools have a higher limit of their own.
    """

    LOCAL = Rate(burst=1_000.0, per_second=50.0)
    LONGEST_WAIT = 5.0
    """Seconds; clients take a socket that opens later than in 10 s for dead."""

    def __init__(self, most: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._now = now
        self._open: Counter[str] = Counter()
        self._opened = TokenBuckets[str](Rate(2.0 * most, most / 25))
        self._opened_here = TokenBuckets[str](self.LOCAL)

    def full(self, address: str) -> bool:
        """Whether this address has as many as it may have."""
        return self._open[address] >= self._most and not is_local(address)

    @contextmanager
    def one_more(self, address: str) -> Iterator[None]:
        """Count a socket while it is open."""
        self._open[address] += 1
        try:
            yield
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]
                self._opened.forget_full(self._now())

    def turn(self, address: str) -> float | None:
        """Return for how many seconds a new socket waits for its turn; None if that is too long to wait for."""
        opened, now = self._opened_here if is_local(address) else self._opened, self._now()
        if opened.take(address, 0, now) > self.LONGEST_WAIT:
            return None
        return opened.take(address, 1, now)


class Uploads:
    """Large files that come in at the same time: each is held as bytes, text and rows until it is stored.

    Smaller ones are not counted.
    """

    LARGE = 1024 * 1024
    """In bytes."""

    def __init__(self, most: int = 3) -> None:
        self._most = most
        self._open = 0

    @contextmanager
    def one_more(self, length: int | None) -> Iterator[None]:
        """Count a file of so many bytes while it is taken in; None: nobody said how many. Raises: TooManyUploads."""
        large = length is None or length > self.LARGE
        if large and self._open >= self._most:
            raise TooManyUploads(f"{self._most} large files are being taken in already. Try again in a moment.")
        self._open += large
        try:
            yield
        finally:
            self._open -= large


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
