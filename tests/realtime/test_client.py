"""The client against a small service in memory: resending, resuming, order, and what it counts."""

import asyncio
import random
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from escalation.client import Backoff, CustomerClient, RequestRefused, StaffClient
from escalation.protocol.close_codes import CloseCode, come_back
from tests.fake_service import FakeService
from tests.fake_talks import Plan
from tests.waiting import PATIENCE, settled, until


def quick() -> Backoff:
    """Reconnect at once, so that tests do not wait."""
    return Backoff(first=0.01, longest=0.02, draws=random.Random(1))


def bot(text: str) -> Plan:
    """Answers what it is told to answer."""
    action, _, labels = text.partition(" ")
    known = {"answer": "answer", "clarify": "clarify"}
    return known.get(action, "hand_off"), tuple(labels.split())  # type: ignore[return-value]


@pytest.fixture
async def service() -> AsyncIterator[FakeService]:
    async with FakeService(bot, intents=("refund", "card")) as service:
        yield service


async def a_customer(service: FakeService) -> CustomerClient:
    client = await CustomerClient.create(service.rest(), "shop", backoff=quick())
    await client.open(PATIENCE)
    return client


async def an_agent(service: FakeService, email: str = "ana@example.com") -> StaffClient:
    client = StaffClient(service.rest(), email, "secret", backoff=quick())
    await client.open(seconds=PATIENCE)
    return client


def replies_to(client: CustomerClient) -> int:
    return sum(message.author == "agent" for message in client.thread.messages)  # type: ignore[union-attr]


async def test_a_message_gets_its_answer_in_order(service: FakeService) -> None:
    client = await a_customer(service)
    accepted = await client.say("answer refund")
    reply = await client.reply(PATIENCE)
    assert reply.body.kind == "text"
    assert accepted.conversation == client.thread.conversation  # type: ignore[union-attr]
    assert [m.author for m in client.thread.messages] == ["customer", "bot"]  # type: ignore[union-attr]
    await client.close()


async def test_an_unacknowledged_message_is_sent_again_with_the_same_id_and_stored_once(service: FakeService) -> None:
    client = await a_customer(service)
    service.drop_before_ack = 2
    async with asyncio.timeout(PATIENCE):
        await client.say("answer refund")
    await client.reply(PATIENCE)
    said = [frame["client_message_id"] for frame in service.requests]
    assert len(said) == 3
    assert len(set(said)) == 1
    talk = next(iter(service.talks.values()))
    assert sum(f["type"] == "message" and f["message"]["author"] == "customer" for f in talk.frames) == 1
    assert client.connection.reconnects == 2
    await client.close()


async def test_requests_made_while_the_service_is_away_go_out_in_order(service: FakeService) -> None:
    client = await a_customer(service)
    await client.say("answer refund")
    await service.kill()
    waiting = [asyncio.create_task(client.say(f"answer card {n}")) for n in range(5)]
    await until(lambda: not client.connection.connected)
    await settled()
    assert not any(task.done() for task in waiting)
    await service.start()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*waiting)
    texts = [frame["text"] for frame in service.requests]
    assert texts == ["answer refund", *(f"answer card {n}" for n in range(5))]
    await client.close()


async def test_after_a_reconnect_nothing_is_missing_and_nothing_comes_twice(service: FakeService) -> None:
    client, agent = await a_customer(service), await an_agent(service)
    await client.say("help")
    conversation = client.thread.conversation  # type: ignore[union-attr]
    row = await agent.until(lambda: agent.desk.rows.get(conversation), PATIENCE, "the row")
    await agent.until(lambda: agent.desk.rows[conversation].status == "waiting" or None, PATIENCE, "the handoff")
    await agent.claim(conversation, agent.desk.rows[conversation].epoch)
    thread = await agent.follow(conversation)
    for n in range(4):
        await service.kill()
        reply = asyncio.create_task(agent.reply(conversation, thread.control.epoch, f"reply {n}"))  # type: ignore[union-attr]
        await until(lambda: not agent.connection.connected)
        await service.start()
        async with asyncio.timeout(PATIENCE):
            await reply
    await client.until(lambda: replies_to(client) == 4 or None, PATIENCE, "all")
    assert [m.seq for m in client.thread.messages] == sorted({m.seq for m in client.thread.messages})  # type: ignore[union-attr]
    assert client.thread.duplicates == client.thread.disorders == client.thread.vanished == 0  # type: ignore[union-attr]
    assert row.conversation == conversation
    await client.close()
    await agent.close()


async def test_positions_in_a_log_before_a_restore_are_not_brought_again(service: FakeService) -> None:
    client = await a_customer(service)
    await client.say("answer refund")
    await client.reply(PATIENCE)
    await service.kill()
    service.log_epoch, service.drop_after_welcome = "2", 1
    await service.start()
    await client.until(lambda: len(service.hellos) == 3 or None, PATIENCE, "the third greeting")
    brought = [(hello["log_epoch"], bool(hello["positions"])) for hello in service.hellos[1:]]
    assert brought == [("1", True), ("2", False)]
    await client.close()


async def test_after_a_limit_the_client_stays_away_as_long_as_it_is_told(service: FakeService) -> None:
    client = await a_customer(service)
    closed = asyncio.get_running_loop().time()
    await service.close_all(CloseCode.LIMIT, come_back("too many frames", 1))
    await until(lambda: client.connection.reconnects)
    assert asyncio.get_running_loop().time() - closed >= 1.0
    assert (await client.say("answer refund")).conversation
    await client.close()


async def test_a_message_delivered_twice_is_counted_and_shown_once(service: FakeService) -> None:
    client = await a_customer(service)
    await client.say("answer refund")
    await client.reply(PATIENCE)
    service.deliver_twice = True
    await client.say("answer card")
    await client.reply(PATIENCE)
    await client.until(lambda: client.thread.duplicates >= 1 or None, PATIENCE, "a duplicate")  # type: ignore[union-attr]
    assert len(client.thread.messages) == 4  # type: ignore[union-attr]
    await client.close()


async def test_a_refused_command_says_why(service: FakeService) -> None:
    client, agent = await a_customer(service), await an_agent(service)
    accepted = await client.say("answer refund")
    with pytest.raises(RequestRefused) as refused:
        await agent.claim(accepted.conversation or "", 17)
    assert refused.value.reason == "stale_epoch"
    await client.close()
    await agent.close()


async def test_a_wrong_password_ends_the_attempt(service: FakeService) -> None:
    agent = StaffClient(service.rest(), "ana@example.com", "wrong", backoff=quick())
    with pytest.raises(RequestRefused) as refused:
        await agent.open(seconds=PATIENCE)
    assert refused.value.reason == "bad_credentials"
    await agent.close()


async def test_a_note_never_reaches_the_customer(service: FakeService) -> None:
    client, agent = await a_customer(service), await an_agent(service)
    accepted = await client.say("help")
    conversation = accepted.conversation or ""
    await agent.note(conversation, "internal")
    thread = await agent.follow(conversation)
    assert any(m.internal for m in thread.messages)
    await client.say("again", client_message_id=str(uuid4()))
    await client.until(lambda: client.thread.message(client.sent[-1]), PATIENCE, "own message")  # type: ignore[union-attr]
    assert not any(m.internal for m in client.thread.messages)  # type: ignore[union-attr]
    await client.close()
    await agent.close()
