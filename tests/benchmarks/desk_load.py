"""`python -m tests.benchmarks desk_load`: how soon a handoff is offered on an agent's screen, on a busy desk.

The service runs as a process of its own with one queue that offers. 200 agents are connected and follow the desk as
the console does; 1,000 conversations are open. Then so many customers a second ask for a person; whoever is offered one
takes and resolves it. Measured is the time from the handoff, by the service's clock, to the frame with the offer at its
agent. Agents and customers are played by this process: with few cores it takes part of what it measures. So the
processor time of the service is told too, in all and for each handoff, and while nobody asks for anything. The players
look for no garbage while it is measured: of a pause in which 1,200 of them stand still no agent knows.

`--database postgres --processes 2`: two processes of the service on one server, agents and customers spread over both.
Each part ends after so many seconds at most, and a line on standard error tells how far it came: a service that cannot
keep up is told as that, not waited for. Until the conversations are open a few customers ask at a time, so that they
come as fast as the service takes them. At the end the rows are looked at: no conversation with two owners, nobody above
capacity, nobody who waits past the deadline and a sweep, and whatever `escalation verify` finds.
"""

import argparse
import asyncio
import gc
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import create_engine, text

from escalation.cli.target import own_database
from escalation.client import Rest, StaffClient
from escalation.database import Transaction
from escalation.kernel.ids import new_id
from escalation.lab.replay.accounting import percentiles
from escalation.people.staff import Staff
from escalation.settings import Settings
from escalation.verification import verify_database
from tests.benchmarks.desk_players import Agent, Progress, SignedIn, connect, employ, filled, handoffs
from tests.benchmarks.processor_time import Meter, idle
from tests.benchmarks.races import waiting_past, wrong
from tests.benchmarks.timing import show
from tests.live_service import ADMIN, LiveService
from tests.own_postgres import own_postgres

SETTINGS = {
    "ESCALATION_LEARN": "false",
    "ESCALATION_SIGN_INS_PER_MINUTE": "100000",
    "ESCALATION_IDENTITIES_PER_MINUTE": "100000",
    "ESCALATION_CUSTOMER_SOCKETS_PER_ADDRESS": "5000",
    "ESCALATION_OVERLOAD": "100000",
}
SWEEP = timedelta(seconds=10)
"""Whose deadline passed this long ago has been seen by a sweep, also a slow one."""


def prepare(service: LiveService, url: str, agents: int) -> list[SignedIn]:
    """Fill the empty folder, make the agents and open their sessions."""
    service.prepare()
    with own_database(Settings(data_dir=service.data, database_url=url)) as database:
        return database.write_now(lambda tx: employ(tx, Staff(database, new_id), agents))


async def sign_in_seconds(service: LiveService, rounds: int = 5) -> dict[str, float]:
    """Return processor time of the service, and waiting, from sign-in to the whole list: medians."""
    spent, waited = [], []
    process = psutil.Process(service.pid)
    for _ in range(rounds):
        before, began = sum(process.cpu_times()[:2]), time.monotonic()
        async with StaffClient(Rest(service.url), ADMIN, service.password) as client:
            waited.append(time.monotonic() - began)
            spent.append(sum(process.cpu_times()[:2]) - before)
            rows = len(client.desk.rows)
    return {"server_s": sorted(spent)[rounds // 2], "waited_s": sorted(waited)[rounds // 2], "rows": rows}


async def settled(condition: Callable[[], Awaitable[bool]], seconds: float = 60.0) -> bool:
    """Wait until a condition holds, at most so long; returns whether it does."""
    deadline = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.2)
    return True


async def play(
    services: Sequence[LiveService], url: str, staff: list[SignedIn], arguments: argparse.Namespace
) -> dict[str, Any]:
    """Open the conversations, then measure; returns the figures."""
    draw, so_far = random.Random(arguments.seed), Progress()
    async with AsyncExitStack() as stack:
        doors = [await stack.enter_async_context(Rest(each.url)) for each in services]
        await StaffClient(doors[0], ADMIN, services[0].password).sign_in()
        await doors[0].request("PUT", "/queues/general", json={"way": "push", "offer_seconds": 20})
        agents = [await connect(services[n % len(services)], who, stack) for n, who in enumerate(staff)]
        works = [asyncio.create_task(agent.work()) for agent in agents]
        await settled(lambda: have_been_here(url, len(agents)))
        so_far.tell(f"{len(agents)} agents are connected")
        clients = await filled(doors, arguments.open, arguments.fill_within)
        opened_ones = len(clients)
        so_far.tell(f"{opened_ones} of {arguments.open} conversations are open")
        everybody = await settled(lambda: _are_offered(agents, opened_ones))
        so_far.tell("all are offered" if everybody else "not all are offered")
        alone = await sign_in_seconds(services[0])
        resting = await idle(services, arguments.idle)
        for agent in agents:
            agent.waits.clear()
            agent.resolving = True
        gc.disable()
        count, meter = round(arguments.a_second * arguments.seconds), Meter(services)
        clients += await handoffs(doors, count, arguments.a_second, draw)
        so_far.tell(f"{len(clients) - opened_ones} of {count} customers have asked")
        busy = meter.cores
        all_offered = await settled(lambda: _are_offered(agents, count))
        so_far.tell("all are offered" if all_offered else "not all are offered")
        spent = meter.seconds
        gc.enable()
        waits = [wait for agent in agents for wait in agent.waits]
        for work in works:
            work.cancel()
        await asyncio.gather(*(client.close() for client in clients), return_exceptions=True)
    return {
        "agents": len(agents), "open": opened_ones, "handoffs_a_second": arguments.a_second,
        "offered": len(waits), "of": count, "filled": everybody, "all_offered": all_offered,
        "offer_on_screen_ms": percentiles(waits), "service_busy": round(busy, 2), "sign_in": alone,
        "idle_cores": round(resting, 3), "cpu_ms_a_handoff": round(1_000 * spent / count, 1),
    }  # fmt: skip


async def have_been_here(url: str, agents: int) -> bool:
    """Let nobody count as newly come, who is offered two a minute at most; return whether all are online."""
    engine = create_engine(url, connect_args={} if url.startswith("postgresql") else {"timeout": 60})
    try:
        with engine.begin() as database:
            online: int = database.execute(
                text("select count(*) from agents where here_since is not null")
            ).scalar_one()
            long_ago = "update agents set here_since = '2020-01-01 00:00:00.000000' where here_since is not null"
            database.execute(text(long_ago))
    finally:
        engine.dispose()
    return online >= agents


def found_wrong(tx: Transaction) -> dict[str, Any]:
    """Return what must not be: two owners, loads above capacity, two offers, waits that are over, broken invariants."""
    double, above, two = wrong(tx)
    past = waiting_past(tx, tx.now - SWEEP)
    findings = [f"{each}" for each in verify_database(tx)]
    return {"two_owners": double, "above_capacity": above, "two_offers": two, "past_deadline": past, "broken": findings}


async def _are_offered(agents: list[Agent], count: int) -> bool:
    return sum(len(agent.waits) for agent in agents) >= count


def run(service: LiveService, url: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Start the processes, measure, stop them, and look at what is left; returns the figures."""
    staff = prepare(service, url, arguments.agents)
    services = [service, *(service.twin() for _ in range(arguments.processes - 1))]
    try:
        for each in services:
            each.start()
        told = asyncio.run(play(services, url, staff, arguments))
    finally:
        for each in services:
            each.stop()
    with own_database(Settings(data_dir=service.data, database_url=url)) as database:
        return told | {"processes": arguments.processes, "wrong": database.write_now(found_wrong)}


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--open", type=int, default=1_000, help="conversations that are open beforehand")
    parser.add_argument("--fill-within", type=float, default=300.0, help="seconds after which those that are must do")
    parser.add_argument("--a-second", type=float, default=20.0, help="handoffs a second that are measured")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--idle", type=float, default=10.0, help="seconds in which nobody asks, before the measuring")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--processes", type=int, default=1, help="of the service; several need --database postgres")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data"
        url = f"sqlite:///{data}/escalation.sqlite"
        if arguments.database == "postgres":
            url = stack.enter_context(own_postgres()).new_database("desk_load")
        told = run(LiveService(data, ESCALATION_DATABASE_URL=url, **SETTINGS), url, arguments)
    ms, alone = told["offer_on_screen_ms"], told["sign_in"]
    row = (
        told["agents"], told["open"], told["handoffs_a_second"], f"{told['offered']} of {told['of']}", ms["p50"],
        ms["p95"], ms["p99"], told["service_busy"], told["cpu_ms_a_handoff"], told["idle_cores"],
        f"{alone['server_s']:.2f}", f"{alone['waited_s']:.2f}",
    )  # fmt: skip
    show("From handoff to the offer on screen, ms", COLUMNS, [row], told, arguments.out)


COLUMNS = (
    "agents", "open", "a second", "offered", "p50", "p95", "p99", "busy", "cpu ms", "idle",
    "sign-in, server s", "sign-in, waited s",
)  # fmt: skip


if __name__ == "__main__":
    main()
