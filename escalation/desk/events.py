"""What the desk tells the consoles of staff: two event types on the stream `desk`."""

from typing import Final

from escalation.events import UPCASTS

STREAM: Final = "desk"
ROW_CHANGED: Final = "RowChanged"
AGENT_CHANGED: Final = "AgentChanged"

UPCASTS.declare(ROW_CHANGED, 1)
UPCASTS.declare(AGENT_CHANGED, 1)
