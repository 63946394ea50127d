"""A thread that is longer than what is read of it at once: whole on both sides, the newest part first."""

import asyncio

from escalation.conversations.reading import NEWEST
from escalation.events import MemoryBus
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.messages import EditMessage
from escalation.realtime.connections import Connections
from escalation.realtime.database_reading import DatabaseReading
from escalation.realtime.fan_out import FanOut
from escalation.realtime.hub import Hub
from tests.fakes import CountingIds
from tests.realtime.clients import FakeCommands, FakeDoors, FakeTransport, hello
from tests.services.acting import claimed
from tests.services.company import MARIA, Company
from tests.services.test_changed_messages import said
from tests.waiting import until


async def followed(company: Company, who: str, conversation: str) -> FakeTransport:
    """Connect and follow the conversation until it has come to its end."""
    hub, reading = Hub(), DatabaseReading(company.database, "epoch")
    connections = Connections(hub, reading, FakeDoors(), FakeCommands(), company.clock, CountingIds())
    work = [asyncio.create_task(FanOut(hub, reading, MemoryBus(), poll_seconds=0.2).run())]
    transport, audience = FakeTransport(), "customer" if who.startswith("customer:") else "staff"
    work.append(asyncio.create_task(connections.serve(transport, audience)))
    transport.put(hello(who, {}, "epoch"))
    transport.put({"type": "follow", "stream": f"conversation:{conversation}"})
    await until(lambda: transport.of("following"))
    transport.disconnect()
    work[0].cancel()
    await asyncio.wait(work)
    return transport


async def test_all_of_it_comes_the_newest_first(company: Company) -> None:
    conversation = await claimed(company)
    early = await said(company, conversation, "Helo", frame=talk.Note)
    await company.staff("ana", EditMessage, conversation, message_id=early, text="a regular")
    for number in range(NEWEST // 2):
        await company.say(f"word {number}")
        await company.staff("ana", talk.Note, conversation, text=f"note {number}")
    state = await company.state(conversation)
    assert state.seq > NEWEST

    for who, words in (("customer:" + MARIA.id, "word"), ("agent:ana", "note")):
        transport = await followed(company, who, conversation)
        parts = [[message["seq"] for message in part["messages"]] for part in transport.of("thread_part")]
        assert parts == sorted(map(sorted, parts), reverse=True)
        messages = [message for part in transport.of("thread_part") for message in part["messages"]]
        shown = [message["body"]["text"] for message in messages if "text" in message["body"]]
        assert {f"{words} {number}" for number in range(NEWEST // 2)} <= set(shown)
        assert ("a regular" in shown) == (words == "note")
        assert [message["body"]["text"] for message in messages if message.get("edited")] == ["a regular"] * (
            words == "note"
        )
        assert transport.of("thread_end")[0]["head"] == state.seq == transport.of("following")[0]["position"]
