"""A thread as its followers get it, from one snapshot that holds all of its events."""

from collections.abc import Iterator

from escalation.conversations.moments import CONVERSATION
from escalation.people.scope import Scope
from escalation.protocol.frames.base import Audience, Frame
from escalation.realtime.ports import ThreadSnapshot
from escalation.realtime.snapshots import ThreadParts, thread_end


def thread_frames(thread: ThreadSnapshot, audience: Audience, scope: Scope | None = None) -> Iterator[Frame]:
    """Yield the parts, then the end."""
    parts = ThreadParts(CONVERSATION + thread.conversation.id, audience, scope)
    yield from parts.of(thread.events, thread.words)
    yield thread_end(thread, audience)
