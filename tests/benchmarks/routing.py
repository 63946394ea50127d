"""`python -m tests.benchmarks routing`: how long the router decides, whether it is fair, and whether races break it.

*Decision*: one pass over 500 agents and 5,000 conversations. *Day*: the real router in a simulation by events; agents
of equal capacity come and go, and the conversations each got in an hour of presence are compared by Jain's index,
`(sum x)^2 / (n sum x^2)` (Jain, Chiu and Hawe 1984): 1 is the same for all. *Races*: agents claim, accept, decline,
pass on, put back and leave at once, while the routers of two object graphs offer.
"""

import argparse
import asyncio
import heapq
import random
import statistics
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import func, select
from sqlmodel import SQLModel

from escalation.conversations.service import Customer
from escalation.conversations.tables import ConversationRow
from escalation.database import Database, Transaction, table_of
from escalation.desk import assignments
from escalation.desk.routing.router import Candidate, Waiting, route
from escalation.desk.routing.rules import QueueRules
from escalation.desk.routing.tables import OfferRow
from escalation.desk.tables import AssignmentRow
from escalation.events import start_log
from escalation.kernel.errors import EscalationError
from escalation.people.scope import EVERYTHING
from escalation.people.staff import members
from escalation.protocol.frames import conversation as talk
from escalation.protocol.frames.desk import SetPresence
from escalation.protocol.states import Status
from escalation.security import Actor
from tests.benchmarks.timing import show
from tests.fakes import CountingIds, FakeClock
from tests.own_postgres import own_postgres
from tests.services.acting import outcome
from tests.services.company import Company, an_id

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
LANGUAGES: tuple[str | None, ...] = ("en", "de", "fr", None)
TOGETHER = 12
"""Commands that run at once."""


def decision_ms(agents: int, waiting: int, seed: int = 1, rounds: int = 9) -> float:
    """Return the median milliseconds of one pass over a desk drawn at random."""
    draw = random.Random(seed)
    staff = [
        Candidate(
            f"a{number}", EVERYTHING, 4, load=draw.randrange(4),
            last_given=NOW - timedelta(seconds=draw.random() * 900),
            languages=frozenset({draw.choice(("en", "de", "fr"))} if draw.random() < 0.5 else ()),
        )
        for number in range(agents)
    ]  # fmt: skip
    rules = {f"q{n}": QueueRules("push", priority=n % 3, skills=frozenset({"x"} if n == 7 else ())) for n in range(10)}
    desk = [
        Waiting(
            f"c{number}", "shop", f"q{draw.randrange(10)}", NOW - timedelta(seconds=draw.random() * 900),
            draw.choice(LANGUAGES), last_agent=draw.choice([None, f"a{draw.randrange(agents)}"]),
        )
        for number in range(waiting)
    ]  # fmt: skip
    took = []
    for _ in range(rounds):
        began = time.process_time()
        route(desk, staff, rules, NOW)
        took.append(time.process_time() - began)
    return statistics.median(took) * 1_000


@dataclass
class Shift:
    """An agent of the simulation."""

    name: str
    until: float
    began: float
    load: int = 0
    got: int = 0
    last: datetime | None = None


@dataclass
class Day:
    """Conversations arrive and end, agents come and go; the router is asked at each of these events."""

    seed: int
    agents: int = 20
    capacity: int = 3
    a_minute: float = 9.0
    lasts: float = 6.0
    hours: float = 4.0
    waiting: list[Waiting] = field(default_factory=list)
    staff: dict[str, Shift] = field(default_factory=dict)
    gone: list[Shift] = field(default_factory=list)
    events: list[tuple[float, int, str, str]] = field(default_factory=list)

    def run(self) -> float:
        """Return Jain's index of conversations an hour of presence."""
        draw, minutes = random.Random(self.seed), self.hours * 60
        for number in range(self.agents):
            began = draw.uniform(0, minutes / 3)
            self._at(began, "comes", f"a{number}")
            self._at(began + draw.uniform(60, minutes - began), "goes", f"a{number}")
        arrival = 0.0
        while (arrival := arrival + draw.expovariate(self.a_minute)) < minutes:
            self._at(arrival, "asks", f"c{len(self.events)}")
        while self.events:
            at, _, what, who = heapq.heappop(self.events)
            self._happens(at, what, who)
            self._route(at, draw)
        rates = [60 * each.got / (each.until - each.began) for each in self.gone if each.until - each.began >= 60]
        return sum(rates) ** 2 / (len(rates) * sum(rate * rate for rate in rates))

    def _at(self, minute: float, what: str, who: str) -> None:
        heapq.heappush(self.events, (minute, len(self.events), what, who))

    def _happens(self, at: float, what: str, who: str) -> None:
        if what == "comes":
            self.staff[who] = Shift(who, at, at)
        elif what == "goes":
            self.gone.append(replace(self.staff.pop(who), until=at))
        elif what == "asks":
            self.waiting.append(Waiting(who, "shop", "general", NOW + timedelta(minutes=at)))
        elif who in self.staff:
            self.staff[who].load -= 1

    def _route(self, at: float, draw: random.Random) -> None:
        now = NOW + timedelta(minutes=at)
        staff = [
            Candidate(each.name, EVERYTHING, self.capacity, each.load, last_given=each.last)
            for each in self.staff.values()
        ]
        chosen = {
            choice.conversation: choice.agent
            for choice in route(self.waiting, staff, {"general": QueueRules("push")}, now)
        }
        self.waiting = [one for one in self.waiting if one.conversation not in chosen]
        for agent in chosen.values():
            shift = self.staff[agent]
            shift.load, shift.got, shift.last = shift.load + 1, shift.got + 1, now
            self._at(at + draw.expovariate(1 / self.lasts), "ends", agent)


@dataclass
class Found:
    """What went wrong in the races, and how many commands ran."""

    commands: int = 0
    carried_out: int = 0
    double_owners: int = 0
    above_capacity: int = 0
    two_offers: int = 0
    broken: int = 0


class Races:
    """Two object graphs on one database, and people who do things at the same moment."""

    def __init__(self, companies: list[Company], clock: FakeClock, seed: int) -> None:
        self._companies, self._clock, self._draw = companies, clock, random.Random(seed)
        self._agents = [f"agent-{number}" for number in range(6)]
        self.found = Found()

    async def prepare(self) -> None:
        first = self._companies[0]
        await first.open()
        for number, agent in enumerate(self._agents):
            await first.employ(agent, capacity=1 + number % 3)
        rules = QueueRules("push", offer_lasts=timedelta(seconds=5), relax_after=None)
        await first.queues.change("general", rules, Actor("sue", ""))
        await first.queues.change("billing", replace(rules, auto_accept=True), Actor("sue", ""))

    async def round(self) -> None:
        """Some customers ask, then everybody acts at once; afterwards the rows are looked at."""
        for each in self._agents:
            await self._companies[0].arrive(each)
        for _ in range(2):
            customer = Customer(f"customer-{self._draw.randrange(40)}", "shop", "en")
            await self._attempt(self._companies[0].say("let me talk to a person please", customer))
        open_ones = await self._companies[0].database.read(_open_conversations)
        await asyncio.gather(*(self._attempt(self._something(open_ones)) for _ in range(TOGETHER)))
        self._clock.advance(self._draw.choice([0, 1, 3, 6]))
        await asyncio.gather(*(self._attempt(company.timers.step()) for company in self._companies))
        await self._look()

    def _something(self, open_ones: list[tuple[str, str, str | None]]) -> Coroutine[Any, Any, Any]:
        company, agent = self._draw.choice(self._companies), self._draw.choice(self._agents)
        if self._draw.random() < 0.25 or not open_ones:
            return company.router.step()
        if self._draw.random() < 0.1:
            choice = self._draw.choice(["online", "online", "away"])
            return company.as_agent(agent, SetPresence(command_id=an_id(), availability=choice))  # type: ignore[arg-type]
        conversation, owner, offered = self._draw.choice(open_ones)
        if offered is not None and self._draw.random() < 0.5:
            return outcome(company, offered, talk.AcceptOffer, conversation)
        return self._on(company, conversation, owner if owner in self._agents else offered or agent)

    def _on(self, company: Company, conversation: str, agent: str) -> Coroutine[Any, Any, Any]:
        other = self._draw.choice(self._agents)
        acts: list[Callable[[], Coroutine[Any, Any, Any]]] = [
            lambda: outcome(company, other, talk.Claim, conversation),
            lambda: outcome(company, agent, talk.AcceptOffer, conversation),
            lambda: outcome(company, agent, talk.DeclineOffer, conversation),
            lambda: outcome(company, agent, talk.Release, conversation),
            lambda: outcome(company, agent, talk.Transfer, conversation, queue="billing"),
            lambda: outcome(company, agent, talk.Offer, conversation, agent=other),
            lambda: outcome(company, other, talk.TakeOver, conversation),
            lambda: outcome(company, agent, talk.HandBack, conversation),
            company.attendance.sweep,
        ]
        return self._draw.choice(acts)()

    async def _attempt(self, what: Coroutine[Any, Any, Any]) -> None:
        self.found.commands += 1
        with suppress(EscalationError):
            refused = isinstance(await what, str)  # the code of the refusal
            self.found.carried_out += not refused

    async def _look(self) -> None:
        wrong = await self._companies[0].database.read(_wrong)
        self.found.double_owners += wrong[0]
        self.found.above_capacity += wrong[1]
        self.found.two_offers += wrong[2]

    async def finish(self) -> Found:
        self.found.broken = len(await self._companies[0].findings())
        return self.found


def _open_conversations(tx: Transaction) -> list[tuple[str, str, str | None]]:
    table = table_of(ConversationRow)
    rows = tx.execute(select(table).where(table.c.status != Status.CLOSED.value))
    return [(row.id, row.controller, row.state["offered_to"]) for row in rows]


def _wrong(tx: Transaction) -> tuple[int, int, int]:
    """Conversations with two owners, agents above their capacity, conversations proposed to two."""
    held, offered = table_of(AssignmentRow), table_of(OfferRow)
    double = select(held.c.conversation).where(held.c.released_at.is_(None)).group_by(held.c.conversation)
    loads = assignments.loads(tx)
    above = [each for each in members(tx) if loads.get(each.id, 0) > each.capacity]
    two = select(offered.c.conversation).where(offered.c.ended_at.is_(None)).group_by(offered.c.conversation)
    return (
        len(tx.execute(double.having(func.count() > 1)).all()),
        len(above),
        len(tx.execute(two.having(func.count() > 1)).all()),
    )


async def race(url: str, commands: int, seed: int) -> Found:
    """Return what so many commands broke on a new database at this URL."""
    clock = FakeClock()
    # SQLite's file belongs to one process, and so to one `Database`; PostgreSQL is opened twice, as by two processes.
    databases = [Database.open(url, clock=clock) for _ in range(1 if url.startswith("sqlite") else 2)]
    try:
        databases[0].write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
        databases[0].write_now(start_log)
        companies = [Company(database, clock) for database in (databases * 2)[:2]]
        companies[1].ids = CountingIds("other")
        companies[1].build()
        races = Races(companies, clock, seed)
        await races.prepare()
        await companies[1].catalogues.load()
        while races.found.commands < commands:
            await races.round()
        return await races.finish()
    finally:
        for database in databases:
            database.close()


def main() -> None:
    """Measure, and print a table of each."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks routing", description=__doc__.split("\n")[0])
    options.add_argument("--commands", type=int, default=100_000, help="commands of the races, on each database")
    options.add_argument("--days", type=int, default=5)
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    decision = decision_ms(500, 5_000)
    began = time.process_time()
    fair = [Day(seed).run() for seed in range(given.days)]
    hour = (time.process_time() - began) / (given.days * Day(0).hours)
    with ExitStack() as stack:
        postgres = stack.enter_context(own_postgres()).new_database("races")
        urls = {"SQLite": f"sqlite:///{mkdtemp()}/races.sqlite", "PostgreSQL": postgres}
        found = {name: asyncio.run(race(url, given.commands, seed=3)) for name, url in urls.items()}
    rows: list[list[Any]] = [
        ["decision, 500 agents, 5,000 waiting", f"{decision:.1f} ms"],
        ["Jain's index, worst day", f"{min(fair):.3f}"],
        ["an hour of traffic", f"{hour:.2f} s"],
        *([f"races on {name}", str(vars(each))] for name, each in found.items()),
    ]
    values = {"decision_ms": decision, "jain": fair, "hour_s": hour, "races": {n: vars(f) for n, f in found.items()}}
    show("Routing", ["what", "value"], rows, values, given.out)
