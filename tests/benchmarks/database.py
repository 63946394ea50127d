"""`python -m tests.benchmarks.database`: messages and replies a second through the conversations' service alone.

A round is what one customer message costs: the transaction that stores it and the transaction of the bot's answer.
With one customer every transaction has a commit of its own; with more, those that wait share one.
"""

import argparse
import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import SQLModel

from escalation.catalogue.model import Catalogue, Intent
from escalation.conversations.predictions import Guess, Predicted, TurnPolicy
from escalation.conversations.search_index import SearchIndexer
from escalation.conversations.service import Conversations, Customer, Rules
from escalation.conversations.tables import DecisionRow
from escalation.conversations.turns import DueTurn, TurnWorker
from escalation.database import Database, table_of
from escalation.desk.handoffs import DeskRules, Handoffs
from escalation.events import MemoryBus, start_log
from escalation.kernel.clock import SystemClock
from escalation.kernel.ids import new_id
from escalation.proof.values import ProofSettings
from escalation.proof.watch import ProofWatch
from tests.benchmarks.timing import Stopwatch, measure, show

INTENTS = tuple(
    Intent(name=name, title=name, examples=(f"{name} please",), answer=f"About {name}: like this.")
    for name in ("refund", "delivery", "address")
)

WATCH = ProofWatch(ProofSettings(b"bench"))
FIRST_EPOCH = 1
"""The bot keeps control throughout."""


class SurePredictor:
    """Is sure of the first word."""

    async def predict(self, text: str) -> Predicted:
        """Return a prediction that will be answered."""
        label = text.split(maxsplit=1)[0]
        return Predicted(
            model="bench",
            policy=TurnPolicy(threshold=0.5, novelty_limit=0.9, margin=0.3, clarify_floor=0.5),
            guesses=(Guess(label=label, score=0.99),),
            neighbours=(),
            confidence=0.99,
            novelty=0.0,
            language_known=True,
            language="en",
        )


def open_conversations(url: str) -> tuple[Database, Conversations, TurnWorker]:
    """Return a database with all tables and the services above it."""
    clock = SystemClock()
    database = Database.open(url, clock=clock)
    database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
    database.write_now(start_log)
    database.on_commit(MemoryBus().ring)
    catalogue = Catalogue("en", INTENTS)
    desk = Handoffs(new_id, DeskRules(timedelta(minutes=30), 5.0))
    conversations = Conversations(database, desk, lambda: catalogue, new_id, Rules(), WATCH)
    return database, conversations, TurnWorker(database, conversations, SurePredictor(), new_id, clock.now)


async def rounds(url: str, customers: int, seconds: float, index: bool) -> dict[str, Any]:
    """Measure so many customers at once; with `index` the search index follows meanwhile."""
    database, conversations, turns = open_conversations(url)
    indexing = asyncio.create_task(SearchIndexer(database).run()) if index else None

    async def chat(number: int, stopwatch: Stopwatch) -> None:
        customer = Customer(new_id(), "demo")
        count = 0
        while stopwatch.running:
            count += 1
            text = f"{INTENTS[count % len(INTENTS)].name} number {number} {count}"
            await stopwatch.time(_round(conversations, turns, customer, text))

    try:
        report = await measure(customers, seconds, chat, warm_up=0.5)
        assert _answers(database) >= report["per_second"] * seconds, "some messages were not answered"
    finally:
        if indexing is not None:
            indexing.cancel()
            await asyncio.wait({indexing})
        database.close()
    return {"customers": customers, "transactions_per_second": round(2 * report["per_second"], 1), "ms": report["ms"]}


async def _round(conversations: Conversations, turns: TurnWorker, customer: Customer, text: str) -> bool:
    accepted = await conversations.say(customer, new_id(), text)
    deadline = turns.now() + timedelta(seconds=10)
    await turns.decide(DueTurn(accepted.conversation, FIRST_EPOCH, accepted.seq, deadline, text))
    return True


def _answers(database: Database) -> int:
    """Return how many answers the database holds; a benchmark of failures would look fast."""
    query = select(func.count()).select_from(table_of(DecisionRow)).where(table_of(DecisionRow).c.action == "answer")
    count: int = database.read_now(lambda tx: tx.execute(query).scalar_one())
    return count


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", default="1,10,50,200")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--index", action="store_true", help="let the search index follow meanwhile")
    parser.add_argument("--url", default="", help="database URL; default: SQLite in a temporary folder")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    results = []
    for customers in (int(count) for count in arguments.customers.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            url = arguments.url or f"sqlite:///{folder}/bench.sqlite"
            results.append(asyncio.run(rounds(url, customers, arguments.seconds, arguments.index)))
    single = results[0]["transactions_per_second"]
    for result in results:
        result["ratio"] = round(result["transactions_per_second"] / single, 2) if single else None
    rows = [(r["customers"], r["transactions_per_second"], r["ratio"], r["ms"]["p50"], r["ms"]["p99"]) for r in results]
    columns = ("customers", "tx/s", "to first row", "round p50 ms", "p99 ms")
    show("message + reply", columns, rows, {"database": results}, arguments.json)


if __name__ == "__main__":
    main()
