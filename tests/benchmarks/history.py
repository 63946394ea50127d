"""`python -m tests.benchmarks.history`: how fast conversations are found among many, and what the index costs.

Conversations of a few messages each, words drawn as often as in a natural text (Zipf). A search asks for one to
three words, most with a fact as well; each is a whole page with rows and marked words.
"""

import argparse
import asyncio
import itertools
import random
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from escalation.conversations.model import Conversation
from escalation.conversations.search import Wanted
from escalation.conversations.search_index import SearchIndexer
from escalation.conversations.tables import ConversationRow, EpisodeRow, MessageRow
from escalation.database import Database, Transaction, table_of
from escalation.desk import finding
from escalation.events import start_log
from escalation.kernel.clock import SystemClock
from escalation.kernel.ids import new_id
from escalation.lab.replay.accounting import percentiles
from escalation.protocol.states import Status
from tests.benchmarks.timing import show

VOCABULARY, WORDS_OF_A_MESSAGE, CHUNK = 30_000, 12, 500
SYLLABLES = [a + b for a in "bcdfglmnprstv" for b in "aeiou"]
FACTS: list[dict[str, Any]] = [{}, {"outcome": "resolved"}, {"agent": "agent-3"}, {"site": "shop"}]


class Talk:
    """Writes messages of made-up words; the n-th most frequent word comes up 1/n as often as the first."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        made = {"".join(self.random.choices(SYLLABLES, k=self.random.randint(1, 4))) for _ in range(2 * VOCABULARY)}
        self.words = sorted(made)
        self.random.shuffle(self.words)
        self.words = self.words[:VOCABULARY]
        self._weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(self.words))))

    def some(self, count: int) -> list[str]:
        """Return words as often as they occur."""
        return self.random.choices(self.words, cum_weights=self._weights, k=count)


def fill(tx: Transaction, talk: Talk, count: int, messages: int, began_at: datetime) -> None:
    """Add conversations that began one second after another."""
    for number in range(count):
        id, at = new_id(), began_at + timedelta(seconds=number)
        state = _state(talk, id, at)
        kept = {name: getattr(state, name) for name in ("id", "customer", "site", "controller", "epoch", "seq")}
        kept |= {"status": "closed", "deadline": None, "last_activity_at": at, "unindexed": True}
        tx.execute(table_of(ConversationRow).insert(), kept | {"state": state.model_dump(mode="json")})
        episode = {"conversation": id, "number": 1, "kind": "bot", "began_at": at, "began_because": "bot"}
        tx.execute(table_of(EpisodeRow).insert(), episode)
        texts = (" ".join(talk.some(WORDS_OF_A_MESSAGE)) for _ in range(messages))
        tx.execute(table_of(MessageRow).insert(), [_message(id, seq, at, text) for seq, text in enumerate(texts)])


def _state(talk: Talk, id: str, at: datetime) -> Conversation:
    outcome: Any = talk.random.choices(["answered", "resolved", "expired", "abandoned"], [60, 30, 5, 5])[0]
    agent = f"agent-{talk.random.randrange(20)}" if outcome == "resolved" else None
    fields: dict[str, Any] = {"customer": new_id(), "site": "shop", "status": Status.CLOSED, "controller": "nobody"}
    return Conversation(id=id, outcome=outcome, last_agent=agent, last_message_at=at, **fields)


def _message(conversation: str, seq: int, at: datetime, text: str) -> dict[str, Any]:
    row = {"id": new_id(), "conversation": conversation, "seq": seq, "at": at, "author": "customer", "author_id": "c"}
    body = {"kind": "text", "text": text}
    return row | {"kind": "text", "internal": False, "intent": None, "client_message_id": None, "body": body}


async def measure(url: str, conversations: int, messages: int, searches: int) -> dict[str, Any]:
    """Fill, index, search."""
    clock, talk = SystemClock(), Talk(7)
    database = Database.open(url, clock=clock)
    try:
        database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
        database.write_now(start_log)
        began_at = clock.now() - timedelta(seconds=conversations)
        for start in range(0, conversations, CHUNK):
            _fill_some(database, talk, messages, began_at + timedelta(seconds=start))
        indexing = time.perf_counter()
        while await SearchIndexer(database).step():
            pass
        indexing = time.perf_counter() - indexing
        found = await _times(database, searches, lambda: _wanted(talk))
        listed = await _times(database, searches, lambda: Wanted(**talk.random.choice(FACTS)))
    finally:
        database.close()
    each = round(1_000 * indexing / conversations, 2)
    return {"conversations": conversations, "search_ms": found, "list_ms": listed, "index_ms_a_conversation": each}


def _fill_some(database: Database, talk: Talk, messages: int, at: datetime) -> None:
    database.write_now(lambda tx: fill(tx, talk, CHUNK, messages, at))


def _wanted(talk: Talk) -> Wanted:
    return Wanted(" ".join(talk.some(talk.random.randint(1, 3))), **talk.random.choice(FACTS))


async def _times(database: Database, count: int, make: Callable[[], Wanted]) -> dict[str, Any]:
    """Return percentiles of a page in milliseconds."""
    took = [await _time(database, make()) for _ in range(count)]
    return percentiles(took)


async def _time(database: Database, wanted: Wanted) -> float:
    began = time.perf_counter()
    await database.read(lambda tx: finding.page(tx, wanted, None, 25))
    return time.perf_counter() - began


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=5, help="of each conversation")
    parser.add_argument("--searches", type=int, default=300)
    parser.add_argument("--url", default="", help="database URL; default: SQLite in a temporary folder")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.url or f"sqlite:///{folder}/bench.sqlite"
        found = asyncio.run(measure(url, arguments.conversations, arguments.messages, arguments.searches))
    rows = [(name, *(found[name][p] for p in ("p50", "p95", "p99"))) for name in ("search_ms", "list_ms")]
    show("a page of what was found", ("what", "p50 ms", "p95 ms", "p99 ms"), rows, found, arguments.json)


if __name__ == "__main__":
    main()
