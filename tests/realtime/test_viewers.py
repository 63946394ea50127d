"""Who else has a conversation open: told to colleagues when it changes, never to customers."""

import json
from typing import Any

from escalation.protocol.frames.base import Audience
from escalation.protocol.frames.connection import Person
from escalation.realtime.hub import Hub, Peer
from escalation.realtime.outbox import Outbox
from escalation.realtime.ports import Admission

STREAM = "conversation:c1"


def a_peer(hub: Hub, person: str, audience: Audience = "staff") -> Outbox:
    outbox = Outbox(audience)
    role: Any = "agent" if audience == "staff" else "customer"
    who = Admission(Person(id=person, name=person.title(), role=role), f"tab-of-{person}")
    hub.join(Peer(who, outbox, lambda *_: None, lambda *_: None))
    return outbox


def told(outbox: Outbox) -> list[str] | None:
    """Whom the newest hint names; None where there was none."""
    text = outbox._hints.pop("viewers c1", None)
    return None if text is None else [each["name"] for each in json.loads(text)["viewers"]]


def a_hub() -> Hub:
    return Hub(later=lambda *_: None)


def test_those_who_have_it_open_know_of_each_other_until_they_leave() -> None:
    hub = a_hub()
    ana, tom = a_peer(hub, "ana"), a_peer(hub, "tom")
    hub.follow(ana, STREAM, None)
    assert told(ana) is None
    hub.follow(tom, STREAM, None)
    assert (told(ana), told(tom)) == (["Tom"], ["Ana"])
    hub.leave(tom)
    assert told(ana) == []


def test_a_second_tab_is_nobody_else() -> None:
    hub = a_hub()
    ana, again, tom = a_peer(hub, "ana"), a_peer(hub, "ana"), a_peer(hub, "tom")
    for each in (ana, again, tom):
        hub.follow(each, STREAM, None)
    assert (told(again), told(tom)) == (["Tom"], ["Ana"])
    hub.unfollow(again, STREAM)
    assert (told(ana), told(tom)) == (["Tom"], ["Ana"])


def test_customers_are_neither_shown_nor_told() -> None:
    hub = a_hub()
    ana, tom, maria = a_peer(hub, "ana"), a_peer(hub, "tom"), a_peer(hub, "maria", "customer")
    for each in (ana, maria, tom):
        hub.follow(each, STREAM, None)
    assert (told(ana), told(maria)) == (["Tom"], None)
