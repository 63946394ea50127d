"""Places for sockets that have not said who they are: shared out by address, and the oldest gives way. Pure."""

from collections.abc import Hashable
from typing import Generic, TypeVar

S = TypeVar("S", bound=Hashable)


class UnknownSockets(Generic[S]):
    """At most `places` sockets before their hello, in the order they came.

    Whoever comes always finds a place. If none is free, the address that holds most of them gives one back: its oldest
    socket, which had the most time for a hello. So the sockets of one address push each other out and nobody else.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._by_address: dict[str, dict[S, int]] = {}
        self._address_of: dict[S, str] = {}
        self._came = 0

    def add(self, address: str, socket: S) -> S | None:
        """Give a socket a place; returns the one that has to give way, which has none any more."""
        gone = self.give_way() if len(self._address_of) >= self._places else None
        self._came += 1
        self._by_address.setdefault(address, {})[socket] = self._came
        self._address_of[socket] = address
        return gone

    def give_way(self, address: str | None = None) -> S | None:
        """Take the place from the oldest socket of this address (None: of the one that holds most); returns it."""
        if address is None:
            address = max(self._by_address, key=self._claim, default=None)
        waiting = self._by_address.get(address or "", {})
        oldest = next(iter(waiting), None)
        if oldest is not None:
            self.remove(oldest)
        return oldest

    def _claim(self, address: str) -> tuple[int, int]:
        """Of addresses with as many sockets, that with the oldest."""
        waiting = self._by_address[address]
        return len(waiting), -next(iter(waiting.values()))

    def remove(self, socket: S) -> None:
        """It said hello, or is gone. Harmless if it has no place."""
        address = self._address_of.pop(socket, None)
        if address is None:
            return
        del self._by_address[address][socket]
        if not self._by_address[address]:
            del self._by_address[address]

    def __len__(self) -> int:
        return len(self._address_of)
