"""The list agents work from: one row a conversation.

It is told whole at each change of control, at each message outside the bot's control, and at each answer of the bot.
"""

from typing import Any

from escalation.conversations.model import Conversation
from escalation.database import Transaction
from escalation.desk.events import ROW_CHANGED, STREAM
from escalation.events import NewEvent, append
from escalation.protocol.states import Status

_SHARED = (
    *("seq", "epoch", "status", "customer", "site", "locale", "language", "queue", "reason", "waiting_since"),
    *("deadline", "held", "snoozed_until", "outcome", "last_message_id", "last_customer_seq"),
)


def is_news(before: Conversation, after: Conversation) -> bool:
    """Whether the list must hear of it: while the bot has control, of the first message and of what the bot says."""
    if before.epoch != after.epoch or before.seq == 0:
        return True
    if after.status is Status.BOT:
        return after.last_message_author == "bot" and before.last_message_id != after.last_message_id
    return before.seq != after.seq


def row_of(conversation: Conversation) -> dict[str, Any]:
    """Return the row as it is stored: ids, no words."""
    state = conversation.model_dump(mode="json")
    agent = conversation.controller if conversation.status is Status.ASSIGNED else None
    own = {"conversation": conversation.id, "agent_id": agent, "last_at": state["last_message_at"]}
    own["offer"] = _offer_of(conversation)
    own["last_author"] = state["last_message_author"] or state["last_author"]
    return own | {name: state[name] for name in _SHARED}


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


def tell(tx: Transaction, before: Conversation, after: Conversation) -> None:
    """Append the row to the desk's stream, with the queue it left: some see it no longer."""
    left = left_queue(before, after)
    row = row_of(after) | ({"left_queue": left} if left is not None else {})
    event = NewEvent(ROW_CHANGED, 1, row, "system", None, after.customer, after.id)
    append(tx, STREAM, event)
