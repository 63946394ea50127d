"""A customer's token ends when it was not used for long, and is renewed by use; on both databases."""

import asyncio
import base64
from datetime import timedelta
from typing import Any

import pytest
from itsdangerous import URLSafeSerializer

from escalation.conversations.ports import Customer
from escalation.events import log_epoch
from escalation.people.customers import Customers
from escalation.people.errors import BadToken, TokenExpired
from escalation.people.staff import Staff
from escalation.protocol.close_codes import CloseCode
from escalation.protocol.frames import PROTOCOL_VERSION
from escalation.realtime.admission import ServiceDoors
from escalation.realtime.commands import ServiceCommands
from escalation.realtime.connections import Connections
from escalation.realtime.database_reading import DatabaseReading
from escalation.realtime.hub import Hub
from tests.realtime.clients import FakeTransport
from tests.services.company import Company
from tests.waiting import until

KEY = b"key"
DAY = timedelta(days=1)


class Door:
    """The door of customers, with tokens that last 90 days."""

    def __init__(self, company: Company, epoch: str) -> None:
        self.customers = Customers(company.database, company.ids, KEY, company.clock)
        staff = Staff(company.database, company.ids)
        doors = ServiceDoors(company.database, self.customers, staff, company.attendance, company.socket_refusals)
        commands = ServiceCommands(company.conversations, company.desk, company.sessions, company.socket_refusals)
        reading = DatabaseReading(company.database, epoch)
        self._connections = Connections(Hub(), reading, doors, commands, company.clock, company.ids)

    async def hello(self, token: str) -> dict[str, Any] | int:
        """Say hello; return the welcome, or the code of the close."""
        transport = FakeTransport()
        serving = asyncio.create_task(self._connections.serve(transport, "customer"))
        transport.put({"type": "hello", "version": PROTOCOL_VERSION, "token": token})
        await until(lambda: transport.of("welcome") or transport.closed is not None)
        transport.disconnect()
        await serving
        return transport.of("welcome")[0] if transport.of("welcome") else int(transport.closed or 0)

    async def welcomed(self, token: str) -> dict[str, Any]:
        found = await self.hello(token)
        assert isinstance(found, dict), found
        return found


@pytest.fixture
async def door(company: Company) -> Door:
    return Door(company, await company.database.read(log_epoch))


def of_an_earlier_release(id: str) -> str:
    """A token as they were before they ended."""
    return str(URLSafeSerializer(KEY, salt="customer").dumps([id, "shop", "en"]))


def signature(token: str) -> bytes:
    coded = token.rpartition(".")[2]
    return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4))


async def test_a_token_is_renewed_by_use_and_so_outlives_its_first_lifetime(company: Company, door: Door) -> None:
    visitor, token = await door.customers.register("shop", "en")
    assert (await door.welcomed(token))["token"] is None, "it is of today"
    for _ in range(3):
        company.clock.advance(89 * DAY)
        welcome = await door.welcomed(token)
        assert welcome["me"]["id"] == visitor.id
        token = welcome["token"]
        assert token is not None


async def test_a_token_nobody_used_for_long_is_over_and_says_so(company: Company, door: Door) -> None:
    _, token = await door.customers.register("shop", "en")
    company.clock.advance(90 * DAY)
    await door.welcomed(token)
    company.clock.advance(2)
    assert await door.hello(token) == CloseCode.TOKEN_EXPIRED
    with pytest.raises(TokenExpired, match="90 days"):
        door.customers.recognise(token)
    assert await door.hello(token + "x") == CloseCode.BAD_TOKEN


async def test_tokens_of_earlier_releases_go_on_while_their_customer_is_heard_of(company: Company, door: Door) -> None:
    visitor, _ = await door.customers.register("shop", "en")
    old = of_an_earlier_release(visitor.id)
    assert (await door.welcomed(old))["token"] is not None
    company.clock.advance(80 * DAY)
    await company.say("hello", Customer(visitor.id, "shop"))
    company.clock.advance(80 * DAY)
    renewed = (await door.welcomed(old))["token"]
    company.clock.advance(11 * DAY)
    assert await door.hello(old) == CloseCode.TOKEN_EXPIRED
    await door.welcomed(renewed)
    assert await door.hello(of_an_earlier_release("nobody")) == CloseCode.TOKEN_EXPIRED


async def test_tokens_are_signed_with_sha_256_and_those_of_before_end_when_they_would_have(
    company: Company, door: Door
) -> None:
    visitor, token = await door.customers.register("shop", "en")
    assert len(signature(token)) == 32
    given_out = [visitor.id, "shop", "en", int(company.clock.now().timestamp())]
    old = str(URLSafeSerializer(KEY, salt="customer").dumps(given_out))
    assert len(signature(old)) == 20
    company.clock.advance(90 * DAY)
    welcome = await door.welcomed(old)
    assert welcome["me"]["id"] == visitor.id
    assert len(signature(welcome["token"])) == 32
    company.clock.advance(2)
    assert await door.hello(old) == CloseCode.TOKEN_EXPIRED


async def test_the_time_of_a_token_cannot_be_changed(company: Company, door: Door) -> None:
    visitor, token = await door.customers.register("shop", "en")
    forged = URLSafeSerializer(b"another key", salt="customer").dumps([visitor.id, "shop", "en", 4_000_000_000])
    with pytest.raises(BadToken):
        door.customers.recognise(str(forged))
    assert door.customers.renewed(door.customers.recognise(token)) is None
