"""What each audience may see of each event: one allow list, pure functions. A type that is not in it goes to nobody.

An event gives an audience at most one frame, so that the seq of a frame is an exact position in its stream.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalation.conversations import events as e
from escalation.conversations.evolution import evolve
from escalation.conversations.machine import REGRET
from escalation.conversations.model import BOT, NOBODY, Conversation
from escalation.events.envelope import Envelope
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames import desk, learning
from escalation.protocol.frames.base import Audience, Frame
from escalation.protocol.messages import AttachmentBody, Body, ChoiceBody, ChoicesBody, ErasedBody, TextBody
from escalation.protocol.states import Status
from escalation.realtime.audience import Words

CONVERSATION = "conversation:"
ROW_TEXT = 140
"""Characters of the last message that a list row shows."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A followed conversation at one position, folded from its events."""

    conversation: Conversation
    agents: Mapping[str, str]
    """Names of the agents met so far, by id."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One event with all its views need. `before` and `after` exist only for streams of conversations."""

    envelope: Envelope
    words: Words
    event: e.ConversationEvent | None = None
    before: Scene | None = None
    after: Scene | None = None


def opening(stream: str) -> Scene | None:
    """Return the scene before the first event of a stream; None for streams that have none."""
    if not stream.startswith(CONVERSATION):
        return None
    return Scene(Conversation(id=stream.removeprefix(CONVERSATION)), {})


def moment(envelope: Envelope, words: Words, before: Scene | None) -> Moment:
    """Return the event in its scene. Raises: ValueError if the payload is not what its type says."""
    if before is None:
        return Moment(envelope, words)
    event = e.parse_event(envelope.type, envelope.payload)
    agents = {**before.agents, **words.agents} if words.agents else before.agents
    after = Scene(evolve(before.conversation, event, envelope.at), agents)
    return Moment(envelope, words, event, before, after)


def view(moment: Moment, audience: Audience) -> Frame | None:
    """Return what this audience is sent for this event, if anything."""
    maker = VIEWS[audience].get(moment.envelope.type)
    return maker(moment, audience) if maker is not None else None


# --- conversations -----------------------------------------------------------------------------------------------


def message_view(
    envelope: Envelope, event: e.MessageAdded, words: Words, audience: Audience
) -> talk.MessageView | None:
    """Return the message, or None if it is a note and the audience are customers."""
    if event.internal and audience != "staff":
        return None
    own = audience == "staff" or event.author == "customer"
    return talk.MessageView(
        id=event.message_id,
        seq=envelope.seq,
        at=envelope.at,
        author=event.author,
        author_name=words.agents.get(event.author_id) if event.author == "agent" else None,
        internal=event.internal,
        client_message_id=event.client_message_id if own else None,
        body=words.bodies.get(event.message_id, ErasedBody()),
    )


def decision_view(envelope: Envelope, event: e.DecisionMade, words: Words) -> talk.DecisionView:
    """Return the decision with titles and texts; neighbours erased since are left out."""
    guesses = tuple(
        talk.GuessView(label=guess.label, title=words.titles.get(guess.label, guess.label), score=guess.score)
        for guess in event.guesses
    )
    neighbours = tuple(
        talk.NearView(label=near.label, text=words.examples[near.example_id], similarity=near.similarity)
        for near in event.neighbours
        if near.example_id in words.examples
    )
    shown = event.model_dump(exclude={"type", "decision_id", "epoch", "guesses", "neighbours"})
    return talk.DecisionView(id=event.decision_id, at=envelope.at, guesses=guesses, neighbours=neighbours, **shown)


def control_view(scene: Scene, audience: Audience) -> talk.ControlView:
    """Return who has the conversation, as far as the audience may know."""
    return _staff_control(scene) if audience == "staff" else _customer_control(scene)


def _controller(state: Conversation) -> Any:
    return state.controller if state.controller in {BOT, NOBODY} else "agent"


def _staff_control(scene: Scene) -> talk.ControlView:
    state = scene.conversation
    owner = state.controller if state.status is Status.ASSIGNED else None
    return talk.ControlView(
        status=state.status,
        controller=_controller(state),
        epoch=state.epoch,
        agent_id=owner,
        agent_name=scene.agents.get(owner) if owner else None,
        reason=state.reason,
        queue=state.queue,
        waiting_since=state.waiting_since,
        deadline=state.deadline,
        held=state.held,
        snoozed_until=state.snoozed_until,
        outcome=state.outcome,
        can_withdraw_until=_regret_ends(state),
    )


def _regret_ends(state: Conversation) -> datetime | None:
    resolution = state.resolution
    if state.status is not Status.CLOSED or resolution is None or resolution.settled:
        return None
    return resolution.at + REGRET


def _customer_control(scene: Scene) -> talk.ControlView:
    """The epoch is the agents' fence and would tell of what customers do not see: for them it is always 0.

    Until a resolution settles, its agent still has the conversation as far as the customer knows.
    """
    state = scene.conversation
    unsettled = state.status is Status.CLOSED and state.resolution is not None and not state.resolution.settled
    if unsettled and state.resolution is not None:
        name = scene.agents.get(state.resolution.agent)
        return talk.ControlView(status=Status.ASSIGNED, controller="agent", epoch=0, agent_name=name)
    assigned, waiting, closed = (state.status is each for each in (Status.ASSIGNED, Status.WAITING, Status.CLOSED))
    return talk.ControlView(
        status=state.status,
        controller=_controller(state),
        epoch=0,
        agent_name=scene.agents.get(state.controller) if assigned else None,
        waiting_since=state.waiting_since if waiting else None,
        held=state.held,
        outcome=state.outcome if closed else None,
        can_rate=closed and state.outcome in {"answered", "resolved"} and state.rated_episode < state.episode,
    )


def _message(moment: Moment, audience: Audience) -> Frame | None:
    assert isinstance(moment.event, e.MessageAdded)
    message = message_view(moment.envelope, moment.event, moment.words, audience)
    if message is None:
        return None
    return talk.MessageAdded(stream=moment.envelope.stream, seq=moment.envelope.seq, message=message)


def _control(moment: Moment, audience: Audience) -> Frame | None:
    """Nothing to say where the audience sees no difference, except at the very beginning."""
    assert moment.before is not None and moment.after is not None
    control = control_view(moment.after, audience)
    if moment.before.conversation.seq > 0 and control == control_view(moment.before, audience):
        return None
    return talk.ControlChanged(stream=moment.envelope.stream, seq=moment.envelope.seq, control=control)


def _decision(moment: Moment, _: Audience) -> Frame:
    assert isinstance(moment.event, e.DecisionMade)
    decision = decision_view(moment.envelope, moment.event, moment.words)
    return talk.DecisionMade(stream=moment.envelope.stream, seq=moment.envelope.seq, decision=decision)


def _erased(moment: Moment, _: Audience) -> Frame:
    return talk.MessagesErased(stream=moment.envelope.stream, seq=moment.envelope.seq)


# --- customers, desk, models, catalogue --------------------------------------------------------------------------


def _payload_as(frame: type[Frame]) -> Callable[[Moment, Audience], Frame]:
    """For events whose payload has the frame's fields; what else it has stays with the service."""

    def make(moment: Moment, _: Audience) -> Frame:
        place = {"stream": moment.envelope.stream, "seq": moment.envelope.seq}
        shown = {name: value for name, value in moment.envelope.payload.items() if name in frame.model_fields}
        return frame.model_validate({**shown, **place})

    return make


def _published(moment: Moment, _: Audience) -> Frame:
    place = {"at": moment.envelope.at, "stream": moment.envelope.stream, "seq": moment.envelope.seq}
    return learning.ModelPublished.model_validate({**moment.envelope.payload, **place})


def row_view(payload: Mapping[str, Any], words: Words) -> desk.RowView:
    """Return a list row from the payload of `RowChanged`: the row's fields, ids in place of text and name."""
    fields = dict(payload)
    body = words.bodies.get(fields.pop("last_message_id", None) or "")
    name = words.agents.get(fields.get("agent_id") or "")
    return desk.RowView.model_validate({**fields, "last_text": row_text(body), "agent_name": name})


def row_text(body: Body | None) -> str:
    """Return the beginning of what a person would read in this message; empty for notices and erased words."""
    match body:
        case TextBody(text=text):
            return text[:ROW_TEXT]
        case ChoiceBody(title=title):
            return (title or "")[:ROW_TEXT]
        case ChoicesBody(options=options):
            return " / ".join(option.title for option in options)[:ROW_TEXT]
        case AttachmentBody(name=name):
            return name[:ROW_TEXT]
        case _:
            return ""


def _row(moment: Moment, _: Audience) -> Frame:
    row = row_view(moment.envelope.payload, moment.words)
    return desk.RowsChanged(stream=moment.envelope.stream, seq=moment.envelope.seq, rows=(row,))


def _agent(moment: Moment, _: Audience) -> Frame:
    agent = desk.AgentView.model_validate(moment.envelope.payload)
    return desk.RowsChanged(stream=moment.envelope.stream, seq=moment.envelope.seq, agents=(agent,))


View = Callable[[Moment, Audience], Frame | None]

VIEWS: Mapping[Audience, Mapping[str, View]] = {
    "customer": {
        "Started": _control,
        "MessageAdded": _message,
        "HandedOff": _control,
        "HandoffCancelled": _control,
        "Assigned": _control,
        "Requeued": _control,
        "HandedBack": _control,
        "Held": _control,
        "Unheld": _control,
        "ResolutionSettled": _control,
        "Closed": _control,
        "Reopened": _control,
        "Rated": _control,
        "Erased": _erased,
        "ConversationOpened": _payload_as(talk.ConversationOpened),
    },
    "staff": {
        "Started": _control,
        "MessageAdded": _message,
        "HandedOff": _control,
        "HandoffCancelled": _control,
        "Assigned": _control,
        "Requeued": _control,
        "HandedBack": _control,
        "Held": _control,
        "Unheld": _control,
        "Snoozed": _control,
        "Woken": _control,
        "Resolved": _control,
        "ResolutionSettled": _control,
        "Closed": _control,
        "Reopened": _control,
        "DecisionMade": _decision,
        "Erased": _erased,
        "RowChanged": _row,
        "AgentChanged": _agent,
        "ModelPublished": _published,
        "RunChanged": _payload_as(learning.RunChanged),
        "CatalogueChanged": _payload_as(learning.CatalogueChanged),
    },
}
"""Nobody sees: ContactLeft, Offered, OfferEnded, ResolutionWithdrawn (the `Assigned` after it says it all),
MarkedUnhelpful, CustomerMerged, and whatever type is added without being listed here."""
