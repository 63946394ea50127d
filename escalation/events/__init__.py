"""The event log, the bus that rings when it grows, who follows it durably, and commands carried out once."""

from escalation.events.bus import Bus, Listener
from escalation.events.doorbell import Doorbell
from escalation.events.envelope import Envelope, NewEvent, Pending
from escalation.events.follow import Follower
from escalation.events.log import append, bind_secret, heads, log_epoch, newest, read, start_log
from escalation.events.memory_bus import MemoryBus
from escalation.events.upcasts import UPCASTS

__all__ = [
    "UPCASTS",
    "Bus",
    "Doorbell",
    "Envelope",
    "Follower",
    "Listener",
    "MemoryBus",
    "NewEvent",
    "Pending",
    "append",
    "bind_secret",
    "heads",
    "log_epoch",
    "newest",
    "read",
    "start_log",
]
