"""The doorbell between who appends to a stream and who reads it.

What a bus promises, whatever it is made of:

- it carries names of streams, never content: what is true is in the log alone;
- it may lose a ring, ring twice, ring late, or ring in another order: a reader polls anyway, from its own position;
- it may coalesce: many rings of one name while nobody looked are one;
- a ring comes after the commit it tells of: who wakes and reads finds the events there;
- ringing never blocks and never fails for the one who rings.
"""

from collections.abc import Iterable
from typing import Protocol


class Listener(Protocol):
    """One reader's ear. Belongs to one event loop; hears every stream rung since `listen`."""

    async def wait(self, timeout: float) -> frozenset[str]:  # noqa: ASYNC109
        """Names rung since the last call, at once if there are some; empty after `timeout` seconds or when closed."""
        ...

    def close(self) -> None:
        """Hear nothing more; a `wait` in progress returns. Closing twice is harmless."""
        ...


class Bus(Protocol):
    """Rings names of streams to all listeners."""

    def ring(self, streams: Iterable[str]) -> None:
        """Wake everybody for these streams; from any thread, after the commit."""
        ...

    def listen(self) -> Listener:
        """Start to hear, in the running event loop."""
        ...
