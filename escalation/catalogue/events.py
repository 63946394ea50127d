"""What the catalogue tells the rest of the program: one event type on the stream `catalogue`."""

from collections.abc import Sequence
from typing import Final, Literal

from escalation.database import Transaction
from escalation.events import UPCASTS, NewEvent, append

STREAM: Final = "catalogue"
CHANGED: Final = "CatalogueChanged"
Change = Literal["imported", "added", "changed", "answered", "archived"]

UPCASTS.declare(CHANGED, 1)


def append_changed(tx: Transaction, change: Change, names: Sequence[str], actor: str) -> None:
    """Tell that the named intents changed, and how. Titles, texts and answers are read from the catalogue itself."""
    append(tx, STREAM, NewEvent(CHANGED, 1, {"change": change, "intents": list(names)}, actor))
