"""Wrong passwords: who gave how many for which account, and how long they wait before the next one.

Attempts are counted by address and account together, so that nobody shuts an account for others. A browser that signed
in before counts by itself, wherever it is. An account that is guessed at from many addresses makes unknown browsers
wait for all of them; known ones go on.
"""

from dataclasses import dataclass

from itsdangerous import BadSignature

from escalation.kernel.ids import Ids
from escalation.people.errors import TooManySignIns
from escalation.people.signing import signed_with_time

FIRST_DELAY = 60.0
LONGEST_DELAY = 900.0
FORGOTTEN_AFTER = 3_600.0
"""Seconds without a wrong password."""
ACCOUNT_FACTOR = 10
"""So many times as many wrong passwords as an address has may come from everywhere."""
MOST_KEPT = 10_000
DEVICE_LASTS = 180 * 24 * 3_600
"""Seconds for which a browser is known after it signed in last."""


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class WrongPasswords:
    """Counts by key. After `free` wrong ones there is a delay, twice as long after each further one."""

    def __init__(self, free: int, longest: float = LONGEST_DELAY) -> None:
        self._free = free
        self._longest = longest
        self._failures: dict[str, _Failures] = {}

    def wait(self, key: str, now: float) -> float:
        """Return for how many seconds no password is looked at."""
        failures = self._failures.get(key)
        if failures is None or failures.count < self._free or now - failures.last >= FORGOTTEN_AFTER:
            return 0.0
        doubled = FIRST_DELAY * 2.0 ** min(failures.count - self._free, 10)
        return max(0.0, failures.last + min(doubled, self._longest) - now)

    def add(self, key: str, now: float) -> None:
        """Count a wrong password."""
        failures = self._failures.pop(key, None)
        known = failures is not None and now - failures.last < FORGOTTEN_AFTER
        self._failures[key] = _Failures(failures.count + 1 if known and failures else 1, now)
        if len(self._failures) > MOST_KEPT:
            del self._failures[next(iter(self._failures))]  # the one that failed longest ago

    def forget(self, key: str) -> None:
        """The right password came."""
        self._failures.pop(key, None)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody at an address says they are the holder of an account; `device` is set for a browser known to it."""

    account: str
    address: str
    device: str | None

    @property
    def key(self) -> str:
        """By what their wrong passwords are counted."""
        return f"{'device ' + self.device if self.device else 'address ' + self.address} {self.account}"


class SignInGuard:
    """Decides whether a password is looked at at all."""

    def __init__(self, free: int, key: bytes, ids: Ids) -> None:
        self._by_who = WrongPasswords(free)
        self._by_account = WrongPasswords(free * ACCOUNT_FACTOR, FIRST_DELAY)
        self._codes = WrongPasswords(free)
        self._devices = signed_with_time(key, "known device")
        self._ids = ids

    def attempt(self, account: str, address: str, cookie: str | None) -> Attempt:
        """Return who tries; a cookie that is not genuine, old or another account's makes nobody known."""
        try:
            device, holder = self._devices.loads(cookie or "", max_age=DEVICE_LASTS)
        except (BadSignature, ValueError, TypeError):
            return Attempt(account, address, None)
        return Attempt(account, address, device if holder == account else None)

    def check(self, attempt: Attempt, now: float) -> None:
        """Let them try. Raises: TooManySignIns, before anything is learnt from guessing on."""
        wait = self._by_who.wait(attempt.key, now)
        if attempt.device is None:
            wait = max(wait, self._by_account.wait(attempt.account, now))
        if wait:
            raise TooManySignIns(f"Too many wrong passwords. Try again in {wait:.0f} s.", wait)

    def check_link(self, address: str, now: float) -> None:
        """Let an address try a one-use link. Raises: TooManySignIns."""
        if wait := self._by_who.wait(f"link {address}", now):
            raise TooManySignIns(f"Too many links that are not good. Try again in {wait:.0f} s.", wait)

    def wrong_link(self, address: str, now: float) -> None:
        """The link was not good."""
        self._by_who.add(f"link {address}", now)

    def check_code(self, account: str, now: float) -> None:
        """Let somebody try the code of an account's second factor. Raises: TooManySignIns.

        Only who knows the password gets this far, so codes are counted by account alone, wherever they come from.
        """
        if wait := self._codes.wait(account, now):
            raise TooManySignIns(f"Too many wrong codes. Try again in {wait:.0f} s.", wait)

    def wrong_code(self, account: str, now: float) -> None:
        """The code was wrong."""
        self._codes.add(account, now)

    def right_code(self, account: str) -> None:
        """The code was right."""
        self._codes.forget(account)

    def known(self, account: str) -> str:
        """Return the cookie by which a browser is known that came in without a password."""
        return self._devices.dumps([self._ids(), account])

    def wrong(self, attempt: Attempt, now: float) -> None:
        """The password was wrong."""
        self._by_who.add(attempt.key, now)
        if attempt.device is None:
            self._by_account.add(attempt.account, now)

    def right(self, attempt: Attempt) -> str:
        """The password was right; returns the cookie by which this browser is known from now on."""
        self._by_who.forget(attempt.key)
        return self._devices.dumps([attempt.device or self._ids(), attempt.account])
