"""The parts of the small service in memory: conversations and the sockets that look at them."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any, Literal

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

Plan = tuple[Literal["answer", "clarify", "hand_off"], tuple[str, ...]]
"""What the bot does with a text: its action, and the labels it answers or offers."""


@dataclass
class Talk:
    """One conversation: its events as frames, oldest first, and its control."""

    id: str
    customer: str
    frames: list[dict[str, Any]] = field(default_factory=list)
    control: dict[str, Any] = field(default_factory=lambda: {"status": "bot", "controller": "bot", "epoch": 0})
    accepted: dict[str, dict[str, Any]] = field(default_factory=dict)
    label: str | None = None
    offered: tuple[str, ...] = ()

    @property
    def stream(self) -> str:
        return f"conversation:{self.id}"

    @property
    def head(self) -> int:
        return len(self.frames)


@dataclass(eq=False)
class Peer:
    """One socket after its hello."""

    socket: ServerConnection
    me: str
    staff: bool
    streams: set[str] = field(default_factory=set)
    outbox: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def write(self) -> None:
        """Send what is in the outbox until the socket is gone."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.socket.send(await self.outbox.get())
