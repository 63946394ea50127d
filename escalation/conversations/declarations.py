"""What conversations declare: the frames customers send, and who sees which event of a conversation as what.

An event gives an audience at most one frame, so that the seq of a frame is an exact position in its stream. Nobody sees
Mentioned, Offered, OfferEnded, ResolutionWithdrawn (the `Assigned` after it says it all), MarkedUnhelpful,
CustomerNamed and CustomerMerged (rows of the desk say who it is). The frames staff send to a conversation are those
of the desk.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations.moments import Moment, WordNeeds
from escalation.conversations.ports import Customer
from escalation.conversations.registry import EventViews, Handlers, all_of_it, payload_as
from escalation.conversations.service import Conversations
from escalation.conversations.views import (
    change_view,
    choices_view,
    control_view,
    decision_view,
    message_view,
    shown_view,
)
from escalation.people.scope import Scope
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.base import AUDIENCES, Audience, Frame

# --- what customers send -----------------------------------------------------------------------------------------

HANDLERS: Handlers[Conversations, Customer] = Handlers()

HANDLERS.take(talk.Say, lambda talks, who, f: talks.say(who, f.client_message_id, f.text, f.attachments))
HANDLERS.take(talk.Choose, lambda talks, who, f: talks.choose(who, f.client_message_id, f.choices_message_id, f.intent))
HANDLERS.take(talk.AskForHuman, lambda talks, who, f: talks.ask_for_human(who, f.command_id), calls_people=True)
HANDLERS.take(
    talk.Unhelpful, lambda talks, who, f: talks.mark_unhelpful(who, f.command_id, f.message_id), calls_people=True
)
HANDLERS.take(
    talk.CancelHandoff,
    lambda talks, who, f: talks.simple(who, f.command_id, c.CancelHandoff(actor=who.actor)),
    calls_people=True,
)
HANDLERS.take(talk.Rate, lambda talks, who, f: talks.rate(who, f.command_id, f.score, f.comment))
HANDLERS.take(talk.Read, lambda talks, who, f: talks.read(who, f.conversation, f.seq))
HANDLERS.take(talk.LeaveContact, lambda talks, who, f: talks.leave_contact(who, f.command_id, f.email, f.name))

# --- who sees what -----------------------------------------------------------------------------------------------


def _message(moment: Moment, audience: Audience) -> Frame | None:
    assert isinstance(moment.event, e.MessageAdded)
    message = message_view(moment.envelope, moment.event, moment.words, audience)
    if message is None:
        return None
    return talk.MessageAdded(stream=moment.envelope.stream, seq=moment.envelope.seq, message=message)


def _changed(moment: Moment, audience: Audience) -> Frame | None:
    assert isinstance(moment.event, e.MessageEdited | e.MessageDeleted)
    return change_view(moment.envelope, moment.event, moment.words, audience)


def _choices(moment: Moment, _: Audience) -> Frame:
    assert isinstance(moment.event, e.ChoicesShown)
    return choices_view(moment.envelope, moment.event, moment.words)


def _control(moment: Moment, audience: Audience) -> Frame | None:
    """Nothing to say where the audience sees no difference, except at the very beginning."""
    assert moment.before is not None and moment.after is not None
    control = control_view(moment.after, audience)
    if moment.before.conversation.seq > 0 and control == control_view(moment.before, audience):
        return None
    return talk.ControlChanged(stream=moment.envelope.stream, seq=moment.envelope.seq, control=control)


def _decision(moment: Moment, _: Audience) -> Frame:
    assert isinstance(moment.event, e.DecisionMade)
    decision = decision_view(moment.event, moment.envelope.seq, moment.envelope.at, moment.words)
    return talk.DecisionMade(stream=moment.envelope.stream, seq=moment.envelope.seq, decision=decision)


def _shown(moment: Moment, _: Audience) -> Frame:
    assert isinstance(moment.event, e.GuessesShown)
    decision = shown_view(moment.event, moment.words)
    return talk.DecisionMade(stream=moment.envelope.stream, seq=moment.envelope.seq, decision=decision)


def _limited_shown(moment: Moment, _: Frame, scope: Scope) -> Frame:
    return _shown(replace(moment, words=moment.words.within(scope)), "staff")


def _limited_decision(moment: Moment, _: Frame, scope: Scope) -> Frame:
    """The examples it names may be words of customers whose conversations a limited member does not see."""
    return _decision(replace(moment, words=moment.words.within(scope)), "staff")


def _erased(moment: Moment, _: Audience) -> Frame:
    return talk.MessagesErased(stream=moment.envelope.stream, seq=moment.envelope.seq)


def _message_needs(payload: Mapping[str, Any]) -> WordNeeds:
    agents = frozenset({payload["author_id"]} if payload["author"] == "agent" else ())
    return WordNeeds(messages=frozenset({payload["message_id"]}), agents=agents)


def _changed_needs(payload: Mapping[str, Any]) -> WordNeeds:
    return WordNeeds(messages=frozenset({payload["message_id"]}))


def _agent_needs(payload: Mapping[str, Any]) -> WordNeeds:
    return WordNeeds(agents=frozenset({payload["agent"]}))


def _decision_needs(payload: Mapping[str, Any]) -> WordNeeds:
    parts = payload.get("parts", ())
    guesses, neighbours = (
        [known for told in (payload, *parts) for known in told.get(name, ())] for name in ("guesses", "neighbours")
    )
    return WordNeeds(
        messages=frozenset(payload["message_ids"] if parts else ()),
        intents=frozenset(known["label"] for known in (*guesses, *neighbours)),
        examples=frozenset(near["example_id"] for near in neighbours),
    )


def _shown_needs(payload: Mapping[str, Any]) -> WordNeeds:
    return _decision_needs(payload["decision"])


VIEWS = EventViews()

VIEWS.show("MessageAdded", to=AUDIENCES, view=_message, needs=_message_needs, limited=all_of_it)
VIEWS.show("MessageEdited", "MessageDeleted", to=AUDIENCES, view=_changed, needs=_changed_needs, limited=all_of_it)
VIEWS.show("DecisionMade", to=["staff"], view=_decision, needs=_decision_needs, limited=_limited_decision)
VIEWS.show("GuessesShown", to=["staff"], view=_shown, needs=_shown_needs, limited=_limited_shown)
VIEWS.show("ChoicesShown", to=["staff"], view=_choices, needs=_changed_needs, limited=all_of_it)
VIEWS.show("Started", "HandedOff", "HandoffCancelled", "Requeued", to=AUDIENCES, view=_control, limited=all_of_it)
VIEWS.show("HandedBack", "PromiseChanged", "Held", "Unheld", to=AUDIENCES, view=_control, limited=all_of_it)
VIEWS.show("ResolutionSettled", "Closed", "Reopened", to=AUDIENCES, view=_control, limited=all_of_it)
VIEWS.show("Assigned", to=AUDIENCES, view=_control, needs=_agent_needs, limited=all_of_it)
VIEWS.show("BargedIn", "Left", to=["staff"], view=_control, needs=_agent_needs, limited=all_of_it)
VIEWS.show("Resolved", to=["staff"], view=_control, needs=_agent_needs, limited=all_of_it)
VIEWS.show("Snoozed", "Woken", "Tagged", to=["staff"], view=_control, limited=all_of_it)
VIEWS.show("FollowUpPlanned", "FollowUpCancelled", to=["staff"], view=_control, limited=all_of_it)
VIEWS.show("FollowUpDue", "FollowedUp", to=AUDIENCES, view=_control, limited=all_of_it)
VIEWS.show("Rated", "ContactLeft", to=["customer"], view=_control)
VIEWS.show("Erased", to=AUDIENCES, view=_erased, limited=all_of_it)
VIEWS.show("ConversationOpened", to=["customer"], view=payload_as(talk.ConversationOpened))
