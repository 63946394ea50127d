"""Which words are read for whom: those that nobody who follows is shown are not looked up."""

import asyncio

from escalation.conversations.predictions import Near
from escalation.realtime.ports import Pages
from escalation.realtime.views import Listening
from tests.factories import a_decision
from tests.realtime.clients import FakeTransport
from tests.realtime.fake_log import FakeLog
from tests.realtime.service import Service
from tests.waiting import settled

STREAM = "conversation:c1"
DECISION = a_decision(neighbours=(Near(example_id="e1", label="order", similarity=0.8),))


def watched(log: FakeLog) -> list[Pages]:
    """What is read of streams from now on."""
    found: list[Pages] = []
    read = log.pages

    async def pages(after: dict[str, int], limit: int, listening: Listening) -> Pages:
        page = await read(after, limit, listening)
        found.append(page)
        return page

    log.pages = pages  # type: ignore[method-assign,assignment]
    return found


async def customer_of(service: Service) -> FakeTransport:
    service.log.open("c1")
    customer = service.connect("customer:customer-1", {STREAM: 1})
    await settled()
    return customer


async def test_for_customers_no_examples_of_a_decision_are_read(service: Service) -> None:
    await customer_of(service)
    read = watched(service.log)
    await service.ring(service.log.happen("c1", DECISION))
    assert [dict(page.words.examples) for page in read] == [{}]


async def test_for_staff_they_are(service: Service) -> None:
    await customer_of(service)
    agent = service.connect("agent:ana", {STREAM: 1})
    await settled()
    await service.ring(service.log.happen("c1", DECISION))
    assert agent.of("decision")[0]["decision"]["neighbours"][0]["text"] == "text of e1"


async def test_staff_who_come_while_customers_are_read_for_miss_no_words(service: Service) -> None:
    await customer_of(service)
    grown = service.log.happen("c1", DECISION)
    service.log.pages_arrive.clear()
    reading = asyncio.create_task(service.follower.step(grown, poll=False))
    await settled()
    agent = service.connect("agent:ana", {STREAM: 1})
    await settled()
    assert agent.of("following") and not reading.done(), "they are live before the read is back"
    service.log.pages_arrive.set()
    assert await reading, "there is more to read: the same again"
    await settled()
    assert agent.of("decision") == []
    await service.ring(set())
    assert [each["decision"]["neighbours"][0]["text"] for each in agent.of("decision")] == ["text of e1"]
