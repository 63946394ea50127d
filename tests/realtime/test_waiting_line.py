"""Telling waiting customers their place: what is new, not too often, to nobody else, and little work for many."""

import time
from collections.abc import Collection, Mapping

from escalation.conversations import events as e
from escalation.desk.queue_places import Place
from escalation.desk.waiting import WaitRange
from escalation.realtime.waiting_line import TELL_SECONDS, WaitingLine
from tests.factories import NOON
from tests.realtime.service import Service
from tests.waiting import settled

STREAM = "conversation:c1"
SECOND = Place(2, WaitRange(2, 6))


class FakePlaces:
    """What the desk would answer, and what it was asked."""

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.asked: list[set[str]] = []

    async def of(self, conversations: Collection[str]) -> Mapping[str, Place]:
        self.asked.append(set(conversations))
        return {id: place for id, place in self.places.items() if id in conversations}


def waits(service: Service, conversation: str = "c1", customer: str = "customer-1") -> None:
    service.log.open(conversation, customer)
    service.log.happen(conversation, e.HandedOff(reason="novel", queue="general", epoch=2, deadline=NOON))


async def test_a_place_is_told_once_and_again_when_it_changes_but_not_too_soon(service: Service) -> None:
    desk = FakePlaces()
    line = WaitingLine(service.hub, desk.of)
    waits(service)
    customer, agent = service.connect("customer:customer-1", {STREAM: 2}), service.connect("agent:ana", {STREAM: 2})
    await settled()
    desk.places["c1"] = SECOND
    assert [await line.look(at) for at in (0.0, 5.0, 20.0)] == [1, 0, 0]
    await settled()
    desk.places["c1"] = Place(1, None)
    assert [await line.look(at) for at in (TELL_SECONDS - 1, TELL_SECONDS)] == [0, 1]
    await settled()
    shown = {"type": "queue_place", "conversation": "c1"}
    assert customer.of("queue_place") == [
        shown | {"position": 2, "low_minutes": 2, "high_minutes": 6},
        shown | {"position": 1, "low_minutes": None, "high_minutes": None},
    ]
    assert agent.of("queue_place") == []


async def test_who_can_be_told_nothing_hears_nothing_and_who_was_told_hears_that_it_is_over(service: Service) -> None:
    desk = FakePlaces()
    line = WaitingLine(service.hub, desk.of)
    waits(service)
    customer = service.connect("customer:customer-1", {STREAM: 2})
    await settled()
    assert await line.look(0.0) == 0
    desk.places["c1"] = SECOND
    assert await line.look(5.0) == 1
    await settled()
    desk.places.clear()
    assert await line.look(5.0 + TELL_SECONDS) == 1
    await settled()
    assert [frame["position"] for frame in customer.of("queue_place")] == [2, None]


async def test_nobody_is_asked_about_while_nobody_waits_here(service: Service) -> None:
    desk = FakePlaces()
    line = WaitingLine(service.hub, desk.of)
    service.log.open("c1")
    service.connect("customer:customer-1", {STREAM: 1})
    waits(service, "c2")
    service.connect("agent:ana", {"conversation:c2": 2})
    await settled()
    assert await line.look(0.0) == 0
    assert desk.asked == []


async def test_a_place_gives_way_to_events_and_comes_after_them(service: Service) -> None:
    desk = FakePlaces()
    desk.places["c1"] = SECOND
    line = WaitingLine(service.hub, desk.of)
    waits(service)
    customer = service.connect("customer:customer-1", {STREAM: 2})
    await settled()
    customer.stall()
    for number in range(2):
        added = e.MessageAdded(message_id=f"m{number}", author="system", author_id="system", kind="notice")
        await service.ring(service.log.happen("c1", added))
    assert await line.look(0.0) == 0, "there is no room for a hint"
    customer.flow()
    await settled()
    assert await line.look(5.0) == 1, "and it is not forgotten"


async def test_a_round_for_five_hundred_costs_one_read_and_milliseconds(service: Service) -> None:
    desk = FakePlaces()
    line = WaitingLine(service.hub, desk.of)
    for number in range(500):
        waits(service, f"c{number}", f"customer-{number}")
        service.connect(f"customer:customer-{number}", {f"conversation:c{number}": 2})
        desk.places[f"c{number}"] = Place(number + 1, WaitRange(2, 6))
    await settled()
    began = time.process_time()
    assert await line.look(0.0) == 500
    assert time.process_time() - began < 0.5
    assert len(desk.asked) == 1
