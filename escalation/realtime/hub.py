"""Who follows what in this process. All methods run in the event loop, none waits and none sends."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from escalation.conversations.moments import CONVERSATION, Words
from escalation.events.envelope import Envelope
from escalation.protocol.close_codes import CloseCode
from escalation.protocol.frames.base import Audience
from escalation.protocol.frames.conversation import TypingShown, Viewer, ViewersShown
from escalation.realtime.channel import Channel, Later
from escalation.realtime.encoding import encode
from escalation.realtime.outbox import Mode, Outbox, Subscription
from escalation.realtime.ports import Admission

GATHER_SECONDS = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Peer:
    """One admitted connection as the hub knows it."""

    admission: Admission
    outbox: Outbox
    close: Callable[[CloseCode, str], None]
    drop: Callable[[str, str], None]
    """Tell the connection that a stream (first) is no longer delivered, and why."""


class Hub:
    """Connections by stream. One for each process."""

    def __init__(self, gather_seconds: float = GATHER_SECONDS, later: Later | None = None) -> None:
        self.channels: dict[str, Channel] = {}
        self.peers: dict[Outbox, Peer] = {}
        self.revocations = 0
        """Grows with every revocation: a right that was checked while it grew must be checked again."""
        self._gather_seconds = gather_seconds
        self._later = later

    # --- connections ---------------------------------------------------------------------------------------------

    def join(self, peer: Peer) -> None:
        """Know this connection, and what of the streams is theirs to see."""
        scope = peer.admission.scope
        peer.outbox.person, peer.outbox.scope = peer.admission.person.id, scope if scope.limited else None
        self.peers[peer.outbox] = peer

    def leave(self, outbox: Outbox) -> None:
        """Forget the connection and all it follows."""
        self.peers.pop(outbox, None)
        for stream in list(outbox.subscriptions):
            self.unfollow(outbox, stream)

    def follow(self, outbox: Outbox, stream: str, position: int | None) -> None:
        """Deliver the stream after `position` (None: a snapshot first), in place of an earlier following of it."""
        self.unfollow(outbox, stream)
        channel = self.channels.get(stream)
        if channel is None:
            later = self._later or asyncio.get_running_loop().call_later
            channel = self.channels[stream] = Channel(stream, self._gather_seconds, later, self._close_unseen)
        subscription = Subscription(stream, outbox, position)
        channel.subscriptions[subscription] = None
        outbox.add(subscription)
        self._show_viewers(channel, outbox, more=True)

    def unfollow(self, outbox: Outbox, stream: str) -> None:
        """Deliver the stream no longer."""
        gone = outbox.remove(stream)
        channel = self.channels.get(stream)
        if gone is None or channel is None:
            return
        channel.subscriptions.pop(gone, None)
        self._show_viewers(channel, outbox, more=False)
        if not channel.subscriptions:
            del self.channels[stream]

    def _close_unseen(self, subscription: Subscription) -> None:
        """The conversation has left what this member sees."""
        self.unfollow(subscription.outbox, subscription.stream)
        if (peer := self.peers.get(subscription.outbox)) is not None:
            peer.drop(subscription.stream, "rights_changed")

    def channel(self, subscription: Subscription) -> Channel | None:
        """Return the channel this subscription belongs to; None if it is gone."""
        return None if subscription.mode is Mode.GONE else self.channels.get(subscription.stream)

    # --- the log -------------------------------------------------------------------------------------------------

    def ring(self, streams: Iterable[str]) -> None:
        """Note that these streams may have grown."""
        for stream in streams:
            if (channel := self.channels.get(stream)) is not None:
                channel.rings += 1

    def positions(self, streams: Iterable[str] | None = None) -> dict[str, int]:
        """Return how far each of these (or all) streams was read, for those that are fanned out."""
        names = self.channels if streams is None else streams
        found = ((name, self.channels.get(name)) for name in names)
        return {name: channel.read for name, channel in found if channel and channel.position is not None}

    def audiences(self, stream: str) -> frozenset[Audience]:
        """Return whose connections follow a stream now, those included that are behind."""
        channel = self.channels.get(stream)
        return frozenset(each.outbox.audience for each in channel.subscriptions) if channel else frozenset()

    def deliver(self, stream: str, events: list[Envelope], words: Words) -> None:
        """Hand on what was read; harmless if nobody follows any more."""
        if (channel := self.channels.get(stream)) is not None:
            channel.deliver(events, words)

    # --- hints ---------------------------------------------------------------------------------------------------

    def show_typing(self, outbox: Outbox, conversation: str | None) -> None:
        """Tell the others in a conversation (or in all this connection follows) that this person is writing."""
        streams = [CONVERSATION + conversation] if conversation else list(outbox.subscriptions)
        for stream in streams:
            if stream.startswith(CONVERSATION) and stream in outbox.subscriptions:
                self._hint(self.peers[outbox], self.channels[stream])

    def _show_viewers(self, channel: Channel, changed: Outbox, *, more: bool) -> None:
        """Tell every member of staff in a conversation who else has it open; nobody is told that they are alone there.

        `more`: somebody came; otherwise somebody left, and who is alone now must know.
        """
        if changed.audience != "staff" or not channel.stream.startswith(CONVERSATION):
            return
        peers = [self.peers[each.outbox] for each in channel.subscriptions if each.outbox in self.peers]
        names = {one.admission.person.id: one.admission.person.name for one in peers if one.outbox.audience == "staff"}
        if more and len(names) < 2:
            return
        conversation = channel.stream.removeprefix(CONVERSATION)
        for peer in peers:
            if peer.outbox.audience == "staff":
                others = {id: name for id, name in names.items() if id != peer.admission.person.id}
                viewers = tuple(Viewer(id=id, name=name) for id, name in sorted(others.items()))
                shown = ViewersShown(conversation=conversation, viewers=viewers)
                peer.outbox.hint(f"viewers {conversation}", encode(shown), keep=True)

    def _hint(self, sender: Peer, channel: Channel) -> None:
        """Customers learn of agents only from the owner: others read along without their knowing.

        Nobody is told of their own writing in another tab.
        """
        person, staff = sender.admission.person, sender.admission.audience == "staff"
        scene = channel.encoder.scene
        if sender.outbox.scope is not None and not channel.encoder.sees(sender.outbox.scope):
            return
        owner = scene is not None and person.id in (scene.conversation.controller, *scene.conversation.joined)
        conversation = channel.stream.removeprefix(CONVERSATION)
        frame = TypingShown(
            conversation=conversation, who="agent" if staff else "customer", name=person.name if staff else None
        )
        text = encode(frame)
        for subscription in channel.subscriptions:
            other = subscription.outbox
            seen = other.audience == "staff" or (staff and owner)
            own = other is sender.outbox or self.peers[other].admission.person.id == person.id
            if seen and not own and subscription.mode is Mode.LIVE:
                other.hint(f"{conversation} {person.id}", text)

    # --- rights --------------------------------------------------------------------------------------------------

    def revoke(self, person: str, stream: str | None = None, reason: str = "rights_changed") -> None:
        """Stop delivering a stream (or everything) to a person, and say so."""
        self.revocations += 1
        for peer in self._of(lambda admission: admission.person.id == person):
            for name in [stream] if stream is not None else list(peer.outbox.subscriptions):
                if name in peer.outbox.subscriptions:
                    self.unfollow(peer.outbox, name)
                    peer.drop(name, reason)

    def close_person(self, person: str, code: CloseCode, reason: str = "") -> None:
        """Close all connections of a person."""
        self._close(lambda admission: admission.person.id == person, code, reason)

    def close_session(self, session: str, code: CloseCode = CloseCode.SESSION_ENDED, reason: str = "") -> None:
        """Close the connections that a signed-in session opened."""
        self._close(lambda admission: admission.session == session, code, reason)

    def _close(self, chosen: Callable[[Admission], bool], code: CloseCode, reason: str) -> None:
        self.revocations += 1
        for peer in self._of(chosen):
            self.leave(peer.outbox)
            peer.close(code, reason)

    def _of(self, chosen: Callable[[Admission], bool]) -> list[Peer]:
        return [peer for peer in self.peers.values() if chosen(peer.admission)]

    def counts(self) -> Mapping[str, int]:
        """Return how many connections, streams and subscriptions there are now."""
        followed = sum(len(channel.subscriptions) for channel in self.channels.values())
        return {"connections": len(self.peers), "streams": len(self.channels), "subscriptions": followed}
