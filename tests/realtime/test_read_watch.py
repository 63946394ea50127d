"""Telling each side how far the other has read: what is new, to the right side, also after a resume, and once."""

from collections.abc import Collection
from datetime import datetime

import pytest

from escalation.conversations.read_state import Changes, Reads
from escalation.realtime.read_watch import ReadWatch
from tests.factories import NOON
from tests.realtime.service import Service
from tests.waiting import settled

STREAM = "conversation:c1"


class FakeReads:
    """What the database would answer, and what it was asked."""

    def __init__(self) -> None:
        self.known: dict[str, Reads] = {}
        self.changed: set[str] = set()
        self.asked: list[tuple[datetime | None, set[str]]] = []
        self.fails = False

    def mark(self, conversation: str, reads: Reads) -> None:
        self.known[conversation] = reads
        self.changed.add(conversation)

    async def changes(self, since: datetime | None, of: Collection[str]) -> Changes:
        self.asked.append((since, set(of)))
        if self.fails:
            raise OSError("away")
        wanted = {*of, *(self.changed if since else ())}
        return Changes(NOON, {id: reads for id, reads in self.known.items() if id in wanted})


@pytest.fixture
def reads() -> FakeReads:
    return FakeReads()


@pytest.fixture
def watch(service: Service, reads: FakeReads) -> ReadWatch:
    return ReadWatch(service.hub, reads.changes)


def shown(up_to: int) -> dict[str, object]:
    return {"type": "read", "conversation": "c1", "up_to": up_to}


async def test_each_side_hears_of_the_other_once_and_again_when_it_grows(
    service: Service, reads: FakeReads, watch: ReadWatch
) -> None:
    service.log.open("c1", "customer-1")
    customer, agent = service.connect("customer:customer-1", {STREAM: 1}), service.connect("agent:ana", {STREAM: 1})
    await settled()
    assert await watch.look() == 0, "nothing was read yet"
    reads.mark("c1", Reads(customer=5, agent=3))
    assert [await watch.look(), await watch.look()] == [2, 0]
    await settled()
    reads.mark("c1", Reads(customer=6, agent=3))
    assert await watch.look() == 1
    await settled()
    assert (customer.of("read"), agent.of("read")) == ([shown(3)], [shown(5), shown(6)])


async def test_who_comes_later_with_a_snapshot_or_a_position_is_told_how_it_stands(
    service: Service, reads: FakeReads, watch: ReadWatch
) -> None:
    service.log.open("c1", "customer-1")
    service.connect("agent:ana", {STREAM: 1})
    await settled()
    await watch.look()
    reads.known["c1"] = Reads(customer=4, agent=2)  # made long ago, or by a process whose word was lost
    resumed, anew = service.connect("customer:customer-1", {STREAM: 1}), service.connect("agent:tom", {STREAM: -1})
    await settled()
    assert await watch.look() == 3, "and with them whoever had missed it"
    await settled()
    assert (resumed.of("read"), anew.of("read")) == ([shown(2)], [shown(4)])
    kinds = [frame["type"] for frame in anew.frames]
    assert kinds.index("following") < kinds.index("read")


async def test_nothing_is_read_while_nobody_follows_a_conversation(
    service: Service, reads: FakeReads, watch: ReadWatch
) -> None:
    service.connect("agent:ana", {"desk": 0})
    await settled()
    assert await watch.look() == 0
    assert reads.asked == []


async def test_who_could_not_be_told_is_told_by_the_next_look(
    service: Service, reads: FakeReads, watch: ReadWatch
) -> None:
    service.log.open("c1", "customer-1")
    agent = service.connect("agent:ana", {STREAM: 1})
    await settled()
    reads.known["c1"], reads.fails = Reads(customer=4), True
    with pytest.raises(OSError, match="away"):
        await watch.look()
    reads.fails = False
    assert await watch.look() == 1
    await settled()
    assert agent.of("read") == [shown(4)]
