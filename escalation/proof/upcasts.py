"""What the proof tells consoles by the log: one event type on the stream `models`."""

from typing import Final

from escalation.database import Transaction
from escalation.events import UPCASTS, NewEvent, append

STREAM: Final = "models"
ANSWERING_CHANGED: Final = "AnsweringChanged"

UPCASTS.declare(ANSWERING_CHANGED, 1)


def append_answering_changed(tx: Transaction, *, stopped: bool, actor: str = "system") -> None:
    """Tell that automatic answers stopped, or go on."""
    append(tx, STREAM, NewEvent(ANSWERING_CHANGED, 1, {"stopped": stopped}, actor))
