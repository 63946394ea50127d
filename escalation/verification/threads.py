"""Replays one conversation's stream and compares what comes out with what is stored."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from escalation.conversations import events as e
from escalation.conversations.evolution import evolve
from escalation.conversations.model import Conversation
from escalation.events import Envelope
from escalation.protocol.states import Status


@dataclass
class Replayed:
    """What a stream says: the state it leads to, the messages it names, and what broke a rule on the way."""

    state: Conversation
    messages: dict[str, int]
    """Message id to seq."""
    problems: list[str]
    decisions: set[str] = field(default_factory=set)
    resolutions: set[str] = field(default_factory=set)
    decided: int = 0
    """How many messages of the bot, or handoffs, the decision just before allows."""


def replay(conversation: str, envelopes: Iterable[Envelope]) -> Replayed:
    """Fold a stream from its beginning."""
    result = Replayed(Conversation(id=conversation), {}, [])
    for envelope in envelopes:
        event = e.parse_event(envelope.type, envelope.payload)
        result.problems.extend(_problems(result, event, envelope.seq))
        _collect(result, event, envelope.seq)
        result.state = evolve(result.state, event, envelope.at)
    return result


def _collect(result: Replayed, event: e.ConversationEvent, seq: int) -> None:
    result.decided = result.decided - 1 if _is_verdict(event) else 0
    match event:
        case e.MessageAdded():
            result.messages[event.message_id] = seq
        case e.DecisionMade():
            result.decisions.add(event.decision_id)
            result.decided = event.answers
        case e.Resolved():
            result.resolutions.add(event.resolution_id)


def _problems(so_far: Replayed, event: e.ConversationEvent, seq: int) -> Iterator[str]:
    state = so_far.state
    if seq != state.seq + 1:
        yield f"event {seq} follows event {state.seq}"
    if isinstance(event, e.MessageAdded):
        if event.message_id in so_far.messages:
            yield f"message {event.message_id} is in the log at {so_far.messages[event.message_id]} and {seq}"
        yield from _speaking_out_of_turn(state, event, seq)
    if _is_verdict(event) and so_far.decided < 1:
        yield f"{event.type} at {seq} without a decision"
    epoch = getattr(event, "epoch", None)
    if epoch is not None and epoch not in {state.epoch, state.epoch + 1}:
        yield f"event {seq} names epoch {epoch} after epoch {state.epoch}"


def _speaking_out_of_turn(state: Conversation, event: e.MessageAdded, seq: int) -> Iterator[str]:
    """The bot speaks while it has control, an agent in public only as the owner or as who joined the owner."""
    if event.author == "bot" and state.status is not Status.BOT:
        yield f"the bot spoke at {seq} while the conversation was {state.status}"
    if event.author == "agent" and not event.internal and event.author_id not in _speakers(state):
        yield f"agent {event.author_id} spoke at {seq} while {state.controller} had control"


def _speakers(state: Conversation) -> tuple[str, ...]:
    return (state.controller, *state.joined)


def _is_verdict(event: e.ConversationEvent) -> bool:
    """What the bot does to a turn; its decision comes right before."""
    return isinstance(event, e.HandedOff) or (isinstance(event, e.MessageAdded) and event.author == "bot")
