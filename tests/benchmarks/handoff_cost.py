"""`python -m tests.benchmarks handoff_cost`: how much processor time each step of a handoff takes the service.

One process without sockets, on SQLite, so that the figures hardly depend on what else the machine does: 200 agents are
online, conversations wait or are held. A customer asks for a person, the router offers, the agent accepts and resolves;
then the desk's stream is read and encoded for 200 consoles, once for every `--together` handoffs, as under load. In the
end the reports and the difficulties are counted, as they are every few seconds.
"""

import argparse
import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import SQLModel

from escalation.conversations.service import Customer
from escalation.database import Database, Transaction, table_of
from escalation.desk.events import STREAM
from escalation.desk.rest import BreakRules
from escalation.desk.tables import AgentRow, LeaseRow
from escalation.desk.workload import Workload
from escalation.events import log_epoch, start_log
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.base import Audience
from escalation.protocol.frames.connection import Person
from escalation.realtime.database_reading import DatabaseReading
from escalation.realtime.encoding import StreamEncoder
from escalation.realtime.fan_out import PAGE_EVENTS
from escalation.realtime.hub import Hub, Peer
from escalation.realtime.outbox import Outbox
from escalation.realtime.ports import Admission
from escalation.reports.counting import ReportCounter
from escalation.security import Actor
from tests.benchmarks.timing import show
from tests.fakes import FakeClock
from tests.services.company import Company, an_id

STAFF: tuple[Audience, ...] = ("staff",)


class Costs:
    """Processor time of this process, by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.seconds[step] += time.process_time() - began


@asynccontextmanager
async def a_desk(url: str, agents: int) -> AsyncIterator[Company]:
    """A company with so many agents online, who all came long ago, and one queue that offers."""
    clock = FakeClock()
    database = Database.open(url, clock=clock)
    try:
        database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
        database.write_now(start_log)
        company = Company(database, clock)
        company.rules = replace(company.rules, queues=("general",), overload=100_000.0)
        company.build()
        await company.open()
        names = [f"agent-{number:03}" for number in range(agents)]
        for name in names:
            await company.employ(name, capacity=8)
        await company.arrive(*names)
        await database.write(stay)
        rules = (await company.queues.all())["general"]
        await company.queues.change("general", replace(rules, way="push"), Actor("sue", ""))
        yield company
    finally:
        database.close()


def stay(tx: Transaction) -> None:
    """Let everybody who came have come long ago, and stay."""
    tx.execute(table_of(AgentRow).update().values(here_since=None))
    tx.execute(table_of(LeaseRow).update().values(expires_at=datetime.max.replace(tzinfo=UTC)))


class Consoles:
    """The hub with so many consoles that follow the desk live."""

    def __init__(self, company: Company, count: int) -> None:
        self._reading = DatabaseReading(company.database, company.database.write_now(log_epoch))
        self._hub = Hub(0.0)
        self._outboxes = [Outbox("staff") for _ in range(count)]
        self._position = 0
        for number, outbox in enumerate(self._outboxes):
            admission = Admission(Person(id=f"agent-{number:03}", name="", role="agent"), f"s{number}")
            self._hub.join(Peer(admission, outbox, lambda *_: None, lambda *_: None))

    async def begin(self) -> None:
        self._position = (await self._reading.heads([STREAM]))[STREAM]
        for outbox in self._outboxes:
            self._hub.follow(outbox, STREAM, self._position)
            subscription = outbox.subscriptions[STREAM]
            channel = self._hub.channel(subscription)
            assert channel is not None
            subscription.encoder = StreamEncoder.from_start(STREAM)
            channel.admit(subscription, channel.rings)

    async def tell(self) -> int:
        """Read what is new, encode it and put it out; return the characters one console is sent."""
        characters = 0
        while True:
            pages = await self._reading.pages({STREAM: self._position}, PAGE_EVENTS, {STREAM: STAFF})
            events = list(pages.events.get(STREAM, ()))
            if not events:
                return characters
            self._position = events[-1].seq
            self._hub.deliver(STREAM, events, pages.words)
            for outbox in self._outboxes:
                while (queued := outbox.take_event()) is not None:
                    characters += len(queued.text)
                    outbox.sent(queued)


async def count_all(company: Company) -> None:
    """Count what the desk told of since the last time."""
    await ReportCounter(company.database).catch_up()
    await Workload(company.database, BreakRules()).step()


async def measure(url: str, agents: int, waiting: int, count: int, together: int) -> dict[str, Any]:
    """Return milliseconds of processor time a handoff, by step."""
    costs = Costs()
    async with a_desk(url, agents) as company:
        consoles = Consoles(company, agents)
        for number in range(waiting):
            await ask(company, f"early-{number}")
        while await company.router.step():
            pass
        await count_all(company)
        await consoles.begin()
        open_ones: list[str] = []
        characters = 0
        for number in range(count):
            with costs.of("ask"):
                open_ones.append(await ask(company, f"customer-{number}"))
            if len(open_ones) < together:
                continue
            with costs.of("route"):
                await company.router.step()
            for conversation in open_ones:
                state = await company.state(conversation)
                assert state.offered_to is not None
                with costs.of("accept"):
                    await company.staff(state.offered_to, talk.AcceptOffer, conversation)
                state = await company.state(conversation)
                with costs.of("resolve"):
                    fields = {"label": None, "learn": False, "last_seen_seq": state.seq}
                    await company.staff(state.controller, talk.Resolve, conversation, **fields)
            with costs.of("tell"):
                characters += await consoles.tell()
            open_ones.clear()
        with costs.of("count"):
            await count_all(company)
    done = count // together * together
    each = {step: round(1_000 * seconds / done, 2) for step, seconds in costs.seconds.items()}
    return {"ms": each, "ms_in_all": round(sum(each.values()), 2), "characters_told": characters // agents // done}


async def ask(company: Company, name: str) -> str:
    """One more customer asks for a person; returns the conversation."""
    return (await company.conversations.ask_for_human(Customer(name, "shop", "en"), an_id())).conversation


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks handoff_cost", description=__doc__)
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--waiting", type=int, default=150, help="conversations that are offered beforehand")
    parser.add_argument("--count", type=int, default=300, help="handoffs that are measured")
    parser.add_argument("--together", type=int, default=3, help="handoffs that come between two looks of the router")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/cost.sqlite"
        told = asyncio.run(measure(url, given.agents, given.waiting, given.count, given.together))
    rows = [*told["ms"].items(), ("in all", told["ms_in_all"])]
    show("Processor time of a handoff, ms", ["step", "ms"], rows, told, given.out)


if __name__ == "__main__":
    main()
