"""Passwords: which are refused, how they are hashed, and a queue of their own for that work.

One hash takes about 50 ms of a core and 64 MiB. So few run at a time, few wait, and the rest are told to come back.
"""

import asyncio
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from pwdlib import PasswordHash

from escalation.people.errors import TooManySignIns, WeakPassword

SHORTEST_PASSWORD = 10
THREADS = 2
MOST_WAITING = 30
"""Of 200 sign-ins at once, the slowest served took 7.2 s on two busy cores. Lower it where that is too long."""
RETRY_SECONDS = 5

COMMON_WORDS = frozenset(Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8").split())
"""Words that passwords are made of, and rows of keys. Passwords of these, digits and signs are refused."""
_DISGUISES = str.maketrans("013457@$!", "oleastasi")

Result = TypeVar("Result")


def refuse_common(password: str, *own: str) -> None:
    """Refuse what is guessed first; `own` is what is known of the account. Raises: WeakPassword."""
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword(f"A password needs at least {SHORTEST_PASSWORD} characters.")
    if len(set(password.lower())) < 5 or _is_run(password) or _is_made_of_words(password, own):
        raise WeakPassword(
            "This password is one of those that are guessed first. Take words that belong to nobody else."
        )


def _is_run(password: str) -> bool:
    """Whether each character follows the one before it, as in 1234567890 or abcdefghij."""
    steps = {ord(after) - ord(before) for before, after in pairwise(password)}
    return len(steps - {1, -1, 0}) == 0 or (password.isdigit() and len(steps) < 4)


def _is_made_of_words(password: str, own: tuple[str, ...]) -> bool:
    """Whether nothing but common words is left without digits and signs, also where these stand for letters."""
    names = {part for text in own for part in re.split(r"[^a-z]+", text.lower()) if len(part) > 1}
    known = COMMON_WORDS | names
    plain = re.sub(r"[^a-z]+", "", password.lower())
    undone = re.sub(r"[^a-z]+", "", password.lower().translate(_DISGUISES))
    ends = re.sub(r"[^a-z]+", "", re.sub(r"[^a-z]+$", "", password.lower()).translate(_DISGUISES))
    return any(_splits(text, known) for text in (plain, undone, ends))


def _splits(text: str, words: frozenset[str]) -> bool:
    reached = {0}
    for start in range(len(text)):
        if start in reached:
            reached |= {start + len(word) for word in words if text.startswith(word, start)}
    return len(text) in reached


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    """A hash to compare with when the e-mail is unknown, so that both take as long."""
    return _hasher().hash(secrets.token_hex(16))


def hashed(password: str) -> str:
    """Return what to store. Takes about 50 ms."""
    return _hasher().hash(password)


def verify(password: str, stored: str | None) -> bool:
    """Compare, which takes as long for an e-mail nobody has: about 50 ms."""
    return _hasher().verify(password, stored or _nobody()) and stored is not None


class HashingQueue:
    """Threads for passwords alone, so that no flood of sign-ins takes those of others, or the memory."""

    def __init__(self, threads: int = THREADS, most_waiting: int = MOST_WAITING) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._most = threads + most_waiting
        self._inside = 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """Return what the work returns, in its turn. Raises: TooManySignIns when too many wait already."""
        if self._inside >= self._most:
            raise TooManySignIns("Too many people sign in at this moment. Try again in a few seconds.", RETRY_SECONDS)
        self._inside += 1
        done = asyncio.get_running_loop().run_in_executor(self._threads, work)
        done.add_done_callback(self._left)  # not before: who hangs up leaves their hash behind
        return await asyncio.shield(done)

    def _left(self, done: "asyncio.Future[Result]") -> None:
        self._inside -= 1
        if not done.cancelled():
            done.exception()
