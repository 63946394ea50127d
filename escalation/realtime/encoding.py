"""Telling a stream: events in order become frames, encoded once for each audience however many are listening."""

import logging
from collections.abc import Iterable, Iterator

from escalation.conversations.moments import Moment, Scene, Words, moment, opening
from escalation.conversations.scoping import sees
from escalation.events.envelope import Envelope
from escalation.people.scope import Scope
from escalation.protocol.frames.base import Audience, Frame
from escalation.protocol.frames.desk import RowsChanged
from escalation.realtime.snapshots import merged
from escalation.realtime.views import view

GATHERED = "desk"
"""The stream whose frames are merged: many rows a second, and only the newest of each matters."""

logger = logging.getLogger(__name__)


def encode(frame: Frame) -> str:
    """Return the JSON text of a frame."""
    return frame.model_dump_json()


class EventFrames:
    """One event, and its frame for whoever asks. What cannot be viewed is logged and shown to nobody."""

    __slots__ = ("_frames", "_moment", "_texts", "envelope")

    def __init__(self, envelope: Envelope, moment: Moment | None) -> None:
        self.envelope = envelope
        self._moment = moment
        self._frames: dict[Audience | Scope, Frame | None] = {}
        self._texts: dict[Audience | Scope, str | None] = {}

    def frame(self, audience: Audience, scope: Scope | None = None) -> Frame | None:
        """Return the frame this audience is sent, if any; with a `scope`, staff who are limited to it."""
        key = audience if scope is None else scope
        if key not in self._frames:
            self._frames[key] = self._viewed(audience, scope)
        return self._frames[key]

    def _viewed(self, audience: Audience, scope: Scope | None) -> Frame | None:
        if self._moment is None:
            return None
        try:
            return view(self._moment, audience, scope)
        except Exception:
            _report(self.envelope)
            return None

    def text(self, audience: Audience, scope: Scope | None = None) -> str | None:
        """Return the same, encoded, the same object every time."""
        key = audience if scope is None else scope
        if key not in self._texts:
            frame = self.frame(audience, scope)
            self._texts[key] = None if frame is None else encode(frame)
        return self._texts[key]


class StreamEncoder:
    """Tells one stream from one position on; knows the scene there."""

    def __init__(self, scene: Scene | None) -> None:
        self.scene = scene

    @classmethod
    def from_start(cls, stream: str) -> "StreamEncoder":
        """An encoder before the first event."""
        return cls(opening(stream))

    def next(self, envelope: Envelope, words: Words) -> EventFrames:
        """Move over the next event. One defective event must not silence its stream: it is logged and hidden."""
        try:
            now = moment(envelope, words, self.scene)
        except Exception:
            _report(envelope)
            return EventFrames(envelope, None)
        self.scene = now.after
        return EventFrames(envelope, now)

    def sees(self, scope: Scope) -> bool:
        """Return whether a limited member sees the conversation that is told, as it is now; true of other streams."""
        return self.scene is None or sees(scope, self.scene.conversation)

    def page(
        self, events: Iterable[Envelope], words: Words, audience: Audience, scope: Scope | None = None
    ) -> Iterator[tuple[int, str | None]]:
        """Yield (seq, text or None if hidden) as it is told; one merged frame for the page of a gathered stream.

        The scene moves as far as the iteration has come.
        """
        gathered: list[EventFrames] = []
        for envelope in events:
            told = self.next(envelope, words)
            if envelope.stream == GATHERED:
                gathered.append(told)
            else:
                yield envelope.seq, told.text(audience, scope)
        if gathered:
            yield gathered[-1].envelope.seq, merged_text(gathered, audience, scope)


def merged_text(told: Iterable[EventFrames], audience: Audience, scope: Scope | None = None) -> str | None:
    """Return the text of one frame for several events of a gathered stream; None if all are hidden."""
    events = list(told)
    frames = [frame for each in events if isinstance(frame := each.frame(audience, scope), RowsChanged)]
    if not frames:
        return None
    return encode(merged(frames).model_copy(update={"seq": events[-1].envelope.seq}))


def _report(envelope: Envelope) -> None:
    logger.exception("event without a view: %s %s of %s", envelope.type, envelope.seq, envelope.stream)
