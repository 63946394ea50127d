"""Agents and customers of `desk_load`: 200 consoles that take what they are offered, customers who ask for a person."""

import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from typing import Any, NamedTuple

import httpx
import orjson
from websockets.asyncio.client import ClientConnection

from escalation.client import CustomerClient, Rest
from escalation.client.sockets import opened
from escalation.database import Transaction, table_of
from escalation.kernel.ids import new_id
from escalation.people.staff import Place, Staff, member
from escalation.people.tables import StaffRow
from escalation.protocol.frames import PROTOCOL_VERSION
from escalation.protocol.rest.people import TicketView
from escalation.web.guards import COOKIE
from tests.live_service import ADMIN, LiveService

CAPACITY = 8
AT_ONCE = 16
"""Customers who open a conversation at the same time while the desk is filled."""
LATE_SECONDS = 30.0
"""So long after the last customer came, who is not connected yet is given up."""


class Agent:
    """One agent's screen: it takes what it is offered, and reads no more of the other frames than it must."""

    def __init__(self, id: str, socket: ClientConnection) -> None:
        self._socket = socket
        self._mine = f'"agent_id":"{id}"'
        self._id = id
        self._taken: set[tuple[str, int]] = set()
        self.waits: list[float] = []
        """Seconds from a handoff to its offer on this screen."""
        self.frames = 0
        self.resolving = False

    async def work(self) -> None:
        """Take part until the socket closes."""
        async for raw in self._socket:
            text = raw if isinstance(raw, str) else raw.decode()
            self.frames += 1
            if text.startswith('{"type":"heartbeat"'):
                await self._send(type="heartbeat")
            elif self._mine in text:
                for row in orjson.loads(text).get("rows", ()):
                    await self._see(row)

    async def _see(self, row: dict[str, Any]) -> None:
        offer, mark = row["offer"], (row["conversation"], row["epoch"])
        if offer and offer["agent_id"] == self._id and offer["ended"] is None and mark not in self._taken:
            self._taken.add(mark)
            self.waits.append(time.time() - datetime.fromisoformat(row["waiting_since"]).timestamp())
            await self._command("accept_offer", row)
        elif self.resolving and row["status"] == "assigned" and row["agent_id"] == self._id and mark not in self._taken:
            self._taken.add(mark)
            await self._command("resolve", row, label=None, learn=False, last_seen_seq=row["seq"])

    async def _command(self, type_: str, row: dict[str, Any], **fields: Any) -> None:
        command = {"command_id": new_id(), "conversation": row["conversation"], "epoch": row["epoch"]}
        await self._send(type=type_, **command, **fields)

    async def _send(self, **frame: Any) -> None:
        await self._socket.send(json.dumps(frame))


class SignedIn(NamedTuple):
    """An agent whose session is there already: 200 sign-ins would hash passwords for a minute."""

    id: str
    cookie: str
    csrf: str


def employ(tx: Transaction, accounts: Staff, agents: int) -> list[SignedIn]:
    """Make agents with the password of the admin, and a session for each."""
    staff = table_of(StaffRow)
    admin = dict(tx.execute(staff.select().where(staff.c.email == ADMIN)).mappings().one())
    agent = admin | {"role": "agent", "capacity": CAPACITY}
    names = [(new_id(), f"agent{number}@example.com") for number in range(agents)]
    tx.execute(staff.insert(), [agent | {"id": id, "email": email, "name": email} for id, email in names])
    signed_in = [accounts.open_session(tx, member(tx, id), Place()) for id, _ in names]
    return [SignedIn(session.member.id, cookie, session.csrf) for session, cookie in signed_in]


async def connect(service: LiveService, who: SignedIn, stack: AsyncExitStack) -> Agent:
    """Connect one agent, follow the desk, and say that conversations may come."""
    headers = {"Origin": service.url, "Cookie": f"{COOKIE}={who.cookie}", "X-CSRF-Token": who.csrf}
    async with httpx.AsyncClient(base_url=service.url, headers=headers, trust_env=False, timeout=60) as http:
        answer = await http.post("/api/v1/tickets", json={})
    ticket = TicketView.model_validate(answer.json()).ticket
    socket = await stack.enter_async_context(opened("ws" + service.url.removeprefix("http") + "/ws/staff", service.url))
    agent = Agent(who.id, socket)
    hello = {"type": "hello", "version": PROTOCOL_VERSION, "ticket": ticket, "positions": {}}
    for frame in (
        hello,
        {"type": "follow", "stream": "desk"},
        {"type": "set_presence", "command_id": new_id(), "availability": "online"},
    ):
        await socket.send(json.dumps(frame))
    return agent


async def ask(rest: Rest) -> CustomerClient:
    """Be a new customer who asks for a person; returns them, connected."""
    client = await CustomerClient.create(rest, "demo")
    await client.open()
    await client.ask_for_human()
    return client


async def handoffs(doors: Sequence[Rest], count: int, a_second: float, draw: random.Random) -> list[CustomerClient]:
    """Let customers come as a Poisson process, by all doors in turn, whether the service keeps up or not."""
    tasks = []
    for number in range(count):
        tasks.append(asyncio.create_task(ask(doors[number % len(doors)])))
        await asyncio.sleep(draw.expovariate(a_second))
    _, late = await asyncio.wait(tasks, timeout=LATE_SECONDS)
    for each in late:
        each.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    return [each for each in ended if isinstance(each, CustomerClient)]


async def filled(doors: Sequence[Rest], count: int, seconds: float) -> list[CustomerClient]:
    """Let so many customers come, as fast as they are taken, for so many seconds at most."""
    clients: list[CustomerClient] = []
    left = iter(range(count))

    async def one_after_the_other() -> None:
        for number in left:
            clients.append(await ask(doors[number % len(doors)]))

    with suppress(TimeoutError):
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(one_after_the_other())
    return clients


class Progress:
    """Says on standard error what was reached, and after how many seconds."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def tell(self, what: str) -> None:
        """Say one line."""
        print(f"{time.monotonic() - self._began:4.0f} s: {what}", file=sys.stderr, flush=True)  # noqa: T201
