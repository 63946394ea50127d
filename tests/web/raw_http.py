"""One bare connection: bytes out, bytes in, and how it ended. For requests that no client would send."""

import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

from tests.waiting import PATIENCE


class RawHttp:
    """Opened by its construction; use it in a `with`."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        assert place.hostname and place.port
        self._socket = socket.create_connection((place.hostname, place.port), PATIENCE)
        self._rest = b""

    def head(self, method: str, path: str, body: bytes = b"", **headers: str | int) -> None:
        """Send a whole head, and with it what there is of the body."""
        named = {"Host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode() + body)

    def send(self, data: bytes) -> None:
        """Send all of it. Raises: OSError once the peer has hung up."""
        self._socket.sendall(data)

    def answer(self, timeout: float = PATIENCE) -> tuple[int, dict[str, str], Any]:
        """Return status, headers and JSON of the next answer; (0, {}, None) where the peer hung up without one."""
        try:
            head = self._until(b"\r\n\r\n", timeout).decode()
        except EOFError:
            return 0, {}, None
        status, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        size = int(headers.get("content-length", 0))
        while len(self._rest) < size:
            self._read(time.monotonic() + timeout)
        content, self._rest = self._rest[:size], self._rest[size:]
        return int(status.split()[1]), headers, json.loads(content) if content else None

    def is_closed(self, timeout: float = PATIENCE) -> bool:
        """Wait until the peer hangs up; False if it does not."""
        deadline = time.monotonic() + timeout
        try:
            while True:
                self._read(deadline)
        except (EOFError, ConnectionError):
            return True
        except TimeoutError:
            return False

    def _until(self, end: bytes, timeout: float) -> bytes:
        deadline = time.monotonic() + timeout
        while end not in self._rest:
            self._read(deadline)
        found, _, self._rest = self._rest.partition(end)
        return found

    def _read(self, deadline: float) -> None:
        self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
        part = self._socket.recv(65_536)
        if not part:
            raise EOFError("the peer hung up")
        self._rest += part

    def __enter__(self) -> "RawHttp":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
