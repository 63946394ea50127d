"""What proposed answers tell the rest of the program: one event type on a stream of their own."""

from collections.abc import Iterable
from typing import Final

from escalation.database import Transaction
from escalation.events import UPCASTS, NewEvent, append

STREAM: Final = "proposals"
CHANGED: Final = "ProposalsChanged"

UPCASTS.declare(CHANGED, 1)


def append_changed(tx: Transaction, intents: Iterable[str], actor: str) -> None:
    """Tell that what is proposed for these intents changed; the proposals are read anew."""
    append(tx, STREAM, NewEvent(CHANGED, 1, {"intents": sorted(set(intents))}, actor))
