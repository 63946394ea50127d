"""A bare socket of the wire protocol, without a client's help: frames as dictionaries, and how it was closed."""

import json
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.waiting import PATIENCE

Came = SimpleQueue[dict[str, Any] | ConnectionClosed]


class Socket:
    """Answers heartbeats by itself, for as long as somebody holds it: a test may look elsewhere for long.

    Opened by its construction. Raises: websockets.exceptions.InvalidStatus when the upgrade is refused.
    """

    def __init__(self, url: str, origin: str | None, headers: dict[str, str]) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        opening = connect(url, origin=origin, additional_headers=named, proxy=None, open_timeout=PATIENCE)  # type: ignore[arg-type]
        self._stack = ExitStack()
        self._socket = self._stack.enter_context(opening)
        self.seen: list[dict[str, Any]] = []
        """Every frame received, but for heartbeats."""
        self._early: deque[dict[str, Any]] = deque()
        """Frames that came while streams began; they are received later."""
        self._came: Came = SimpleQueue()
        listening = (self._socket, self._came, weakref.ref(self))
        threading.Thread(target=_listen, args=listening, daemon=True).start()

    def send(self, **frame: Any) -> None:
        """Send a frame."""
        self._socket.send(json.dumps(frame))

    def send_raw(self, data: str | bytes) -> None:
        """Send something that need not be a frame. `close_code` tells if the service closed before it had all of it."""
        with suppress(ConnectionClosed):
            self._socket.send(data)

    def announce(self, bytes_: int) -> None:
        """Send the head of a text frame of this length, and nothing after it: the service leaves nothing unread."""
        self._socket.socket.sendall(bytes([0x81, 0xFF]) + bytes_.to_bytes(8, "big") + bytes(4))

    def send_as_text(self, data: bytes) -> None:
        """Send bytes as a text message, though they need not be text."""
        self._socket.send(data, text=True)

    def ask(self, **frame: Any) -> dict[str, Any]:
        """Send a request under a new id and return its answer, `accepted` or `error`."""
        name = "client_message_id" if frame["type"] in {"say", "choose", "reply", "note"} else "command_id"
        ref = frame.setdefault(name, str(uuid4()))
        self.send(**frame)
        return self.until("accepted", "error", ref=ref)

    def receive(self, timeout: float = PATIENCE) -> dict[str, Any]:
        """Return the next frame. Raises: TimeoutError, ConnectionClosed."""
        frame = self._early.popleft() if self._early else self._read(timeout)
        self.seen.append(frame)
        return frame

    def _read(self, timeout: float) -> dict[str, Any]:
        try:
            frame = self._came.get(timeout=max(timeout, 0.0))
        except Empty:
            raise TimeoutError("nothing came") from None
        if isinstance(frame, ConnectionClosed):
            self._came.put(frame)  # for who reads again
            raise frame
        return frame

    def begin(self, *streams: str) -> None:
        """Wait until each stream is followed or refused: all that happens from now on is told in frames of its own.

        Frames that come meanwhile are received afterwards.
        """
        waiting, deadline = set(streams), time.monotonic() + PATIENCE
        while waiting:
            frame = self._read(deadline - time.monotonic())
            self._early.append(frame)
            if frame["type"] in {"following", "dropped"}:
                waiting.discard(frame["stream"])

    def every(self) -> Iterator[dict[str, Any]]:
        """Return all frames in order, those received before first."""
        deadline, at = time.monotonic() + PATIENCE, 0
        while True:
            if at == len(self.seen):
                self.receive(deadline - time.monotonic())
            yield self.seen[at]
            at += 1

    def until(self, *types: str, **fields: Any) -> dict[str, Any]:
        """Return the next frame of one of these types with these fields."""
        deadline = time.monotonic() + PATIENCE
        while True:
            frame = self.receive(deadline - time.monotonic())
            if frame["type"] in types and all(frame.get(name) == value for name, value in fields.items()):
                return frame

    def next_epoch(self, stream: str, after: int) -> int:
        """Return the epoch of a stream once it is higher than that. Its frame may have come before an answer did."""
        controls = (each for each in self.every() if each["type"] == "control" and each["stream"] == stream)
        return next(int(each["control"]["epoch"]) for each in controls if each["control"]["epoch"] > after)

    def message(self, text: str) -> dict[str, Any]:
        """Return a message with this text. Its frame may have come before the answer to who sent it did."""
        messages = (each["message"] for each in self.every() if each["type"] == "message")
        return next(dict(each) for each in messages if each["body"].get("text") == text)

    def close_code(self, timeout: float = PATIENCE) -> int:
        """Read to the end; return the code the server closed with."""
        try:
            while True:
                self.receive(timeout)
        except ConnectionClosed as closed:
            assert closed.rcvd is not None, "the connection broke without a close frame"
            return closed.rcvd.code

    def close(self) -> None:
        """Hang up."""
        self._stack.close()

    def __enter__(self) -> "Socket":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _listen(connection: ClientConnection, came: Came, owner: "weakref.ref[Socket]") -> None:
    """Queue what comes until the connection is closed, and answer heartbeats until nobody holds the socket."""
    try:
        while True:
            frame = json.loads(connection.recv())
            if frame["type"] != "heartbeat":
                came.put(frame)
            elif owner() is not None:
                connection.send('{"type": "heartbeat"}')
    except ConnectionClosed as closed:
        came.put(closed)
