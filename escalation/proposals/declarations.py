"""What proposed answers declare: staff see for which intents they changed."""

from escalation.conversations.registry import EventViews, all_of_it, payload_as
from escalation.proposals.events import CHANGED
from escalation.protocol.frames.learning import ProposalsChanged

VIEWS = EventViews()

VIEWS.show(CHANGED, to=["staff"], view=payload_as(ProposalsChanged), limited=all_of_it)
