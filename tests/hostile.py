"""Sockets that mean no good, as raw as they come: what they send costs them next to nothing.

`python -m tests.hostile KIND URL [ADDRESS]` attacks until its standard input ends; the first line there is a JSON list
of customers, each of whom gets a socket. A `{}` in the address gets the socket's number, so that each has its own.
"""

import asyncio
import contextlib
import json
import struct
import sys
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

TEXT, PING = 1, 9
HEARTBEAT = json.dumps({"type": "heartbeat"})
UNASKED = json.dumps({"type": "shout"})
PER_WRITE = 500
"""Frames that one write puts on the wire."""


def frame(text: str, opcode: int = TEXT) -> bytes:
    """Return a client's frame on the wire, masked with zeros."""
    payload = text.encode()
    size = len(payload)
    head = struct.pack("!BB", 0x80 | opcode, 0x80 | size) if size < 126 else struct.pack("!BBH", 0x81, 0xFE, size)
    return head + bytes(4) + payload


class HostileSocket:
    """A customer's socket without a client's manners. `address`: where a trusted proxy says it comes from."""

    def __init__(self, url: str, address: str | None = None) -> None:
        place = urlsplit(url)
        assert place.hostname is not None and place.port is not None
        self._host, self._port = place.hostname, place.port
        self._address = address
        self._reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def open(self) -> bool:
        """Upgrade; returns whether the service let it."""
        self._reader, self.writer = await asyncio.open_connection(self._host, self._port)
        lines = [
            "GET /ws/customer HTTP/1.1", f"Host: {self._host}:{self._port}", "Connection: Upgrade",
            "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]  # fmt: skip
        if self._address:
            lines.append(f"X-Forwarded-For: {self._address}")
        self.writer.write("\r\n".join([*lines, "", ""]).encode())
        return b" 101 " in await self._reader.readuntil(b"\r\n\r\n")

    async def send(self, data: bytes) -> None:
        """Put bytes on the wire; waits while the service takes none."""
        self.writer.write(data)
        await self.writer.drain()

    async def hello(self, token: str) -> None:
        """Say hello and wait for some answer."""
        await self.send(frame(json.dumps({"type": "hello", "version": 1, "token": token})))
        await self._reader.readexactly(2)

    async def read_on(self) -> bytes:
        """Read to the end; returns the last bytes, a close frame if there was one."""
        last = b""
        while data := await self._reader.read(65536):
            last = data
        return last

    async def read_until(self, wanted: bytes) -> bool:
        """Read until this has come; returns whether it did before the end."""
        found = b""
        while wanted not in found and (data := await self._reader.read(65536)):
            found += data
        return wanted in found

    async def read_for(self, seconds: float) -> bytes:
        """Return what comes until nothing has come for so many seconds."""
        found = b""
        with contextlib.suppress(TimeoutError):
            while True:
                async with asyncio.timeout(seconds):
                    data = await self._reader.read(65536)
                found += data
                if not data:
                    break
        return found

    def drop(self) -> None:
        """Vanish."""
        self.writer.transport.abort()


async def in_a_loop(socket: HostileSocket, data: bytes) -> None:
    """Send the same again and again, and read what comes, until the service ends it."""
    reading = asyncio.create_task(socket.read_on())
    try:
        while not reading.done():
            await socket.send(data)
    finally:
        reading.cancel()


async def heartbeats(socket: HostileSocket, customer: str) -> None:
    """Heartbeats in a loop."""
    await in_a_loop(socket, frame(HEARTBEAT) * PER_WRITE)


async def follows(socket: HostileSocket, customer: str) -> None:
    """Follow and follow again."""
    await in_a_loop(socket, frame(json.dumps({"type": "follow", "stream": f"customer:{customer}"})) * PER_WRITE)


async def bad_frames(socket: HostileSocket, customer: str) -> None:
    """Frames there are not; after ten the service closes."""
    await in_a_loop(socket, frame(UNASKED) * PER_WRITE)


async def pings(socket: HostileSocket, customer: str) -> None:
    """Pings of the WebSocket protocol itself, which reach no application."""
    await in_a_loop(socket, frame("", PING) * PER_WRITE)


async def hello_and_leave(socket: HostileSocket, customer: str) -> None:
    """Gone as soon as the welcome is there."""


async def deaf(socket: HostileSocket, customer: str) -> None:
    """Ask and read nothing."""
    asked = frame(json.dumps({"type": "follow", "stream": f"customer:{customer}"}))
    while True:
        await socket.send(asked * PER_WRITE)


async def silence(socket: HostileSocket, customer: str) -> None:
    """Say nothing, not even hello, until the service ends it."""
    await socket.read_on()


Attack = Callable[[HostileSocket, str], Awaitable[None]]
ATTACKS: dict[str, Attack] = {
    "heartbeats": heartbeats, "follows": follows, "bad frames": bad_frames, "pings": pings,
    "hello and leave": hello_and_leave, "reads nothing": deaf,
}  # fmt: skip
BEFORE_HELLO: dict[str, Attack] = {"silence": silence}


async def attack_on(kind: str, url: str, address: str | None, customer: dict[str, str]) -> None:
    """Attack over one socket after another, for ever."""
    while True:
        socket = HostileSocket(url, address)
        with contextlib.suppress(OSError, EOFError):
            try:
                if await socket.open():
                    if kind in ATTACKS:
                        await socket.hello(customer["token"])
                    await (ATTACKS | BEFORE_HELLO)[kind](socket, customer["customer"])
            finally:
                socket.drop()


async def main(kind: str, url: str, address: str | None = None) -> None:
    """Attack with one socket a customer until standard input ends."""
    customers = json.loads(sys.stdin.readline())
    addresses = [address and address.format(number + 1) for number in range(len(customers))]
    attacks = (attack_on(kind, url, *each) for each in zip(addresses, customers, strict=True))
    tasks = [asyncio.create_task(each) for each in attacks]
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
