"""A bare socket of the wire protocol, without a client's help: frames as dictionaries, and how it was closed."""

import json
import time
from contextlib import ExitStack, suppress
from typing import Any
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.waiting import PATIENCE


class Socket:
    """Opened by its construction. Raises: websockets.exceptions.InvalidStatus when the upgrade is refused."""

    def __init__(self, url: str, origin: str | None, headers: dict[str, str]) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        opening = connect(url, origin=origin, additional_headers=named, proxy=None, open_timeout=PATIENCE)  # type: ignore[arg-type]
        self._stack = ExitStack()
        self._socket = self._stack.enter_context(opening)
        self.seen: list[dict[str, Any]] = []
        """Every frame received."""

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
        frame: dict[str, Any] = json.loads(self._socket.recv(timeout=timeout))
        self.seen.append(frame)
        return frame

    def until(self, *types: str, **fields: Any) -> dict[str, Any]:
        """Return the next frame of one of these types with these fields."""
        deadline = time.monotonic() + PATIENCE
        while True:
            frame = self.receive(deadline - time.monotonic())
            if frame["type"] in types and all(frame.get(name) == value for name, value in fields.items()):
                return frame

    def next_epoch(self, stream: str, after: int) -> int:
        """Return the epoch of a stream once it is higher than that. Its frame may have come before an answer did."""
        seen, deadline = iter(self.seen), time.monotonic() + PATIENCE
        while True:
            frame = next(seen, None) or self.receive(deadline - time.monotonic())
            if frame["type"] == "control" and frame["stream"] == stream and frame["control"]["epoch"] > after:
                return int(frame["control"]["epoch"])

    def message(self, text: str) -> dict[str, Any]:
        """Return a message with this text. Its frame may have come before the answer to who sent it did."""
        seen, deadline = iter(list(self.seen)), time.monotonic() + PATIENCE
        while True:
            frame = next(seen, None) or self.receive(deadline - time.monotonic())
            if frame["type"] == "message" and frame["message"]["body"].get("text") == text:
                return dict(frame["message"])

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
