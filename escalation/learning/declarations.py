"""What learning declares: staff see what answers now, what is being trained, and that intents changed."""

from escalation.catalogue.events import CHANGED
from escalation.conversations.registry import EventViews, all_of_it, payload_as
from escalation.learning.events import PUBLISHED, RUN_CHANGED
from escalation.protocol.frames.learning import CatalogueChanged, ModelPublished, RunChanged

VIEWS = EventViews()

VIEWS.show(PUBLISHED, to=["staff"], view=payload_as(ModelPublished), limited=all_of_it)
VIEWS.show(RUN_CHANGED, to=["staff"], view=payload_as(RunChanged), limited=all_of_it)
VIEWS.show(CHANGED, to=["staff"], view=payload_as(CatalogueChanged), limited=all_of_it)
