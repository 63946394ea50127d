"""A process killed in the middle of writing loses nothing it confirmed, and leaves no gap."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from escalation.database import Database
from escalation.events import NewEvent, append, heads, read, start_log
from tests.fakes import FakeClock

ROOT = Path(__file__).parents[2]


def write_and_kill(url: str, lines: int) -> list[str]:
    """Let a process write until it has printed `lines` lines, kill it, and return all it printed whole."""
    command = [sys.executable, "-m", "tests.storage.writing_process", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        # A child that hangs would hang the reading below.
        alarm = threading.Timer(60, child.kill)
        alarm.start()
        assert child.stdout is not None
        printed = [child.stdout.readline() for _ in range(lines)]
        child.kill()
        printed += child.stdout.readlines()
        alarm.cancel()
    return [line for line in printed if line.endswith("\n")]


@pytest.mark.chaos
def test_kill_9_loses_nothing_confirmed_and_leaves_no_gap(database_url: str, clock: FakeClock) -> None:
    database = Database.open(database_url, clock=clock)
    database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
    database.write_now(start_log)
    database.close()
    confirmed: list[str] = []
    for lines in (41, 400, 151):
        confirmed += write_and_kill(database_url, lines)
    database = Database.open(database_url, clock=clock)
    try:
        check(database, confirmed)
        more = NewEvent("T", 1, {}, "system")
        database.write_now(lambda tx: [append(tx, stream, more) for stream in ("desk", "own:0")])
        check(database, confirmed)  # it goes on where it was
    finally:
        database.close()


def check(database: Database, confirmed: list[str]) -> None:
    streams = ["desk", *(f"own:{writer}" for writer in range(12))]
    # In one snapshot: a server of PostgreSQL may still commit what a process asked for before it was killed.
    ends, stored = database.read_now(
        lambda tx: (heads(tx, streams), {name: read(tx, name, 0, 100_000) for name in streams})
    )
    for name, events in stored.items():
        assert [event.seq for event in events] == list(range(1, ends[name] + 1))
    # each transaction wrote to both streams or to none
    assert ends["desk"] == sum(ends[name] for name in streams[1:])
    assert len(confirmed) >= 592
    for line in confirmed:
        stream, seq, writer, number = line.split()
        event = stored[stream][int(seq) - 1]
        assert event.payload == {"writer": int(writer), "number": int(number)}
