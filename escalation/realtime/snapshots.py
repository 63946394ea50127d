"""Snapshots: what a stream amounts to up to its head, in pages, for those who cannot or need not replay it. Pure."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeVar

from escalation.conversations import events as e
from escalation.conversations.moments import CONVERSATION, Scene, Words
from escalation.conversations.views import control_view, decision_view, message_view
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

Item = TypeVar("Item")


def thread_scene(thread: ThreadSnapshot) -> Scene:
    """Return the scene from which the events after the snapshot are told."""
    return Scene(thread.conversation, dict(thread.words.agents))


def thread_frames(thread: ThreadSnapshot, audience: Audience, scope: Scope | None = None) -> Iterator[Frame]:
    """Yield the parts, oldest first, then the end. The same views as the events themselves: nothing more shows."""
    state = thread.conversation
    stream = CONVERSATION + state.id
    words = thread.words if scope is None else thread.words.within(scope)
    for page in _chunks(thread.events, THREAD_PAGE):
        part = _thread_part(stream, page, words, audience)
        if part.messages or part.decisions:
            yield part
    yield talk.ThreadEnd(
        stream=stream,
        head=state.seq,
        control=control_view(thread_scene(thread), audience),
        customer=state.customer,
        site=state.site,
        locale=state.locale,
    )


def _thread_part(stream: str, page: Sequence[Envelope], words: Words, audience: Audience) -> talk.ThreadPart:
    messages: list[talk.MessageView] = []
    decisions: list[talk.DecisionView] = []
    for envelope in page:
        if envelope.type not in {"MessageAdded", "DecisionMade"}:
            continue
        event = e.parse_event(envelope.type, envelope.payload)
        if isinstance(event, e.MessageAdded):
            message = message_view(envelope, event, words, audience)
            messages.extend([message] if message else [])
        elif isinstance(event, e.DecisionMade) and audience == "staff":
            decisions.append(decision_view(envelope, event, words))
    return talk.ThreadPart(stream=stream, messages=tuple(messages), decisions=tuple(decisions))


def desk_frames(stream: str, desk: DeskSnapshot) -> Iterator[Frame]:
    """Yield the list in parts, all agents in the first, then the end."""
    agents = tuple(desk.agents)
    for page in _chunks(desk.rows, DESK_PAGE) if desk.rows else iter([()]):
        rows = tuple(page)
        shown = {row.conversation for row in rows}
        marks = {conversation: seq for conversation, seq in desk.read_marks.items() if conversation in shown}
        yield lists.DeskPart(stream=stream, rows=rows, agents=agents, read_marks=marks)
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
