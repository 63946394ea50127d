"""What waits for one socket. The fan-out only puts in; one writer takes out. Nothing here waits or sends."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from escalation.people.scope import Scope
from escalation.protocol.frames.base import Audience
from escalation.realtime.encoding import StreamEncoder

MAX_FRAMES = 256
MAX_CHARACTERS = 1024 * 1024
MAX_ANSWERS = 256
"""Answers are never discarded: beyond this the connection reads no further requests."""


class Mode(Enum):
    """How a subscription gets its events: read from the log by its writer, pushed by the hub, or not at all."""

    BEHIND = auto()
    LIVE = auto()
    GONE = auto()


@dataclass(slots=True, eq=False, weakref_slot=True)
class Subscription:
    """One stream of one connection.

    `sent`: every event up to here was sent or is hidden from this audience; None until that is settled.
    """

    stream: str
    outbox: "Outbox"
    sent: int | None
    announce: bool = True
    """Whether `following` has yet to be said."""
    begun: bool = False
    """Whether the writer knows where in the log it reads on; false again after falling behind."""
    mode: Mode = Mode.BEHIND
    queued: int = 0
    """While live: the last event put into the outbox or hidden."""
    pending: int = 0
    """While live: frames in the outbox, the one being sent included."""
    encoder: StreamEncoder | None = None
    """While behind: the scene at `sent`."""

    def go_live(self) -> None:
        """From here the hub pushes, beginning with the event after `sent`."""
        assert self.sent is not None
        self.mode, self.queued, self.pending, self.encoder = Mode.LIVE, self.sent, 0, None

    def hide(self, seq: int) -> None:
        """Pass over an event this audience does not see."""
        self.queued = seq
        if self.pending == 0:
            self.sent = seq

    def fall_behind(self) -> None:
        """What was queued is gone: the log has it, from `sent` on."""
        self.mode, self.begun, self.encoder, self.pending = Mode.BEHIND, False, None, 0


class Queued(NamedTuple):
    """A frame of a live subscription."""

    subscription: Subscription
    seq: int
    text: str


class Outbox:
    """Everything one connection has yet to be sent, in lanes: answers, live events, streams behind, hints."""

    def __init__(self, audience: Audience) -> None:
        self.audience = audience
        self.person: str | None = None
        """Whose it is, once they were let in."""
        self.scope: Scope | None = None
        """What its member of staff is limited to; None limits nothing."""
        self.wake: Callable[[], None] = lambda: None
        """Called whenever there is something to send; its writer sets it."""
        self.subscriptions: dict[str, Subscription] = {}
        self.beat_due = False
        self._answers: deque[str] = deque()
        self._events: deque[Queued] = deque()
        self._characters = 0
        self._behind: deque[Subscription] = deque()
        self._hints: dict[str, str] = {}

    @property
    def has_room(self) -> bool:
        """Whether more requests may be read."""
        return len(self._answers) < MAX_ANSWERS

    @property
    def congested(self) -> bool:
        """Whether a hint would have to wait."""
        return bool(self._events or self._behind)

    def answer(self, text: str) -> None:
        """Queue what must not be lost: answers, greetings, dropped streams."""
        self._answers.append(text)
        self.wake()

    def beat(self) -> None:
        """Ask for a heartbeat; the writer fills in the positions as it sends it."""
        self.beat_due = True
        self.wake()

    def push(self, subscription: Subscription, seq: int, text: str) -> None:
        """Queue a live event. If it does not fit, all queued events go and their streams are behind."""
        if len(self._events) >= MAX_FRAMES or self._characters + len(text) > MAX_CHARACTERS:
            self._overflow(subscription)
            return
        self._events.append(Queued(subscription, seq, text))
        self._characters += len(text)
        subscription.queued = seq
        subscription.pending += 1
        self.wake()

    def hint(self, key: str, text: str, *, keep: bool = False) -> bool:
        """Queue a hint; the newest of a key, and only while nothing else waits. Returns whether it was queued.

        `keep`: it waits for what is before it, as it stays true for longer than somebody's writing.
        """
        if self.congested and not keep:
            return False
        self._hints[key] = text
        self.wake()
        return True

    def add(self, subscription: Subscription) -> None:
        """Deliver this stream too, in place of an older subscription of the same name."""
        self.remove(subscription.stream)
        self.subscriptions[subscription.stream] = subscription
        self.put_behind(subscription)

    def remove(self, stream: str) -> Subscription | None:
        """Deliver this stream no longer; what is queued of it is skipped."""
        gone = self.subscriptions.pop(stream, None)
        if gone is not None:
            gone.mode, gone.encoder = Mode.GONE, None
        return gone

    def put_behind(self, subscription: Subscription) -> None:
        """The writer reads this stream from the log, in turn with the others that are behind."""
        self._behind.append(subscription)
        self.wake()

    def _overflow(self, subscription: Subscription) -> None:
        """Hints go with the events: they are worth even less."""
        self._events.clear()
        self._hints.clear()
        self._characters = 0
        for each in self.subscriptions.values():
            if each.mode is Mode.LIVE and (each.pending or each is subscription):
                each.fall_behind()
                self.put_behind(each)

    # --- for the writer ------------------------------------------------------------------------------------------

    def take_answer(self) -> str | None:
        """Return the next answer."""
        return self._answers.popleft() if self._answers else None

    def take_event(self) -> Queued | None:
        """Return the next live event of a stream still delivered; `sent` must follow."""
        while self._events:
            queued = self._events.popleft()
            self._characters -= len(queued.text)
            if queued.subscription.mode is Mode.LIVE:
                return queued
        return None

    def sent(self, queued: Queued) -> None:
        """The event has left. Its stream may have fallen behind meanwhile: then it is behind from here."""
        subscription = queued.subscription
        subscription.sent = queued.seq
        if subscription.mode is not Mode.LIVE:
            return
        subscription.pending -= 1
        if subscription.pending == 0:
            subscription.sent = subscription.queued

    def take_behind(self) -> Subscription | None:
        """Return the next stream to read from the log."""
        while self._behind:
            subscription = self._behind.popleft()
            if subscription.mode is Mode.BEHIND:
                return subscription
        return None

    def take_hint(self) -> str | None:
        """Return a hint."""
        return self._hints.pop(next(iter(self._hints))) if self._hints else None

    def positions(self) -> dict[str, int]:
        """Return how far each stream has come, hidden events included."""
        return {
            each.stream: each.sent
            for each in self.subscriptions.values()
            if each.sent is not None and (each.begun or each.mode is Mode.LIVE)
        }
