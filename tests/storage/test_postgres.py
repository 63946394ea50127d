"""What only PostgreSQL has: several writers at once, its own clock, a server that may be away."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from escalation.database import Database, Transaction, table_of
from escalation.database.errors import DatabaseUnreachable
from escalation.events.tables import LogMeta
from escalation.kernel.clock import SystemClock
from tests.fakes import FakeClock
from tests.waiting import PATIENCE, locked_out

META = table_of(LogMeta)


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    database = Database.open(postgres_url, clock=SystemClock(), threads=6)
    database.write_now(lambda tx: META.create(tx.connection))
    database.write_now(lambda tx: tx.execute(META.insert(), [{"name": name, "value": "0"} for name in "ab"]) and None)
    yield database
    database.close()


def add(tx: Transaction, name: str) -> None:
    row = tx.lock(LogMeta, name)
    assert row is not None
    tx.execute(META.update().where(META.c.name == name), {"value": str(int(row.value) + 1)})


def values(tx: Transaction) -> dict[str, str]:
    return {row.name: row.value for row in tx.execute(META.select())}


async def test_a_deadlock_is_run_again_and_nobody_hears_of_it(postgres: Database) -> None:
    both, survived = threading.Barrier(2), threading.Event()
    runs: list[str] = []

    def cross(tx: Transaction, order: str) -> None:
        runs.append(order)
        if len(runs) > 2:
            # Run again at once, it could take the row before the survivor wakes, and they would deadlock once more.
            survived.wait(30)
        add(tx, order[0])
        if len(runs) <= 2:
            both.wait(30)
        add(tx, order[1])

    async def write(order: str) -> None:
        await postgres.write(lambda tx: cross(tx, order))
        survived.set()

    await asyncio.gather(write("ab"), write("ba"))
    assert len(runs) == 3
    assert await postgres.read(values) == {"a": "2", "b": "2"}


async def test_a_lost_connection_before_the_commit_is_run_again(postgres: Database) -> None:
    runs: list[int] = []

    def cut(tx: Transaction) -> None:
        add(tx, "a")
        runs.append(1)
        if len(runs) == 1:
            me = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
            postgres.write_now(lambda other: other.execute(text(f"SELECT pg_terminate_backend({me}, 60000)")) and None)
        add(tx, "b")

    await postgres.write(cut)
    assert len(runs) == 2
    assert await postgres.read(values) == {"a": "1", "b": "1"}


async def test_a_connection_that_is_always_lost_is_an_error_in_the_end(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("escalation.database.postgres_writer.ATTEMPTS", 2)

    def cut(tx: Transaction) -> None:
        me = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
        postgres.write_now(lambda other: other.execute(text(f"SELECT pg_terminate_backend({me}, 60000)")) and None)
        add(tx, "b")

    with pytest.raises(DatabaseUnreachable):
        await postgres.write(cut)
    assert await postgres.read(values) == {"a": "0", "b": "0"}


async def test_now_is_the_server_time_asked_after_the_locks(postgres: Database) -> None:
    holding, let_go = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> datetime:
        add(tx, "a")
        holding.set()
        assert let_go.wait(PATIENCE)
        return tx.now

    def wait_for_it(tx: Transaction) -> tuple[datetime, datetime]:
        add(tx, "a")
        return tx.now, tx.now

    first = asyncio.create_task(postgres.write(hold))
    await asyncio.to_thread(holding.wait, PATIENCE)
    second = asyncio.create_task(postgres.write(wait_for_it))
    await locked_out(postgres)
    let_go.set()
    held, (later, again) = await first, await second
    # SQL's own now() would be the start of the second transaction, before the first one let go
    assert held <= later == again
    assert later.tzinfo is UTC
    assert abs(later - datetime.now(UTC)) < timedelta(minutes=1)


async def test_this_machine_s_clock_is_not_asked(postgres: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemClock, "now", lambda _self: datetime(1999, 1, 1, tzinfo=UTC))
    assert (await postgres.write(lambda tx: tx.now)).year >= 2026


async def test_an_injected_clock_wins_over_the_server(postgres_url: str, clock: FakeClock) -> None:
    database = Database.open(postgres_url, clock=clock)
    try:
        assert await database.write(lambda tx: tx.now) == clock.now()
    finally:
        database.close()


async def test_isolation_is_as_promised(postgres: Database) -> None:
    level = text("SELECT current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only')")
    assert await postgres.write(lambda tx: tx.execute(level).scalar()) == "read committed off"
    assert await postgres.read(lambda tx: tx.execute(level).scalar()) == "repeatable read on"
    assert await postgres.write(lambda tx: tx.execute(level).scalar()) == "read committed off"


def test_a_server_that_is_away_is_one_clear_line_without_the_password(clock: FakeClock) -> None:
    with pytest.raises(DatabaseUnreachable) as caught:
        Database.open("postgresql://someone:secret@127.0.0.1:1/nowhere", clock=clock)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)
