"""A conversation as each audience may see it: a message, a decision, who has control. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from escalation.conversations import events as e
from escalation.conversations.blind_items import HIDDEN
from escalation.conversations.machine import UNDO_WITHIN
from escalation.conversations.model import BOT, NOBODY, Conversation, turn_text
from escalation.conversations.moments import Scene, Words
from escalation.conversations.predictions import Guess, Near
from escalation.events.envelope import Envelope
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames import messages as changes
from escalation.protocol.frames.base import Audience
from escalation.protocol.messages import Body, ChoicesBody, ErasedBody, TextBody
from escalation.protocol.states import Status


def message_view(
    envelope: Envelope,
    event: e.MessageAdded,
    words: Words,
    audience: Audience,
    *,
    edited: bool = False,
    shown: bool = False,
) -> talk.MessageView | None:
    """Return the message, or None if it is a note and the audience are customers.

    `edited`: whether it is known by now that its author changed it later. `shown`: that its choices are hidden no more.
    """
    if event.internal and audience != "staff":
        return None
    own = audience == "staff" or event.author == "customer"
    body = words.bodies.get(event.message_id, ErasedBody())
    return talk.MessageView(
        id=event.message_id,
        seq=envelope.seq,
        at=envelope.at,
        author=event.author,
        author_name=words.agents.get(event.author_id) if event.author == "agent" else None,
        internal=event.internal,
        client_message_id=event.client_message_id if own else None,
        body=_hidden(body) if event.blind and audience == "staff" and not shown else body,
        edited=edited,
        quotes=event.quotes,
    )


def _hidden(body: Body) -> Body:
    """A question without its choices."""
    return ChoicesBody(options=()) if isinstance(body, ChoicesBody) else body


def change_view(
    envelope: Envelope, event: e.MessageEdited | e.MessageDeleted, words: Words, audience: Audience
) -> changes.MessageChanged | None:
    """Return what a message says now, or None if it is a note and the audience are customers."""
    if event.internal and audience != "staff":
        return None
    return _says_now(envelope, event.message_id, words, edited=True)


def choices_view(envelope: Envelope, event: e.ChoicesShown, words: Words) -> changes.MessageChanged:
    """Return what staff see of a question from now on."""
    return _says_now(envelope, event.message_id, words, edited=False)


def _says_now(envelope: Envelope, message: str, words: Words, *, edited: bool) -> changes.MessageChanged:
    body = words.bodies.get(message, ErasedBody())
    return changes.MessageChanged(
        stream=envelope.stream, seq=envelope.seq, message_id=message, body=body, edited=edited
    )


def decision_view(event: e.DecisionMade, seq: int, at: datetime, words: Words) -> talk.DecisionView:
    """Return the decision made at `seq` with titles and texts; neighbours erased since are left out."""
    event = event.model_copy(update=HIDDEN) if event.blind else event
    hidden = {"type", "decision_id", "epoch", "guesses", "neighbours", "parts", "lane", "votes"}
    shown = event.model_dump(exclude=hidden)
    shown |= {"id": event.decision_id, "seq": seq, "at": at, "parts": _parts(event, words)}
    return talk.DecisionView(
        guesses=_guesses(event.guesses, words), neighbours=_neighbours(event.neighbours, words), **shown
    )


def shown_view(event: e.GuessesShown, words: Words) -> talk.DecisionView:
    """Return a decision that was hidden until its label was stored, at its own place."""
    decision = event.decision.model_copy(update={"blind": False})
    return decision_view(decision, event.decided_seq, event.decided_at, words)


def _guesses(guesses: Iterable[Guess], words: Words) -> tuple[talk.GuessView, ...]:
    return tuple(
        talk.GuessView(label=guess.label, title=words.titles.get(guess.label, guess.label), score=guess.score)
        for guess in guesses
    )


def _neighbours(neighbours: Iterable[Near], words: Words) -> tuple[talk.NearView, ...]:
    return tuple(
        talk.NearView(
            label=near.label,
            title=words.titles.get(near.label, near.label),
            text=words.examples[near.example_id],
            similarity=near.similarity,
        )
        for near in neighbours
        if near.example_id in words.examples
    )


def _parts(event: e.DecisionMade, words: Words) -> tuple[talk.PartView, ...]:
    """The requests with their words; none once any of these were erased, as positions count in all of them."""
    said = {id: body.text for id in event.message_ids if isinstance(body := words.bodies.get(id), TextBody)}
    if len(said) < len(event.message_ids):
        return ()
    text = turn_text(event.message_ids, said)
    return tuple(
        talk.PartView(
            start=part.start,
            end=part.end,
            text=text[part.start : part.end],
            confidence=part.confidence,
            novelty=part.novelty,
            guesses=_guesses(part.guesses, words),
            neighbours=_neighbours(part.neighbours, words),
        )
        for part in event.parts
    )


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
        follow_up=_follow_up(state),
        outcome=state.outcome,
        question_after=state.question_after,
        can_withdraw_until=_undo_ends(state),
        resolved=state.status is Status.CLOSED and state.resolution is not None,
        tags=state.tags,
        joined=tuple(talk.JoinedView(agent_id=each, name=scene.agents.get(each, "")) for each in state.joined),
    )


def _follow_up(state: Conversation) -> talk.FollowUpView | None:
    plan = state.follow_up
    return None if plan is None else talk.FollowUpView(agent_id=plan.agent, at=plan.at)


def _undo_ends(state: Conversation) -> datetime | None:
    resolution = state.resolution
    if state.status is not Status.CLOSED or resolution is None or resolution.settled:
        return None
    return resolution.at + UNDO_WITHIN


def _customer_control(scene: Scene) -> talk.ControlView:
    """The epoch is the agents' fence and would tell of what customers do not see: for them it is always 0.

    Until a resolution settles, its agent still has the conversation as far as the customer knows.
    """
    state = scene.conversation
    if state.unannounced:
        outcome = state.outcome or state.outcome_before
        return talk.ControlView(status=Status.CLOSED, controller="nobody", epoch=0, outcome=outcome)
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
        contact=_contact(state),
        can_rate=closed and state.outcome in {"answered", "resolved"} and state.rated_episode < state.episode,
    )


def _contact(state: Conversation) -> Literal["asked", "left"] | None:
    """What the machine takes now and what the customer's page offers are the same."""
    if not state.takes_contact:
        return None
    return "left" if state.contact_left else "asked"
