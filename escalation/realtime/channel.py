"""One stream that somebody here follows: how far it was fanned out, and to whom."""

from collections.abc import Callable, Collection, Sequence

from escalation.conversations.moments import Words
from escalation.desk.views import concerned
from escalation.events.envelope import Envelope
from escalation.people.scope import Scope
from escalation.protocol.frames.base import Audience
from escalation.realtime.encoding import GATHERED, EventFrames, StreamEncoder, merged_text
from escalation.realtime.outbox import Mode, Subscription

Later = Callable[[float, Callable[[], None]], object]
"""Run a function after so many seconds, like `loop.call_later`."""
TextFor = Callable[[Audience, Scope | None], str | None]
"""Return what an audience is sent; with a scope, staff who are limited to it."""
Close = Callable[[Subscription], None]
"""Deliver the stream to this subscription no longer, and say so: it tells of what they do not see any more."""


class Channel:
    """One stream and the connections subscribed to it.

    `position` is None until the first subscription has read up to the log's end.
    """

    def __init__(self, stream: str, gather_seconds: float, later: Later, close: Close) -> None:
        self.stream = stream
        self.subscriptions: dict[Subscription, None] = {}
        self.position: int | None = None
        """Everything up to here was pushed to all live subscriptions."""
        self.read = 0
        """The follower has read up to here; ahead of `position` only while frames are gathered."""
        self.rings = 0
        """Rings heard so far: a reader who finds no change here missed none while reading."""
        self.encoder = StreamEncoder.from_start(stream)
        self._gather_seconds = gather_seconds
        self._later = later
        self._close = close
        self._gathered: list[EventFrames] = []
        self._gathering = False

    def admit(self, subscription: Subscription, rings: int) -> bool:
        """Let a subscription that has read the log up to `sent` go live, if nothing can be missing between.

        `rings` is what `self.rings` was before its last read. Both sides compare and change with no await between, so
        the next event pushed is exactly the one after `sent`, or one that `sent` already covers and is skipped.
        """
        assert subscription.sent is not None and subscription.encoder is not None
        if self.position is None:
            if self.rings != rings:
                return False
            self.position = self.read = subscription.sent
            self.encoder = StreamEncoder(subscription.encoder.scene)
        elif subscription.sent < self.position:
            return False
        subscription.go_live()
        return True

    def deliver(self, events: Sequence[Envelope], words: Words) -> None:
        """Push what the follower read. What was delivered before is skipped; after a gap nothing is."""
        if self.position is None:
            return
        people: set[str] = set()
        for envelope in events:
            if envelope.seq <= self.read:
                continue
            if envelope.seq != self.read + 1:
                return
            told = self.encoder.next(envelope, words)
            self.read = envelope.seq
            if self.stream == GATHERED:
                self._gathered.append(told)
                people |= concerned(envelope.payload)
            else:
                self._push(envelope.seq, told.text)
        if self._gathered and not self._gathering:
            self._flush()
        elif people:
            self._push_to(people)

    def _push(self, seq: int, text_for: TextFor) -> None:
        unseen: list[Subscription] = []
        for subscription in self.subscriptions:
            if subscription.mode is not Mode.LIVE or seq <= subscription.queued:
                continue
            outbox = subscription.outbox
            if outbox.scope is not None and not self.encoder.sees(outbox.scope):
                unseen.append(subscription)
                continue
            text = text_for(outbox.audience, outbox.scope)
            if text is None:
                subscription.hide(seq)
            else:
                outbox.push(subscription, seq, text)
        self.position = seq
        for subscription in unseen:
            self._close(subscription)

    def _push_to(self, people: Collection[str]) -> None:
        """Push what is gathered so far to these alone: it is about them. The others get it with the next flush.

        What these get then begins with the same rows, as they are by then: the newest of each counts.
        """
        seq, text_for = self._gathered[-1].envelope.seq, _merged(list(self._gathered))
        for subscription in self.subscriptions:
            outbox = subscription.outbox
            if outbox.person not in people or subscription.mode is not Mode.LIVE or seq <= subscription.queued:
                continue
            text = text_for(outbox.audience, outbox.scope)
            if text is not None:
                outbox.push(subscription, seq, text)

    def _flush(self) -> None:
        """Push what was gathered at once, then gather again for a while: a lone row is never late."""
        self._gathering = False
        if not self._gathered:
            return
        gathered, self._gathered = self._gathered, []
        self._push(gathered[-1].envelope.seq, _merged(gathered))
        if self._gather_seconds > 0:
            self._gathering = True
            self._later(self._gather_seconds, self._flush)


def _merged(gathered: Sequence[EventFrames]) -> TextFor:
    """Return what makes one text of these for each audience and scope, once."""
    texts: dict[Audience | Scope, str | None] = {}

    def text_for(audience: Audience, scope: Scope | None) -> str | None:
        key = audience if scope is None else scope
        if key not in texts:
            texts[key] = merged_text(gathered, audience, scope)
        return texts[key]

    return text_for
