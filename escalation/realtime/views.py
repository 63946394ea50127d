"""What each audience may see of each event: one allow list, put together from what the features declare.

A type that no feature declares goes to nobody.
"""

from collections.abc import Collection, Iterable, Mapping

from escalation.conversations import declarations as conversations
from escalation.conversations.moments import Moment, WordNeeds
from escalation.conversations.registry import EventViews, Shown, View
from escalation.desk import declarations as desk
from escalation.events.envelope import Envelope
from escalation.learning import declarations as learning
from escalation.people.scope import Scope
from escalation.proof import declarations as proof
from escalation.proposals import declarations as proposals
from escalation.protocol.frames.base import AUDIENCES, Audience, Frame

FEATURES: tuple[EventViews, ...] = (conversations.VIEWS, desk.VIEWS, learning.VIEWS, proof.VIEWS, proposals.VIEWS)


Listening = Mapping[str, Collection[Audience]]
"""By stream, who listens to it."""


def _together(features: Iterable[EventViews]) -> dict[str, Shown]:
    shown: dict[str, Shown] = {}
    for feature in features:
        twice = shown.keys() & feature.shown.keys()
        if twice:
            raise ValueError(f"two features show {', '.join(sorted(twice))}")
        shown |= feature.shown
    return shown


SHOWN: Mapping[str, Shown] = _together(FEATURES)

VIEWS: Mapping[Audience, Mapping[str, View]] = {
    audience: {type: shown.view for type, shown in SHOWN.items() if audience in shown.to} for audience in AUDIENCES
}
"""By audience and type of event."""


def view(moment: Moment, audience: Audience, scope: Scope | None = None) -> Frame | None:
    """Return what this audience is sent for this event, if anything. Raises: ValueError if it is not for it.

    `scope` is that of a limited member of staff; None limits nothing.
    """
    type = moment.envelope.type
    maker = VIEWS[audience].get(type)
    frame = maker(moment, audience) if maker is not None else None
    if frame is not None and scope is not None:
        frame = SHOWN[type].limited(moment, frame, scope)
    if frame is not None and audience not in frame.sent_to:
        raise ValueError(f"{frame.__class__.__name__} is not sent to {audience}")
    return frame


def needs(envelopes: Iterable[Envelope], listening: Listening | None = None) -> WordNeeds:
    """Return the ids whose words the views of these events may show; with `listening`, to those who do.

    Names of agents are always among them: the scene that the next events are told in remembers them.
    """
    return WordNeeds.of_all(_needs(each, listening) for each in envelopes if each.type in SHOWN)


def _needs(envelope: Envelope, listening: Listening | None) -> WordNeeds:
    shown = SHOWN[envelope.type]
    wanted = shown.needs(envelope.payload)
    if listening is None or not shown.to.isdisjoint(listening[envelope.stream]):
        return wanted
    return WordNeeds(agents=wanted.agents)
