"""The same machinery on real databases: threads write, the bus rings, clients come and go; nobody misses anything."""

import asyncio
import random
from typing import Any

from escalation import events
from escalation.database import Database, Transaction
from escalation.events import MemoryBus, NewEvent
from escalation.realtime.connections import Connections
from escalation.realtime.database_reading import DatabaseReading
from escalation.realtime.fan_out import FanOut
from escalation.realtime.hub import Hub
from tests.fakes import CountingIds, FakeClock
from tests.realtime.clients import FakeCommands, FakeDoors, FakeTransport, hello
from tests.waiting import interleave, until

WRITERS, EVENTS, CLIENTS = 4, 40, 6
TOTAL = WRITERS * EVENTS
SECONDS = 90
"""How long anything may take; on a busy machine a connection needs longer than any clock that would cut it short."""


class Watcher:
    """A client of `catalogue` that loses its connection again and again and takes up where it was."""

    def __init__(self, connections: Connections, log_epoch: str, seed: int) -> None:
        self.seqs: list[int] = []
        self._connections = connections
        self._log_epoch = log_epoch
        self._random = random.Random(seed)
        self._position = 0

    async def run(self) -> None:
        """Watch until everything was seen."""
        while len(self.seqs) < TOTAL:
            transport = FakeTransport()
            serving = asyncio.create_task(self._connections.serve(transport, "staff"))
            transport.put(hello("agent:ana", {"catalogue": self._position}, self._log_epoch))
            wanted = min(self._random.randrange(20), 2 + TOTAL - len(self.seqs))  # welcome and following come first
            await until(lambda got=transport.texts, least=wanted: len(got) >= least, SECONDS, every=0.002)
            if self._random.random() < 0.3:
                transport.stall()
                await interleave(self._random.randrange(40))
            transport.disconnect()
            await serving
            self._take(transport)

    def _take(self, transport: FakeTransport) -> None:
        self.seqs += [frame["seq"] for frame in transport.of("catalogue_changed")]
        self._position = self.seqs[-1] if self.seqs else 0


def write_one(number: int) -> Any:
    def append(tx: Transaction) -> None:
        events.append(tx, "catalogue", NewEvent("CatalogueChanged", 1, {"intents": [f"intent-{number}"]}, "system"))

    return append


async def test_nobody_misses_or_repeats_anything(database: Database) -> None:
    bus, hub = MemoryBus(), Hub()
    database.on_commit(bus.ring)
    log_epoch = await database.read(events.log_epoch)
    reading = DatabaseReading(database, log_epoch)
    connections = Connections(hub, reading, FakeDoors(), FakeCommands(), FakeClock(), CountingIds())
    following = asyncio.create_task(FanOut(hub, reading, bus, poll_seconds=0.2).run())
    watchers = [Watcher(connections, log_epoch, seed) for seed in range(CLIENTS)]

    async def write(writer: int) -> None:
        for number in range(EVENTS):
            await database.write(write_one(writer * EVENTS + number))

    try:
        async with asyncio.timeout(SECONDS):
            await asyncio.gather(*(write(writer) for writer in range(WRITERS)), *(each.run() for each in watchers))
    finally:
        following.cancel()
        await asyncio.wait({following})
    for watcher in watchers:
        assert watcher.seqs == list(range(1, TOTAL + 1))
    assert hub.counts() == {"connections": 0, "streams": 0, "subscriptions": 0}
