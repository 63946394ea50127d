"""`python -m tests.benchmarks waiting`: how often the range told to a waiting customer holds, and what telling costs.

*Ranges*: days in which arrivals follow a curve, agents come and go, and handle times are log-normal. One customer in
five never leaves; what these were told, when they came and every two minutes, is compared with how long they waited.
Others leave after a while. *Cost*: one look at a desk where 500 customers wait.
"""

import argparse
import asyncio
import heapq
import math
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import SQLModel

from escalation.conversations.tables import ConversationRow
from escalation.database import Database, Transaction
from escalation.desk.queue_places import QueuePlaces
from escalation.desk.tables import HandoffRow
from escalation.desk.waiting import Pace, Wait, WaitRange, pace_of, wait_range
from escalation.kernel.clock import SystemClock
from tests.benchmarks.timing import show

START = datetime(2026, 3, 3, 8, tzinfo=UTC)
DAY_MINUTES = 600.0


@dataclass(frozen=True)
class World:
    """A kind of shop."""

    name: str
    arrivals_an_hour: float
    agents: int
    handle_minutes: float
    patience_minutes: float = 15.0


WORLDS = (
    World("two agents", 10, 2, 9),
    World("five agents", 40, 5, 7),
    World("fifteen agents", 150, 15, 6),
    World("five agents, short of hands", 55, 5, 7),
    World("fifteen agents, rush", 190, 15, 6),
)


@dataclass
class Told:
    """What one customer was told at a minute."""

    at: float
    customer: int
    range: WaitRange | None


@dataclass
class Line:
    """A queue by the minute of the day: who waits, and every wait so far."""

    waiting: list[int] = field(default_factory=list)
    since: dict[int, float] = field(default_factory=dict)
    over: list[Wait] = field(default_factory=list)
    taken_at: dict[int, float] = field(default_factory=dict)

    def join(self, who: int, at: float) -> None:
        self.waiting.append(who)
        self.since[who] = at

    def leave(self, who: int, at: float, *, taken: bool) -> None:
        self.waiting.remove(who)
        self.over.append(Wait(when(self.since[who]), when(at), taken))
        if taken:
            self.taken_at[who] = at

    def pace(self, at: float) -> Pace:
        now = [Wait(when(self.since[who]), None) for who in self.waiting]
        return pace_of([*self.over[-600:], *now], when(at))


def when(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def arrivals(world: World, draw: random.Random) -> Iterator[float]:
    """A morning and an afternoon peak, and every day busier or quieter; by thinning."""
    most = 2.0 * world.arrivals_an_hour / 60
    busy, at = draw.uniform(0.8, 1.2), 0.0
    while (at := at + draw.expovariate(most)) < DAY_MINUTES:
        shape = 0.6 + 0.6 * math.sin(math.pi * at / DAY_MINUTES) + 0.3 * math.sin(4 * math.pi * at / DAY_MINUTES)
        if draw.random() < busy * shape / 2:
            yield at


def present(world: World, draw: random.Random) -> list[tuple[float, int]]:
    """Agents by the minute from which so many are there; it changes every 40 minutes to two hours."""
    at, plan = 0.0, []
    while at < DAY_MINUTES + 300:
        low = max(1, round(world.agents * 0.6))
        plan.append((at, draw.randint(low, round(world.agents * 1.3))))
        at += draw.uniform(40, 120)
    return plan


def a_day(world: World, seed: int) -> tuple[list[Told], dict[int, float], dict[int, float]]:
    """Return what patient customers were told, since when each waited, and when each was taken."""
    draw = random.Random(f"{world.name} {seed}")
    line, told, patient, busy, there = Line(), [], set(), 0, 0
    events: list[tuple[float, int, str, int]] = []
    for number, at in enumerate(arrivals(world, draw)):
        heapq.heappush(events, (at, number, "comes", number))
    for at, agents in present(world, draw):
        heapq.heappush(events, (at, -1, "agents", agents))
    while events:
        at, _, what, who = heapq.heappop(events)
        if what == "comes":
            line.join(who, at)
            if draw.random() < 0.2:
                patient.add(who)
                heapq.heappush(events, (at, who, "asks", who))
            else:
                heapq.heappush(events, (at + draw.expovariate(1 / world.patience_minutes), who, "goes", who))
        elif what == "goes" and who in line.waiting:
            line.leave(who, at, taken=False)
        elif what == "done":
            busy -= 1
        elif what == "agents":
            there = who
        while line.waiting and busy < there:
            first = line.waiting[0]
            line.leave(first, at, taken=True)
            busy += 1
            lasts = draw.lognormvariate(math.log(world.handle_minutes) - 0.245, 0.7)
            heapq.heappush(events, (at + lasts, 0, "done", first))
        if what == "asks" and who in line.waiting:
            place = line.waiting.index(who) + 1
            told.append(Told(at, who, wait_range(place, line.pace(at))))
            heapq.heappush(events, (at + 2, who, "asks", who))
    return told, line.since, line.taken_at


def holds(world: World, days: int) -> dict[str, float]:
    """Return the share of ranges told that held, of asks that were answered, and the usual width."""
    held, widths, asked = [], [], 0
    for seed in range(days):
        told, _, taken = a_day(world, seed)
        for each in told:
            asked += 1
            if each.range is not None and each.customer in taken:
                waited = taken[each.customer] - each.at
                held.append(each.range.low <= waited <= each.range.high)
                widths.append(each.range.high - each.range.low)
    return {
        "told": len(held) / max(asked, 1),
        "held": statistics.fmean(held) if held else math.nan,
        "ranges": len(held),
        "minutes wide": statistics.median(widths) if widths else math.nan,
    }


async def look_ms(waiting: int) -> float:
    """Return the median milliseconds of one look at a desk where so many customers wait and listen."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{folder}/waiting.sqlite", clock=SystemClock())
        database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
        try:
            await database.write(lambda tx: _fill(tx, waiting))
            queue_places = QueuePlaces(database, lambda tx, site, queue: True)
            ids = [f"c{number}" for number in range(waiting)]
            times = []
            for _ in range(9):
                began = time.perf_counter()
                assert len(await queue_places.of(ids)) == waiting
                times.append(1000 * (time.perf_counter() - began))
            return statistics.median(times)
        finally:
            database.close()


def _fill(tx: Transaction, waiting: int) -> None:
    """Those who wait, and twice as many who waited within the last hours."""
    for number in range(3 * waiting):
        over = number >= waiting
        since = tx.now - timedelta(seconds=20 * (number + 1))
        row = {"id": f"c{number}", "customer": f"c{number}", "controller": "nobody", "epoch": 1, "seq": 1}
        status = "closed" if number >= waiting else "waiting"
        kept = {"site": "shop", "status": status, "deadline": None, "last_activity_at": since, "unindexed": False}
        tx.add(ConversationRow, {**row, **kept, "state": {}})
        tx.add(HandoffRow, {
            "id": f"h{number}", "conversation": f"c{number}", "reason": "asked_for_human", "queue": "general",
            "epoch": 1, "waiting_since": since, "deadline": None, "told": "handed_off",
            "ended_at": since + timedelta(minutes=4) if over else None, "ended_how": "assigned" if over else None,
        })  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=40)
    parser.add_argument("--waiting", type=int, default=500)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = {world.name: holds(world, given.days) for world in WORLDS}
    rows = [(name, *(f"{value:.3g}" for value in each.values())) for name, each in found.items()]
    cost = asyncio.run(look_ms(given.waiting))
    show("ranges told and held", ("shop", *next(iter(found.values()))), rows, {**found, "look_ms": cost}, given.json)
