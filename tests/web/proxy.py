"""A small reverse proxy: passes requests and sockets on, with another Host and with headers of its own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

ENDS = b"\r\n\r\n"
INNER = "app.internal:9000"
"""The host that it sends in place of the browser's."""


@contextmanager
def proxy(port: int, **headers: str) -> Iterator[str]:
    """Run one in front of `port` on loopback; returns its address. `headers` are set on every request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, port, headers), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for the next client


def _accept(listener: socket.socket, port: int, headers: dict[str, str]) -> None:
    with suppress(OSError):
        while True:
            outside, _ = listener.accept()
            threading.Thread(target=_serve, args=(outside, port, headers), daemon=True).start()


def _serve(outside: socket.socket, port: int, headers: dict[str, str]) -> None:
    head = b""
    with outside, socket.create_connection(("127.0.0.1", port)) as inside, suppress(OSError):
        while ENDS not in head:
            part = outside.recv(65_536)
            if not part:
                return
            head += part
        inside.sendall(_rewritten(head, headers))
        threading.Thread(target=_pump, args=(outside, inside), daemon=True).start()
        _pump(inside, outside)


def _rewritten(head: bytes, headers: dict[str, str]) -> bytes:
    """Return the request with our headers in place of its own; one request a connection, but for sockets."""
    lines, _, body = head.partition(ENDS)
    first, *rest = lines.split(b"\r\n")
    named = {name.replace("_", "-").lower(): value for name, value in {"host": INNER, **headers}.items()}
    if b"upgrade: websocket" not in lines.lower():
        named["connection"] = "close"
    kept = [line for line in rest if line.partition(b":")[0].decode().lower() not in named]
    ours = [f"{name}: {value}".encode() for name, value in named.items()]
    return b"\r\n".join([first, *kept, *ours]) + ENDS + body


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65_536):
            sink.sendall(part)
        sink.shutdown(socket.SHUT_WR)
