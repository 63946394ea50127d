"""What the proof declares: staff see at once when automatic answers stop or go on."""

from escalation.conversations.registry import EventViews, all_of_it, payload_as
from escalation.proof.upcasts import ANSWERING_CHANGED
from escalation.protocol.frames.learning import AnsweringChanged

VIEWS = EventViews()

VIEWS.show(ANSWERING_CHANGED, to=["staff"], view=payload_as(AnsweringChanged), limited=all_of_it)
