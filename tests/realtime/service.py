"""The whole of realtime on fakes, small enough to step through: a log, a hub, a follower, connections."""

import asyncio
from typing import Any

from escalation.events.memory_bus import MemoryBus
from escalation.realtime.allowance import Rates
from escalation.realtime.channel import Later
from escalation.realtime.connections import Connections
from escalation.realtime.fan_out import FanOut
from escalation.realtime.hub import Hub
from tests.fakes import CountingIds, FakeClock
from tests.realtime.clients import FakeCommands, FakeDoors, FakeTransport, hello
from tests.realtime.fake_log import FakeLog
from tests.waiting import settled


class Service:
    """Everything one process has for its sockets. Rings are given by hand."""

    def __init__(
        self, log: FakeLog | None = None, *, gather_seconds: float = 0.0, later: Later | None = None,
        rates: Rates | None = None, unknown_sockets: int = 500,
    ) -> None:  # fmt: skip
        self.log = log or FakeLog()
        self.doors, self.commands = FakeDoors(), FakeCommands()
        self.hub = Hub(gather_seconds, later)
        self.bus = MemoryBus()
        self.connections = Connections(
            self.hub, self.log, self.doors, self.commands, FakeClock(), CountingIds("connection"),
            rates=rates, unknown_sockets=unknown_sockets,
        )  # fmt: skip
        self.follower = FanOut(self.hub, self.log, self.bus, poll_seconds=1.0)
        self.tasks: list[asyncio.Task[None]] = []

    def connect(self, who: str, positions: dict[str, int] | None = None, **more: Any) -> FakeTransport:
        """Open a socket and say hello."""
        transport = FakeTransport()
        self.accept(transport, who)
        transport.put(hello(who, positions, **more))
        return transport

    def accept(self, transport: FakeTransport, who: str, address: str = "") -> "asyncio.Task[None]":
        """Open a socket."""
        audience = "customer" if who.startswith("customer") else "staff"
        task = asyncio.create_task(self.connections.serve(transport, audience, address))  # type: ignore[arg-type]
        self.tasks.append(task)
        return task

    async def ring(self, streams: set[str]) -> None:
        """Tell the follower, and let everything arrive."""
        while await self.follower.step(streams, poll=False):
            streams = set()
        await settled()

    async def poll(self) -> None:
        """The poll interval is over."""
        await self.follower.step((), poll=True)
        await settled()

    async def close(self) -> None:
        """End everything and raise what went wrong inside."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
