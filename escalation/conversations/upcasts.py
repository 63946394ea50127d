"""The versions of the events conversations append, declared to the log; steps from old shapes go here."""

from typing import get_args

from escalation.conversations.events import ConversationEvent, Event
from escalation.conversations.streams import CONTACT_CHANGED, ERASED, OPENED, PUBLISHED, PUBLISHED_VERSION, REVOKED
from escalation.events import UPCASTS
from escalation.events.upcasts import Payload


@UPCASTS.step("Offered", 1)
def _offered_2(payload: Payload) -> Payload:
    """Offers got an end."""
    return {**payload, "until": None}


@UPCASTS.step("Assigned", 1)
def _without_terms(payload: Payload) -> Payload:
    """Nobody was told by when to write, and every conversation took one unit of capacity."""
    return payload | {"reply_by": None, "weight": 1}


def event_types() -> tuple[type[Event], ...]:
    """Every type of event a conversation's stream can hold."""
    kinds: tuple[type[Event], ...] = get_args(get_args(ConversationEvent)[0])
    return kinds


@UPCASTS.step("HandedOff", 1)
def _told_apart(payload: Payload) -> Payload:
    """Whether an address was asked for was not stored; those who waited then are asked when their wait is over."""
    return payload | {"asks_contact": False}


@UPCASTS.step("HandedOff", 2)
def _asked_in_words(payload: Payload) -> Payload:
    """Words and button were not told apart: the newest message counted as the request for a person."""
    return payload | {"in_words": payload["reason"] == "asked_for_human"}


@UPCASTS.step("DecisionMade", 1)
def _language(payload: Payload) -> Payload:
    """The language of the turn was not kept."""
    return payload | {"language": None}


@UPCASTS.step("DecisionMade", 2)
@UPCASTS.step("Resolved", 1)
@UPCASTS.step(PUBLISHED, 1)
def _as_one(payload: Payload) -> Payload:
    """Every turn was read, and labelled, as one request."""
    return payload | {"parts": []}


@UPCASTS.step("DecisionMade", 3)
def _one_model(payload: Payload) -> Payload:
    """One model decided alone, there were no lanes, and staff saw every decision."""
    return payload | {"blind": False, "lane": None, "votes": None}


@UPCASTS.step("MessageAdded", 1)
def _with_smalltalk(payload: Payload) -> Payload:
    """The first version did not say which answers were smalltalk: all count as answers to a request."""
    return payload | {"smalltalk": False}


@UPCASTS.step("MessageAdded", 2)
def _without_files(payload: Payload) -> Payload:
    """Nobody could send files."""
    return payload | {"attachments": []}


@UPCASTS.step("MessageAdded", 3)
def _without_quotes(payload: Payload) -> Payload:
    """No message quoted another."""
    return payload | {"quotes": None}


@UPCASTS.step("MessageAdded", 4)
def _with_choices_shown(payload: Payload) -> Payload:
    """Staff saw what the bot offered, in blind items too."""
    return payload | {"blind": False}


for _kind in event_types():
    UPCASTS.declare(_kind.__name__, _kind.version)
UPCASTS.declare(PUBLISHED, PUBLISHED_VERSION)
for _name in (REVOKED, ERASED, OPENED, CONTACT_CHANGED):
    UPCASTS.declare(_name, 1)
