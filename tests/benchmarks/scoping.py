"""`python -m tests.benchmarks.scoping`: what limits to sites and queues cost whoever reads the list of conversations.

A thousand waiting conversations on two sites, in two queues, each with its last message. The list is read as the socket
reads it for a console that opens. An account that is limited to all there is reads the same rows as one without limits:
the difference is the limit. One that is limited to a quarter reads fewer rows.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlmodel import SQLModel

from escalation.conversations.model import NOBODY, Conversation
from escalation.conversations.tables import ConversationRow, MessageRow
from escalation.database import Database, Transaction, table_of
from escalation.events import start_log
from escalation.kernel.clock import SystemClock
from escalation.kernel.ids import new_id
from escalation.lab.replay.accounting import percentiles
from escalation.people.scope import EVERYTHING, Scope
from escalation.protocol.states import Status
from escalation.realtime.database_reading import DatabaseReading
from tests.benchmarks.timing import show

SITES, QUEUES = ("demo", "shop"), ("general", "billing")
SCOPES: Final[Mapping[str, Scope]] = {
    "none": EVERYTHING,
    "all sites and queues": Scope(frozenset(SITES), frozenset(QUEUES)),
    "one site": Scope(sites=frozenset(SITES[:1])),
    "one queue": Scope(queues=frozenset(QUEUES[:1])),
    "one site and queue": Scope(frozenset(SITES[:1]), frozenset(QUEUES[:1])),
}


def fill(tx: Transaction, count: int) -> None:
    """Add waiting conversations, the n-th on site and in queue by turns."""
    for number in range(count):
        id, message, at = new_id(), new_id(), tx.now - timedelta(seconds=number)
        site, queue = SITES[number % 2], QUEUES[number // 2 % 2]
        state = Conversation(
            id=id, customer=new_id(), site=site, queue=queue, status=Status.WAITING, controller=NOBODY, epoch=1, seq=3,
            waiting_since=at, last_message_id=message, last_message_at=at, last_message_author="customer",
        )  # fmt: skip
        kept = {name: getattr(state, name) for name in ("id", "customer", "site", "controller", "epoch", "seq")}
        kept |= {"status": "waiting", "deadline": None, "last_activity_at": at, "unindexed": True}
        tx.execute(table_of(ConversationRow).insert(), kept | {"state": state.model_dump(mode="json")})
        body = {"kind": "text", "text": f"where is my parcel number {number}"}
        row = {"id": message, "conversation": id, "seq": 1, "at": at, "author": "customer", "author_id": "c"}
        tx.execute(table_of(MessageRow).insert(), row | {"kind": "text", "internal": False, "body": body})


async def measure(url: str, conversations: int, readings: int) -> dict[str, Any]:
    """Fill, then read with each limit by turns, so that a noisy moment meets all of them."""
    database = Database.open(url, clock=SystemClock())
    try:
        database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
        reading = DatabaseReading(database, database.write_now(start_log))
        database.write_now(lambda tx: fill(tx, conversations))
        took: dict[str, list[float]] = {name: [] for name in SCOPES}
        rows: dict[str, int] = {}
        turns = [name for name in SCOPES for _ in range(readings)]
        random.Random(1).shuffle(turns)
        for name in turns:
            began = time.perf_counter()
            rows[name] = len((await reading.desk("ana", SCOPES[name])).rows)
            took[name].append(time.perf_counter() - began)
    finally:
        database.close()
    return {name: {"rows": rows[name], "ms": percentiles(took[name])} for name in SCOPES}


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=1_000)
    parser.add_argument("--readings", type=int, default=100, help="with each limit")
    parser.add_argument("--url", default="", help="database URL; default: SQLite in a temporary folder")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.url or f"sqlite:///{folder}/bench.sqlite"
        found = asyncio.run(measure(url, arguments.conversations, arguments.readings))
    columns = ("limit", "rows", "p50 ms", "p95 ms", "p99 ms")
    rows = [(name, each["rows"], *each["ms"].values()) for name, each in found.items()]
    show(f"the list of {arguments.conversations:,} conversations", columns, rows, found, arguments.json)


if __name__ == "__main__":
    main()
