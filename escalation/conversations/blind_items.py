"""Blind items: conversations whose guesses stay hidden until the agent has stored a label, against automation bias.

Which ones is random, and for one conversation always the same: on every replica, after a restart, in every tab. The
coin is a keyed hash of the conversation's id, with a key of its own, so it tells nothing of any audit.
"""

from collections.abc import Callable, Mapping
from typing import Any

from escalation.conversations import events as e
from escalation.conversations.model import Conversation
from escalation.database import Transaction
from escalation.events import read
from escalation.kernel.draws import draw

IsBlindItem = Callable[[str], bool]
"""Whether the guesses of a conversation, by its id, are hidden until a label is stored."""
_PAGE = 200
HIDDEN: Mapping[str, Any] = {
    "label": None, "confidence": None, "novelty": None, "guesses": (), "neighbours": (), "parts": (), "votes": None,
}  # fmt: skip
"""What stands in a blind decision instead of what the model made of the turn."""


def never_blind(_: str) -> bool:
    """Hide nothing."""
    return False


def blind_items(key: bytes, share: float) -> IsBlindItem:
    """Return the coin: `share`, 0 to 1, of all conversations are blind items."""

    def is_blind(conversation: str) -> bool:
        return draw(key, conversation) < share

    return is_blind


def hidden(tx: Transaction, conversation: Conversation) -> tuple[e.GuessesShown | e.ChoicesShown, ...]:
    """Return what is to be shown once the question asked now has its label: decisions and choices that were hidden."""
    found: list[e.GuessesShown | e.ChoicesShown] = []
    after = conversation.question_after
    while page := read(tx, f"conversation:{conversation.id}", after, _PAGE):
        for envelope in page:
            if not envelope.payload.get("blind"):
                continue
            event = e.parse_event(envelope.type, envelope.payload)
            if isinstance(event, e.DecisionMade):
                found.append(e.GuessesShown(decision=event, decided_seq=envelope.seq, decided_at=envelope.at))
            elif isinstance(event, e.MessageAdded):
                found.append(e.ChoicesShown(message_id=event.message_id))
        after = page[-1].seq
    return tuple(found)
