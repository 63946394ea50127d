"""What an open socket outlives: not its session, however that ends, in whichever process, on both databases."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from escalation.database import Transaction, table_of
from escalation.events import log_epoch
from escalation.people.customers import Customers
from escalation.people.errors import BadToken, NotSignedIn
from escalation.people.permissions import Permission
from escalation.people.sessions import Sessions, end_all
from escalation.people.staff import SessionRules, Staff, StaffSession
from escalation.people.tables import StaffRow
from escalation.protocol.frames import PROTOCOL_VERSION
from escalation.realtime.admission import ServiceDoors
from escalation.realtime.commands import ServiceCommands
from escalation.realtime.connections import Connections
from escalation.realtime.database_reading import DatabaseReading
from escalation.realtime.hub import Hub
from escalation.realtime.refusals import SocketRefusals
from escalation.realtime.session_watch import SessionWatch
from tests.realtime.clients import FakeTransport
from tests.services.company import Company
from tests.waiting import until

PASSWORD = "correct horse battery"
NOTE = str(uuid4())
RULES = SessionRules(lasts=timedelta(hours=12), idle=timedelta(hours=1))


class Process:
    """What one process has of its own: a hub, its connections, its watch. The company's database is shared."""

    def __init__(self, company: Company, epoch: str) -> None:
        database = company.database
        self.staff = Staff(database, company.ids, RULES)
        self.sessions = Sessions(database, RULES)
        self.hub = Hub()
        self.watch = SessionWatch(self.hub, self.sessions)
        refusals = SocketRefusals(company.refusals, self.sessions)
        customers = Customers(database, company.ids, b"key")
        doors = ServiceDoors(database, customers, self.staff, company.attendance, refusals)
        commands = ServiceCommands(company.conversations, company.desk, self.sessions, refusals)
        reading = DatabaseReading(database, epoch)
        self.connections = Connections(self.hub, reading, doors, commands, company.clock, company.ids)

    @asynccontextmanager
    async def socket(self, session: StaffSession) -> AsyncIterator[FakeTransport]:
        """A socket of this session after its welcome."""
        transport = FakeTransport()
        serving = asyncio.create_task(self.connections.serve(transport, "staff"))
        ticket = await self.staff.ticket(session.id)
        transport.put({"type": "hello", "version": PROTOCOL_VERSION, "ticket": ticket})
        await until(lambda: transport.of("welcome"))
        yield transport
        transport.disconnect()
        await serving


@pytest.fixture
async def here(company: Company) -> Process:
    return Process(company, await company.database.read(log_epoch))


@pytest.fixture
async def elsewhere(company: Company) -> Process:
    return Process(company, await company.database.read(log_epoch))


async def sign_in(process: Process, email: str = "lee@shop.test") -> tuple[StaffSession, str]:
    if email not in [each.email for each in await process.staff.accounts()]:
        await process.staff.add(email, "Lee", "supervisor", PASSWORD)
    return await process.staff.sign_in(email, PASSWORD)


async def change_role(company: Company, id: str, role: str) -> None:
    table = table_of(StaffRow)

    def work(tx: Transaction) -> None:
        tx.execute(table.update().where(table.c.id == id).values(role=role))

    await company.database.write(work)


Ending = Callable[[Company, Process, StaffSession], Awaitable[Any]]


async def expire(company: Company, elsewhere: Process, session: StaffSession) -> None:
    for _ in range(24):
        company.clock.advance(timedelta(minutes=30))
        elsewhere.sessions.use(session.id)
        await elsewhere.sessions.living([])


async def fall_idle(company: Company, elsewhere: Process, session: StaffSession) -> None:
    company.clock.advance(RULES.idle)


ENDINGS: dict[str, Ending] = {
    "signed out elsewhere": lambda company, elsewhere, session: elsewhere.staff.sign_out(session.id),
    "disabled elsewhere": lambda company, elsewhere, session: elsewhere.staff.set_disabled(session.member.id, True),
    "role changed": lambda company, elsewhere, session: change_role(company, session.member.id, "agent"),
    "restored from a backup": lambda company, elsewhere, session: company.database.write(end_all),
    "expired": expire,
    "idle": fall_idle,
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_socket_is_closed_by_the_next_look_of_its_process(
    company: Company, here: Process, elsewhere: Process, ending: str
) -> None:
    session, _ = await sign_in(here)
    async with here.socket(session) as transport:
        await here.watch.look()
        assert transport.closed is None
        await ENDINGS[ending](company, elsewhere, session)
        await here.watch.look()
        await until(lambda: transport.closed)
        assert transport.closed == 4506


@pytest.mark.parametrize("ending", [name for name in ENDINGS if name != "role changed"])
async def test_nothing_is_accepted_between_the_end_and_the_close(
    company: Company, here: Process, elsewhere: Process, ending: str
) -> None:
    talk = await company.say()
    session, _ = await sign_in(here)
    async with here.socket(session) as transport:
        await ENDINGS[ending](company, elsewhere, session)
        note = {"type": "note", "client_message_id": NOTE, "conversation": talk, "text": "too late"}
        transport.put(note)
        (refused,) = await until(lambda: transport.of("error"))
        assert (refused["code"], refused["ref"]) == ("not_signed_in", NOTE)
        assert not transport.of("accepted")


async def test_a_changed_role_counts_for_the_next_command(company: Company, here: Process) -> None:
    session, _ = await sign_in(here)
    async with here.socket(session) as transport:
        assert (await here.sessions.member(session.id)).may(Permission.SUPERVISE)
        await change_role(company, session.member.id, "agent")
        assert not (await here.sessions.member(session.id)).may(Permission.SUPERVISE)
        assert transport.closed is None


async def test_only_the_sockets_of_that_session_are_closed(here: Process, elsewhere: Process) -> None:
    (first, _), (second, _) = await sign_in(here), await sign_in(here)
    async with here.socket(first) as mine, here.socket(second) as theirs:
        revocations = here.hub.revocations
        await here.watch.look()
        assert here.hub.revocations == revocations, "a look that closes nothing disturbs nobody who comes in"
        await elsewhere.staff.sign_out(first.id)
        await here.watch.look()
        await until(lambda: mine.closed)
        assert theirs.closed is None


async def test_who_works_does_not_fall_idle(company: Company, here: Process, elsewhere: Process) -> None:
    session, cookie = await sign_in(here)
    async with here.socket(session) as transport:
        for number in range(4):
            company.clock.advance(RULES.idle - timedelta(minutes=10))
            command = {"type": "set_presence", "command_id": str(uuid4()), "availability": "online"}
            transport.put(command)
            await until(lambda wanted=number: len(transport.of("accepted")) > wanted)
            await here.watch.look()
        assert transport.closed is None
        assert (await elsewhere.staff.session(cookie)).id == session.id


async def test_a_heartbeat_is_no_work(company: Company, here: Process) -> None:
    session, cookie = await sign_in(here)
    async with here.socket(session) as transport:
        company.clock.advance(RULES.idle - timedelta(seconds=1))
        transport.put({"type": "heartbeat"})
        await until(lambda: not transport.unread)
        await here.watch.look()
        company.clock.advance(1)
        with pytest.raises(NotSignedIn):
            await here.staff.session(cookie)
        with pytest.raises(BadToken):
            await here.staff.redeem(await here.staff.ticket(session.id))


async def test_what_is_over_is_not_used_back_to_life(company: Company, here: Process) -> None:
    session, cookie = await sign_in(here)
    company.clock.advance(RULES.idle)
    here.sessions.use(session.id)
    assert await here.sessions.living([session.id]) == {}
    with pytest.raises(NotSignedIn):
        await here.staff.session(cookie)
