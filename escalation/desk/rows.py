"""The list agents work from: one row a conversation.

It is told whole at each change of control, at each message outside the bot's control, and at each answer of the bot.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from escalation.conversations import events as e
from escalation.conversations.model import Conversation
from escalation.database import Transaction
from escalation.desk.events import ROW_CHANGED, STREAM
from escalation.events import NewEvent, append
from escalation.protocol.states import Status

_SHARED = (
    *("seq", "epoch", "status", "customer", "site", "locale", "language", "queue", "reason", "waiting_since"),
    *("deadline", "reply_by", "remind_at", "held", "snoozed_until", "outcome", "last_message_id", "last_customer_seq"),
    "guess",
)


def is_news(before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]) -> bool:
    """Whether the list must hear of it: while the bot has control, of the first message and of what the bot says."""
    if any(isinstance(each, e.CustomerNamed | e.CustomerMerged) for each in events):
        return True
    if before.epoch != after.epoch or before.seq == 0 or before.follow_up != after.follow_up:
        return True
    if after.status is Status.BOT:
        said = before.last_message_id, before.last_message_author
        return after.last_message_author == "bot" and said != (after.last_message_id, "bot")
    return before.seq != after.seq


def row_of(conversation: Conversation, sla: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the row as it is stored: ids, no words. `sla` is the clock that is due first, if one runs."""
    state = conversation.model_dump(mode="json")
    agent = conversation.controller if conversation.status is Status.ASSIGNED else None
    own = {"conversation": conversation.id, "agent_id": agent, "last_at": state["last_message_at"]}
    plan = conversation.follow_up
    own["follow_up"] = {"agent_id": plan.agent, "at": state["follow_up"]["at"]} if plan is not None else None
    own["offer"] = _offer_of(conversation)
    own["sla"] = dict(sla) if sla is not None else None
    own["last_author"] = _said_by(conversation)
    return own | {name: state[name] for name in _SHARED}


def _said_by(conversation: Conversation) -> str | None:
    """Who wrote the words shown: of a question of the bot whose choices are hidden, these are the customer's."""
    if conversation.last_message_id in conversation.question_message_ids:
        return "customer"
    return conversation.last_message_author or conversation.last_author


def _offer_of(conversation: Conversation) -> dict[str, Any] | None:
    """The newest offer under the present owner, open or ended."""
    ended = conversation.ended_offer
    if conversation.offered_to is not None:
        until = conversation.offered_until
        return {
            "agent_id": conversation.offered_to,
            "until": until.isoformat() if until else None,
            "ended": None,
        }
    return {"agent_id": ended.agent, "until": None, "ended": ended.how} if ended else None


def left_queue(before: Conversation, after: Conversation) -> str | None:
    """Return the queue that a conversation has just left for another one."""
    return before.queue if before.seq > 0 and before.queue != after.queue else None


def tell(tx: Transaction, before: Conversation, after: Conversation, sla: Mapping[str, Any] | None) -> None:
    """Append the row to the desk's stream, with the queue it left: some see it no longer."""
    left = left_queue(before, after)
    row = row_of(after, sla) | ({"left_queue": left} if left is not None else {})
    event = NewEvent(ROW_CHANGED, 1, row, "system", None, after.customer, after.id)
    append(tx, STREAM, event)
