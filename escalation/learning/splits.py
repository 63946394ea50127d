"""Which examples train and which are kept to judge by. Pure."""

import hashlib
from typing import Literal

Split = Literal["train", "gate"]


def split_of(conversation: str, gate_share: float) -> Split:
    """Return the side of a conversation's examples: `gate` for about `gate_share` of all conversations, for ever."""
    drawn = int.from_bytes(hashlib.sha256(conversation.encode()).digest()[:8], "big")
    return "gate" if drawn < gate_share * 2**64 else "train"
