"""Writes to a database until it is killed: `python -m tests.storage.writing_process URL`.

Prints one line for each append that was confirmed: stream, number, what it carried.
"""

import asyncio
import sys

from escalation.database import Database
from escalation.events import NewEvent, append
from escalation.kernel.clock import SystemClock


async def write(database: Database, writer: int) -> None:
    """Append to a stream of its own and to `desk`, over and over."""
    number = 0
    while True:
        number += 1
        event = NewEvent("TestSaid", 1, {"writer": writer, "number": number}, "system")
        own, desk = await database.write(
            lambda tx, event=event: (append(tx, f"own:{writer}", event), append(tx, "desk", event))  # type: ignore[misc]
        )
        sys.stdout.write(f"{own.stream} {own.place} {writer} {number}\n{desk.stream} {desk.place} {writer} {number}\n")
        sys.stdout.flush()


async def main() -> None:
    """Twelve writers at once."""
    database = Database.open(sys.argv[1], clock=SystemClock())
    await asyncio.gather(*(write(database, writer) for writer in range(12)))


if __name__ == "__main__":
    asyncio.run(main())
