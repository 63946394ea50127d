"""How a feature declares the frames it takes and the events it shows.

A frame that nobody declared is refused; an event that nobody declared goes to nobody. A feature has one file
`declarations.py` with a `Handlers` for its frames and an `EventViews` for its events; realtime puts those of all
features together.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from escalation.conversations.moments import Moment, WordNeeds
from escalation.conversations.ports import Stored
from escalation.people.permissions import Permission
from escalation.people.scope import Scope
from escalation.protocol.frames.base import Audience, Frame

Service = TypeVar("Service")
Person = TypeVar("Person")
AFrame = TypeVar("AFrame", bound=Frame)

Handler = Callable[[Person, Any], Awaitable[Stored | None]]
"""Carry out a frame for a person; returns what was stored in a conversation, if anything."""

ServiceCall = Callable[[Service, Person, Any], Awaitable[Stored | None]]
"""The same, with the service that does it."""

View = Callable[[Moment, Audience], Frame | None]
"""Return what this audience is sent for the event, if anything."""

Needs = Callable[[Mapping[str, Any]], WordNeeds]
"""Return the ids whose words the views of an event with this payload may show."""


class Handlers(Generic[Service, Person]):
    """The frames a feature takes, each with the call of its service that carries it out."""

    def __init__(self) -> None:
        self._calls: dict[type[Frame], ServiceCall[Service, Person]] = {}
        self.calling_people: set[type[Frame]] = set()
        """Frames that bring a person or send one away: a customer may send few of them."""
        self.needs: dict[type[Frame], Permission] = {}
        """What staff must be permitted to send each; customers' frames need nothing."""

    def take(
        self,
        frame: type[AFrame],
        call: Callable[[Service, Person, AFrame], Awaitable[Stored | None]],
        *,
        calls_people: bool = False,
        needs: Permission | None = None,
    ) -> None:
        """Declare that `call` carries out this type of frame. Raises: ValueError if another one does."""
        if frame in self._calls:
            raise ValueError(f"{frame.__name__} has a handler already")
        self._calls[frame] = call
        if calls_people:
            self.calling_people.add(frame)
        if needs is not None:
            self.needs[frame] = needs

    def bound(self, service: Service) -> dict[type[Frame], Handler[Person]]:
        """Return the handlers by type of frame, calling this service."""
        return {frame: _bound(call, service) for frame, call in self._calls.items()}


def _bound(call: ServiceCall[Service, Person], service: Service) -> Handler[Person]:
    return lambda person, frame: call(service, person, frame)


def no_words(_: Mapping[str, Any]) -> WordNeeds:
    """The views of the event show no words from elsewhere."""
    return WordNeeds()


Limited = Callable[[Moment, Frame, Scope], Frame | None]
"""Return what a limited member of staff is sent in place of the frame that all others are sent, if anything."""


def nothing(_: Moment, __: Frame, ___: Scope) -> Frame | None:
    """A limited member is sent nothing: what nobody declared reaches nobody."""
    return None


def all_of_it(_: Moment, frame: Frame, __: Scope) -> Frame | None:
    """A limited member is sent the same: it tells of no conversation, or its stream is closed to who may not see it."""
    return frame


class Shown(NamedTuple):
    """One type of event: to whom it goes, as what, which words that takes, and what is left of it for the limited."""

    to: frozenset[Audience]
    view: View
    needs: Needs
    limited: Limited


class EventViews:
    """The types of events a feature shows."""

    def __init__(self) -> None:
        self.shown: dict[str, Shown] = {}

    def show(
        self,
        *types: str,
        to: Iterable[Audience],
        view: View,
        needs: Needs = no_words,
        limited: Limited = nothing,
    ) -> None:
        """Declare that these types go to these audiences as `view` makes it. Raises: ValueError if declared before."""
        for type in types:
            if type in self.shown:
                raise ValueError(f"{type} is shown already")
            self.shown[type] = Shown(frozenset(to), view, needs, limited)


def payload_as(frame: type[Frame]) -> View:
    """Return the view of an event whose payload has the frame's fields; what else it has stays with the service."""

    def make(moment: Moment, _: Audience) -> Frame:
        envelope = moment.envelope
        known = {"at": envelope.at, **envelope.payload, "stream": envelope.stream, "seq": envelope.seq}
        return frame.model_validate({name: value for name, value in known.items() if name in frame.model_fields})

    return make
