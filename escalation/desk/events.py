"""What the desk tells the consoles of staff: rows and agents on the stream `desk`, to each member what is theirs."""

from typing import Final

from escalation.events import UPCASTS

STREAM: Final = "desk"
ROW_CHANGED: Final = "RowChanged"
AGENT_CHANGED: Final = "AgentChanged"
SLA_WARNED: Final = "SlaWarned"
SLA_BREACHED: Final = "SlaBreached"
"""Of a conversation: four fifths of a target's time are over; the target is missed. Each is told once a clock."""

OWN: Final = "staff:"
"""A stream for each member of staff, followed by their own connections only."""
CONVERSATION_READ: Final = "ConversationRead"
WHISPERED: Final = "Whispered"
MENTIONED: Final = "MentionAdded"

QUEUES: Final = "queues"
"""Tells that something else is set about a queue: the router looks at once."""
QUEUE_CHANGED: Final = "QueueChanged"

UPCASTS.declare(ROW_CHANGED, 1)
UPCASTS.declare(AGENT_CHANGED, 1)
UPCASTS.declare(SLA_WARNED, 1)
UPCASTS.declare(SLA_BREACHED, 1)
UPCASTS.declare(CONVERSATION_READ, 1)
UPCASTS.declare(QUEUE_CHANGED, 1)
UPCASTS.declare(WHISPERED, 1)
UPCASTS.declare(MENTIONED, 1)
