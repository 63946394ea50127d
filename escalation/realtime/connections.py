"""All connections of this process: who is open, who has yet to say hello, and their common end."""

import asyncio
import logging
import time
from datetime import datetime

from escalation.kernel.clock import Clock
from escalation.kernel.ids import Ids
from escalation.protocol.close_codes import CloseCode
from escalation.protocol.frames.base import Audience
from escalation.realtime.allowance import Allowance, Allowances, Rates
from escalation.realtime.catch_up import CatchUp
from escalation.realtime.connection import Connection
from escalation.realtime.hub import Hub
from escalation.realtime.ports import Admission, Commands, Doors, Reading, Transport
from escalation.realtime.unknown_sockets import UnknownSockets

TICK_SECONDS = 1.0
UNKNOWN_SOCKETS = 500
"""Places for sockets before their hello, unless the operator says otherwise."""

logger = logging.getLogger(__name__)


class Connections:
    """All connections of this process. The web hands every accepted WebSocket to `serve`."""

    def __init__(
        self, hub: Hub, reading: Reading, doors: Doors, commands: Commands, clock: Clock, ids: Ids, *,
        rates: Rates | None = None, unknown_sockets: int = UNKNOWN_SOCKETS,
    ) -> None:  # fmt: skip
        self.hub = hub
        self.reading = reading
        self.doors = doors
        self.commands = commands
        self.catch_up = CatchUp(hub, reading)
        self.unknown = UnknownSockets[Connection](unknown_sockets)
        """Those that have not said hello."""
        self._allowances = Allowances(rates or Rates())
        self._clock = clock
        self._ids = ids
        self._open: set[Connection] = set()
        self._one_left = asyncio.Event()
        self._draining = False

    def now(self) -> datetime:
        """Return the time to show."""
        return self._clock.now()

    async def serve(
        self, transport: Transport, audience: Audience, address: str = "", *, limited: bool = False
    ) -> None:
        """Serve one connection until it is over; `limited`: by what its address as a whole may ask for, too."""
        if self._draining:
            await transport.close(CloseCode.DRAINING, "draining")
            return
        allowance = Allowance(self._allowances, audience, address if limited else None, time.monotonic())
        connection = Connection(self, transport, audience, allowance, self._ids())
        self._open.add(connection)
        _crowd_out(self.unknown.add(address, connection))
        try:
            await connection.run()
        finally:
            self.unknown.remove(connection)
            self._open.discard(connection)
            self._one_left.set()

    def give_way(self, address: str) -> bool:
        """Close the oldest socket of this address that has not said hello; returns whether there was one."""
        gone = self.unknown.give_way(address)
        _crowd_out(gone)
        return gone is not None

    async def run(self) -> None:
        """Look at every clock once a second, until cancelled."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.tick(time.monotonic())

    def tick(self, now: float) -> None:
        """Do what is due on all connections."""
        self._allowances.tick(now)
        for connection in list(self._open):
            connection.tick(now)

    def present(self) -> list[Admission]:
        """Return who is connected as staff, once for each connection: whose presence to renew."""
        admissions = (connection.admission for connection in self._open)
        return [admission for admission in admissions if admission and admission.audience == "staff"]

    def customers(self) -> frozenset[str]:
        """Return which customers are connected."""
        admissions = (connection.admission for connection in self._open)
        return frozenset(each.person.id for each in admissions if each and each.audience == "customer")

    async def drain(self, seconds: float = 5.0) -> None:
        """Take no new connections, close all with "reconnect", and wait until they are gone."""
        self._draining = True
        for connection in list(self._open):
            connection.close(CloseCode.DRAINING, "draining")
        try:
            async with asyncio.timeout(seconds):
                while self._open:
                    self._one_left.clear()
                    await self._one_left.wait()
        except TimeoutError:
            logger.warning("%s connections did not close in time", len(self._open))

    def __len__(self) -> int:
        return len(self._open)


def _crowd_out(connection: Connection | None) -> None:
    if connection is not None:
        connection.close(CloseCode.CROWDED, "no hello yet, and others came")
