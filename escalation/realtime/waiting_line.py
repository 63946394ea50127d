"""Tells customers who wait their place and a range of time: a hint, newest wins, never stored.

Every process tells its own sockets, from one read however many wait. A frame leaves when it says something new, and no
sooner than `TELL_SECONDS` after the one before.
"""

import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from weakref import WeakKeyDictionary

from escalation.conversations.moments import CONVERSATION
from escalation.desk.queue_places import Place
from escalation.protocol.frames.conversation import QueuePlace
from escalation.protocol.states import Status
from escalation.realtime.encoding import encode
from escalation.realtime.hub import Hub
from escalation.realtime.outbox import Mode, Outbox
from escalation.repeating import repeat

LOOK_SECONDS = 5.0
TELL_SECONDS = 15.0

Places = Callable[[Collection[str]], Awaitable[Mapping[str, Place]]]


class WaitingLine:
    """One a process."""

    def __init__(self, hub: Hub, places: Places) -> None:
        self._hub = hub
        self._places = places
        self._told: WeakKeyDictionary[Outbox, tuple[QueuePlace, float]] = WeakKeyDictionary()

    async def run(self) -> None:
        """Look every few seconds, until cancelled."""
        await repeat(lambda: self.look(time.monotonic()), LOOK_SECONDS, "queue_places_failed")

    async def look(self, now: float) -> int:
        """Tell who waits what is new to them; return how many frames left. Reads nothing while nobody waits."""
        waiting = list(self._waiting())
        if not waiting:
            return 0
        places = await self._places({conversation for conversation, _ in waiting})
        return sum(self._tell(outbox, frame_of(conversation, places), now) for conversation, outbox in waiting)

    def _waiting(self) -> Iterator[tuple[str, Outbox]]:
        for stream, channel in self._hub.channels.items():
            scene = channel.encoder.scene
            if scene is None or not stream.startswith(CONVERSATION):
                continue
            if scene.conversation.status is not Status.WAITING:
                continue
            for each in channel.subscriptions:
                if each.mode is Mode.LIVE and each.outbox.audience == "customer":
                    yield scene.conversation.id, each.outbox

    def _tell(self, outbox: Outbox, frame: QueuePlace, now: float) -> bool:
        """Nothing can be told of who was told nothing; a hint that found no room is given again."""
        before = self._told.get(outbox)
        if before is None:
            if frame.position is None:
                return False
        elif before[0] == frame or now - before[1] < TELL_SECONDS:
            return False
        if not outbox.hint(f"place {frame.conversation}", encode(frame)):
            return False
        self._told[outbox] = (frame, now)
        return True


def frame_of(conversation: str, places: Mapping[str, Place]) -> QueuePlace:
    """Return what the customer is told; without a place, that there is nothing to say."""
    place = places.get(conversation)
    if place is None:
        return QueuePlace(conversation=conversation)
    low, high = (place.range.low, place.range.high) if place.range else (None, None)
    return QueuePlace(conversation=conversation, position=place.position, low_minutes=low, high_minutes=high)
