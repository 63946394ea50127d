"""The event log, its doorbell, and commands that are carried out once."""

from escalation.events.bus import Bus, Listener
from escalation.events.envelope import Envelope, NewEvent, Pending
from escalation.events.log import append, heads, log_epoch, read, start_log
from escalation.events.memory_bus import MemoryBus
from escalation.events.upcasts import UPCASTS

__all__ = [
    "UPCASTS",
    "Bus",
    "Envelope",
    "Listener",
    "MemoryBus",
    "NewEvent",
    "Pending",
    "append",
    "heads",
    "log_epoch",
    "read",
    "start_log",
]
