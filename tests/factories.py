"""What tests are made of: functions with keyword defaults that return valid values."""

from datetime import UTC, datetime, timedelta
from typing import Any

from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations.evolution import evolve
from escalation.conversations.machine import decide
from escalation.conversations.model import BOT, NOBODY, Conversation, Resolution
from escalation.conversations.predictions import Guess, Near, Part
from escalation.protocol.messages import Option, TextBody
from escalation.protocol.states import Status

NOON = datetime(2030, 1, 2, 12, 0, tzinfo=UTC)
CUSTOMER = c.Actor(kind="customer", id="customer-1")
THE_BOT = c.Actor(kind="bot", id=BOT)
SYSTEM = c.Actor(kind="system", id="system")


def an_agent(id: str = "ana", *, name: str = "", supervisor: bool = False) -> c.Actor:
    """An agent; named after their id."""
    return c.Actor(kind="agent", id=id, name=name or id.title(), supervisor=supervisor)


ANA = an_agent("ana")
TOM = an_agent("tom")
SUE = an_agent("sue", supervisor=True)


def a_conversation(*, status: Status = Status.BOT, **overrides: Any) -> Conversation:
    """A conversation as it typically stands in `status`; `bot` has one open turn, `assigned` is Ana's."""
    typical: dict[str, Any] = {
        "id": "conversation-1",
        "customer": CUSTOMER.id,
        "status": status,
        "controller": {Status.BOT: BOT, Status.ASSIGNED: ANA.id}.get(status, NOBODY),
        "epoch": 3,
        "seq": 5,
        "episode": 2,
        "last_customer_seq": 4,
        "last_message_id": "message-1",
        "last_message_at": NOON,
        "last_author": "bot",
    }
    if status is Status.BOT:
        typical["open_message_ids"] = ("message-1",)
    else:
        typical |= {"reason": "novel", "waiting_since": NOON, "handoff_message_ids": ("message-1",)}
    if status is Status.ASSIGNED:
        typical["last_agent"] = ANA.id
    if status is Status.CLOSED:
        typical |= {"outcome": "resolved", "resolution": a_resolution(), "last_agent": ANA.id}
    return Conversation(**(typical | overrides))


def a_resolution(
    *, id: str = "resolution-1", agent: str = "ana", at: datetime = NOON, settled: bool = False
) -> Resolution:
    """Ana's resolution of this moment, not settled yet."""
    return Resolution(id=id, agent=agent, at=at, settled=settled)


def a_part(label: str = "refund", start: int = 0, end: int = 15) -> Part:
    """One of several requests in a turn, of which the model is sure."""
    guesses = (Guess(label=label, score=0.97),)
    return Part(start=start, end=end, confidence=0.97, novelty=0.1, guesses=guesses)


def a_decision(**overrides: Any) -> e.DecisionMade:
    """The grounds of an automatic answer."""
    typical: dict[str, Any] = {
        "decision_id": "decision-1",
        "message_ids": ("message-1",),
        "action": "answer",
        "reason": None,
        "grounds": "prediction",
        "label": "refund",
        "model": "v1",
        "threshold": 0.9,
        "confidence": 0.97,
        "novelty": 0.1,
        "guesses": (Guess(label="refund", score=0.97),),
        "neighbours": (Near(example_id="example-1", label="refund", similarity=0.8),),
        "epoch": 3,
    }
    return e.DecisionMade(**(typical | overrides))


A_NOTE = c.SentMessage(
    id="note-1", author="agent", author_id=ANA.id, internal=True, at=NOON, body=TextBody(text="rude, but right")
)
"""Ana's, of this moment."""
A_REPLY = A_NOTE.model_copy(update={"id": "reply-1", "internal": False, "body": TextBody(text="Let me look.")})

_DEFAULTS: dict[type[c.Command], dict[str, Any]] = {
    c.Say: {"actor": CUSTOMER, "message_id": "said-1", "client_message_id": "client-1", "text": "where is it?"},
    c.Begin: {"actor": CUSTOMER, "site": "shop", "locale": "en"},
    c.Choose: {
        "actor": CUSTOMER,
        "message_id": "chosen-1",
        "client_message_id": "client-2",
        "choices_message_id": "choices-1",
        "intent": "refund",
        "title": "Refund",
    },
    c.MarkUnhelpful: {"actor": CUSTOMER, "message_id": "answer-1"},
    c.Rate: {"actor": CUSTOMER, "score": 4},
    c.CancelHandoff: {"actor": CUSTOMER},
    c.LeaveContact: {"actor": CUSTOMER},
    c.Answer: {
        "actor": THE_BOT,
        "message_id": "answer-1",
        "text": "It is on its way.",
        "intent": "refund",
        "up_to_seq": 4,
        "decision": a_decision(),
    },
    c.AnswerParts: {
        "actor": THE_BOT,
        "answers": (
            c.PartAnswer(message_id="answer-1", text="It is on its way.", intent="order"),
            c.PartAnswer(message_id="answer-2", text="Within 14 days.", intent="refund"),
        ),
        "up_to_seq": 4,
        "decision": a_decision(label="order", parts=(a_part("order"), a_part("refund", 20, 41))),
    },
    c.Clarify: {
        "actor": THE_BOT,
        "message_id": "choices-1",
        "options": (Option(intent="refund", title="Refund"), Option(intent="card", title="Card")),
        "up_to_seq": 4,
        "decision": a_decision(action="clarify"),
    },
    c.AskWhat: {
        "actor": THE_BOT,
        "message_id": "asked-1",
        "up_to_seq": 4,
        "decision": a_decision(action="clarify", grounds="words"),
    },
    c.HandOff: {"actor": THE_BOT, "reason": "novel", "deadline": NOON + timedelta(minutes=5)},
    c.TellWaiting: {"actor": SYSTEM, "notice": "somebody_online"},
    c.Claim: {"actor": ANA},
    c.Offer: {"actor": SYSTEM, "agent": "tom"},
    c.AcceptOffer: {"actor": TOM},
    c.EndOffer: {"actor": SYSTEM, "agent": "tom", "how": "timed_out"},
    c.Assign: {"actor": SUE, "agent": ANA},
    c.TakeOver: {"actor": SUE},
    c.BargeIn: {"actor": SUE},
    c.Leave: {"actor": SUE, "agent": SUE.id},
    c.Reply: {"actor": ANA, "message_id": "reply-1", "client_message_id": "client-3", "text": "Let me look."},
    c.AddNote: {"actor": ANA, "message_id": "note-1", "client_message_id": "client-4", "text": "rude, but right"},
    c.EditMessage: {"actor": ANA, "message": A_NOTE, "text": "right, and polite"},
    c.DeleteMessage: {"actor": ANA, "message": A_NOTE},
    c.Hold: {"actor": ANA},
    c.Unhold: {"actor": ANA},
    c.Tag: {"actor": ANA, "tags": ("late",)},
    c.Snooze: {"actor": ANA, "until": NOON + timedelta(hours=1)},
    c.Wake: {"actor": ANA},
    c.PlanFollowUp: {"actor": ANA, "at": NOON + timedelta(days=1)},
    c.CancelFollowUp: {"actor": ANA},
    c.FollowUpNow: {"actor": SYSTEM, "planned_seq": 5},
    c.Transfer: {"actor": ANA, "queue": "billing"},
    c.Release: {"actor": ANA},
    c.HandBack: {"actor": ANA},
    c.Resolve: {
        "actor": ANA,
        "resolution_id": "resolution-2",
        "label": "refund",
        "answer_message_id": "reply-1",
        "outcome": "solved",
        "learn": True,
        "last_seen_seq": 5,
    },
    c.WithdrawResolution: {"actor": ANA},
    c.Settle: {"actor": SYSTEM, "resolution_id": "resolution-1"},
    c.CloseAfterSilence: {"actor": SYSTEM},
    c.Abandon: {"actor": SYSTEM},
    c.Expire: {"actor": SYSTEM},
    c.NameCustomer: {"actor": SYSTEM},
    c.MergeCustomer: {"actor": SYSTEM, "customer": "customer-2"},
    c.Erase: {"actor": SYSTEM},
}


def a_command(kind: type[c.Command], **overrides: Any) -> c.Command:
    """A command of any kind by who usually sends it, under the epoch of `a_conversation`."""
    epoch = {"epoch": 3} if issubclass(kind, c.Fenced | c.ChangeMessage) else {}
    return kind(**(epoch | _DEFAULTS[kind] | overrides))


def a_say(text: str = "where is it?", **overrides: Any) -> c.Command:
    """A customer's message."""
    return a_command(c.Say, text=text, **overrides)


def after(conversation: Conversation, *commands: c.Command, at: datetime = NOON) -> Conversation:
    """The conversation once `commands` ran, all at the same time."""
    for command in commands:
        for event in decide(conversation, command, at):
            conversation = evolve(conversation, event, at)
    return conversation


def a_new_conversation(*commands: c.Command, at: datetime = NOON) -> Conversation:
    """A conversation from its first event on: a customer said something, then `commands` ran."""
    return after(Conversation(id="conversation-1"), a_say(message_id="first", text="hello"), *commands, at=at)
