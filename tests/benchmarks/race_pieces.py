"""Runs races in pieces of `PIECE` commands, each on a database of its own and with a seed of its own.

So many can be run in several goes: `python -m tests.benchmarks routing --only-races --races 20000 --seed 10`.

On SQLite and PostgreSQL two object graphs race in one process, on a clock the races move. `processes` are two processes
of the machine on one PostgreSQL, each with one object graph; they share a clock that runs `SPEED` times too fast.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory

from sqlmodel import SQLModel

from escalation.database import Database
from escalation.events import start_log
from tests.benchmarks.races import AGENTS, WAIT_AT_MOST, Found, Races, outcome_of_all, prepare
from tests.fakes import START, CountingIds, FakeClock
from tests.own_postgres import own_postgres
from tests.services.company import Company, count_ids_from

KINDS = ["sqlite", "postgres", "processes"]
PIECE = 2_000
SPEED = 20
APART = 10**9
"""Ids that one process may make."""


class FastClock(FakeClock):
    """Runs by itself, `SPEED` times as fast as the machine's, from the moment that all processes are told."""

    def __init__(self, began: float) -> None:
        super().__init__()
        self.began = began
        self._stopped: datetime | None = None

    def now(self) -> datetime:
        return self._stopped or START + timedelta(seconds=(time.time() - self.began) * SPEED)

    def advance(self, by: timedelta | float) -> datetime:
        """Nobody moves it."""
        return self.now()

    def stop(self) -> None:
        """Let no time pass from now on: what is looked at after the last sweep is as that left it."""
        self._stopped = self.now()


def a_company(database: Database, clock: FakeClock, prefix: str) -> Company:
    """One object graph; its ids begin with the prefix."""
    company = Company(database, clock)
    company.ids = CountingIds(prefix)
    company.rules = replace(company.rules, wait_at_most=WAIT_AT_MOST)
    company.build()
    return company


def new_database(url: str, clock: FakeClock) -> Database:
    """Open an empty database and make its tables."""
    database = Database.open(url, clock=clock)
    database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
    database.write_now(start_log)
    return database


async def _rounds(companies: list[Company], races: Races, commands: int) -> Found:
    await companies[-1].catalogues.load()
    while races.found.commands < commands:
        await races.round()
    return races.found


async def in_one_process(url: str, commands: int, seed: int) -> Found:
    """Return what so many commands broke on a new database at this URL."""
    clock = FakeClock()
    # SQLite's file belongs to one process, and so to one `Database`; PostgreSQL is opened twice, as by two processes.
    databases = [new_database(url, clock)]
    databases += [] if url.startswith("sqlite") else [Database.open(url, clock=clock)]
    try:
        companies = [a_company(databases[0], clock, "id"), a_company(databases[-1], clock, "other")]
        await prepare(companies[0])
        return await _rounds(companies, Races(companies, clock, seed), commands) + await outcome_of_all(companies[0])
    finally:
        for database in databases:
            database.close()


async def in_two_processes(url: str, commands: int, seed: int) -> Found:
    """The same, by two processes that do half of the commands each."""
    clock = FastClock(time.time())
    database = new_database(url, clock)
    try:
        company = a_company(database, clock, "first")
        await prepare(company)
        halves = [(url, commands // 2, clock.began, 2 * seed + which) for which in (0, 1)]
        both = await asyncio.gather(*(asyncio.to_thread(_in_another_process, *half) for half in halves))
        clock.stop()
        await company.timers.step()
        return both[0] + both[1] + await outcome_of_all(company)
    finally:
        database.close()


def _in_another_process(*arguments: str | float) -> Found:
    command = [sys.executable, "-m", "tests.benchmarks.race_pieces", *map(str, arguments)]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    return Found(**json.loads(told))


async def _one_of_two(url: str, commands: int, began: float, seed: int) -> Found:
    clock = FastClock(began)
    count_ids_from((1 + seed) * APART)
    database = Database.open(url, clock=clock)
    try:
        companies = [a_company(database, clock, f"p{seed}")]
        return await _rounds(companies, Races(companies, clock, seed, AGENTS[seed % 2 :: 2]), commands)
    finally:
        database.close()


def pieces(name: str, new_url: Callable[[int], str], commands: int, seed: int) -> Found:
    """Race in pieces, each with the next seed, until so many commands ran; a line tells of each."""
    found = Found()
    race = in_two_processes if name == "processes" else in_one_process
    while found.commands < commands:
        number = seed + found.pieces
        began = time.monotonic()
        piece = asyncio.run(race(new_url(number), min(PIECE, commands - found.commands), number))
        found += piece
        print(f"{name}, seed {number}, {time.monotonic() - began:.0f} s: {vars(piece)}", flush=True)  # noqa: T201
    return found


def races(kinds: Sequence[str], commands: int, seed: int) -> dict[str, Found]:
    """Return what so many commands broke on each of these kinds."""
    found: dict[str, Found] = {}
    with ExitStack() as stack:
        if "sqlite" in kinds:
            folder = stack.enter_context(TemporaryDirectory(prefix="races-"))
            found["sqlite"] = pieces("sqlite", lambda n: f"sqlite:///{folder}/{n}/races.sqlite", commands, seed)
        if {"postgres", "processes"} & set(kinds):
            server = stack.enter_context(own_postgres())
        for kind in ("postgres", "processes"):
            if kind in kinds:
                found[kind] = pieces(kind, lambda n, kind=kind: server.new_database(f"{kind}{n}"), commands, seed)
    return found


def main() -> None:
    """Be one of two processes: race, and print what was found as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("commands", type=int)
    parser.add_argument("began", type=float)
    parser.add_argument("seed", type=int)
    found = asyncio.run(_one_of_two(**vars(parser.parse_args())))
    print(json.dumps(vars(found)))  # noqa: T201


if __name__ == "__main__":
    main()
