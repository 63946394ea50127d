"""Reading for those who are behind: from the log or a snapshot, page by page, each frame awaited to the socket."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import NamedTuple

from escalation.conversations.moments import CONVERSATION, Scene
from escalation.conversations.scoping import sees
from escalation.people.scope import EVERYTHING
from escalation.protocol.frames.base import Audience, Frame
from escalation.protocol.frames.connection import Following
from escalation.realtime.channel import Channel
from escalation.realtime.encoding import StreamEncoder, encode
from escalation.realtime.hub import Hub
from escalation.realtime.outbox import Mode, Subscription
from escalation.realtime.ports import Pages, Reading
from escalation.realtime.snapshots import ThreadParts, desk_frames, thread_end, thread_scene

PAGE_EVENTS = 200
EARLIER_EVENTS = 1_000
"""Read at once of a thread, after its newest part."""
PAGE_CHARACTERS = 256 * 1024
MAX_BEHIND = 1_000
"""Events further back than this are not replayed: a snapshot is shorter."""
CONCURRENT_READS = 8
"""So that five hundred returning at once do not keep the follower from the database."""

Send = Callable[[Subscription, str], Awaitable[None]]
"""Send a frame of a subscription that is behind; nothing happens once it is not."""


class Start(NamedTuple):
    """Where reading goes on, and whether nothing was left to read when that was found out."""

    position: int
    encoder: StreamEncoder
    complete: bool


class CatchUp:
    """Brings subscriptions from where they are to where the hub is. One for each process."""

    def __init__(self, hub: Hub, reading: Reading) -> None:
        self._hub = hub
        self._reading = reading
        self._turns = asyncio.Semaphore(CONCURRENT_READS)

    async def advance(self, subscription: Subscription, send: Send) -> None:
        """Take one step: the beginning, or one page. Afterwards it is live, gone, or still behind."""
        channel = self._hub.channel(subscription)
        if channel is None:
            return
        rings = channel.rings
        if not subscription.begun:
            complete = await self._begin(subscription, channel, send)
        else:
            complete = await self._page(subscription, channel, send)
        if complete and subscription.mode is Mode.BEHIND and channel.admit(subscription, rings):
            return
        if subscription.mode is Mode.BEHIND:
            subscription.outbox.put_behind(subscription)

    # --- the beginning -------------------------------------------------------------------------------------------

    async def _begin(self, subscription: Subscription, channel: Channel, send: Send) -> bool:
        """Settle where to read on from; returns whether the log's end may have been reached with that."""
        position = subscription.sent
        if position is not None and await self._replayable(channel, position):
            start = Start(
                position, StreamEncoder(await self._scene_at(channel, position)), position == channel.position
            )
        else:
            subscription.announce = True
            snapshot = await self._snapshot(subscription, send)
            if snapshot is None:
                return False
            start = snapshot
        if subscription.mode is not Mode.BEHIND:
            return False
        if subscription.announce:
            await send(subscription, encode(Following(stream=subscription.stream, position=start.position)))
        subscription.announce, subscription.begun = False, True
        subscription.sent, subscription.encoder = start.position, start.encoder
        return start.complete

    async def _replayable(self, channel: Channel, position: int) -> bool:
        """Whether the log has this position and what follows it is short enough."""
        head = channel.position
        if head is None or position > head:
            head = (await self._heads(channel.stream)) or 0
        return position <= head <= position + MAX_BEHIND

    async def _scene_at(self, channel: Channel, position: int) -> Scene | None:
        if channel.position == position:
            return channel.encoder.scene
        encoder = StreamEncoder.from_start(channel.stream)
        seq = 0
        while encoder.scene is not None and seq < position:
            page = await self._pages(channel.stream, seq, min(PAGE_EVENTS, position - seq), ())
            if not page.events.get(channel.stream):
                break
            for envelope in page.events[channel.stream]:
                encoder.next(envelope, page.words)
                seq = envelope.seq
        return encoder.scene

    async def _snapshot(self, subscription: Subscription, send: Send) -> Start | None:
        """Send the snapshot; returns where it ends, None if there is nothing to follow any more.

        Streams without one start at their head; a customer's own stream one event before it, so that a conversation
        opened between `welcome` and here is told of.
        """
        stream, outbox = subscription.stream, subscription.outbox
        if stream.startswith(CONVERSATION):
            return await self._thread(subscription, send)
        if stream == "desk":
            person = self._hub.peers[outbox].admission.person.id
            async with self._turns:
                desk = await self._reading.desk(person, outbox.scope or EVERYTHING)
            await self._send_all(subscription, desk_frames(stream, desk), send)
            return Start(desk.head, StreamEncoder(None), True)
        head = await self._heads(stream)
        own = outbox.audience == "customer"
        return Start(max(0, head - 1) if own else head, StreamEncoder(None), not own)

    async def _thread(self, subscription: Subscription, send: Send) -> Start | None:
        """Send a thread from its end to its beginning; returns where it ends, None if there is nothing to follow."""
        stream, outbox = subscription.stream, subscription.outbox
        async with self._turns:
            thread = await self._reading.thread(stream.removeprefix(CONVERSATION))
        if thread is None or (outbox.scope is not None and not sees(outbox.scope, thread.conversation)):
            self._drop(subscription)
            return None
        parts = ThreadParts(stream, outbox.audience, outbox.scope)
        await self._send_all(subscription, parts.of(thread.events, thread.words), send)
        before = thread.events[0].seq if thread.events else 1
        while before > 1 and subscription.mode is Mode.BEHIND:
            after = max(0, before - 1 - EARLIER_EVENTS)
            page = await self._pages(stream, after, before - 1 - after, (outbox.audience,))
            if not await self._still_seen(subscription):
                self._drop(subscription)
                return None
            await self._send_all(subscription, parts.of(page.events.get(stream, ()), page.words), send)
            before = after + 1
        await self._send_all(subscription, [thread_end(thread, outbox.audience)], send)
        return Start(thread.conversation.seq, StreamEncoder(thread_scene(thread)), True)

    def _drop(self, subscription: Subscription) -> None:
        if subscription.mode is not Mode.BEHIND:
            return
        peer = self._hub.peers.get(subscription.outbox)
        self._hub.unfollow(subscription.outbox, subscription.stream)
        if peer is not None:
            peer.drop(subscription.stream, "not_found")

    async def _send_all(self, subscription: Subscription, frames: Iterable[Frame], send: Send) -> None:
        for frame in frames:
            if subscription.mode is not Mode.BEHIND:
                return
            await send(subscription, encode(frame))

    # --- pages ---------------------------------------------------------------------------------------------------

    async def _page(self, subscription: Subscription, channel: Channel, send: Send) -> bool:
        """Send one page; returns whether it reached the log's end, or what the hub has fanned out."""
        assert subscription.sent is not None
        audience = subscription.outbox.audience
        page = await self._pages(subscription.stream, subscription.sent, PAGE_EVENTS, (audience,))
        if not await self._still_seen(subscription):
            self._drop(subscription)
        if subscription.encoder is None:  # unfollowed or dropped while we were reading
            return False
        events, outbox = page.events.get(subscription.stream, ()), subscription.outbox
        characters = 0
        for seq, text in subscription.encoder.page(events, page.words, outbox.audience, outbox.scope):
            if text is not None and subscription.mode is Mode.BEHIND:
                await send(subscription, text)
                characters += len(text)
            if subscription.mode is not Mode.BEHIND:
                return False
            subscription.sent = seq
            if characters >= PAGE_CHARACTERS and seq != events[-1].seq:
                return False
        reached = channel.position is not None and subscription.sent >= channel.position
        return reached or len(events) < PAGE_EVENTS

    async def _still_seen(self, subscription: Subscription) -> bool:
        """Whether a limited member sees the conversation, asked after its events were read: then they may have them."""
        stream, scope = subscription.stream, subscription.outbox.scope
        if scope is None or not stream.startswith(CONVERSATION):
            return True
        async with self._turns:
            return await self._reading.sees(scope, stream.removeprefix(CONVERSATION))

    async def _pages(self, stream: str, after: int, limit: int, listening: Collection[Audience]) -> Pages:
        async with self._turns:
            return await self._reading.pages({stream: after}, limit, {stream: listening})

    async def _heads(self, stream: str) -> int:
        async with self._turns:
            return (await self._reading.heads([stream])).get(stream, 0)
