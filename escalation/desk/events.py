"""What the desk tells the consoles of staff: rows and agents on the stream `desk`, to each member what is theirs."""

from typing import Final

from escalation.events import UPCASTS

STREAM: Final = "desk"
ROW_CHANGED: Final = "RowChanged"
AGENT_CHANGED: Final = "AgentChanged"

OWN: Final = "staff:"
"""A stream for each member of staff, followed by their own connections only."""
CONVERSATION_READ: Final = "ConversationRead"

UPCASTS.declare(ROW_CHANGED, 1)
UPCASTS.declare(AGENT_CHANGED, 1)
UPCASTS.declare(CONVERSATION_READ, 1)
