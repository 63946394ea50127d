"""`evolve`: how each event changes a conversation. Pure, total over all events, and it never refuses."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from escalation.conversations import events as e
from escalation.conversations.model import BOT, NOBODY, Conversation, EndedOffer, FollowUp, Resolution
from escalation.protocol.states import Outcome, Status

Changes = dict[str, Any]

NO_CHOICES: Changes = {"choices": (), "choices_message_id": None}


def evolve(conversation: Conversation, event: e.ConversationEvent, at: datetime) -> Conversation:
    """Return the conversation after `event`, which is number `conversation.seq + 1` of its stream."""
    changes = _RULES[type(event)](conversation, event, at)
    return conversation.model_copy(update={**changes, "seq": conversation.seq + 1})


def _control(status: Status, controller: str, epoch: int) -> Changes:
    """A change of control ends holds, snoozes, offers, the question for an address, and writing beside the owner."""
    return {
        "status": status,
        "controller": controller,
        "epoch": epoch,
        "held": False,
        "joined": (),
        "weight": 1,
        "reply_by": None,
        "remind_at": None,
        "snoozed_until": None,
        "offered_to": None,
        "offered_until": None,
        "ended_offer": None,
        "contact_asked": False,
    }


def _to_bot(conversation: Conversation, epoch: int) -> Changes:
    return {
        **_control(Status.BOT, BOT, epoch),
        "episode": conversation.episode + 1,
        "reason": None,
        "waiting_since": None,
        "deadline": None,
        "outcome": None,
        "clarifications": 0,
        "asked_what": False,
        "open_message_ids": (),
        **NO_CHOICES,
    }


def _started(_: Conversation, event: e.Started, __: datetime) -> Changes:
    return {"customer": event.customer, "site": event.site, "locale": event.locale, "epoch": 1, "episode": 1}


def _message_added(conversation: Conversation, event: e.MessageAdded, at: datetime) -> Changes:
    if event.internal:
        return {}
    changes: Changes = {"last_message_at": at, "last_author": event.author, **_last_words(conversation, event)}
    if event.author == "customer":
        return {**changes, **_customer_wrote(conversation, event)}
    if event.author == "bot":
        return {**changes, **_bot_wrote(conversation, event)}
    return changes | {"reply_by": None, "remind_at": None} if event.author == "agent" else changes


def _last_words(conversation: Conversation, event: e.MessageAdded) -> Changes:
    """A list row shows what somebody said: no notice, and for a pressed button the words it was about.

    Of a question whose choices are hidden it shows those words as well.
    """
    if event.kind == "notice":
        return {}
    about = conversation.question_message_ids[-1:] if event.kind == "choice" or event.blind else ()
    (shown,) = about or (event.message_id,)
    return {"last_message_id": shown, "last_message_author": event.author}


def _customer_wrote(conversation: Conversation, event: e.MessageAdded) -> Changes:
    changes: Changes = {"last_customer_seq": conversation.seq + 1}
    if event.kind == "choice":
        changes |= NO_CHOICES
    elif event.opens_turn:
        changes["open_message_ids"] = (*conversation.open_message_ids, event.message_id)
    elif conversation.status is not Status.BOT and not conversation.handoff_message_ids:
        changes["handoff_message_ids"] = (event.message_id,)
    return changes


def _bot_wrote(conversation: Conversation, event: e.MessageAdded) -> Changes:
    """Smalltalk ends the turn but answers no request: what was asked before it stays what it was.

    A notice of the bot asks what it is about: what was said before it is no request, so it is no turn and no question.
    """
    if event.kind == "notice":
        return {"open_message_ids": (), "asked_what": True, "request": "open"}
    changes: Changes = {"handoff_message_ids": conversation.question_message_ids}
    if event.kind == "choices":
        return {
            **changes,
            "request": "open",
            "clarifications": conversation.clarifications + 1,
            "choices": event.choices,
            "choices_message_id": event.message_id,
        }
    ended: Changes = {"open_message_ids": (), "clarifications": 0, **NO_CHOICES, "last_answer_intent": event.intent}
    return ended if event.smalltalk else {**changes, **ended, "asked_what": False, "request": "answered"}


def _decided(conversation: Conversation, event: e.DecisionMade, __: datetime) -> Changes:
    changes: Changes = {"language": event.language} if event.language else {}
    changes["guess"] = _guess(conversation, event)
    if event.action == "answer":
        changes["answered_at_once"] = tuple(part.label for part in event.parts)
    return changes


def _guess(conversation: Conversation, event: e.DecisionMade) -> str | None:
    """An answer names its intent itself, and of what is blind nobody may know. No model was asked: it stays."""
    if event.blind or event.action == "answer":
        return None
    return event.guesses[0].label if event.guesses else conversation.guess


def _handed_off(conversation: Conversation, event: e.HandedOff, at: datetime) -> Changes:
    labelled = conversation.open_message_ids
    if event.in_words:
        labelled = labelled[:-1]  # "a person, please" is no request a label would fit; the button has no words
    return {
        **_control(Status.WAITING, NOBODY, event.epoch),
        "episode": conversation.episode + 1,
        "reason": event.reason,
        "queue": event.queue,
        "waiting_since": at,
        "deadline": event.deadline,
        "contact_asked": event.asks_contact,
        "handoff_message_ids": labelled or conversation.handoff_message_ids,
        "open_message_ids": (),
        "request": "open",
    }


def _assigned(conversation: Conversation, event: e.Assigned, at: datetime) -> Changes:
    human_begins = conversation.status is Status.BOT and event.how != "reopen"  # Reopened began the episode already
    return {
        **_control(Status.ASSIGNED, event.agent, event.epoch),
        "weight": event.weight,
        "reply_by": event.reply_by,
        "remind_at": at + (event.reply_by - at) / 2 if event.reply_by is not None else None,
        "episode": conversation.episode + 1 if human_begins else conversation.episode,
        "waiting_since": conversation.waiting_since or at,
        "deadline": None,
        "outcome": None,
        "last_agent": event.agent,
        "resolution": None if event.how == "withdrawal" else conversation.resolution,
        "handoff_message_ids": conversation.question_message_ids,
        "open_message_ids": (),
        "request": "open",
    }


def _requeued(_: Conversation, event: e.Requeued, __: datetime) -> Changes:
    control = _control(Status.WAITING, NOBODY, event.epoch)
    return {**control, "queue": event.queue, "deadline": event.deadline}


def _resolved(_: Conversation, event: e.Resolved, at: datetime) -> Changes:
    return {"resolution": Resolution(id=event.resolution_id, agent=event.agent, at=at)}


def _settled(conversation: Conversation, event: e.ResolutionSettled, _: datetime) -> Changes:
    current = conversation.resolution
    if current is None or current.id != event.resolution_id:
        return {}
    return {"resolution": current.model_copy(update={"settled": True})}


def outcome_of_silence(conversation: Conversation) -> Outcome:
    """Return how a conversation of the bot ended in which nobody said anything more."""
    if conversation.request == "none":
        return conversation.outcome_before or "silent"
    return "answered" if conversation.request == "answered" else "abandoned"


def _closed(conversation: Conversation, event: e.Closed, _: datetime) -> Changes:
    """Older events say `answered` of every silence; what came before in the log says what it was."""
    outcome = outcome_of_silence(conversation) if event.outcome == "answered" else event.outcome
    return {
        **_control(Status.CLOSED, NOBODY, event.epoch),
        "outcome": outcome,
        "deadline": None,
        "open_message_ids": (),
        **NO_CHOICES,
    }


def _reopened(conversation: Conversation, event: e.Reopened, _: datetime) -> Changes:
    ended = conversation.outcome or conversation.outcome_before
    begun_anew = {"contact_left": False, "request": "none", "outcome_before": ended, "unannounced": False}
    return {**_to_bot(conversation, event.epoch), **_new_question(conversation), **begun_anew}


def _follow_up_planned(conversation: Conversation, event: e.FollowUpPlanned, _: datetime) -> Changes:
    return {"follow_up": FollowUp(agent=event.agent, at=event.at, planned_seq=conversation.seq + 1)}


def _follow_up_due(conversation: Conversation, event: e.FollowUpDue, at: datetime) -> Changes:
    if not event.reopened:
        return {"follow_up": None}
    return {
        **_to_bot(conversation, event.epoch),
        **_control(Status.WAITING, NOBODY, event.epoch),
        **_new_question(conversation),
        "follow_up": None,
        "unannounced": True,
        "reason": "follow_up",
        "queue": event.queue,
        "waiting_since": at,
        "contact_left": False,
        "request": "open",
        "outcome_before": conversation.outcome,
    }


def _new_question(conversation: Conversation) -> Changes:
    """What was asked before is settled, or was answered by a person."""
    answers: Changes = {"last_answer_intent": None, "answered_at_once": ()}
    return {**answers, "guess": None, "handoff_message_ids": (), "question_after": conversation.seq + 1}


_RULES: dict[type[e.Event], Callable[[Conversation, Any, datetime], Changes]] = {
    e.Started: _started,
    e.MessageAdded: _message_added,
    e.Mentioned: lambda c, event, _: {},
    e.MessageEdited: lambda c, event, _: {},
    e.MessageDeleted: lambda c, event, _: {},
    e.HandedOff: _handed_off,
    e.PromiseChanged: lambda c, event, _: {"contact_asked": event.asks_contact},
    e.HandoffCancelled: lambda c, event, _: _to_bot(c, event.epoch),
    e.ContactLeft: lambda c, event, _: {"contact_left": True},
    e.Offered: lambda c, event, _: {
        "offered_to": event.agent,
        "offered_until": event.until,
        "ended_offer": None,
    },
    e.OfferEnded: lambda c, event, _: {
        "offered_to": None,
        "offered_until": None,
        "ended_offer": EndedOffer(agent=event.agent, how=event.how),
    },
    e.Assigned: _assigned,
    e.BargedIn: lambda c, event, _: {"joined": (*c.joined, event.agent)},
    e.Left: lambda c, event, _: {"joined": tuple(each for each in c.joined if each != event.agent)},
    e.Requeued: _requeued,
    e.HandedBack: lambda c, event, _: {**_to_bot(c, event.epoch), **_new_question(c)},
    e.Held: lambda c, event, _: {"held": True},
    e.Unheld: lambda c, event, _: {"held": False},
    e.Snoozed: lambda c, event, _: {"snoozed_until": event.until},
    e.Woken: lambda c, event, _: {"snoozed_until": None},
    e.FollowUpPlanned: _follow_up_planned,
    e.FollowUpCancelled: lambda c, event, _: {"follow_up": None},
    e.FollowUpDue: _follow_up_due,
    e.FollowedUp: lambda c, event, _: {"unannounced": False},
    e.Resolved: _resolved,
    e.ResolutionSettled: _settled,
    e.ResolutionWithdrawn: lambda c, event, _: {},
    e.Closed: _closed,
    e.Reopened: _reopened,
    e.MarkedUnhelpful: lambda c, event, _: {},
    e.Rated: lambda c, event, _: {"rated_episode": event.episode},
    e.DecisionMade: _decided,
    e.Tagged: lambda c, event, _: {"tags": event.tags},
    e.GuessesShown: lambda c, event, _: {"guess": _guess(c, event.decision.model_copy(update={"blind": False}))},
    e.ChoicesShown: lambda c, event, _: {},
    e.CustomerNamed: lambda c, event, _: {},
    e.CustomerMerged: lambda c, event, _: {"customer": event.customer},
    e.Erased: lambda c, event, _: {"erased": True, "tags": (), "guess": None, "follow_up": None},
}
