"""Tells each side of a conversation how far the other has read: a hint, newest wins, no event of the log.

Every process tells its own sockets, once a second, from one read of what changed anywhere: so a mark that was made in
another process shows as soon, and no connection hears of a conversation more than once a second. Who begins to follow a
conversation, with a snapshot or from a position, is told how it stands.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator
from datetime import datetime
from itertools import islice
from weakref import WeakKeyDictionary

from escalation.conversations.moments import CONVERSATION
from escalation.conversations.read_state import Changes, Reads
from escalation.protocol.frames.conversation import ReadShown
from escalation.realtime.encoding import encode
from escalation.realtime.hub import Hub
from escalation.realtime.outbox import Mode, Subscription
from escalation.repeating import repeat

LOOK_SECONDS = 1.0
NEW_AT_ONCE = 500
"""Followers that are told for the first time by one look; the others by the next."""


class ReadWatch:
    """One a process."""

    def __init__(self, hub: Hub, changes: Callable[[datetime | None, Collection[str]], Awaitable[Changes]]) -> None:
        self._hub = hub
        self._changes = changes
        self._since: datetime | None = None
        self._told: WeakKeyDictionary[Subscription, int] = WeakKeyDictionary()
        """The place each follower knows; without one, they have not been told anything."""

    async def run(self) -> None:
        """Look once a second, until cancelled."""
        await repeat(self.look, LOOK_SECONDS, "read_states_failed")

    async def look(self) -> int:
        """Tell what is new; return how many frames left. Reads nothing while nobody follows a conversation."""
        followers = list(self._followers())
        if not followers:
            self._since = None
            return 0
        new = list(islice((each for each in followers if each not in self._told), NEW_AT_ONCE))
        self._told.update(dict.fromkeys(new, 0))
        try:
            found = await self._changes(self._since, {_conversation(each) for each in new})
        except BaseException:
            for each in new:
                self._told.pop(each, None)
            raise
        self._since = found.at
        return sum(self._tell(each, found.reads.get(_conversation(each))) for each in followers)

    def _followers(self) -> Iterator[Subscription]:
        for stream, channel in self._hub.channels.items():
            if stream.startswith(CONVERSATION):
                yield from (each for each in channel.subscriptions if each.mode is Mode.LIVE)

    def _tell(self, follower: Subscription, reads: Reads | None) -> bool:
        """Customers are told of the agent, staff of the customer, and nobody who has gone meanwhile."""
        known = self._told.get(follower)
        if reads is None or known is None or follower.mode is Mode.GONE:
            return False
        up_to = reads.agent if follower.outbox.audience == "customer" else reads.customer
        if up_to <= known:
            return False
        frame = ReadShown(conversation=_conversation(follower), up_to=up_to)
        follower.outbox.hint(f"read {frame.conversation}", encode(frame), keep=True)
        self._told[follower] = up_to
        return True


def _conversation(follower: Subscription) -> str:
    return follower.stream.removeprefix(CONVERSATION)
