"""What one message costs the database: statements and transactions counted, not timed, so that no load changes it.

Each statement of a message holds up everybody who writes: SQLite has one writer. If a number here grows, ask whether
the new statement must be in the message's own transaction. What only staff read, counts or searches belongs to a later
one; what is known already need not be read again; two changes of one row are one statement. If it must be there, write
the new number down and say why in the commit. If a number falls, write the lower one down, so that it stays low.
"""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from escalation.conversations.ports import Customer
from escalation.database import Database
from escalation.events import log_epoch, start_log
from escalation.protocol.frames.base import Audience
from escalation.realtime.database_reading import DatabaseReading
from tests.fakes import FakeClock
from tests.services.company import Company, a_prediction

FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
"""What a transaction is framed with; `BEGIN` counts the transactions."""

SAY = 10
"""Sent already? Erased? Which conversation? Its state. Then the message and the state are written, the turn
read and written, the stream's head moved and one event added."""
ANSWER = 16
"""State and turn are read, and whether the bot may answer at all; decision, model of the episode, message and state
written, the turn deleted; the running windows are read, the answer is counted and drawn for audit; then two streams'
heads and three events."""
HAND_OFF = 21
"""As an answer that is not counted, and: what is set about queues (once), who is here, the episode that ends and the
one that begins, timer, handoff, the clocks of service levels there are, an event."""
LOOK = 4
"""What is due, its state, its words, when the next is due."""
TOLD = {"customer": 2, "staff": 6}
"""Reading an answer for those who follow: the events of the stream, the words; staff see titles and examples too."""

ROWS = 4
"""The events of the desk, the words last said, the titles of what is guessed, what the customers are called: as many
for one row as for many."""


class Counter:
    """The statements of every connection opened since, as SQLite itself ran them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[str] = []

    def watch(self, connection: object, _record: object) -> None:
        connection.set_trace_callback(self._note)  # type: ignore[attr-defined]

    def _note(self, statement: str) -> None:
        with self._lock:
            self._all.append(statement)

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """What ran inside the block."""
        found: list[str] = []
        before = len(self._all)
        yield found
        found += self._all[before:]


def work(statements: list[str]) -> list[str]:
    return [" ".join(each.split())[:110] for each in statements if not each.startswith(FRAME)]


def transactions(statements: list[str]) -> int:
    return sum(each.startswith("BEGIN") for each in statements)


@pytest.fixture
def counter() -> Iterator[Counter]:
    counter = Counter()
    event.listen(Pool, "connect", counter.watch)
    yield counter
    event.remove(Pool, "connect", counter.watch)


@pytest.fixture
async def counted(counter: Counter, sqlite_url: str, clock: FakeClock) -> AsyncIterator[Company]:
    """A company on SQLite that has answered a message already: what the first one costs more is not looked at."""
    database = Database.open(sqlite_url, clock=clock)
    database.write_now(start_log)
    company = Company(database, clock)
    await company.open()
    await company.proof.step()
    await company.say("thanks")
    company.predictor.says = a_prediction("thanks")
    await company.bot()
    yield company
    assert await company.findings() == []
    database.close()


async def test_a_message_is_stored_in_one_transaction(counted: Company, counter: Counter) -> None:
    with counter.counting() as ran:
        await counted.say("where is it?")
    assert (transactions(ran), len(work(ran))) == (1, SAY), "\n".join(["", *work(ran)])


async def test_an_answer_is_stored_in_one_transaction(counted: Company, counter: Counter) -> None:
    counted.predictor.says = a_prediction("order")
    await counted.say("where is it?")
    with counter.counting() as ran:
        await counted.bot()
    assert (transactions(ran), len(work(ran))) == (2, LOOK + ANSWER), "\n".join(["", *work(ran)])


async def test_a_handoff_is_stored_in_one_transaction(counted: Company, counter: Counter) -> None:
    counted.predictor.says = a_prediction("complaint")
    await counted.say("a disgrace")
    with counter.counting() as ran:
        await counted.bot()
    assert (transactions(ran), len(work(ran))) == (2, LOOK + HAND_OFF), "\n".join(["", *work(ran)])


@pytest.mark.parametrize("audience", ["customer", "staff"])
async def test_who_follows_is_read_their_own_words_only(counted: Company, counter: Counter, audience: Audience) -> None:
    counted.predictor.says = a_prediction("order")
    conversation = await counted.say("where is it?")
    await counted.bot()
    stream = f"conversation:{conversation}"
    reading = DatabaseReading(counted.database, counted.database.write_now(log_epoch))
    with counter.counting() as ran:
        pages = await reading.pages({stream: 4}, 200, {stream: (audience,)})
    assert len(pages.events[stream]) == 3
    assert (transactions(ran), len(work(ran))) == (1, TOLD[audience]), "\n".join(["", *work(ran)])


@pytest.mark.parametrize("customers", [1, 3])
async def test_names_and_guesses_of_many_rows_are_read_at_once(
    counted: Company, counter: Counter, customers: int
) -> None:
    counted.predictor.says = a_prediction("complaint")
    before = await counted.log("desk")
    for number in range(customers):
        await counted.say("a disgrace", Customer(f"visitor-{number}", "shop", "en"))
        await counted.bot()
    reading = DatabaseReading(counted.database, counted.database.write_now(log_epoch))
    staff: tuple[Audience, ...] = ("staff",)
    with counter.counting() as ran:
        pages = await reading.pages({"desk": len(before)}, 200, {"desk": staff})
    assert len(pages.events["desk"]) >= customers
    assert (transactions(ran), len(work(ran))) == (1, ROWS), "\n".join(["", *work(ran)])
