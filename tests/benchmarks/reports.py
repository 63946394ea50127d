"""`python -m tests.benchmarks reports`: how long each page of the reports takes over a year, and what counting costs.

A year of cases is put straight into the table and added up by days: six in ten automated, three in ten handed off,
the rest left, spread over days and hours, 40 agents, 5 queues, 80 intents. Then each page is read as the console reads
it, over the year. Counting is measured apart, on conversations that the follower reads from the log.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

from sqlmodel import SQLModel

from escalation.database import Database, Transaction, table_of
from escalation.events import start_log
from escalation.kernel.clock import SystemClock
from escalation.lab.replay.accounting import percentiles
from escalation.protocol.rest.reports import ReportGroup
from escalation.reports import daily
from escalation.reports.counting import ReportCounter
from escalation.reports.figures import Filter
from escalation.reports.measures import LEVELS
from escalation.reports.reading import report
from escalation.reports.tables import CaseRow, StretchRow
from tests.benchmarks.timing import show
from tests.fakes import FakeClock
from tests.services.test_reports import walked, write

DAYS, ZONE = 365, "Europe/Madrid"
AGENTS, TEAMS, QUEUES, INTENTS, REASONS = (
    40,
    6,
    5,
    80,
    ("low_confidence", "novel", "asked_for_human", "sensitive_intent"),
)
FIRST = date(2025, 1, 1)
CHUNK = 2_000


def a_case(draw: random.Random, number: int, began: int) -> dict[str, Any]:
    """One row; what goes with what is as in life, as far as the database could notice."""
    kind = draw.choices(("automated", "people", "left"), (6, 3, 1))[0]
    people = kind == "people"
    waited, handled = draw.randint(1_000, 900_000), draw.randint(30_000, 1_500_000)
    rated = int(draw.random() < 0.2)
    place = draw.randrange(AGENTS)
    met = {name: int(people and draw.random() < 0.85) for name in LEVELS if name.endswith("_met")}
    return {
        "began": began, "conversation": f"{number:032x}", "number": 1, "seq": 20, "customer": f"{number // 2:032x}",
        "site": "shop", "queue": f"queue-{draw.randrange(QUEUES)}",
        "agent": f"agent-{place}" if people else None, "team": f"team-{place % TEAMS}" if people else None,
        "intent": f"intent-{draw.randrange(INTENTS)}", "reason": draw.choice(REASONS) if people else None,
        "ended": began + 1_800, "returned": began + draw.randint(3_600, 40 * 86_400) if draw.random() < 0.2 else None,
        "reopened": int(draw.random() < 0.1), "made_request": 1, "handed_off": int(people), "transfers": 0,
        "automated": int(kind == "automated"), "contained": int(not people), "solved": int(people), "abandoned": 0,
        "compared": int(people), "overridden": int(people and draw.random() < 0.3),
        "under_sla": int(people), "sla_warned": int(people and not all(met.values())),
        **met, **{name: int(people) for name in LEVELS if name not in met},
        "waited_ms": waited if people else None, "handled_ms": handled if people else None,
        "bot_response_ms": draw.randint(300, 3_000), "human_response_ms": waited + 9_000 if people else None,
        "ratings": rated, "satisfied": int(rated and draw.random() < 0.8),
    }  # fmt: skip


def fill(database: Database, a_day: int) -> int:
    """Put the year into the tables; return how many cases that are."""
    draw, start = random.Random(1), int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
    total = DAYS * a_day
    for first in range(0, total, CHUNK):
        places = range(first, min(first + CHUNK, total))
        rows = [a_case(draw, n, start + n // a_day * 86_400 + draw.randrange(86_400)) for n in places]
        database.write_now(lambda tx, rows=rows: tx.execute(table_of(CaseRow).insert(), rows) and None)
    stretches = [
        {"agent": f"agent-{agent}", "began": at, "ended": at + 1_800, "busy": n % 2}
        for day in range(DAYS) for n in range(16) for agent in range(AGENTS)  # in the order of time, as in life
        for at in [start + 86_400 * day + 8 * 3_600 + 1_800 * n]
    ]  # fmt: skip
    for first in range(0, len(stretches), CHUNK):
        part = stretches[first : first + CHUNK]
        database.write_now(lambda tx, part=part: tx.execute(table_of(StretchRow).insert(), part) and None)
    return total


def add_up(database: Database) -> float:
    """Make the sums of every day; return milliseconds for each."""
    start = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
    database.write_now(lambda tx: daily.mark(tx, (start + 86_400 * day for day in range(DAYS))))
    began = time.perf_counter()
    asyncio.run(ReportCounter(database).catch_up())
    return round(1_000 * (time.perf_counter() - began) / DAYS, 1)


async def pages(database: Database, reads: int) -> dict[str, Any]:
    """Return percentiles of each page over the year, and its processor time, in milliseconds."""
    found = {}
    last = FIRST + timedelta(days=DAYS - 1)
    wanted: list[tuple[str, ReportGroup, Filter]] = [(by, by, Filter()) for by in get_args(ReportGroup)]
    wanted.append(("day, one queue", "day", Filter(queue="queue-1")))
    for name, by, filtered in wanted:
        took, spent = [], []
        for _ in range(reads):
            began, before = time.perf_counter(), time.process_time()
            await database.read(lambda tx, by=by, of=filtered: report(tx, FIRST, last, ZONE, by, of))
            took.append(time.perf_counter() - began)
            spent.append(time.process_time() - before)
        found[name] = percentiles(took) | {"cpu": round(1_000 * statistics.median(spent))}
    return found


def counting(url: str, conversations: int) -> dict[str, Any]:
    """Return what it costs to count conversations from their events, in milliseconds each."""
    clock, draw = FakeClock(), random.Random(2)
    database = Database.open(url, clock=clock)
    try:
        database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
        database.write_now(start_log)
        made = [each for each in (walked(draw, n, clock.now()) for n in range(conversations)) if each.log]
        write(database, clock, made)
        began = time.perf_counter()
        asyncio.run(ReportCounter(database).catch_up())
        took = time.perf_counter() - began
    finally:
        database.close()
    events = sum(len(each.log) for each in made) / len(made)
    return {"events_a_conversation": round(events, 1), "ms_a_conversation": round(1_000 * took / len(made), 2)}


def index_stretches(tx: Transaction, columns: str) -> None:
    """Put another index in the place of that of stretches, to see what it saves."""
    tx.connection.exec_driver_sql("DROP INDEX report_stretches_in_time")
    tx.connection.exec_driver_sql(f"CREATE INDEX report_stretches_in_time ON report_stretches ({columns})")


def measure(url: str, a_day: int, reads: int, index: str = "") -> dict[str, Any]:
    """Fill, then read every page."""
    database = Database.open(url, clock=SystemClock())
    try:
        database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
        database.write_now(start_log)
        cases = fill(database, a_day)
        adding = add_up(database)
        if index:
            database.write_now(lambda tx: index_stretches(tx, index))
        if database.read_now(lambda tx: tx.is_postgres):
            database.write_now(lambda tx: tx.connection.exec_driver_sql("ANALYZE") and None)
        return {"cases": cases, "adding_up_ms_a_day": adding, "pages_ms": asyncio.run(pages(database, reads))}
    finally:
        database.close()


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--a-day", type=int, default=1_000, help="conversations a day")
    parser.add_argument("--reads", type=int, default=5, help="of each page")
    parser.add_argument("--counted", type=int, default=300, help="conversations that are counted from their events")
    parser.add_argument(
        "--stretch-index", default="", help="columns of another index of who was there, such as `began, ended`"
    )
    parser.add_argument("--url", default="", help="database URL; default: SQLite in a temporary folder")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.url or f"sqlite:///{folder}/bench.sqlite"
        found = measure(url, arguments.a_day, arguments.reads, arguments.stretch_index)
        found["counting"] = counting(f"sqlite:///{folder}/counted.sqlite", arguments.counted)
    rows = [(name, times["p50"], times["p99"], times["cpu"]) for name, times in found["pages_ms"].items()]
    show(f"pages over {found['cases']:,} cases", ("by", "p50 ms", "p99 ms", "cpu ms"), rows, found, arguments.json)


if __name__ == "__main__":
    main()
