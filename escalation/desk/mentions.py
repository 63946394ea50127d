"""Mentions: notes that call colleagues. Each of them hears of it on their own stream, and finds it in a view."""

from collections.abc import Sequence
from typing import Final

from escalation.conversations import events as e
from escalation.conversations.model import Conversation
from escalation.database import Transaction
from escalation.desk import calls
from escalation.desk.errors import OutOfSight
from escalation.desk.events import MENTIONED, OWN
from escalation.desk.guards import require_sight
from escalation.events import NewEvent, append
from escalation.people import staff

MOST: Final = 10
"""Colleagues that one note may call."""


def require_reachable(tx: Transaction, agents: Sequence[str], conversation: Conversation) -> None:
    """Refuse a note that calls somebody who would not see it. Raises: OutOfSight, NotFound."""
    for agent in agents:
        member = staff.member(tx, agent)
        if member.disabled:
            raise OutOfSight(f"The account of {member.name} is disabled. Take the mention out, or name somebody else.")
        require_sight(tx, agent, conversation)


def record(tx: Transaction, before: Conversation, after: Conversation, events: Sequence[e.ConversationEvent]) -> None:
    """Keep who is mentioned, and tell each of them; without words."""
    places = {
        event.message_id: seq for seq, event in enumerate(events, before.seq + 1) if isinstance(event, e.MessageAdded)
    }
    for event in events:
        if not isinstance(event, e.Mentioned):
            continue
        seq = places[event.message_id]
        for agent in event.agents:
            calls.keep(tx, "mention", agent, after.id, seq)
            append(tx, OWN + agent, NewEvent(MENTIONED, 1, {"conversation": after.id, "up_to": seq}, "system"))
