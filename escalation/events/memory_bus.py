"""The bus of a single process: from the thread that commits into the event loops that listen."""

import asyncio
import threading
from collections.abc import Iterable


class MemoryListener:
    """Collects names under a lock; its loop is woken once for all names that came while it was not looking."""

    def __init__(self, bus: "MemoryBus") -> None:
        self._bus = bus
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._lock = threading.Lock()
        self._names: set[str] = set()
        self._closed = False

    def hear(self, streams: frozenset[str]) -> None:
        """Note the names; called from any thread."""
        with self._lock:
            asleep = not self._names
            self._names |= streams
        if asleep and streams:
            self._wake()

    def _wake(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._woken.set)
        except RuntimeError:  # the loop is gone and its listener was not closed
            self._bus.forget(self)

    async def wait(self, timeout: float) -> frozenset[str]:  # noqa: ASYNC109
        """Names rung since the last call; empty after `timeout` seconds or when closed."""
        try:
            async with asyncio.timeout(timeout):
                while not (names := self._take()) and not self._closed:
                    await self._woken.wait()
                return names
        except TimeoutError:
            return self._take()

    def _take(self) -> frozenset[str]:
        self._woken.clear()
        with self._lock:
            names = frozenset(self._names)
            self._names.clear()
        return names

    def close(self) -> None:
        """Hear nothing more; a `wait` in progress returns."""
        self._closed = True
        self._bus.forget(self)
        self._woken.set()


class MemoryBus:
    """Keeps the promises of `bus.Bus` inside one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[MemoryListener, ...] = ()

    def ring(self, streams: Iterable[str]) -> None:
        """Wake every listener; usable as `database.on_commit(bus.ring)`."""
        names = frozenset(streams)
        for listener in self._listeners:
            listener.hear(names)

    def listen(self) -> MemoryListener:
        """A listener in the running event loop."""
        listener = MemoryListener(self)
        with self._lock:
            self._listeners = (*self._listeners, listener)
        return listener

    def forget(self, listener: MemoryListener) -> None:
        """Ring this one no more."""
        with self._lock:
            self._listeners = tuple(each for each in self._listeners if each is not listener)
