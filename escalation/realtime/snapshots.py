"""Snapshots: what a stream amounts to up to its head, in pages, for those who cannot or need not replay it. Pure."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeVar

from escalation.conversations import events as e
from escalation.conversations.moments import CONVERSATION, Scene, Words
from escalation.conversations.views import control_view, decision_view, message_view, shown_view
from escalation.desk.reading import DeskSnapshot
from escalation.events.envelope import Envelope
from escalation.people.scope import Scope
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames import desk as lists
from escalation.protocol.frames.base import Audience, Frame
from escalation.realtime.ports import ThreadSnapshot

THREAD_PAGE = 50
"""Events a part holds: with texts of 4,000 characters this keeps a part under 256 KiB, save for wide scripts."""
DESK_PAGE = 200
CHANGES = frozenset({"MessageEdited", "MessageDeleted"})
"""Events after which a message says something else than when it was sent."""

Item = TypeVar("Item")


def thread_scene(thread: ThreadSnapshot) -> Scene:
    """Return the scene from which the events after the snapshot are told."""
    return Scene(thread.conversation, dict(thread.words.agents))


class ThreadParts:
    """Tells what was said and decided in parts, the newest first, as that is what a client draws.

    The same views as the events themselves: nothing more shows. What became of a message is known by then: it was
    edited, or its choices shown, by an event after it.
    """

    def __init__(self, stream: str, audience: Audience, scope: Scope | None = None) -> None:
        self._stream = stream
        self._audience: Audience = audience
        self._scope = scope
        self._changed: set[str] = set()
        self._shown: set[str] = set()

    def of(self, events: Sequence[Envelope], words: Words) -> Iterator[talk.ThreadPart]:
        """Yield the parts of these events, all of which come before those of earlier calls; in a part, oldest first."""
        seen = words if self._scope is None else words.within(self._scope)
        self._changed.update(each.payload["message_id"] for each in events if each.type in CHANGES)
        self._shown.update(each.payload["message_id"] for each in events if each.type == "ChoicesShown")
        for page in _chunks(events[::-1], THREAD_PAGE):
            part = self._part(page[::-1], seen)
            if part.messages or part.decisions:
                yield part

    def _part(self, page: Sequence[Envelope], words: Words) -> talk.ThreadPart:
        messages: list[talk.MessageView] = []
        decisions: list[talk.DecisionView] = []
        for envelope in page:
            if envelope.type not in {"MessageAdded", "DecisionMade", "GuessesShown"}:
                continue
            event = e.parse_event(envelope.type, envelope.payload)
            if isinstance(event, e.MessageAdded):
                known = {"edited": event.message_id in self._changed, "shown": event.message_id in self._shown}
                message = message_view(envelope, event, words, self._audience, **known)
                messages.extend([message] if message else [])
            elif isinstance(event, e.DecisionMade) and self._audience == "staff":
                decisions.append(decision_view(event, envelope.seq, envelope.at, words))
            elif isinstance(event, e.GuessesShown) and self._audience == "staff":
                decisions.append(shown_view(event, words))
        return talk.ThreadPart(stream=self._stream, messages=tuple(messages), decisions=tuple(decisions))


def thread_end(thread: ThreadSnapshot, audience: Audience) -> talk.ThreadEnd:
    """Return what follows the parts: the state after all of them."""
    state = thread.conversation
    return talk.ThreadEnd(
        stream=CONVERSATION + state.id,
        head=state.seq,
        control=control_view(thread_scene(thread), audience),
        customer=state.customer,
        site=state.site,
        locale=state.locale,
    )


def desk_frames(stream: str, desk: DeskSnapshot) -> Iterator[Frame]:
    """Yield the list in parts, all agents in the first, then the end."""
    agents = tuple(desk.agents)
    for page in _chunks(desk.rows, DESK_PAGE) if desk.rows else iter([()]):
        rows = tuple(page)
        shown = {row.conversation for row in rows}
        marks, mentions, whispers = (
            {conversation: seq for conversation, seq in each.items() if conversation in shown}
            for each in (desk.read_marks, desk.mentions, desk.whispers)
        )
        yield lists.DeskPart(
            stream=stream, rows=rows, agents=agents, read_marks=marks, mentions=mentions, whispers=whispers
        )
        agents = ()
    yield lists.DeskEnd(stream=stream, head=desk.head)


def _chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    left = iter(items)
    while page := list(islice(left, size)):
        yield page


def merged(frames: Sequence[lists.RowsChanged]) -> lists.RowsChanged:
    """Return one frame for several in order: the newest row of each conversation and of each agent, or that it went."""
    rows: dict[str, lists.RowView | None] = {}
    for frame in frames:
        rows |= {row.conversation: row for row in frame.rows} | dict.fromkeys(frame.gone)
    agents = {agent.id: agent for frame in frames for agent in frame.agents}
    newest = frames[-1]
    return lists.RowsChanged(
        stream=newest.stream,
        seq=newest.seq,
        rows=tuple(row for row in rows.values() if row is not None),
        agents=tuple(agents.values()),
        gone=tuple(conversation for conversation, row in rows.items() if row is None),
    )
